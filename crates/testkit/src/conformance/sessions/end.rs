//! Ending and surviving: sentences 4, 5, 10 and 11.

use std::collections::BTreeSet;

use wardline_sessions::model::{EndCause, Expiry};
use wardline_sessions::port::{Answer, Change};

use super::SessionsUnderTest;
use super::given::{
    ABSOLUTE_MS, BEGIN, IDLE_MS, NO_LIMITS, Scene, placement, session, session_id, token, user,
};

/// Sentence 4.
pub async fn what_was_answered_survives(under_test: &mut impl SessionsUnderTest) {
    let scene = Scene(under_test.store());
    for number in 1..=6 {
        scene.given(number, BEGIN).await;
    }
    scene.0.end(session_id(1), BEGIN).await.unwrap();
    scene.0.end_user(user(2), BEGIN).await.unwrap();
    let change = async |number, change| {
        let changed = scene.0.change(session_id(number), change, BEGIN).await;
        changed.unwrap();
    };
    change(3, Change::Lock).await;
    change(4, Change::Lock).await;
    change(4, Change::Unlock).await;
    let renewal = Change::Renew {
        token: token(5, 2),
        placement: placement("doctor", None, "mychart"),
        idle_limit_ms: 30_000,
        ends_at: BEGIN + ABSOLUTE_MS,
        warning_ms: 1_000,
        expected: 1,
    };
    change(5, renewal).await;

    under_test.reopen();

    let scene = Scene(under_test.store());
    assert!(!scene.lives(1, BEGIN).await);
    assert!(!scene.lives(2, BEGIN).await);
    assert_eq!(scene.look(3, BEGIN).await, Answer::Locked);
    assert!(scene.lives(4, BEGIN).await);
    assert_eq!(scene.look(5, BEGIN).await, Answer::Unknown);
    let Answer::Live(live) = scene.ask(5, 2, false, BEGIN).await else {
        panic!("the renewed session is gone");
    };
    assert_eq!(live.placement, placement("doctor", None, "mychart"));
    assert_eq!((live.version, live.life.idle_limit_ms), (2, 30_000));
    assert!(scene.lives(6, BEGIN).await);
    // What came up again ends in time.
    let ended = scene.0.expire(BEGIN + IDLE_MS, 10).await.unwrap();
    let ended: BTreeSet<_> = ended.iter().map(|ended| ended.id).collect();
    assert_eq!(ended, [3, 4, 5, 6].map(session_id).into());
}

/// Sentence 5.
pub async fn activity_lost_with_the_process_shortens_a_session_and_never_lengthens_it(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    scene.given(1, BEGIN).await;
    scene.given(2, BEGIN).await;
    scene.touch(1, BEGIN + 10_000).await;
    scene.0.write_behind().await.unwrap();
    scene.touch(1, BEGIN + 20_000).await;
    scene.touch(2, BEGIN + 20_000).await;

    under_test.reopen();

    let scene = Scene(under_test.store());
    for (number, at_least) in [(1, BEGIN + 10_000), (2, BEGIN)] {
        let Answer::Live(live) = scene.look(number, BEGIN + 20_001).await else {
            panic!("session {number} is gone");
        };
        let activity = live.life.last_activity_at;
        assert!(
            (at_least..=BEGIN + 20_000).contains(&activity),
            "{activity}"
        );
        let ends = activity + IDLE_MS;
        assert!(scene.lives(number, ends - 1).await);
        assert!(!scene.lives(number, ends).await);
    }
}

/// Sentence 10.
pub async fn end_user_ends_every_session_of_a_user_and_names_each(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    for number in 1..=20 {
        let mut new = session(number, BEGIN);
        new.record.user = user(number % 2);
        scene.0.create(new, NO_LIMITS, BEGIN).await.unwrap();
    }

    let ended = scene.0.end_user(user(1), BEGIN + 1).await.unwrap();

    let named: BTreeSet<_> = ended.iter().map(|ended| ended.id).collect();
    assert_eq!(named, (1..=20).step_by(2).map(session_id).collect());
    assert_eq!(ended.len(), 10);
    for each in &ended {
        assert_eq!((each.cause, each.at), (EndCause::Revoked, BEGIN + 1));
        assert_eq!(each.user, user(1));
    }
    for number in 1..=20 {
        assert_eq!(scene.lives(number, BEGIN + 1).await, number % 2 == 0);
    }
    assert_eq!(scene.0.end_user(user(1), BEGIN + 2).await.unwrap(), []);
    assert_eq!(scene.0.end(session_id(1), BEGIN + 2).await.unwrap(), None);
    let late = BEGIN + IDLE_MS;
    assert_eq!(scene.0.end(session_id(2), late).await.unwrap(), None);
    assert_eq!(scene.0.end_user(user(0), late).await.unwrap(), []);
}

/// Sentence 11.
pub async fn each_expired_session_is_named_exactly_once_those_that_ended_first_before_others(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    for number in 1..=10 {
        scene.given(number, BEGIN + number * 7).await;
    }
    scene.touch(3, BEGIN + 30_000).await;
    scene.0.end(session_id(4), BEGIN + 100).await.unwrap();
    let expire = async |now, limit| {
        let ended = scene.0.expire(now, limit).await.unwrap();
        ended
            .into_iter()
            .map(|ended| (ended.id, ended.cause, ended.at))
            .collect::<Vec<_>>()
    };
    let idle = |number: u64, activity: u64| {
        let cause = EndCause::Expired(Expiry::Idle);
        (session_id(number), cause, activity + IDLE_MS)
    };
    let first = BEGIN + 7 + IDLE_MS;

    assert_eq!(expire(first - 1, 10).await, []);
    assert_eq!(expire(first, 10).await, [idle(1, BEGIN + 7)]);
    assert_eq!(expire(first, 10).await, []);
    let at = BEGIN + 63 + IDLE_MS;
    let some = [2, 5, 6].map(|number| idle(number, BEGIN + number * 7));
    assert_eq!(expire(at, 3).await, some);
    let rest = [7, 8, 9].map(|number| idle(number, BEGIN + number * 7));
    assert_eq!(expire(at, 100).await, rest);
    let end = BEGIN + ABSOLUTE_MS;
    let last = [idle(10, BEGIN + 70), idle(3, BEGIN + 30_000)];
    assert_eq!(expire(end, 100).await, last);
    assert_eq!(expire(end, 100).await, []);
}
