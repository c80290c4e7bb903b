//! The contract of the log of what happens to sessions, as tests: one per numbered sentence of the port.
//!
//! An adapter that several instances share gives two of them ([`EventLogUnderTest`]) and calls
//! [`session_events_conformance!`](crate::session_events_conformance!) in a test module.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use wardline_sessions::model::{Event, EventKind, SessionId};
use wardline_sessions::port::{AtLimit, Change, EventLog, Logged, SessionStore};

use super::sessions::given::{
    ABSOLUTE_MS, BEGIN, IDLE_MS, NO_LIMITS, limits, placement, session, token,
};
use super::sessions::session_id;

/// How long an event may take to come into the log on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(1);

/// Two instances on one store, as a test sees them.
pub trait EventLogUnderTest {
    /// The instances.
    fn stores(&self) -> [&dyn SessionStore; 2];

    /// Ends both as a kill would, and the store as a loss of power, as far as that can be done within a test; opens them
    /// again on the same data.
    fn reopen(&mut self);
}

/// One `#[test]` for each sentence. The argument is an expression that opens a new, empty
/// [`EventLogUnderTest`](crate::conformance::session_events::EventLogUnderTest).
///
/// `in turn: EXPRESSION` within an asynchronous function runs one after the other instead.
#[macro_export]
macro_rules! session_events_conformance {
    ($open:expr) => {
        $crate::session_events_conformance! { @list each $open }
    };
    (in turn: $open:expr) => {
        $crate::session_events_conformance! { @list turn $open }
    };
    (@list $how:ident $open:expr) => {
        $crate::session_events_conformance! { @$how $open;
            everything_that_is_told_of_a_session_is_in_the_log_once
            what_an_instance_did_that_is_gone_comes_into_the_log
            everybody_gets_the_same_events_under_the_same_numbers
            what_was_read_survives
        }
    };
    (@turn $open:expr; $($sentence:ident)*) => {$(
        println!("{}", stringify!($sentence));
        let mut opened = $open;
        $crate::conformance::session_events::$sentence(&mut opened).await;
        drop(opened);
    )*};
    (@each $open:expr; $($sentence:ident)*) => {$(
        #[test]
        fn $sentence() {
            $crate::block_on(async {
                let mut opened = $open;
                $crate::conformance::session_events::$sentence(&mut opened).await;
            });
        }
    )*};
}

/// Reads on from `after` until there are so many events, and sees that no number is left out.
pub async fn read(log: &dyn EventLog, mut after: u64, count: usize) -> Vec<Event> {
    let began = Instant::now();
    let mut events = Vec::new();
    while events.len() < count {
        assert!(
            began.elapsed() < PATIENCE,
            "{} of {count} events: {events:?}",
            events.len()
        );
        // What cannot be read just now can be soon.
        let Ok(page) = log.after(after, 7, BEGIN).await else {
            log.changed().await;
            continue;
        };
        if page.entries.is_empty() {
            log.changed().await;
        }
        for entry in page.entries {
            let (sequence, event) = match entry {
                Logged::Event(event) => (event.sequence, Some(event)),
                Logged::Lost { sequence } => (sequence, None),
            };
            assert!(after == 0 || sequence == after + 1, "a gap at {after}");
            after = sequence;
            events.extend(event);
        }
    }
    events
}

fn log(store: &dyn SessionStore) -> Arc<dyn EventLog> {
    store
        .event_log()
        .expect("instances share it, so it has a log")
}

/// What was told of one session, with its versions.
fn of(events: &[Event], id: SessionId) -> Vec<(String, u32)> {
    let events = events.iter().filter(|event| event.id == id);
    events
        .map(|event| (event.kind.to_string(), event.version))
        .collect()
}

async fn begin(store: &dyn SessionStore, number: u64) {
    let created = store.create(session(number, BEGIN), NO_LIMITS, BEGIN).await;
    created.unwrap();
}

/// Sentence 1.
pub async fn everything_that_is_told_of_a_session_is_in_the_log_once(
    under_test: &mut impl EventLogUnderTest,
) {
    let [store, other] = under_test.stores();
    let renewal = Change::Renew {
        token: token(1, 2),
        placement: placement("doctor", None, "hyperspace"),
        idle_limit_ms: 30_000,
        ends_at: BEGIN + ABSOLUTE_MS,
        warning_ms: 1_000,
        expected: 4,
    };
    let fields = Change::Fields {
        sealed: Bytes::from_static(b"others"),
        expected: 3,
    };
    begin(store, 1).await;
    for change in [
        Change::Lock,
        Change::Lock,
        Change::Unlock,
        fields.clone(),
        fields,
        renewal,
    ] {
        store
            .change(session_id(1), change, BEGIN + 1)
            .await
            .unwrap();
    }
    for _ in 0..2 {
        store.end(session_id(1), BEGIN + 2).await.unwrap();
    }
    let one = limits(1, AtLimit::EndOldest);
    for number in [2, 3] {
        let mut session = session(number, BEGIN);
        session.record.user = [9; 16];
        store.create(session, one, BEGIN + 3).await.unwrap();
    }
    store.expire(BEGIN + IDLE_MS + 3, 10).await.unwrap();

    let events = read(&*log(other), 0, 9).await;

    let expected = |all: &[(&str, u32)]| -> Vec<(String, u32)> {
        let all = all.iter();
        all.map(|(kind, version)| ((*kind).to_owned(), *version))
            .collect()
    };
    let first = [
        ("created", 1),
        ("locked", 2),
        ("unlocked", 3),
        ("renewed", 5),
        ("revoked", 6),
    ];
    assert_eq!(of(&events, session_id(1)), expected(&first));
    let second = [("created", 1), ("revoked (displaced)", 2)];
    assert_eq!(of(&events, session_id(2)), expected(&second));
    let third = [("created", 1), ("expired (idle)", 2)];
    assert_eq!(of(&events, session_id(3)), expected(&third));
    let renewed = events.iter().find(|it| it.kind == EventKind::Renewed);
    let renewed = renewed.unwrap();
    assert_eq!(renewed.placement, placement("doctor", None, "hyperspace"));
    assert_eq!(renewed.at, BEGIN + 1);
    // It is all: what comes next comes after it.
    begin(store, 4).await;
    let last = events.last().unwrap().sequence;
    let next = read(&*log(other), last, 1).await;
    assert_eq!(of(&next, session_id(4)), expected(&[("created", 1)]));
}

/// Sentence 2.
pub async fn what_an_instance_did_that_is_gone_comes_into_the_log(
    under_test: &mut impl EventLogUnderTest,
) {
    const SESSIONS: u64 = 100;
    let [gone, reader] = under_test.stores();
    let log = log(reader);
    // It has looked before: what is told of comes later.
    log.after(0, 1, BEGIN).await.unwrap();

    for number in 0..SESSIONS {
        begin(gone, number).await;
        gone.end(session_id(number), BEGIN + 1).await.unwrap();
    }

    let events = read(&*log, 0, 200).await;
    for number in 0..SESSIONS {
        let told = of(&events, session_id(number));
        let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["created", "revoked"], "{number}");
    }
}

/// Sentence 3.
pub async fn everybody_gets_the_same_events_under_the_same_numbers(
    under_test: &mut impl EventLogUnderTest,
) {
    const SESSIONS: u64 = 60;
    let stores = under_test.stores();
    let acts = async |at: usize| {
        for number in (0..SESSIONS).filter(|number| *number % 2 == at as u64) {
            begin(stores[at], number).await;
            stores[at].end(session_id(number), BEGIN + 1).await.unwrap();
        }
    };
    let logs = stores.map(log);

    // Both act, and both take what there is to the log.
    let ((), (), one, other) = tokio::join!(
        acts(0),
        acts(1),
        read(&*logs[0], 0, 120),
        read(&*logs[1], 0, 120)
    );

    assert_eq!(one, other);
    let middle = one[70].sequence;
    assert_eq!(read(&*logs[0], middle, 49).await, one[71..]);
    let late = log(stores[0]);
    assert_eq!(read(&*late, middle, 49).await, one[71..]);
}

/// Sentence 4.
pub async fn what_was_read_survives(under_test: &mut impl EventLogUnderTest) {
    begin(under_test.stores()[0], 1).await;
    let before = read(&*log(under_test.stores()[0]), 0, 1).await;

    under_test.reopen();

    begin(under_test.stores()[1], 2).await;
    let after = read(&*log(under_test.stores()[1]), 0, 2).await;
    assert_eq!(after[0], before[0]);
    assert_eq!(after[1].id, session_id(2));
}
