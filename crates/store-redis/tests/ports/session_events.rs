//! The log of what happens to sessions: its contract, what is lost and told, and services on two instances.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use wardline_kernel::ManualClock;
use wardline_sessions::model::{EndCause, EventKind, SessionId};
use wardline_sessions::port::{AtLimit, Change, CreateLimits, Logged, SessionStore};
use wardline_sessions::settings::Settings;
use wardline_sessions::{EventStream, Sessions, SessionsParts, Told};
use wardline_store_redis::{Durability, RedisSessions};
use wardline_testkit::conformance::session_events::EventLogUnderTest;
use wardline_testkit::conformance::sessions::session_id;
use wardline_testkit::{block_on, key_ring};

use super::server::{Server, connect, now};
use super::sessions::{NOW, session};

pub(super) const NO_LIMITS: CreateLimits = CreateLimits {
    per_user: None,
    at_limit: AtLimit::Refuse,
    max_live: u64::MAX,
};
const PATIENCE: Duration = Duration::from_secs(20);
/// Events that an outbox holds at most.
const OUTBOX: usize = 1_024;

struct Opened {
    server: Server,
    stores: [RedisSessions; 2],
}

impl Opened {
    async fn new() -> Self {
        let server = Server::start();
        let stores = instances(&server).await;
        Self { server, stores }
    }
}

pub(super) async fn instances(server: &Server) -> [RedisSessions; 2] {
    [server.connect().await, server.connect().await].map(RedisSessions::new)
}

impl EventLogUnderTest for Opened {
    fn stores(&self) -> [&dyn SessionStore; 2] {
        [&self.stores[0], &self.stores[1]]
    }

    fn reopen(&mut self) {
        self.server.kill();
        self.server.start_again();
        self.stores = now(instances(&self.server));
    }
}

wardline_testkit::session_events_conformance!(Opened::new().await);

/// A service on a connection of its own, which follows the log.
async fn service(server: &Server) -> Sessions {
    service_at(server, Arc::new(ManualClock::at(NOW))).await
}

async fn service_at(server: &Server, clock: Arc<ManualClock>) -> Sessions {
    let redis = server.connect_as_wardline().await;
    let keys = key_ring::new();
    let parts = SessionsParts {
        store: Arc::new(RedisSessions::new(redis)),
        ring: Arc::new(keys.ring),
        blind_index: Arc::new(keys.blind_index),
        clock,
    };
    let settings = Settings::new(BTreeMap::new(), 1_000).unwrap();
    let sessions = Sessions::new(parts, settings);
    sessions.follow().await;
    sessions
}

async fn next(events: &mut EventStream) -> Told {
    let told = tokio::time::timeout(PATIENCE, events.next()).await;
    told.expect("it is told in time").expect("it goes on")
}

async fn next_end(events: &mut EventStream) -> SessionId {
    loop {
        match next(events).await {
            Told::Event(event) if event.kind == EventKind::Ended(EndCause::Revoked) => {
                return event.id;
            }
            Told::Event(_) => {}
            Told::Missed => panic!("events were missed"),
        }
    }
}

#[test]
fn who_goes_on_at_another_instance_misses_nothing_and_hears_nothing_twice() {
    const SESSIONS: u64 = 40;
    block_on(async {
        let server = Server::start();
        let (one, other) = (service(&server).await, service(&server).await);
        let [store, _] = instances(&server).await;
        for number in 0..SESSIONS {
            store.create(session(number), NO_LIMITS, NOW).await.unwrap();
        }

        let mut heard = Vec::new();
        let mut stream = one.subscribe(None);
        for number in 0..SESSIONS {
            one.revoke(session_id(number)).await.unwrap();
            heard.push(next_end(&mut stream).await);
            // It comes back elsewhere with what it has, sometimes before that instance has read so far.
            let there = if number % 2 == 0 { &other } else { &one };
            let position = stream.position();
            there.reach(position).await.unwrap();
            stream = there.subscribe(Some(position));
        }

        let ended: Vec<_> = (0..SESSIONS).map(session_id).collect();
        assert_eq!(heard, ended);
        assert_eq!(stream.try_next(), None);
    });
}

#[test]
fn an_instance_that_has_not_read_so_far_reads_on_before_it_says_that_events_were_missed() {
    let server = Server::start();
    let running = Runtime::new().unwrap();
    let one = running.block_on(service(&server));
    // It does something only while it is asked, so that it is behind.
    let standing_still = Builder::new_current_thread().enable_all().build().unwrap();
    let behind = standing_still.block_on(service(&server));
    let position = running.block_on(async {
        let mut stream = one.subscribe(None);
        let [store, _] = instances(&server).await;
        store.create(session(1), NO_LIMITS, NOW).await.unwrap();
        one.revoke(session_id(1)).await.unwrap();
        next_end(&mut stream).await;
        stream.position()
    });
    assert!(behind.subscribe(None).position() < position);

    standing_still.block_on(behind.reach(position)).unwrap();

    let mut stream = behind.subscribe(Some(position));
    assert_eq!(stream.try_next(), None);
}

#[test]
fn the_instance_that_acted_tells_of_it_once_and_alone_counts_it() {
    block_on(async {
        let server = Server::start();
        let (one, other) = (service(&server).await, service(&server).await);
        let [store, _] = instances(&server).await;
        store.create(session(1), NO_LIMITS, NOW).await.unwrap();
        let mut streams = [one.subscribe(None), other.subscribe(None)];

        one.lock(session_id(1)).await.unwrap();
        one.unlock(session_id(1)).await.unwrap();

        for stream in &mut streams {
            let mut kinds = Vec::new();
            while kinds.last() != Some(&EventKind::Unlocked) {
                let Told::Event(event) = next(stream).await else {
                    panic!("events were missed");
                };
                kinds.push(event.kind);
            }
            kinds.retain(|kind| *kind != EventKind::Created);
            assert_eq!(kinds, [EventKind::Locked, EventKind::Unlocked]);
        }
        assert_eq!(one.happened().values().sum::<u64>(), 2);
        assert_eq!(other.happened().values().sum::<u64>(), 0);
    });
}

#[test]
fn a_number_that_is_nobodys_is_answered_that_events_were_missed() {
    block_on(async {
        let server = Server::start();
        let one = service(&server).await;
        let last = one.subscribe(None).position();

        for other in [0, last - 1, last + 1, u64::MAX] {
            one.reach(other).await.unwrap();
            let mut stream = one.subscribe(Some(other));
            assert_eq!(next(&mut stream).await, Told::Missed, "after {other}");
            assert_eq!(stream.position(), last);
        }
    });
}

#[test]
fn a_log_that_was_emptied_is_told_as_missed_and_goes_on_with_greater_numbers() {
    block_on(async {
        let server = Server::start();
        let clock = Arc::new(ManualClock::at(NOW));
        let one = service_at(&server, Arc::clone(&clock)).await;
        let [store, _] = instances(&server).await;
        let mut stream = one.subscribe(None);
        store.create(session(1), NO_LIMITS, NOW).await.unwrap();
        next(&mut stream).await;
        let before = stream.position();

        clock.advance(1_000);
        server.cli(&["FLUSHALL"]);
        store.create(session(2), NO_LIMITS, NOW).await.unwrap();

        assert_eq!(next(&mut stream).await, Told::Missed);
        let Told::Event(event) = next(&mut stream).await else {
            panic!("events were missed twice");
        };
        assert_eq!(event.id, session_id(2));
        assert!(event.sequence > before, "{} {before}", event.sequence);
    });
}

#[test]
fn an_outbox_that_nobody_empties_is_bounded_and_what_it_lost_is_told() {
    block_on(async {
        let server = Server::start_with(&["--appendonly", "no"]);
        let redis = connect(server.port(), Durability::Memory).await;
        let store = RedisSessions::new(redis.clone());
        store.create(session(1), NO_LIMITS, NOW).await.unwrap();
        // One more than there is room for.
        for number in 0..OUTBOX {
            let change = if number % 2 == 0 {
                Change::Lock
            } else {
                Change::Unlock
            };
            store.change(session_id(1), change, NOW).await.unwrap();
        }

        let log = RedisSessions::new(redis).event_log().unwrap();
        let page = log.after(0, 10_000, NOW).await.unwrap();

        let [
            Logged::Lost { .. },
            Logged::Lost { .. },
            Logged::Event(event),
        ] = &page.entries[..]
        else {
            panic!("{:?}", page.entries);
        };
        assert_eq!(event.version, u32::try_from(OUTBOX).unwrap() + 1);
    });
}

#[test]
fn of_many_that_begin_at_once_those_that_were_taken_back_are_told_as_ended() {
    block_on(async {
        let server = Server::start();
        let stores = instances(&server).await;
        let limits = CreateLimits {
            per_user: NonZeroU32::new(3),
            at_limit: AtLimit::Refuse,
            max_live: u64::MAX,
        };
        let mut creating = JoinSet::new();
        for number in 0..24_usize {
            let store = stores[number % 2].clone();
            creating.spawn(async move {
                let session = session(u64::try_from(number).unwrap());
                store.create(session, limits, NOW + 100).await.unwrap()
            });
        }
        creating.join_all().await;
        let log = stores[0].event_log().unwrap();

        let page = log.after(0, 1_000, NOW + 100).await.unwrap();

        let mut live = BTreeSet::new();
        for entry in page.entries {
            let Logged::Event(event) = entry else {
                continue;
            };
            match event.kind {
                EventKind::Created => assert!(live.insert(event.id)),
                _ => assert!(live.remove(&event.id)),
            }
        }
        assert_eq!(live.len(), 3);
    });
}

#[test]
fn nothing_of_a_person_or_a_token_is_in_the_log() {
    block_on(async {
        let server = Server::start();
        let [store, _] = instances(&server).await;
        store.create(session(1), NO_LIMITS, NOW).await.unwrap();
        store.end(session_id(1), NOW + 1).await.unwrap();
        let log = store.event_log().unwrap();
        log.after(0, 10, NOW).await.unwrap();

        let kept = server.cli(&["XRANGE", "wl:{s:log}:e", "-", "+"]);

        // The blind token of the user and the hash of the session's token, as redis-cli writes them.
        assert!(kept.contains("nurse"), "{kept}");
        assert!(!kept.contains(&"\u{7}".repeat(16)) && !kept.contains(&"\\a".repeat(16)));
        assert!(!kept.contains(&"\u{1}".repeat(32)) && !kept.contains(&"\\x01".repeat(32)));
    });
}

#[test]
fn a_server_that_stood_still_and_one_that_was_killed_lose_no_acknowledged_end() {
    const SESSIONS: u64 = 60;
    block_on(async {
        let mut server = Server::start();
        let (one, other) = (service(&server).await, service(&server).await);
        let [store, _] = instances(&server).await;
        let mut stream = other.subscribe(None);
        let mut ending = JoinSet::new();
        for number in 0..SESSIONS {
            store.create(session(number), NO_LIMITS, NOW).await.unwrap();
        }
        for number in 0..SESSIONS {
            let one = one.clone();
            ending.spawn(async move {
                let began = Instant::now();
                // Until it is acknowledged; what was done in a call without an answer is not there any more.
                while matches!(
                    one.revoke(session_id(number)).await,
                    Err(wardline_sessions::OperationError::Store(_))
                ) {
                    assert!(began.elapsed() < PATIENCE, "no end of {number}");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            });
            match number {
                20 => {
                    server.freeze();
                    tokio::time::sleep(Duration::from_millis(1_500)).await;
                    server.thaw();
                }
                40 => {
                    server.kill();
                    server.start_again();
                }
                _ => {}
            }
        }
        ending.join_all().await;

        let mut ended = Vec::new();
        for _ in 0..SESSIONS {
            ended.push(next_end(&mut stream).await);
        }

        ended.sort_unstable();
        let mut all: Vec<_> = (0..SESSIONS).map(session_id).collect();
        all.sort_unstable();
        assert_eq!(ended, all);
    });
}
