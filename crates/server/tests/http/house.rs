//! A running service: one channel to one partner, on an embedded store in a folder of its own.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use wardline_access::emergency::EmergencySettings;
use wardline_access::identity::PasswordCost;
use wardline_access::policy::{Engine, PolicySet};
use wardline_audit::signing::SigningKeys;
use wardline_audit::{Audit, AuditParts};
use wardline_messaging::channel::{Channel, parse_channel};
use wardline_messaging::model::ChannelName;
use wardline_messaging::port::{Clock, SystemClock};
use wardline_messaging::{Acceptance, Arrival, Messaging, MessagingParts};
use wardline_patients::{Patients, PatientsParts};
use wardline_phi::{
    ApiToken, BlindIndex, KeyFile, KeyProvider, KeyRing, RootFile, WatchedProvider,
};
use wardline_server::gate::{Gate, GateParts};
use wardline_server::http::auth::{Scope, TokenEntry, Tokens};
use wardline_server::http::{ApiParts, HttpOptions, HttpServer, router};
use wardline_server::keys::{KeyKeeper, KeyKeeperParts};
use wardline_server::metrics::Metrics;
use wardline_server::mllp::{Listeners, MllpBounds};
use wardline_server::oidc::Oidc;
use wardline_server::{RememberedSessions, StoreCondition};
use wardline_sessions::model::{PermissionName, RoleName};
use wardline_sessions::port::AtLimit;
use wardline_sessions::settings::{Role, Settings};
use wardline_sessions::{Sessions, SessionsParts};
use wardline_store_embedded::{EmbeddedStore, ErasureFile, Options};
use wardline_vitals::{LiveBeds, LiveBedsParts};

use crate::altered::{Altered, AlteredBodies};
use crate::client::{Answer, Call};
use crate::estate::insight;
use crate::key_service::KeyService;
use crate::partner::{Mood, Scripted};

/// Planted in every message; a caller without `phi`, a log or a metric must never show them.
pub(crate) const MARKERS: [&str; 4] = ["EVERYWOMAN", "MRN778811", "19610615", "VISIT4242"];

const CHANNEL: &str = r#"
description = "Admissions"

[listener]
address = "127.0.0.1:0"

[[destination]]
name = "ehr"
kind = "mllp"
address = "127.0.0.1:1"
"#;

/// A running service.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) messaging: Messaging,
    pub(crate) beds: LiveBeds,
    pub(crate) audit: Audit,
    pub(crate) gate: Arc<Gate>,
    pub(crate) room: Room,
    pub(crate) listeners: Arc<Listeners>,
    pub(crate) partner: Scripted,
    pub(crate) tokens_of_api: Arc<Tokens>,
    stop: CancellationToken,
    tokens: Vec<(Vec<Scope>, ApiToken)>,
    _folder: TempDir,
}

impl House {
    pub(crate) async fn new(mood: Mood) -> Self {
        Self::with(mood, HttpOptions::default()).await
    }

    pub(crate) async fn with(mood: Mood, options: HttpOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let room = Room::new(folder.path());
        let partner = Scripted::new(mood);
        let clock = Arc::clone(&room.clock);
        let beds = room.beds().await;
        let sessions = room.sessions();
        let audit = room.trail().await;
        let patients = room.patients(folder.path()).await;
        let gate = Arc::new(room.gate((&audit, &sessions, &beds), &patients));
        let messaging = room.messaging(partner.clone()).await;
        let listeners = Arc::new(Listeners::new(
            Arc::new(messaging.clone()),
            MllpBounds::default(),
        ));
        let tokens = all_tokens();
        let entries = entries(&tokens);
        let stop = CancellationToken::new();
        let tokens_of_api = Arc::new(Tokens::new(entries));
        let keys = KeyKeeper::new(KeyKeeperParts {
            ring: Arc::clone(&room.ring),
            provider: Arc::clone(&room.provider),
            watched: Some(Arc::clone(&room.watched)),
            patients: patients.clone(),
            audit: audit.clone(),
            messaging: messaging.clone(),
            clock: Arc::clone(&clock),
            reseal_index: None,
            stop: stop.clone(),
        });
        let api = ApiParts {
            messaging: messaging.clone(),
            sessions,
            beds: beds.clone(),
            patients,
            audit: audit.clone(),
            archive: None,
            keys: keys.clone(),
            gate: Arc::clone(&gate),
            // As one on Redis, so that every figure is shown.
            store: Arc::new(|| StoreCondition {
                replicas: Some(2),
                lag_bytes: Some(0),
                seldom_sentinels: Some(0),
                remembered: Some(RememberedSessions::default()),
                ..StoreCondition::default()
            }),
            insight: insight(&room.store),
            tokens: Arc::clone(&tokens_of_api),
            metrics: Arc::new(Metrics::new("0.0.0-test", clock.now())),
            clock,
            listeners: Arc::clone(&listeners),
            options: options.clone(),
            stop: stop.clone(),
        };
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = HttpServer::bind(any_port, router(api), options, None)
            .await
            .unwrap();
        let address = server.local_address().unwrap();
        tokio::spawn(server.serve(stop.clone()));
        Self {
            address,
            messaging,
            beds,
            audit,
            gate,
            room,
            listeners,
            partner,
            tokens_of_api,
            stop,
            tokens,
            _folder: folder,
        }
    }

    /// The token that has exactly these scopes.
    pub(crate) fn token(&self, scopes: &[Scope]) -> &str {
        let same = |of: &[Scope]| {
            of.len() == scopes.len() && scopes.iter().all(|scope| of.contains(scope))
        };
        let found = self.tokens.iter().find(|(of, _)| same(of));
        found
            .map(|(_, token)| token.expose())
            .expect("every set of scopes has a token")
    }

    pub(crate) fn call(&self, method: &str, path: &str, scopes: &[Scope]) -> Call {
        Call::new(self.address, method, path).token(self.token(scopes))
    }

    pub(crate) async fn get(&self, path: &str, scopes: &[Scope]) -> Answer {
        self.call("GET", path, scopes).send().await
    }

    pub(crate) async fn post(&self, path: &str, scopes: &[Scope], body: &Value) -> Answer {
        self.call("POST", path, scopes).json(body).send().await
    }

    /// Takes in a message and waits until it is durable.
    pub(crate) async fn receives(&self, payload: &str) -> Acceptance {
        let arrival = Arrival {
            channel: self.messaging.channel_definition(&channel().name).unwrap(),
            peer: "192.0.2.7".to_owned(),
            payload: Bytes::copy_from_slice(payload.as_bytes()),
        };
        self.messaging.accept(arrival).await.await
    }

    /// Asks for `path` until `done` says so.
    pub(crate) async fn until(&self, path: &str, done: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..2_400 {
            let shown = self.get(path, &[Scope::Read]).await.json();
            if done(&shown) {
                return shown;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{path} did not become what was waited for")
    }

    /// Asks for `path` until its text holds `wanted`.
    pub(crate) async fn until_text(&self, path: &str, wanted: &str) -> String {
        for _ in 0..2_400 {
            let shown = self.get(path, &[Scope::Read]).await.text();
            if shown.contains(wanted) {
                return shown;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{path} did not come to hold {wanted}")
    }

    /// Ends event streams and accepts no more connections.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }
}

/// What every capability of a house stands on.
pub(crate) struct Room {
    pub(crate) store: Arc<EmbeddedStore>,
    pub(crate) ring: Arc<KeyRing>,
    pub(crate) blind_index: Arc<BlindIndex>,
    provider: Arc<dyn KeyProvider>,
    pub(crate) watched: Arc<WatchedProvider>,
    pub(crate) service: Arc<KeyService>,
    clock: Arc<dyn Clock>,
    pub(crate) oidc: Arc<Oidc>,
    pub(crate) altered: Arc<Altered>,
    /// What decides. Other policies can take the place of those that are built in.
    pub(crate) engine: Arc<Engine>,
    pub(crate) bodies: Arc<AlteredBodies>,
}

impl Room {
    fn new(folder: &Path) -> Self {
        let options = Options {
            reserve_bytes: 0,
            ..Options::default()
        };
        let store = Arc::new(EmbeddedStore::open(&folder.join("data"), options).unwrap());
        let keys = KeyFile::generate().unwrap();
        let path = folder.join("keys.txt");
        keys.write_new(&path).unwrap();
        let file = RootFile::load(&path).unwrap();
        let service = Arc::new(KeyService::new(file.provider(Some(&path)).unwrap()));
        let watched = Arc::new(WatchedProvider::new(service.clone()));
        let provider: Arc<dyn KeyProvider> = watched.clone();
        let ring = KeyRing::load(Arc::clone(&provider), store.clone()).unwrap();
        Self {
            altered: Arc::new(Altered::over(Arc::clone(&store))),
            bodies: Arc::new(AlteredBodies::over(Arc::clone(&store))),
            store,
            ring: Arc::new(ring),
            blind_index: Arc::new(keys.blind_index()),
            provider,
            watched,
            service,
            clock: Arc::new(SystemClock),
            oidc: Arc::new(Oidc::none(Arc::new(SystemClock))),
            engine: Arc::new(Engine::new(PolicySet::built_in().unwrap())),
        }
    }

    async fn beds(&self) -> LiveBeds {
        let parts = LiveBedsParts {
            store: self.store.clone(),
            ring: Arc::clone(&self.ring),
            blind_index: Arc::clone(&self.blind_index),
            clock: Arc::clone(&self.clock),
        };
        let beds = LiveBeds::open(parts, wardline_vitals::Settings::default()).await;
        let beds = beds.unwrap();
        beds.start();
        beds
    }

    fn sessions(&self) -> Sessions {
        let parts = SessionsParts {
            store: self.store.clone(),
            ring: Arc::clone(&self.ring),
            blind_index: Arc::clone(&self.blind_index),
            clock: Arc::clone(&self.clock),
        };
        let sessions = Sessions::new(parts, roles());
        sessions.start();
        sessions
    }

    async fn trail(&self) -> Audit {
        let parts = AuditParts {
            store: self.store.clone(),
            ring: Arc::clone(&self.ring),
            blind_index: Arc::clone(&self.blind_index),
            clock: Arc::clone(&self.clock),
            keys: Arc::new(SigningKeys::generate("hospital.example/audit/1").unwrap()),
        };
        let audit = Audit::open(parts, wardline_audit::Settings::default()).await;
        let audit = audit.unwrap();
        audit.start();
        audit
    }

    async fn patients(&self, folder: &Path) -> Patients {
        let parts = PatientsParts {
            store: self.altered.clone(),
            ledger: Arc::new(ErasureFile::at(&folder.join("erasures"))),
            provider: Arc::clone(&self.provider),
            blind_index: Arc::clone(&self.blind_index),
            clock: Arc::clone(&self.clock),
        };
        let patients = Patients::open(parts, wardline_patients::Settings::default()).await;
        patients.unwrap()
    }

    fn gate(
        &self,
        (audit, sessions, beds): (&Audit, &Sessions, &LiveBeds),
        patients: &Patients,
    ) -> Gate {
        Gate::new(GateParts {
            store: self.store.clone(),
            ring: Arc::clone(&self.ring),
            blind_index: Arc::clone(&self.blind_index),
            clock: Arc::clone(&self.clock),
            engine: Arc::clone(&self.engine),
            audit: audit.clone(),
            sessions: sessions.clone(),
            beds: beds.clone(),
            patients: patients.clone(),
            cost: PasswordCost::OWASP,
            emergency: EmergencySettings::default(),
            oidc: Arc::clone(&self.oidc),
            searches_per_minute: 40,
            approval_ms: 3_600_000,
        })
    }

    async fn messaging(&self, partner: Scripted) -> Messaging {
        let parts = MessagingParts {
            store: self.bodies.clone(),
            ring: Arc::clone(&self.ring),
            blind_index: Arc::clone(&self.blind_index),
            clock: Arc::clone(&self.clock),
            partners: Arc::new(partner),
            min_free_bytes: 0,
            node: "test".to_owned(),
        };
        Messaging::start(parts, vec![channel()]).await.unwrap()
    }
}

/// An admission with every marker in it.
pub(crate) fn admission(control_id: &str) -> String {
    format!(
        "MSH|^~\\&|ADT|HOSP|EHR|HOSP|20261121083000||ADT^A01|{control_id}|P|2.5.1\r\
         PID|1||MRN778811^^^HOSP^MR||EVERYWOMAN^EVE||19610615|F\r\
         PV1|1|I|W3^12^1||||||||||||||||VISIT4242\r"
    )
}

pub(crate) fn channel() -> Channel {
    parse_channel(ChannelName::new("adt").unwrap(), CHANNEL, "adt.toml").unwrap()
}

fn all_tokens() -> Vec<(Vec<Scope>, ApiToken)> {
    let of_an_operator = vec![Scope::Read, Scope::Phi, Scope::Operate];
    let sets = every_set().into_iter().chain([of_an_operator]);
    sets.map(|scopes| (scopes, ApiToken::generate().unwrap()))
        .collect()
}

fn entries(tokens: &[(Vec<Scope>, ApiToken)]) -> Vec<TokenEntry> {
    let tokens = tokens.iter().enumerate();
    let entries = tokens.map(|(at, (scopes, token))| TokenEntry {
        name: format!("token-{at}").into(),
        hash: token.hash(),
        scopes: scopes.clone(),
        created_at: (at == 0).then_some(1_795_163_400_000),
        expires_at: None,
    });
    entries.collect()
}

/// Every set of up to two scopes, and every set that lacks one at most: a set of more allows what its parts do.
pub(crate) fn every_set() -> Vec<Vec<Scope>> {
    let all = u32::try_from(Scope::ALL.len()).unwrap();
    let sets = 0..1_u32 << all;
    let wanted = sets.filter(|set| set.count_ones() <= 2 || set.count_ones() + 1 >= all);
    wanted
        .map(|set| {
            let of = Scope::ALL.into_iter().enumerate();
            of.filter(|(at, _)| set >> at & 1 == 1)
                .map(|(_, scope)| scope)
                .collect()
        })
        .collect()
}

/// Sessions that live at a time at most.
pub(crate) const MAX_LIVE: u64 = 200;

/// Roles to begin sessions in. The limits of `guest` are short and refuse.
fn roles() -> Settings {
    let name = |text: &str| RoleName::new(text).unwrap();
    let nurse = Role {
        permissions: BTreeSet::from([PermissionName::new("vitals:read").unwrap()]),
        per_user: NonZeroU32::new(2).unwrap(),
        ..Role::default()
    };
    let guest = Role {
        idle_limit: Duration::from_secs(2),
        absolute_limit: Duration::from_secs(3),
        warning: Duration::from_secs(1),
        per_user: NonZeroU32::MIN,
        at_limit: AtLimit::Refuse,
        ..Role::default()
    };
    let doctor = Role {
        permissions: BTreeSet::from([
            PermissionName::new("vitals:read").unwrap(),
            PermissionName::new("orders:write").unwrap(),
        ]),
        ..Role::default()
    };
    let roles = [("nurse", nurse), ("guest", guest), ("doctor", doctor)];
    // Roles of users of the house itself; what they may the policies say.
    let of_users = wardline_access::model::Role::ALL.iter();
    let of_users = of_users.map(|role| (role.as_str(), Role::default()));
    let of_users = of_users.filter(|(role, _)| *role != "nurse");
    let roles = roles
        .into_iter()
        .chain(of_users)
        .map(|(text, role)| (name(text), role));
    Settings::new(roles.collect(), MAX_LIVE).unwrap()
}
