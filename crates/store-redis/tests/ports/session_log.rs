//! The log of what happens to sessions, as it lies on the server: what is not known of it, and that it is read with
//! confirmation.

use wardline_sessions::port::{Logged, SessionStore};
use wardline_testkit::block_on;
use wardline_testkit::conformance::sessions::session_id;

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

/// How often the server's data was written to.
fn writes(server: &Server) -> u64 {
    let info = server.cli(&["INFO", "persistence"]);
    let mut lines = info.lines();
    let count = lines.find_map(|line| line.strip_prefix("rdb_changes_since_last_save:"));
    count.unwrap().trim().parse().unwrap()
}
