//! Sessions on whole estates with TLS and access lists, answered from memory where they can be: the contract, and an end
//! that was acknowledged holds at every instance, whatever becomes of a master.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio_util::task::AbortOnDropHandle;
use wardline_estate::Role;
use wardline_sessions::model::{EventKind, Life, Placement, PortalName, RoleName, TokenHash};
use wardline_sessions::port::{
    Answer, Ask, AtLimit, CreateLimits, NewSession, Record, Roles, SessionStore,
};
use wardline_store_redis::RedisSessions;
use wardline_testkit::conformance::session_events::{self, EventLogUnderTest};
use wardline_testkit::conformance::sessions::{SessionsUnderTest, session_id};

use crate::estate::Raised;
use crate::server::eventually;

const NOW: u64 = 1_795_255_200_000;
/// A revocation is honoured by every instance within this time.
const HONOURED_WITHIN: Duration = Duration::from_secs(1);
/// Sessions that begin, of which every second one is ended.
const SESSIONS: u64 = 24;

async fn remembering(raised: &Raised) -> RedisSessions {
    let room = NonZeroUsize::new(4_096).unwrap();
    let store = RedisSessions::remembering(raised.connect().await, room);
    eventually("it listens", async || store.remembered().hears_all).await;
    store
}

struct OnEstate<'a> {
    raised: &'a Raised,
    store: RedisSessions,
}

impl<'a> OnEstate<'a> {
    /// A connection to the estate without anything in it.
    async fn new(raised: &'a Raised) -> Self {
        for master in raised.lab.masters().await.unwrap() {
            let mut link = raised.lab.link(master.address, Role::Admin).await.unwrap();
            link.call(&["FLUSHALL"]).await.unwrap();
        }
        let store = remembering(raised).await;
        Self { raised, store }
    }
}

impl SessionsUnderTest for OnEstate<'_> {
    fn store(&self) -> &dyn SessionStore {
        &self.store
    }

    fn reopen(&mut self) {
        // Another process on the same data.
        let connected = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(remembering(self.raised))
        });
        self.store = connected;
    }
}

#[test]
fn the_contract_of_sessions_holds_with_sentinel() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        wardline_testkit::sessions_conformance!(in turn: OnEstate::new(&raised).await);
    });
}

#[test]
fn the_contract_of_sessions_holds_on_a_cluster() {
    wardline_testkit::block_on(async {
        let raised = Raised::cluster().await;
        wardline_testkit::sessions_conformance!(in turn: OnEstate::new(&raised).await);
    });
}

/// Two instances on an estate.
struct TwoOnEstate<'a> {
    raised: &'a Raised,
    stores: [RedisSessions; 2],
}

impl<'a> TwoOnEstate<'a> {
    async fn new(raised: &'a Raised) -> Self {
        let OnEstate { store, .. } = OnEstate::new(raised).await;
        Self {
            raised,
            stores: [store, remembering(raised).await],
        }
    }
}

impl EventLogUnderTest for TwoOnEstate<'_> {
    fn stores(&self) -> [&dyn SessionStore; 2] {
        [&self.stores[0], &self.stores[1]]
    }

    fn reopen(&mut self) {
        // Other processes on the same data.
        self.stores = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                [
                    remembering(self.raised).await,
                    remembering(self.raised).await,
                ]
            })
        });
    }
}

#[test]
fn the_contract_of_the_log_of_sessions_holds_with_sentinel() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        wardline_testkit::session_events_conformance!(in turn: TwoOnEstate::new(&raised).await);
    });
}

#[test]
fn the_contract_of_the_log_of_sessions_holds_on_a_cluster() {
    wardline_testkit::block_on(async {
        let raised = Raised::cluster().await;
        wardline_testkit::session_events_conformance!(in turn: TwoOnEstate::new(&raised).await);
    });
}

#[test]
fn kill_9_of_a_master_loses_no_end_and_no_instance_lets_an_ended_session_in() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        a_master_is_killed_while_sessions_end(&raised).await;
    });
}

#[test]
fn kill_9_of_a_master_of_a_cluster_loses_no_end_and_no_instance_lets_an_ended_session_in() {
    wardline_testkit::block_on(async {
        let raised = Raised::cluster().await;
        a_master_is_killed_while_sessions_end(&raised).await;
    });
}

async fn a_master_is_killed_while_sessions_end(raised: &Raised) {
    let instances = [remembering(raised).await, remembering(raised).await];
    for number in 0..SESSIONS {
        instances[0]
            .create(session(number), NO_LIMITS, NOW)
            .await
            .unwrap();
        for store in &instances {
            assert_eq!(lives(store, number).await, Some(true));
        }
    }
    let masters = raised.lab.masters().await.unwrap();
    let master = masters.first().unwrap().name.clone();
    let mut ended = Vec::new();
    let log = instances[1].event_log().unwrap();
    let events = usize::try_from(SESSIONS + SESSIONS / 2).unwrap();
    let told = AbortOnDropHandle::new(tokio::spawn(async move {
        session_events::read(&*log, 0, events).await
    }));

    for number in (0..SESSIONS).step_by(2) {
        if number == SESSIONS / 2 {
            raised.lab.kill(&master).unwrap();
        }
        // Until it is acknowledged, as somebody would who locks a person out.
        eventually("the end is acknowledged", async || {
            instances[0].end(session_id(number), NOW + 1).await.is_ok()
        })
        .await;
        ended.push((number, Instant::now()));
        for (number, since) in &ended {
            let asked = Instant::now();
            let answer = lives(&instances[1], *number).await;
            let is_late = asked.duration_since(*since) >= HONOURED_WITHIN;
            assert!(!(is_late && answer == Some(true)), "{number} was let in");
        }
    }

    // Each end is told of once, and nobody who reads later is told something else under the same number.
    let told = told.await.unwrap();
    for number in (0..SESSIONS).step_by(2) {
        let ends = told.iter().filter(|event| {
            event.id == session_id(number) && matches!(event.kind, EventKind::Ended(_))
        });
        assert_eq!(ends.count(), 1, "{number}");
    }
    let log = instances[0].event_log().unwrap();
    assert_eq!(session_events::read(&*log, 0, events).await, told);
    tokio::time::sleep(HONOURED_WITHIN).await;
    for store in &instances {
        for number in 0..SESSIONS {
            eventually("it is answered", async || {
                lives(store, number).await.is_some()
            })
            .await;
            assert_eq!(
                lives(store, number).await,
                Some(number % 2 == 1),
                "{number}"
            );
        }
        eventually("checks are answered from memory again", async || {
            let before = store.remembered().checks;
            lives(store, 1).await == Some(true) && store.remembered().checks > before
        })
        .await;
    }
}

const NO_LIMITS: CreateLimits = CreateLimits {
    per_user: None,
    at_limit: AtLimit::Refuse,
    max_live: u64::MAX,
};

fn session(number: u64) -> NewSession {
    NewSession {
        record: Record {
            id: session_id(number),
            token: TokenHash::from_bytes([1; 32]),
            user: [7; 16],
            placement: Arc::new(Placement {
                role: RoleName::new("nurse").unwrap(),
                department: None,
                portal: PortalName::new("hyperspace").unwrap(),
            }),
            life: Life {
                created_at: NOW,
                last_activity_at: NOW,
                idle_limit_ms: 1_800_000,
                ends_at: NOW + 43_200_000,
                warning_ms: 1_000,
                is_locked: false,
            },
            version: 1,
        },
        facts: Bytes::from_static(b"facts"),
        fields: Bytes::from_static(b"fields"),
    }
}

/// Whether a check lets it in; `None` when there is no answer.
async fn lives(store: &RedisSessions, number: u64) -> Option<bool> {
    let roles: Roles = [RoleName::new("nurse").unwrap()].into_iter().collect();
    let ask = Ask {
        id: session_id(number),
        token: TokenHash::from_bytes([1; 32]),
        roles: &roles,
        is_activity: true,
    };
    let answer = store.check(&ask, NOW + 10).await.ok()?;
    Some(matches!(answer, Answer::Live(_)))
}
