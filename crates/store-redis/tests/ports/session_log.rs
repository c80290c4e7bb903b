//! The log of what happens to sessions, as it lies on the server: what is not known of it, and that it is read with
//! confirmation.

use std::time::Instant;

use wardline_sessions::port::{Logged, SessionStore};
use wardline_testkit::block_on;
use wardline_testkit::conformance::sessions::session_id;

use super::remembered::until;
use super::server::Server;
use super::session_events::{NO_LIMITS, instances};
use super::sessions::{NOW, session};

#[test]
fn an_event_that_a_later_release_tells_of_is_missed_and_what_follows_it_is_not() {
    block_on(async {
        let server = Server::start();
        let [store, _] = instances(&server).await;
        let log = store.event_log().unwrap();
        store.create(session(1), NO_LIMITS, NOW).await.unwrap();
        let known = log.after(0, 10, NOW).await.unwrap().last;

        let unknown = format!("{}-0", known + 1);
        server.cli(&["XADD", "wl:{s:log}:e", &unknown, "e", "of another kind"]);
        store.end(session_id(1), NOW + 1).await.unwrap();
        let page = log.after(known, 10, NOW + 1).await.unwrap();

        let [Logged::Lost { sequence }, Logged::Event(event)] = &page.entries[..] else {
            panic!("{:?}", page.entries);
        };
        assert_eq!((*sequence, event.sequence), (known + 1, known + 2));
    });
}

/// From Redis 7.2 on `WAIT` waits for what its own connection wrote. What was only read would not be confirmed.
#[test]
fn what_is_read_of_outboxes_and_the_log_is_confirmed_by_a_write() {
    block_on(async {
        let server = Server::start();
        let [store, _] = instances(&server).await;
        store.create(session(1), NO_LIMITS, NOW).await.unwrap();
        let outbox = server.cli(&["--scan", "--pattern", "wl:{s:[0-9]*}:e"]);

        let before = writes(&server);
        let read = server.cli(&["FCALL", "wl_session_outbox", "1", outbox.trim(), "", "9"]);
        let of_outbox = writes(&server) - before;
        let log = ["wl:{s:log}:e", "wl:{s:log}:t"];
        let ask = [
            &["FCALL", "wl_session_log", "2"],
            &log[..],
            &["1", "0", "9", "9"],
        ]
        .concat();
        server.cli(&ask);
        let before = writes(&server);
        server.cli(&ask);
        let of_log = writes(&server) - before;

        assert!(!read.trim().is_empty());
        assert!(of_outbox > 0 && of_log > 0, "{of_outbox} {of_log}");
    });
}

#[test]
fn the_log_is_behind_until_it_could_be_brought_up_to_date() {
    block_on(async {
        let server = Server::start();
        let [store, _] = instances(&server).await;
        let log = store.event_log().unwrap();
        log.after(0, 10, NOW).await.unwrap();
        let then = Instant::now();

        server.cli(&["CONFIG", "SET", "min-replicas-to-write", "1"]);
        log.after(0, 10, NOW).await.unwrap_err();
        let since = then.elapsed();
        assert!(store.log_behind() > since, "{since:?}");

        server.cli(&["CONFIG", "SET", "min-replicas-to-write", "0"]);
        until("it is read again", async || {
            log.after(0, 10, NOW).await.is_ok()
        })
        .await;
        let behind = store.log_behind();
        assert!(behind < then.elapsed(), "{behind:?}");
    });
}

#[test]
fn the_log_is_behind_while_an_outbox_holds_more_than_is_taken_at_a_time() {
    block_on(async {
        let server = Server::start();
        let [store, _] = instances(&server).await;
        let log = store.event_log().unwrap();
        store.create(session(1), NO_LIMITS, NOW).await.unwrap();
        let outbox = server.cli(&["--scan", "--pattern", "wl:{s:[0-9]*}:e"]);
        for _ in 0..48 {
            server.cli(&["XADD", outbox.trim(), "*", "e", ""]);
        }
        let then = Instant::now();

        let first = log.after(0, 100, NOW).await.unwrap().entries.len();
        let since = then.elapsed();
        let behind = store.log_behind();
        let both = log.after(0, 100, NOW).await.unwrap().entries.len();

        assert_eq!(both, first + 1);
        assert!(behind > since, "{behind:?} {since:?}");
        let behind = store.log_behind();
        assert!(behind < then.elapsed(), "{behind:?}");
    });
}

/// How often the server's data was written to.
fn writes(server: &Server) -> u64 {
    let info = server.cli(&["INFO", "persistence"]);
    let mut lines = info.lines();
    let count = lines.find_map(|line| line.strip_prefix("rdb_changes_since_last_save:"));
    count.unwrap().trim().parse().unwrap()
}
