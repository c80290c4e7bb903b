//! Beginning: sentences 8, 9 and 14.

use wardline_sessions::model::EndCause;
use wardline_sessions::port::{AtLimit, CreateLimits, Created, NewSession};

use super::SessionsUnderTest;
use super::given::{BEGIN, IDLE_MS, NO_LIMITS, Scene, limits, session, session_id, user};

fn of_one_user(number: u64, now: u64) -> NewSession {
    let mut new = session(number, now);
    new.record.user = user(77);
    new
}

/// Sentence 8.
pub async fn when_create_returns_with_refuse_its_user_has_at_most_the_limit(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    let two = limits(2, AtLimit::Refuse);
    let none = || Created::Done {
        displaced: Vec::new(),
    };
    let create = async |number, now| {
        let created = scene.0.create(of_one_user(number, now), two, now).await;
        created.unwrap()
    };
    assert_eq!(create(1, BEGIN).await, none());
    assert_eq!(create(2, BEGIN + 1).await, none());

    assert_eq!(create(3, BEGIN + 2).await, Created::TooMany { live: 2 });

    assert!(!scene.lives(3, BEGIN + 2).await);
    assert!(scene.lives(1, BEGIN + 2).await && scene.lives(2, BEGIN + 2).await);
    scene.given(4, BEGIN + 2).await;
    scene.0.end(session_id(1), BEGIN + 3).await.unwrap();
    assert_eq!(create(5, BEGIN + 3).await, none());
    // What a limit of time has ended does not count, also when nobody has taken it away yet.
    assert_eq!(create(6, BEGIN + 1 + IDLE_MS).await, none());
}

/// Sentence 9.
pub async fn when_create_returns_with_end_oldest_the_oldest_have_ended_and_are_named(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    // Created in another order than their ids say.
    for (number, at) in [(3, BEGIN), (1, BEGIN + 1), (2, BEGIN + 2)] {
        let created = scene.0.create(of_one_user(number, at), NO_LIMITS, at).await;
        created.unwrap();
    }
    let now = BEGIN + 10;

    let two = limits(2, AtLimit::EndOldest);
    let created = scene.0.create(of_one_user(4, now), two, now).await.unwrap();

    let Created::Done { displaced } = created else {
        panic!("{created:?}")
    };
    let named: Vec<_> = displaced.iter().map(|e| (e.id, e.cause, e.at)).collect();
    let expected = [3, 1].map(|number| (session_id(number), EndCause::Displaced, now));
    assert_eq!(named, expected);
    for (number, lives) in [(1, false), (2, true), (3, false), (4, true)] {
        assert_eq!(scene.lives(number, now).await, lives, "session {number}");
    }
    under_test.reopen();
    let scene = Scene(under_test.store());
    for (number, lives) in [(1, false), (2, true), (3, false), (4, true)] {
        assert_eq!(scene.lives(number, now).await, lives, "session {number}");
    }
}

/// Sentence 14.
pub async fn a_create_beyond_max_live_is_refused_as_full(under_test: &mut impl SessionsUnderTest) {
    let scene = Scene(under_test.store());
    let three = CreateLimits {
        max_live: 3,
        ..NO_LIMITS
    };
    for number in 1..=3 {
        let created = scene.0.create(session(number, BEGIN), three, BEGIN).await;
        assert!(matches!(created, Ok(Created::Done { .. })));
    }

    let beyond = scene.0.create(session(4, BEGIN), three, BEGIN).await;

    assert_eq!(beyond.unwrap(), Created::Full);
    assert!(!scene.lives(4, BEGIN).await);
    scene.0.end(session_id(1), BEGIN).await.unwrap();
    let created = scene.0.create(session(5, BEGIN), three, BEGIN).await;
    assert!(matches!(created, Ok(Created::Done { .. })));
}
