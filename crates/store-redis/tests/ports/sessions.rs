//! The contract of the store of sessions, and plays against the plain model.

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::task::JoinSet;
use wardline_sessions::model::{Life, Placement, PortalName, RoleName, TokenHash};
use wardline_sessions::port::{
    Answer, Ask, AtLimit, CreateLimits, Created, Filter, NewSession, Record, Roles, SessionStore,
};
use wardline_store_redis::{Durability, Redis, RedisSessions};
use wardline_testkit::conformance::sessions::{SessionsUnderTest, session_id};
use wardline_testkit::{block_on, sessions_model};

use super::relay::Relay;
use super::remembered::{believes, until};
use super::server::{Server, connect, now};

struct Opened {
    server: Arc<Server>,
    store: RedisSessions,
    remembers: bool,
}

impl Opened {
    async fn new() -> Self {
        Self::on(Arc::new(Server::start()), false).await
    }

    /// The same, which answers checks from memory where it can.
    async fn remembering() -> Self {
        Self::on(Arc::new(Server::start()), true).await
    }

    async fn on(server: Arc<Server>, remembers: bool) -> Self {
        let store = store(server.connect().await, remembers).await;
        Self {
            server,
            store,
            remembers,
        }
    }

    /// On a server that keeps nothing on disk.
    async fn in_memory(server: Arc<Server>, remembers: bool) -> Self {
        let redis = connect(server.port(), Durability::Memory).await;
        let store = store(redis, remembers).await;
        Self {
            server,
            store,
            remembers,
        }
    }
}

async fn store(redis: Redis, remembers: bool) -> RedisSessions {
    if !remembers {
        return RedisSessions::new(redis);
    }
    let store = RedisSessions::remembering(redis, NonZeroUsize::new(4_096).unwrap());
    believes(&store).await;
    store
}

impl SessionsUnderTest for Opened {
    fn store(&self) -> &dyn SessionStore {
        &self.store
    }

    fn reopen(&mut self) {
        if let Some(server) = Arc::get_mut(&mut self.server) {
            server.kill();
            server.start_again();
        }
        self.store = now(async { store(self.server.connect().await, self.remembers).await });
    }
}

wardline_testkit::sessions_conformance!(Opened::new().await);

mod answered_from_memory {
    use super::*;

    wardline_testkit::sessions_conformance!(Opened::remembering().await);
}

#[test]
fn random_plays_give_the_same_answers_as_the_model() {
    plays(48, false);
}

#[test]
fn random_plays_give_the_same_answers_from_memory() {
    plays(24, true);
}

fn plays(cases: u32, remembers: bool) {
    // One server for all of them: it is the answers that are compared here, not what survives.
    let server = Arc::new(Server::start_with(&["--appendonly", "no"]));
    // The connection lives as long as the runtime that it was made on.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    sessions_model::check(cases, || {
        server.cli(&["FLUSHALL"]);
        runtime.block_on(Opened::in_memory(Arc::clone(&server), remembers))
    });
}

pub(crate) const NOW: u64 = 1_795_255_200_000;
pub(crate) const USER: [u8; 16] = [7; 16];

pub(crate) fn session(number: u64) -> NewSession {
    NewSession {
        record: Record {
            id: session_id(number),
            token: TokenHash::from_bytes([1; 32]),
            user: USER,
            placement: Arc::new(Placement {
                role: RoleName::new("nurse").unwrap(),
                department: None,
                portal: PortalName::new("hyperspace").unwrap(),
            }),
            life: Life {
                created_at: NOW + number,
                last_activity_at: NOW + number,
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

async fn created_at_once(at_limit: AtLimit) -> (Vec<Created>, u64) {
    let server = Server::start();
    let limits = CreateLimits {
        per_user: NonZeroU32::new(3),
        at_limit,
        max_live: u64::MAX,
    };
    // Two instances, each with many at once.
    let instances = [server.connect().await, server.connect().await].map(RedisSessions::new);
    let mut creating = JoinSet::new();
    for number in 0..24_usize {
        let store = instances[number % 2].clone();
        creating.spawn(async move {
            let session = session(u64::try_from(number).unwrap());
            store.create(session, limits, NOW + 100).await.unwrap()
        });
    }
    let answers = creating.join_all().await;
    let of_user = Filter {
        user: Some(USER),
        ..Filter::default()
    };
    let live = instances[0].count(&of_user, NOW + 100).await.unwrap();
    // What was taken back is nowhere.
    let all = instances[1].count(&Filter::default(), NOW + 100).await;
    assert_eq!(all.unwrap(), live);
    (answers, live)
}

#[test]
fn of_many_that_begin_at_once_no_more_live_than_the_limit_says() {
    block_on(async {
        let (answers, live) = created_at_once(AtLimit::Refuse).await;

        let done = answers.iter().filter(|a| matches!(a, Created::Done { .. }));
        assert_eq!((done.count(), live), (3, 3));
    });
}

#[test]
fn of_many_that_begin_at_once_the_oldest_end_and_each_is_named_once() {
    block_on(async {
        let (answers, live) = created_at_once(AtLimit::EndOldest).await;

        let mut named = Vec::new();
        for answer in answers {
            let Created::Done { displaced } = answer else {
                panic!("{answer:?}")
            };
            named.extend(displaced.into_iter().map(|ended| ended.id));
        }
        let count = named.len();
        named.sort_unstable();
        named.dedup();
        assert_eq!((named.len(), count, live), (21, 21, 3));
    });
}

#[test]
fn a_session_that_was_revoked_is_not_let_in_by_any_instance_however_many_extend_it() {
    block_on(async {
        let server = Server::start();
        let instances = [server.connect().await, server.connect().await].map(RedisSessions::new);
        let no_limits = CreateLimits {
            per_user: None,
            at_limit: AtLimit::Refuse,
            max_live: u64::MAX,
        };
        let created = instances[0].create(session(1), no_limits, NOW).await;
        created.unwrap();
        let is_revoked = Arc::new(AtomicBool::new(false));
        let mut checking = JoinSet::new();
        for number in 0..16_usize {
            let (store, is_revoked) = (instances[number % 2].clone(), Arc::clone(&is_revoked));
            checking.spawn(async move {
                let roles: Roles = [RoleName::new("nurse").unwrap()].into_iter().collect();
                let ask = Ask {
                    id: session_id(1),
                    token: TokenHash::from_bytes([1; 32]),
                    roles: &roles,
                    is_activity: true,
                };
                for at in 0.. {
                    let was_revoked = is_revoked.load(Ordering::SeqCst);
                    let answer = store.check(&ask, NOW + at).await.unwrap();
                    let lives = matches!(answer, Answer::Live(_));
                    assert!(!(was_revoked && lives), "a revoked session was let in");
                    if was_revoked {
                        return;
                    }
                }
            });
        }

        let ended = instances[1].end(session_id(1), NOW + 10).await.unwrap();
        is_revoked.store(true, Ordering::SeqCst);

        assert!(ended.is_some());
        checking.join_all().await;
    });
}

const ONE_EACH: CreateLimits = CreateLimits {
    per_user: NonZeroU32::new(1),
    at_limit: AtLimit::Refuse,
    max_live: u64::MAX,
};

async fn live(store: &RedisSessions) -> u64 {
    // While the connection comes back there is no answer.
    let count = store.count(&Filter::default(), NOW + 100).await;
    count.unwrap_or(u64::MAX)
}

#[test]
fn a_session_whose_beginning_failed_half_way_is_taken_back_and_locks_nobody_out() {
    block_on(async {
        for lost in ["wl_session_put", "wl_user_add"] {
            let server = Server::start();
            let relay = Relay::to(server.port()).await;
            let store = RedisSessions::new(connect(relay.port(), Durability::FSYNC).await);
            relay.lose_the_answer_to(lost);

            let failed = store.create(session(1), ONE_EACH, NOW).await;

            assert!(failed.is_err() && relay.has_lost(), "{lost}: {failed:?}");
            until("it is taken back", async || live(&store).await == 0).await;
            let again = store.create(session(2), ONE_EACH, NOW).await.unwrap();
            assert!(matches!(again, Created::Done { .. }), "{lost}: {again:?}");
        }
    });
}

#[test]
fn a_session_that_was_to_displace_another_and_could_not_is_taken_back() {
    block_on(async {
        let server = Server::start();
        let relay = Relay::to(server.port()).await;
        let store = RedisSessions::new(connect(relay.port(), Durability::FSYNC).await);
        let limits = CreateLimits {
            at_limit: AtLimit::EndOldest,
            ..ONE_EACH
        };
        store.create(session(1), limits, NOW).await.unwrap();
        relay.lose_the_answer_to("wl_session_end");

        let failed = store.create(session(2), limits, NOW).await;

        assert!(failed.is_err(), "{failed:?}");
        let is_gone = async || {
            let found = store.get(session_id(2), NOW + 100).await;
            matches!(found, Ok(None))
        };
        until("it is taken back", is_gone).await;
    });
}

#[test]
fn sessions_whose_callers_went_away_while_they_began_are_taken_back() {
    block_on(async {
        let server = Server::start();
        let store = RedisSessions::new(server.connect_as_wardline().await);
        let no_limits = CreateLimits {
            per_user: None,
            ..ONE_EACH
        };
        let mut begun = 0;

        for number in 1..=60_u64 {
            let patience = Duration::from_micros(50 * number);
            let creating = store.create(session(number), no_limits, NOW);
            let created = tokio::time::timeout(patience, creating).await;
            begun += u64::from(created.is_ok_and(|created| created.is_ok()));
        }

        let is_so = async || {
            let of_user = Filter {
                user: Some(USER),
                ..Filter::default()
            };
            let on_list = store.count(&of_user, NOW + 100).await.unwrap();
            (live(&store).await, on_list) == (begun, begun)
        };
        until("as many live as were told of", is_so).await;
    });
}
