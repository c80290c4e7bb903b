//! A hospital with a security administrator, and whoever a test lets her hire.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use aws_lc_rs::hmac;
use tokio::sync::watch;
use wardline_access::emergency::{EmergenciesParts, EmergencySettings};
use wardline_access::guard::{Ask, Authorised, Guard, GuardParts, Subject};
use wardline_access::identity::{
    AccountKind, IdentitiesParts, NewUser, PasswordCost, SecondFactor, SignInRefused, SignedIn,
    SteppedUp,
};
use wardline_access::model::{
    Action, DataType, PatientFacts, PatientRef, Principal, Purpose, Role, RoleSet, SessionRef,
    TypeSet, UserId,
};
use wardline_access::policy::{Decision, Engine, PolicySet};
use wardline_access::port::{
    AccessStore, CareFacts, EmergencyEvent, FactsError, Kind, Put, RecordError, Recorder, Row,
    SessionCheck, SessionFacts, Touched, Witness,
};
use wardline_access::{Emergencies, Identities, KeptStandings};
use wardline_kernel::{Clock, ManualClock, StoreError};
use wardline_phi::{BlindIndex, KeyRing};
use wardline_testkit::{MemoryAccess, key_ring};

/// 2026-11-21T10:00:00Z.
pub(crate) const BEGIN: u64 = 1_795_255_200_000;
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Sessions, the trail and the care facts, all at once.
#[derive(Default)]
pub(crate) struct Around {
    sessions: Mutex<BTreeMap<String, SessionFacts>>,
    pub(crate) events: Mutex<Vec<EmergencyEvent>>,
    pub(crate) is_trail_down: AtomicBool,
}

#[async_trait]
impl SessionCheck for Around {
    async fn check(&self, token: &str, _: bool) -> Result<Option<SessionFacts>, StoreError> {
        Ok(self.sessions.lock().unwrap().get(token).cloned())
    }
}

#[async_trait]
impl CareFacts for Around {
    async fn of_patient(&self, _: &PatientRef) -> Result<PatientFacts, FactsError> {
        Ok(PatientFacts::default())
    }
}

#[async_trait]
impl Recorder for Around {
    async fn record(&self, _: &Decision, _: &Touched) -> Result<(), RecordError> {
        Ok(())
    }
}

#[async_trait]
impl Witness for Around {
    async fn witness(&self, event: &EmergencyEvent) -> Result<(), RecordError> {
        if self.is_trail_down.load(Ordering::SeqCst) {
            return Err(RecordError("disk".to_owned()));
        }
        self.events.lock().unwrap().push(event.clone());
        Ok(())
    }
}

/// A store whose writes can be held back, and its answers to them. What is written is written.
pub(crate) struct SlowAnswers {
    store: Arc<MemoryAccess>,
    is_held: watch::Sender<bool>,
    is_late: watch::Sender<bool>,
    writes_asked: AtomicUsize,
}

#[async_trait]
impl AccessStore for SlowAnswers {
    async fn put(&self, row: Row) -> Result<Put, StoreError> {
        self.writes_asked.fetch_add(1, Ordering::SeqCst);
        let mut is_late = self.is_late.subscribe();
        is_late.wait_for(|late| !late).await.unwrap();
        let put = self.store.put(row).await;
        self.is_held
            .subscribe()
            .wait_for(|held| !held)
            .await
            .unwrap();
        put
    }

    async fn get(&self, kind: Kind, id: [u8; 16]) -> Result<Option<Row>, StoreError> {
        self.store.get(kind, id).await
    }

    async fn find(&self, kind: Kind, key: [u8; 32]) -> Result<Option<Row>, StoreError> {
        self.store.find(kind, key).await
    }

    async fn list(
        &self,
        kind: Kind,
        after: Option<[u8; 16]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        self.store.list(kind, after, limit).await
    }
}

pub(crate) struct Scene {
    pub(crate) identities: Arc<Identities>,
    pub(crate) emergencies: Arc<Emergencies>,
    pub(crate) guard: Guard,
    pub(crate) around: Arc<Around>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Arc<MemoryAccess>,
    pub(crate) engine: Arc<Engine>,
    slow: Arc<SlowAnswers>,
    admin: Option<Principal>,
}

/// A user with what it knows and has.
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) login: String,
    pub(crate) secret: Vec<u8>,
    pub(crate) recovery: Vec<String>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let mut scene = Self::without_users();
        let first = new_user("root", Role::SecurityAdmin);
        let first = scene.identities.create_first_user(first, PASSWORD);
        let id = first.await.unwrap();
        scene.admin = Some(scene.session(id, Role::SecurityAdmin, "root").await);
        scene
    }

    pub(crate) fn without_users() -> Self {
        let keys = key_ring::new();
        let keys = (Arc::new(keys.ring), Arc::new(keys.blind_index));
        Self::under(keys, Arc::default())
    }

    /// Over what is stored, with these keys.
    pub(crate) fn under(
        (ring, blind_index): (Arc<KeyRing>, Arc<BlindIndex>),
        store: Arc<MemoryAccess>,
    ) -> Self {
        let around = Arc::new(Around::default());
        let clock = Arc::new(ManualClock::at(BEGIN));
        let slow = Arc::new(SlowAnswers {
            store: store.clone(),
            is_held: watch::Sender::new(false),
            is_late: watch::Sender::new(false),
            writes_asked: AtomicUsize::new(0),
        });
        let engine = Arc::new(Engine::new(PolicySet::built_in().unwrap()));
        let identities = Identities::new(IdentitiesParts {
            store: slow.clone(),
            ring: ring.clone(),
            blind_index,
            sessions: around.clone(),
            clock: clock.clone(),
            cost: PasswordCost::OWASP,
            engine: engine.clone(),
        });
        let emergencies = Emergencies::new(EmergenciesParts {
            store: slow.clone(),
            ring,
            witness: around.clone(),
            clock: clock.clone(),
            settings: EmergencySettings::default(),
            engine: engine.clone(),
        });
        let (identities, emergencies) = (Arc::new(identities), Arc::new(emergencies));
        let guard = Guard::new(GuardParts {
            engine: engine.clone(),
            facts: around.clone(),
            standings: Arc::new(KeptStandings {
                identities: identities.clone(),
                emergencies: emergencies.clone(),
            }),
            recorder: around.clone(),
            clock: clock.clone(),
        });
        Self {
            identities,
            emergencies,
            guard,
            around,
            clock,
            store,
            engine,
            slow,
            admin: None,
        }
    }

    /// A session as the session service would begin it after a sign-in with a second factor.
    pub(crate) async fn session(&self, user: UserId, role: Role, name: &str) -> Principal {
        self.begin_session(user, role, name).await;
        self.identities
            .principal(name, true)
            .await
            .unwrap()
            .unwrap()
    }

    pub(crate) async fn begin_session(&self, user: UserId, role: Role, name: &str) {
        let facts = SessionFacts {
            session: SessionRef::new(name).unwrap(),
            login: self.identities.show_user(user).await.unwrap().login,
            role,
            has_second_factor: true,
        };
        let mut sessions = self.around.sessions.lock().unwrap();
        sessions.insert(name.to_owned(), facts);
    }

    /// The administrator's right to change identities, as the guard gives it.
    pub(crate) async fn right(&self) -> Authorised {
        let admin = self.admin.as_ref().unwrap();
        self.right_of(admin, DataType::Identities).await
    }

    pub(crate) async fn right_of(&self, who: &Principal, to_write: DataType) -> Authorised {
        let ask = Ask {
            action: Action::Write,
            purpose: Purpose::Operations,
            types: TypeSet::one(to_write),
            subject: Subject::NoPatient,
            emergency: None,
            about: None,
        };
        let permit = self.guard.decide(who, ask).await.unwrap();
        self.guard.authorise(permit).await.unwrap()
    }

    /// Somebody with a password and nothing else yet.
    pub(crate) async fn hire(&self, user: NewUser) -> UserId {
        let right = self.right().await;
        let id = self.identities.create_user(&right, user).await.unwrap();
        let set = self.identities.set_password(&right, id, PASSWORD);
        set.await.unwrap();
        id
    }

    /// Somebody with a password and a second factor.
    pub(crate) async fn person(&self, user: NewUser) -> Person {
        let login = user.login.clone();
        let id = self.hire(user).await;
        let signed_in = self.sign_in(&login, PASSWORD, None).await.unwrap();
        let enrolment = self.identities.enrol(&signed_in).await.unwrap();
        let secret = from_base32(enrolment.expose());
        let now = code(&secret, self.clock.now());
        let recovery = self.identities.confirm(&signed_in, &now).await.unwrap();
        self.clock.advance(60_000);
        Person {
            id,
            login,
            secret,
            recovery: recovery.iter().map(|code| code.to_string()).collect(),
        }
    }

    pub(crate) async fn sign_in(
        &self,
        login: &str,
        password: &str,
        second: Option<SecondFactor<'_>>,
    ) -> Result<SignedIn, SignInRefused> {
        let tried = self.identities.sign_in(login, password, second);
        tried.await.unwrap()
    }

    /// Begins a change, and goes away once it is stored and before that is answered. Gives the epoch from before.
    pub(crate) async fn cut_short<T: Send + 'static>(
        &self,
        change: impl Future<Output = T> + Send + 'static,
        is_stored: impl AsyncFn() -> bool,
    ) -> u64 {
        let before = self.engine.epoch();
        self.slow.is_held.send_replace(true);
        let changing = tokio::spawn(change);
        while !is_stored().await {
            tokio::task::yield_now().await;
        }
        changing.abort();
        assert!(changing.await.is_err(), "it was answered");
        self.slow.is_held.send_replace(false);
        before
    }

    /// Begins a change, and goes away once its write is asked for. It is stored at [`Scene::store_late_writes`].
    pub(crate) async fn cut_off<T: Send + 'static>(
        &self,
        change: impl Future<Output = T> + Send + 'static,
    ) {
        let asked = self.slow.writes_asked.load(Ordering::SeqCst);
        self.slow.is_late.send_replace(true);
        let changing = tokio::spawn(change);
        while self.slow.writes_asked.load(Ordering::SeqCst) == asked {
            tokio::task::yield_now().await;
        }
        changing.abort();
        assert!(changing.await.is_err(), "it was answered");
    }

    pub(crate) fn store_late_writes(&self) {
        self.slow.is_late.send_replace(false);
    }

    /// Waits until what was permitted is decided again.
    pub(crate) async fn decided_again(&self, since: u64) {
        let decided_again = async {
            while self.engine.epoch() <= since {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_mins(1), decided_again).await;
        assert!(waited.is_ok(), "what was decided before still holds");
    }

    /// The second factor again, with the code of the next half minute.
    pub(crate) async fn step_up(&self, principal: &Principal, person: &Person) -> SteppedUp {
        self.clock.advance(30_000);
        let now = code(&person.secret, self.clock.now());
        let proved = self.identities.step_up(principal, SecondFactor::Totp(&now));
        proved.await.unwrap().unwrap()
    }
}

pub(crate) fn new_user(login: &str, role: Role) -> NewUser {
    NewUser {
        login: login.to_owned(),
        name: format!("{login} Canary"),
        kind: if role.is_machine() {
            AccountKind::Service
        } else {
            AccountKind::Person
        },
        roles: RoleSet::one(role),
        department: None,
        own_record: None,
        supervisor: None,
        expires_at: None,
    }
}

/// RFC 6238, told anew.
pub(crate) fn code(secret: &[u8], now: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &(now / 30_000).to_be_bytes());
    let tag = tag.as_ref();
    let from = usize::from(tag[19] & 15);
    let word = u32::from_be_bytes(tag[from..from + 4].try_into().unwrap());
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

fn from_base32(text: &str) -> Vec<u8> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<String> = text
        .chars()
        .map(|letter| format!("{:05b}", alphabet.find(letter).unwrap()))
        .collect();
    bits.concat()
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect()
}

/// Every byte that the store holds, for looking for what must not be there.
pub(crate) async fn everything_stored(store: &MemoryAccess) -> Vec<u8> {
    let mut all = Vec::new();
    for kind in [Kind::User, Kind::ApiKey, Kind::Emergency] {
        for row in store.list(kind, None, 1_000).await.unwrap() {
            all.extend_from_slice(&row.id);
            all.extend(row.key.into_iter().flatten());
            all.extend_from_slice(&row.body);
        }
    }
    all
}
