//! A running Wardline: store, service, listeners and HTTP, started in that order and stopped in the other.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wardline_access::policy::Engine;
use wardline_audit::model::EventKind as AuditKind;
use wardline_audit::port::ArchiveStore;
use wardline_audit::signing::SigningKeys;
use wardline_audit::{Audit, AuditParts};
use wardline_messaging::channel::{Channel, load_directory};
use wardline_messaging::model::{ChannelName, EventKind};
use wardline_messaging::port::{Clock, SystemClock};
use wardline_messaging::{Messaging, MessagingParts};
use wardline_patients::Patients;
use wardline_server::gate::Gate;
use wardline_server::http::auth::Tokens;
use wardline_server::http::{ApiParts, HttpOptions, HttpServer, MetricsAccess, router};
use wardline_server::keys::{KeyKeeper, KeyKeeperParts};
use wardline_server::metrics::Metrics;
use wardline_server::mllp::{Listeners, MllpBounds};
use wardline_server::outbound::Partners;
use wardline_sessions::{Sessions, SessionsParts};
use wardline_vitals::{LiveBeds, LiveBedsParts};

use crate::config::{self, Config, Http, StoreKind, Telemetry};
use crate::exit::UnusableFile;
use crate::files;
use crate::lifecycle::Managed;
use crate::outside::KeySet;
use crate::roles;
use crate::shifts;
use crate::tokens;

use super::leash::Leashed;
use super::room::Room;
use super::stores::Stores;
use super::{archiver, policies, recorded, records};

/// What a node is made from.
pub(crate) struct NodeSettings {
    pub(crate) config: Config,
    pub(crate) keys: KeySet,
    pub(crate) archive: Option<Arc<dyn ArchiveStore>>,
    pub(crate) audit_keys: SigningKeys,
}

/// A running Wardline.
pub(crate) struct Node {
    messaging: Messaging,
    sessions: Sessions,
    sessions_section: config::Sessions,
    beds: LiveBeds,
    audit: Audit,
    listeners: Arc<Listeners>,
    tokens: Arc<Tokens>,
    tokens_file: PathBuf,
    channels_directory: PathBuf,
    engine: Arc<Engine>,
    policies_directory: Option<PathBuf>,
    http_address: SocketAddr,
    http: Mutex<Option<JoinHandle<()>>>,
    stop_http: CancellationToken,
}

impl Node {
    /// Starts everything; returns once messages are taken.
    pub(super) async fn start(settings: NodeSettings, stores: Stores) -> anyhow::Result<Self> {
        let NodeSettings {
            config,
            keys,
            archive,
            audit_keys,
        } = settings;
        let channels = channels(&config.channels.directory)?;
        let entries = tokens::load(&config.api.tokens_file)
            .map_err(|error| UnusableFile(error.to_string()))?;
        let tokens = Arc::new(Tokens::new(entries));
        let policies = policies::load(config.access.policies_directory.as_deref())?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);

        let settings_of_sessions =
            roles::load(&config.sessions).map_err(|error| UnusableFile(error.to_string()))?;
        let metrics = Arc::new(Metrics::new(env!("CARGO_PKG_VERSION"), clock.now()));
        let mut room = Room::open(stores, keys).await?;
        // Before everything else: nothing is disclosed that is not recorded.
        let audit = audit(&config, &room, (Arc::clone(&clock), audit_keys)).await?;
        audit.start();
        let beds = live_beds(&config, &room, Arc::clone(&clock)).await?;
        beds.start();
        let sessions = sessions(&room, Arc::clone(&clock), settings_of_sessions);
        sessions.start();
        let engine = Arc::new(Engine::new(policies));
        let deciding = (Arc::clone(&engine), config.access.emergency());
        let patients = records::open(&config, &room, Arc::clone(&clock)).await?;
        let joined = (&audit, &sessions, &beds, &patients);
        let gate = Arc::new(policies::gate(&room, Arc::clone(&clock), deciding, joined));
        // Before messages: a channel may feed beds and records at once.
        let fed = (&beds, &patients, &gate);
        let partners = partners(&config, (Arc::clone(&clock), &metrics), fed);
        let messaging = messaging(&config, &room, (Arc::clone(&clock), partners), channels).await?;
        let grace = Duration::from_secs(config.shutdown.grace_seconds);
        let bounds = mllp_bounds(&config, grace);
        let listeners = Arc::new(Listeners::new(Arc::new(messaging.clone()), bounds));
        let stop_http = CancellationToken::new();
        let behind = (Arc::clone(&clock), stop_http.clone());
        let keys = key_keeper(&mut room, (&patients, &audit, &messaging), behind);
        keys.start();
        archive_behind(&config, &audit, archive.as_ref(), stop_http.clone());
        let options = HttpOptions {
            max_bed_streams_per_token: config.beds.max_streams_per_token,
            ..http_options(&config.http, &config.telemetry, grace)
        };
        let api = router(ApiParts {
            messaging: messaging.clone(),
            sessions: sessions.clone(),
            beds: beds.clone(),
            patients,
            audit: audit.clone(),
            archive,
            keys,
            gate,
            store: Arc::clone(&room.stores.watch),
            tokens: Arc::clone(&tokens),
            clock,
            metrics,
            listeners: Arc::clone(&listeners),
            options: options.clone(),
            stop: stop_http.clone(),
        });
        let tls = files::http_tls(&config).context("http")?;
        let server = HttpServer::bind(config.http.address, api, options, tls)
            .await
            .with_context(|| format!("http.address: cannot listen on {}", config.http.address))?;
        let http_address = server.local_address()?;
        // Before HTTP answers, so that `/readyz` does not speak of readiness while nothing listens yet.
        listeners.apply(&messaging.channel_definitions()).await?;
        let http = tokio::spawn(server.serve(stop_http.clone()));
        let node = Self {
            messaging,
            sessions,
            sessions_section: config.sessions,
            beds,
            audit,
            listeners,
            tokens,
            tokens_file: config.api.tokens_file,
            channels_directory: config.channels.directory,
            engine,
            policies_directory: config.access.policies_directory,
            http_address,
            http: Mutex::new(Some(http)),
            stop_http,
        };
        node.announce_started(&[]);
        Ok(node)
    }

    /// Where the HTTP API listens.
    pub(crate) fn http_address(&self) -> SocketAddr {
        self.http_address
    }

    fn listening(&self) -> Vec<ChannelName> {
        self.listeners
            .states()
            .into_iter()
            .map(|state| state.channel)
            .collect()
    }

    fn announce_started(&self, already: &[ChannelName]) {
        for channel in self
            .listening()
            .into_iter()
            .filter(|name| !already.contains(name))
        {
            self.messaging
                .announce(EventKind::ChannelStarted { channel });
        }
    }
}

impl Managed for Node {
    async fn reload(&self) -> anyhow::Result<()> {
        let channels = channels(&self.channels_directory)?;
        let entries = tokens::load(&self.tokens_file)?;
        let settings_of_sessions = roles::load(&self.sessions_section)?;
        let policies = policies::load(self.policies_directory.as_deref())?;
        let (kind, what) = (
            AuditKind::ConfigurationChanged,
            "channels, tokens, roles and policies were read again",
        );
        recorded::change(&self.audit, kind, what).await?;
        let before = self.messaging.channel_definitions();
        let was_listening = self.listening();
        self.messaging.reload(channels).await?;
        if let Err(error) = self
            .listeners
            .apply(&self.messaging.channel_definitions())
            .await
        {
            let before = before.iter().map(|channel| (**channel).clone()).collect();
            self.messaging.reload(before).await?;
            return Err(error.into());
        }
        policies::replace(&self.engine, policies, &self.audit).await?;
        self.tokens.replace(entries);
        self.sessions.reload(settings_of_sessions);
        self.announce_started(&was_listening);
        let listening = self.listening();
        for channel in was_listening
            .into_iter()
            .filter(|name| !listening.contains(name))
        {
            self.messaging
                .announce(EventKind::ChannelStopped { channel });
        }
        Ok(())
    }

    async fn stop(&self) {
        self.listeners.stop().await;
        self.messaging.stop().await;
        self.stop_http.cancel();
        let http = self.http.lock().await.take();
        if let Some(http) = http
            && http.await.is_err()
        {
            tracing::error!("the HTTP server ended by a panic");
        }
        // After HTTP: what it was asked until then is written too.
        self.sessions.stop().await;
        self.beds.stop().await;
        // Last: whatever was disclosed until here is in it.
        if let Err(error) = self.audit.stop().await {
            tracing::error!(%error, "the audit trail was not closed; the next start records that");
        }
    }

    fn is_alive(&self) -> bool {
        self.messaging.is_running()
    }
}

fn channels(directory: &Path) -> anyhow::Result<Vec<Channel>> {
    let channels = load_directory(directory).map_err(|error| UnusableFile(error.to_string()))?;
    if channels.is_empty() {
        let directory = directory.display();
        tracing::warn!(%directory, "there is no channel file: no messages are taken");
    }
    Ok(channels)
}

async fn audit(
    config: &Config,
    room: &Room,
    (clock, keys): (Arc<dyn Clock>, SigningKeys),
) -> anyhow::Result<Audit> {
    let shifts = shifts::load(&config.audit, &room.blind_index)
        .map_err(|error| UnusableFile(error.to_string()))?;
    let parts = AuditParts {
        store: Arc::clone(&room.stores.audit),
        ring: Arc::clone(&room.ring),
        blind_index: Arc::clone(&room.blind_index),
        clock,
        keys: Arc::new(keys),
    };
    Audit::open(parts, config.audit.settings(shifts))
        .await
        .context("the audit trail cannot be opened, and without it nothing may be disclosed")
}

fn key_keeper(
    room: &mut Room,
    (patients, audit, messaging): (&Patients, &Audit, &Messaging),
    (clock, stop): (Arc<dyn Clock>, CancellationToken),
) -> KeyKeeper {
    KeyKeeper::new(KeyKeeperParts {
        ring: Arc::clone(&room.ring),
        provider: Arc::clone(&room.provider),
        watched: room.watched.clone(),
        patients: patients.clone(),
        audit: audit.clone(),
        messaging: messaging.clone(),
        clock,
        reseal_index: room.reseal_index.take(),
        stop,
    })
}

fn archive_behind(
    config: &Config,
    audit: &Audit,
    archive: Option<&Arc<dyn ArchiveStore>>,
    stop: CancellationToken,
) {
    let minutes = config.audit.archive_every_minutes;
    if let Some(archive) = archive.filter(|_| minutes > 0) {
        let every = Duration::from_mins(minutes);
        archiver::start(audit.clone(), Arc::clone(archive), every, stop);
    }
}

fn mllp_bounds(config: &Config, grace: Duration) -> MllpBounds {
    MllpBounds {
        max_connections: config.mllp.max_connections,
        handshake_timeout: Duration::from_secs(config.mllp.handshake_timeout_seconds),
        max_unstored_bytes: usize::try_from(config.mllp.max_buffered_bytes).unwrap_or(usize::MAX),
        stop_grace: grace,
        ..MllpBounds::default()
    }
}

async fn live_beds(
    config: &Config,
    room: &Room,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<LiveBeds> {
    let parts = LiveBedsParts {
        store: Arc::clone(&room.stores.beds),
        ring: Arc::clone(&room.ring),
        blind_index: Arc::clone(&room.blind_index),
        clock,
    };
    LiveBeds::open(parts, config.beds.settings())
        .await
        .context("live beds cannot start")
}

fn sessions(
    room: &Room,
    clock: Arc<dyn Clock>,
    settings: wardline_sessions::settings::Settings,
) -> Sessions {
    let parts = SessionsParts {
        store: Arc::clone(&room.stores.sessions),
        ring: Arc::clone(&room.ring),
        blind_index: Arc::clone(&room.blind_index),
        clock,
    };
    Sessions::new(parts, settings)
}

/// Whom messages go to: partners outside, and beds and records of this process.
fn partners(
    config: &Config,
    (clock, metrics): (Arc<dyn Clock>, &Metrics),
    (beds, patients, gate): (&LiveBeds, &Patients, &Arc<Gate>),
) -> Partners {
    let offset_minutes = config.beds.settings().reading.default_offset_minutes;
    Partners::new(clock)
        .with_beds(beds.clone(), metrics)
        .with_records(patients.clone(), Arc::clone(gate), offset_minutes)
}

async fn messaging(
    config: &Config,
    room: &Room,
    (clock, partners): (Arc<dyn Clock>, Partners),
    channels: Vec<Channel>,
) -> anyhow::Result<Messaging> {
    let parts = MessagingParts {
        store: Arc::clone(&room.stores.messages),
        ring: Arc::clone(&room.ring),
        blind_index: Arc::clone(&room.blind_index),
        partners: Leashed::over(Arc::new(partners), room.stores.ownership.term()),
        clock,
        min_free_bytes: match config.store.kind {
            StoreKind::Embedded => config.store.min_free_bytes,
            StoreKind::Redis => config.redis.min_free_bytes,
        },
        node: config.node.name.as_str().to_owned(),
    };
    Messaging::start(parts, channels)
        .await
        .map_err(|error| anyhow!(error))
}

fn http_options(http: &Http, telemetry: &Telemetry, grace: Duration) -> HttpOptions {
    let metrics = match (telemetry.metrics, telemetry.metrics_require_token) {
        (false, _) => MetricsAccess::Off,
        (true, true) => MetricsAccess::Token,
        (true, false) => MetricsAccess::Open,
    };
    HttpOptions {
        max_connections: http.max_connections,
        body_limit_bytes: usize::try_from(http.request_body_limit_bytes).unwrap_or(usize::MAX),
        request_timeout: Duration::from_secs(http.request_timeout_seconds),
        stop_grace: grace.min(Duration::from_secs(5)),
        metrics,
        ..HttpOptions::default()
    }
}
