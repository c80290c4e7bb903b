//! Sessions that are remembered: what another instance ends is refused within a second, whatever becomes of the connection
//! that tells of it; activity revives nothing.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use wardline_sessions::model::{EndCause, RoleName, SessionId, TokenHash};
use wardline_sessions::port::{
    Answer, Ask, AtLimit, Change, CreateLimits, Filter, Roles, SessionStore,
};
use wardline_store_redis::{Durability, RedisSessions, library};
use wardline_testkit::block_on;
use wardline_testkit::conformance::sessions::session_id;

use super::relay::Relay;
use super::server::{Server, connect};
use super::sessions::{NOW, session};

/// A revocation is honoured by every instance within this time.
const HONOURED_WITHIN: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(20);
const NO_LIMITS: CreateLimits = CreateLimits {
    per_user: None,
    at_limit: AtLimit::Refuse,
    max_live: u64::MAX,
};

/// Waits until something is so.
pub(crate) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until the store hears of every change.
pub(crate) async fn believes(store: &RedisSessions) {
    until("it listens", async || store.remembered().hears_all).await;
}

async fn is_remembered(store: &RedisSessions, id: SessionId) {
    until("a check is answered from memory", async || {
        let before = store.remembered().checks;
        let answer = check(store, id, NOW, false).await;
        assert!(matches!(answer, Answer::Live(_)), "{answer:?}");
        store.remembered().checks > before
    })
    .await;
}

async fn check(store: &RedisSessions, id: SessionId, now: u64, is_activity: bool) -> Answer {
    let roles: Roles = [RoleName::new("nurse").unwrap()].into_iter().collect();
    let ask = Ask {
        id,
        token: TokenHash::from_bytes([1; 32]),
        roles: &roles,
        is_activity,
    };
    store.check(&ask, now).await.unwrap()
}

async fn remembering(port: u16) -> RedisSessions {
    let redis = connect(port, Durability::FSYNC).await;
    RedisSessions::remembering(redis, NonZeroUsize::new(4_096).unwrap())
}

/// Nobody who asks later than a second after the change gets another answer. When the question was asked counts, as an
/// answer may take its time on a busy machine.
async fn answers_in_time(
    store: &RedisSessions,
    (id, now, is_activity): (SessionId, u64, bool),
    expected: &Answer,
    since: Instant,
) {
    loop {
        let asked = Instant::now();
        let answer = check(store, id, now, is_activity).await;
        if answer == *expected {
            return;
        }
        let late = asked.duration_since(since);
        assert!(
            late < HONOURED_WITHIN,
            "{answer:?} to who asked {late:?} after the change"
        );
    }
}

/// The session has ended for this store in time, and stays so.
async fn is_refused_in_time(store: &RedisSessions, id: SessionId, since: Instant) {
    let refused = Answer::Ended(EndCause::Revoked);
    answers_in_time(store, (id, NOW + 5, true), &refused, since).await;
    for _ in 0..20 {
        let answer = check(store, id, NOW + 6, true).await;
        assert_eq!(answer, Answer::Ended(EndCause::Revoked));
    }
}

#[test]
fn what_one_instance_ends_locks_or_renews_another_one_knows_within_a_second() {
    block_on(async {
        let server = Server::start();
        let (one, other) = (
            remembering(server.port()).await,
            remembering(server.port()).await,
        );
        for number in 1..=3 {
            one.create(session(number), NO_LIMITS, NOW).await.unwrap();
            is_remembered(&other, session_id(number)).await;
        }

        one.end(session_id(1), NOW + 1).await.unwrap().unwrap();
        let ended = Instant::now();
        is_refused_in_time(&other, session_id(1), ended).await;
        one.change(session_id(2), Change::Lock, NOW + 1)
            .await
            .unwrap();
        let locked = Instant::now();
        answers_in_time(
            &other,
            (session_id(2), NOW + 2, false),
            &Answer::Locked,
            locked,
        )
        .await;
        let renewed = Change::Renew {
            token: TokenHash::from_bytes([2; 32]),
            placement: session(3).record.placement,
            idle_limit_ms: 60_000,
            ends_at: NOW + 600_000,
            warning_ms: 1_000,
            expected: 1,
        };
        one.change(session_id(3), renewed, NOW + 1).await.unwrap();
        let renewed = Instant::now();
        answers_in_time(
            &other,
            (session_id(3), NOW + 2, false),
            &Answer::Unknown,
            renewed,
        )
        .await;
    });
}

#[test]
fn who_hears_nothing_any_more_asks_redis() {
    block_on(async {
        let server = Server::start();
        let relay = Relay::to(server.port()).await;
        let (one, other) = (
            remembering(server.port()).await,
            remembering(relay.port()).await,
        );
        one.create(session(1), NO_LIMITS, NOW).await.unwrap();
        is_remembered(&other, session_id(1)).await;

        relay.deafen();
        one.end(session_id(1), NOW + 1).await.unwrap().unwrap();

        is_refused_in_time(&other, session_id(1), Instant::now()).await;
        one.create(session(2), NO_LIMITS, NOW).await.unwrap();
        // What was heard just before may be believed for half a second, of other shards too.
        until("nothing is believed any more", async || {
            check(&other, session_id(2), NOW, true).await;
            let before = other.remembered().checks;
            check(&other, session_id(2), NOW, true).await;
            other.remembered().checks == before
        })
        .await;
        let answered = other.remembered().checks;
        for _ in 0..50 {
            let answer = check(&other, session_id(2), NOW, true).await;
            assert!(matches!(answer, Answer::Live(_)), "{answer:?}");
        }
        assert_eq!(other.remembered().checks, answered, "answered from memory");
    });
}

#[test]
fn a_connection_that_is_cut_while_a_session_ends_hides_nothing() {
    block_on(async {
        let server = Server::start();
        let (one, other) = (
            remembering(server.port()).await,
            remembering(server.port()).await,
        );
        for number in 1..=10 {
            one.create(session(number), NO_LIMITS, NOW).await.unwrap();
            is_remembered(&other, session_id(number)).await;

            server.cli(&["CLIENT", "KILL", "TYPE", "pubsub"]);
            one.end(session_id(number), NOW + 1).await.unwrap().unwrap();

            is_refused_in_time(&other, session_id(number), Instant::now()).await;
        }
    });
}

#[test]
fn a_server_that_hangs_is_not_believed_and_one_that_forgot_all_neither() {
    block_on(async {
        let server = Server::start();
        let store = remembering(server.port()).await;
        store.create(session(1), NO_LIMITS, NOW).await.unwrap();
        is_remembered(&store, session_id(1)).await;

        server.cli(&["FLUSHALL"]);

        let flushed = Instant::now();
        answers_in_time(
            &store,
            (session_id(1), NOW, false),
            &Answer::Unknown,
            flushed,
        )
        .await;
        store.create(session(2), NO_LIMITS, NOW).await.unwrap();
        is_remembered(&store, session_id(2)).await;
        server.freeze();
        tokio::time::sleep(Duration::from_millis(600)).await;
        let answered = store.remembered().checks;
        let roles = Roles::default();
        let ask = Ask {
            id: session_id(2),
            token: TokenHash::from_bytes([1; 32]),
            roles: &roles,
            is_activity: false,
        };
        assert!(store.check(&ask, NOW).await.is_err());
        assert_eq!(store.remembered().checks, answered);
        server.thaw();
    });
}

#[test]
fn activity_reaches_redis_in_few_calls_and_revives_nothing() {
    block_on(async {
        let server = Server::start();
        let relay = Relay::to(server.port()).await;
        let (one, other) = (
            remembering(server.port()).await,
            remembering(relay.port()).await,
        );
        for number in 1..=2 {
            one.create(session(number), NO_LIMITS, NOW).await.unwrap();
            is_remembered(&other, session_id(number)).await;
        }
        let calls = || {
            let stats = server.cli(&["INFO", "commandstats"]);
            let line = stats.lines().find(|line| line.starts_with("cmdstat_hset:"));
            let count =
                line.and_then(|line| line.split_once("calls=")?.1.split(',').next()?.parse().ok());
            count.unwrap_or(0_u64)
        };
        let before = calls();

        for later in 1..=500 {
            check(&other, session_id(1), NOW + 5_000 + later, true).await;
            check(&other, session_id(2), NOW + 5_000 + later, true).await;
        }
        // It is active where nobody tells it that it was ended.
        relay.deafen();
        check(&other, session_id(2), NOW + 6_000, true).await;
        one.end(session_id(2), NOW + 1).await.unwrap().unwrap();
        other.write_behind().await.unwrap();

        let written = calls() - before;
        assert!(written < 100, "{written} writes for 1000 checks");
        let found = one
            .list(&Filter::default(), None, 10, NOW + 5_000)
            .await
            .unwrap();
        assert_eq!(found.items.len(), 1);
        assert_eq!(found.items[0].record.life.last_activity_at, NOW + 5_500);
        let answer = check(&one, session_id(2), NOW + 7_000, true).await;
        assert_eq!(answer, Answer::Ended(EndCause::Revoked));
    });
}

#[test]
fn no_more_sessions_are_remembered_than_there_is_room_for() {
    block_on(async {
        let server = Server::start_with(&["--appendonly", "no"]);
        let redis = connect(server.port(), Durability::Memory).await;
        let store = RedisSessions::remembering(redis, NonZeroUsize::new(64).unwrap());
        for number in 1..=400 {
            store.create(session(number), NO_LIMITS, NOW).await.unwrap();
        }
        is_remembered(&store, session_id(1)).await;

        for number in 1..=400 {
            let answer = check(&store, session_id(number), NOW + 1, false).await;
            assert!(matches!(answer, Answer::Live(_)), "{answer:?}");
        }

        let remembered = store.remembered().sessions;
        assert!((1..=64).contains(&remembered), "{remembered}");
    });
}

#[test]
fn activity_that_cannot_be_written_for_eight_seconds_is_given_up_with_what_is_remembered() {
    block_on(async {
        let server = Server::start();
        let store = remembering(server.port()).await;
        believes(&store).await;
        store.create(session(1), NO_LIMITS, NOW).await.unwrap();
        is_remembered(&store, session_id(1)).await;
        let without = library::source().replace("'wl_session_touch'", "'wl_session_other'");
        server.load(&without);

        until("activity is remembered and not written", async || {
            let before = store.remembered().checks;
            check(&store, session_id(1), NOW + 1_000, true).await;
            store.remembered().checks > before
        })
        .await;

        until("it is given up", async || store.remembered().sessions == 0).await;
    });
}
