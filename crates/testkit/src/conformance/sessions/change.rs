//! Changes: sentences 6, 7 and 13.

use bytes::Bytes;
use wardline_sessions::port::{Answer, Change, Changed, Record, SessionStore, Stored};

use super::SessionsUnderTest;
use super::given::{ABSOLUTE_MS, BEGIN, IDLE_MS, Scene, placement, session, session_id, token};

fn renewal(number: u64, expected: u32, ends_at: u64) -> Change {
    Change::Renew {
        token: token(number, 2),
        placement: placement("doctor", None, "hyperspace"),
        idle_limit_ms: 30_000,
        ends_at,
        warning_ms: 1_000,
        expected,
    }
}

async fn change(store: &dyn SessionStore, number: u64, change: Change, now: u64) -> Changed {
    let changed = store.change(session_id(number), change, now).await;
    changed.unwrap()
}

/// Sentence 6.
pub async fn a_renewal_puts_a_new_token_in_the_place_of_the_old_one(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    let given = scene.given(1, BEGIN).await.record;
    let later = BEGIN + 10 * ABSOLUTE_MS;

    let changed = change(scene.0, 1, renewal(1, 1, later), BEGIN + 5).await;

    let mut life = given.life;
    life.last_activity_at = BEGIN + 5;
    life.idle_limit_ms = 30_000;
    life.warning_ms = 1_000;
    let renewed = Record {
        token: token(1, 2),
        placement: placement("doctor", None, "hyperspace"),
        life,
        version: 2,
        ..given
    };
    assert_eq!(changed, Changed::Done(renewed.clone()));
    assert_eq!(scene.ask(1, 1, true, BEGIN + 6).await, Answer::Unknown);
    let Answer::Live(live) = scene.ask(1, 2, false, BEGIN + 6).await else {
        panic!("the new token does not hold");
    };
    assert_eq!((live.life, live.version), (life, 2));
    assert_eq!(live.placement, renewed.placement);
    assert!(!matches!(
        scene.ask(1, 2, false, BEGIN + 5 + 30_000).await,
        Answer::Live(_)
    ));

    scene.given(2, BEGIN).await;
    let sooner = BEGIN + 7;
    change(scene.0, 2, renewal(2, 1, sooner), BEGIN + 5).await;
    assert!(matches!(
        scene.ask(2, 2, true, BEGIN + 6).await,
        Answer::Live(_)
    ));
    assert!(!matches!(
        scene.ask(2, 2, true, sooner).await,
        Answer::Live(_)
    ));
    let ended = scene.0.expire(sooner, 10).await.unwrap();
    assert_eq!(ended.len(), 1, "a session that was shortened ends in time");
}

/// Sentence 7.
pub async fn changing_what_has_ended_is_of_another_version_or_locked_changes_nothing(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    for number in 1..=4 {
        scene.given(number, BEGIN).await;
    }
    let fields = |expected| Change::Fields {
        sealed: Bytes::from_static(b"other"),
        expected,
    };
    scene.0.end(session_id(1), BEGIN).await.unwrap();
    change(scene.0, 2, Change::Lock, BEGIN).await;
    let ended = BEGIN + IDLE_MS;
    let ends_at = BEGIN + ABSOLUTE_MS;

    for (number, now) in [(1, BEGIN), (4, ended), (9, BEGIN)] {
        for each in [
            Change::Lock,
            Change::Unlock,
            fields(1),
            renewal(number, 1, ends_at),
        ] {
            assert_eq!(change(scene.0, number, each, now).await, Changed::Gone);
        }
    }
    let locked = change(scene.0, 2, renewal(2, 2, ends_at), BEGIN).await;
    assert_eq!(locked, Changed::Locked);
    let conflict = Changed::Conflict { version: 1 };
    assert_eq!(change(scene.0, 3, fields(2), BEGIN).await, conflict);
    let renewed = change(scene.0, 3, renewal(3, 0, ends_at), BEGIN).await;
    assert_eq!(renewed, conflict);

    let stored = scene.0.get(session_id(3), BEGIN).await.unwrap().unwrap();
    let was = session(3, BEGIN);
    assert_eq!((stored.record, stored.fields), (was.record, was.fields));
    assert!(scene.lives(3, BEGIN).await);
    assert_eq!(scene.look(2, BEGIN).await, Answer::Locked);
}

/// Of `Lock` and `Unlock`.
pub async fn locking_and_unlocking_twice_is_the_same_as_once(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    let mut record = scene.given(1, BEGIN).await.record;

    record.version = 2;
    record.life.is_locked = true;
    let locked = change(scene.0, 1, Change::Lock, BEGIN + 1).await;
    assert_eq!(locked, Changed::Done(record.clone()));
    let again = change(scene.0, 1, Change::Lock, BEGIN + 2).await;
    assert_eq!(again, Changed::Already(record.clone()));

    record.version = 3;
    record.life.is_locked = false;
    record.life.last_activity_at = BEGIN + 3;
    let unlocked = change(scene.0, 1, Change::Unlock, BEGIN + 3).await;
    assert_eq!(unlocked, Changed::Done(record.clone()));
    let again = change(scene.0, 1, Change::Unlock, BEGIN + 4).await;
    assert_eq!(again, Changed::Already(record));
}

/// Sentence 13.
pub async fn what_is_stored_is_given_back_byte_for_byte(under_test: &mut impl SessionsUnderTest) {
    let scene = Scene(under_test.store());
    let every_byte: Vec<u8> = (0..=255).collect();
    let mut new = session(1, BEGIN);
    new.facts = Bytes::from(every_byte.clone());
    new.fields = Bytes::new();
    scene.given_as(new.clone(), BEGIN).await;
    let stored = Stored {
        record: new.record.clone(),
        facts: new.facts.clone(),
        fields: Bytes::new(),
    };
    let get = async |store: &dyn SessionStore| store.get(session_id(1), BEGIN).await.unwrap();
    assert_eq!(get(scene.0).await, Some(stored.clone()));
    assert_eq!(
        scene.0.facts(session_id(1)).await.unwrap(),
        Some(new.facts.clone())
    );

    let large = Bytes::from(every_byte.repeat(64));
    let fields = Change::Fields {
        sealed: large.clone(),
        expected: 1,
    };
    change(scene.0, 1, fields, BEGIN).await;

    under_test.reopen();
    let mut changed = stored;
    changed.fields = large;
    changed.record.version = 2;
    assert_eq!(get(under_test.store()).await, Some(changed));
    assert_eq!(under_test.store().facts(session_id(2)).await.unwrap(), None);
}
