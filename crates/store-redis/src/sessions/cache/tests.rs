//! What is believed and for how long, without a server.

use std::sync::Arc;

use wardline_sessions::model::{Placement, PortalName, RoleName};
use wardline_sessions::port::Roles;

use super::*;

const NOW: UnixMillis = 1_795_255_200_000;
const SECOND: Duration = Duration::from_secs(1);
const NURSE: &str = "nurse";

fn record(number: u8) -> Record {
    let mut id = [number; 16];
    // All in one shard.
    id[15] = 0;
    Record {
        id: SessionId::from_bytes(id),
        token: TokenHash::from_bytes([number; 32]),
        user: [7; 16],
        placement: Arc::new(Placement {
            role: RoleName::new(NURSE).unwrap(),
            department: None,
            portal: PortalName::new("hyperspace").unwrap(),
        }),
        life: Life {
            created_at: NOW,
            last_activity_at: NOW,
            idle_limit_ms: 60_000,
            ends_at: NOW + 3_600_000,
            warning_ms: 1_000,
            is_locked: false,
        },
        version: 1,
    }
}

/// What is to be written, all in one shard.
fn touches(cache: &Cache, at: Instant) -> Vec<Touch> {
    cache.touches(0, at).0
}

/// A cache that is believed in from `at` on, and holds sessions with these numbers.
fn holding(numbers: &[u8], at: Instant) -> Cache {
    let cache = Cache::new(NonZeroUsize::new(usize::from(SHARDS) * 4).unwrap());
    cache.believe(0, 1, at, false);
    for number in numbers {
        let record = record(*number);
        cache.put(cache.ticket(record.id), record);
    }
    cache
}

fn ask<T>(number: u8, is_activity: bool, then: impl FnOnce(&Ask<'_>) -> T) -> T {
    let roles: Roles = [RoleName::new(NURSE).unwrap()].into_iter().collect();
    let record = record(number);
    then(&Ask {
        id: record.id,
        token: record.token,
        roles: &roles,
        is_activity,
    })
}

fn lives(cache: &Cache, number: u8, now: UnixMillis, at: Instant) -> bool {
    ask(number, true, |ask| cache.live(ask, now, at).is_some())
}

#[test]
fn it_answers_until_it_is_believed_no_more_and_not_at_that_moment() {
    let at = Instant::now();
    let cache = holding(&[1], at);

    assert!(lives(&cache, 1, NOW, at + Duration::from_millis(499)));
    assert!(!lives(&cache, 1, NOW, at + BELIEVED_FOR));
    cache.believe(0, 1, at + SECOND, false);
    assert!(lives(&cache, 1, NOW, at + SECOND), "it was forgotten");
}

#[test]
fn what_is_named_is_forgotten_and_what_was_being_read_is_not_put_down() {
    let at = Instant::now();
    let cache = holding(&[1], at);
    let ticket = cache.ticket(record(2).id);

    cache.forget(record(1).id);
    cache.put(ticket, record(2));

    assert_eq!(cache.len(), 0);
}

#[test]
fn with_another_listener_and_after_doubt_nothing_is_known() {
    let at = Instant::now();
    let others = holding(&[1], at);
    let doubted = holding(&[1], at);

    others.believe(0, 2, at, false);
    doubted.doubt(0, 1);
    doubted.put(doubted.ticket(record(1).id), record(1));

    assert_eq!((others.len(), doubted.len()), (0, 0));
    assert!(!lives(&doubted, 1, NOW, at));
}

#[test]
fn the_doubt_of_a_listener_that_was_followed_by_another_takes_nothing() {
    let at = Instant::now();
    let cache = holding(&[1], at);

    cache.doubt(0, 9);

    assert!(lives(&cache, 1, NOW, at));
}

#[test]
fn a_shard_that_is_empty_on_the_server_is_forgotten() {
    let at = Instant::now();
    let cache = holding(&[1], at);

    cache.believe(0, 1, at, true);

    assert_eq!(cache.len(), 0);
}

#[test]
fn another_token_another_role_a_lock_and_an_end_that_is_near_are_left_to_redis() {
    let at = Instant::now();
    let mut locked = record(2);
    locked.life.is_locked = true;
    let cache = holding(&[1], at);
    cache.put(cache.ticket(locked.id), locked);
    let roles = Roles::default();
    let (id, token) = (record(1).id, record(1).token);
    let is_activity = false;
    let nobody = Ask {
        id,
        token,
        roles: &roles,
        is_activity,
    };

    assert_eq!(cache.live(&nobody, NOW, at), None);
    let token = record(9).token;
    let stolen = ask(1, true, |ask| cache.live(&Ask { token, ..*ask }, NOW, at));
    assert_eq!(stolen, None);
    assert!(!lives(&cache, 2, NOW, at));
    assert!(!lives(&cache, 1, NOW + 60_000 - MARGIN_MS, at));
    assert!(lives(&cache, 1, NOW + 60_000 - MARGIN_MS - 1, at));
}

#[test]
fn activity_is_written_once_for_many_checks_and_again_for_what_came_meanwhile() {
    let at = Instant::now();
    let cache = holding(&[1, 2], at);
    for later in 1..=5 {
        assert!(lives(&cache, 1, NOW + later, at));
    }
    ask(2, false, |ask| {
        assert!(cache.live(ask, NOW + 5, at).is_some());
    });

    let first = touches(&cache, at);
    assert!(lives(&cache, 1, NOW + 9, at));
    cache.is_written(&first[0], at);
    let second = touches(&cache, at);
    cache.is_unwritten(&second[0], at);

    assert_eq!(
        first.iter().map(|touch| touch.at).collect::<Vec<_>>(),
        [NOW + 5]
    );
    assert_eq!(
        second.iter().map(|touch| touch.at).collect::<Vec<_>>(),
        [NOW + 9]
    );
    assert_eq!(touches(&cache, at), second, "what failed is tried again");
    cache.is_written(&second[0], at);
    assert!(touches(&cache, at).is_empty() && !cache.is_ahead(record(1).id));
}

#[test]
fn however_long_it_is_active_here_it_is_left_to_redis_near_the_end_that_redis_knows() {
    let at = Instant::now();
    let cache = holding(&[1], at);
    assert!(lives(&cache, 1, NOW + 40_000, at));

    assert!(!lives(&cache, 1, NOW + 60_000 - MARGIN_MS, at));
    let active = touches(&cache, at);
    cache.is_written(&active[0], at);
    assert!(lives(&cache, 1, NOW + 60_000 - MARGIN_MS, at));
}

#[test]
fn activity_that_could_not_be_written_for_long_is_given_up_with_the_session() {
    let at = Instant::now();
    let cache = holding(&[1], at);
    assert!(lives(&cache, 1, NOW + 1, at));

    let late = touches(&cache, at + WRITTEN_WITHIN);

    assert_eq!((late.len(), cache.len()), (0, 0));
}

#[test]
fn activity_whose_writing_fails_again_and_again_is_given_up_as_late_as_if_nobody_had_tried() {
    let at = Instant::now();
    let cache = holding(&[1], at);
    assert!(lives(&cache, 1, NOW + 1, at));

    for seconds in 0..8 {
        let (active, since) = cache.touches(0, at + seconds * SECOND);
        assert_eq!((active.len(), since), (1, at), "after {seconds} s");
        cache.is_unwritten(&active[0], since);
    }

    let late = touches(&cache, at + WRITTEN_WITHIN);
    assert_eq!((late.len(), cache.len()), (0, 0));
}

#[test]
fn what_was_read_before_activity_was_written_takes_nothing_back() {
    let at = Instant::now();
    let cache = holding(&[1], at);
    let ticket = cache.ticket(record(1).id);
    assert!(lives(&cache, 1, NOW + 5, at));
    let active = touches(&cache, at);
    cache.is_written(&active[0], at);

    cache.put(ticket, record(1));

    assert!(!cache.is_ahead(record(1).id));
    assert!(lives(&cache, 1, NOW + 7, at));
    assert_eq!(touches(&cache, at).len(), 1);
}

#[test]
fn a_full_shard_begins_anew_and_keeps_what_is_to_be_written() {
    let at = Instant::now();
    let cache = holding(&[1, 2, 3, 4], at);
    assert!(lives(&cache, 2, NOW + 1, at));
    assert_eq!(cache.len(), 4);

    cache.put(cache.ticket(record(5).id), record(5));

    assert_eq!(cache.len(), 2);
    assert!(lives(&cache, 2, NOW + 2, at) && lives(&cache, 5, NOW + 2, at));
    for number in [6, 7] {
        cache.put(cache.ticket(record(number).id), record(number));
        assert!(lives(&cache, number, NOW + 3, at));
    }
    cache.put(cache.ticket(record(8).id), record(8));
    assert_eq!(cache.len(), 4, "all are to be written, so there is no room");
    assert!(!lives(&cache, 8, NOW + 3, at));
}
