//! Checks: sentences 1 to 3.

use wardline_sessions::model::{EndCause, Expiry, RoleName};
use wardline_sessions::port::{Answer, Ask, AtLimit, Change, Live, TOLD_FOR_MS};

use super::SessionsUnderTest;
use super::given::{
    ABSOLUTE_MS, BEGIN, IDLE_MS, Scene, limits, roles, session, session_id, token, user,
};

/// Sentence 1.
pub async fn a_check_decides_as_life_does_and_extends_what_it_says(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    let given = scene.given(1, BEGIN).await;
    let live_at = |last_activity_at| {
        let mut life = given.record.life;
        life.last_activity_at = last_activity_at;
        Answer::Live(Live {
            user: given.record.user,
            placement: given.record.placement.clone(),
            life,
            version: 1,
        })
    };
    let ask = Ask {
        id: session_id(1),
        token: token(1, 1),
        roles: &roles(&["doctor"]),
        is_activity: true,
    };
    let nurse = RoleName::new("nurse").unwrap();

    // Neither a look nor what the role may not do extends it.
    assert_eq!(scene.look(1, BEGIN + 10).await, live_at(BEGIN));
    assert_eq!(
        scene.0.check(&ask, BEGIN + 20).await.unwrap(),
        Answer::Role(nurse)
    );
    assert_eq!(scene.look(1, BEGIN + 30).await, live_at(BEGIN));
    assert_eq!(scene.touch(1, BEGIN + 40).await, live_at(BEGIN + 40));
    // A clock that goes back takes nothing away.
    assert_eq!(scene.touch(1, BEGIN - 40).await, live_at(BEGIN + 40));

    scene
        .0
        .change(session_id(1), Change::Lock, BEGIN + 50)
        .await
        .unwrap();
    assert_eq!(scene.touch(1, BEGIN + 60).await, Answer::Locked);

    let ended = BEGIN + 40 + IDLE_MS;
    assert_eq!(scene.touch(1, ended - 1).await, Answer::Locked);
    let expired = Answer::Ended(EndCause::Expired(Expiry::Idle));
    assert_eq!(scene.touch(1, ended).await, expired);

    scene.given(2, BEGIN).await;
    for at in (BEGIN..BEGIN + ABSOLUTE_MS).step_by(usize::try_from(IDLE_MS / 2).unwrap()) {
        assert!(matches!(scene.touch(2, at).await, Answer::Live(_)));
    }
    let expired = Answer::Ended(EndCause::Expired(Expiry::Absolute));
    assert_eq!(scene.touch(2, BEGIN + ABSOLUTE_MS).await, expired);
}

/// Sentence 2.
pub async fn a_check_with_another_secret_is_answered_unknown(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    scene.given(1, BEGIN).await;
    scene.given(2, BEGIN).await;
    scene.given(3, BEGIN).await;
    scene
        .0
        .change(session_id(2), Change::Lock, BEGIN)
        .await
        .unwrap();
    scene.0.end(session_id(3), BEGIN).await.unwrap();

    for number in [1, 2, 3, 4] {
        assert_eq!(scene.ask(number, 9, true, BEGIN + 1).await, Answer::Unknown);
        let late = BEGIN + IDLE_MS;
        assert_eq!(scene.ask(number, 9, true, late).await, Answer::Unknown);
    }
}

/// Sentence 3.
pub async fn a_session_that_ended_is_told_why_for_a_while_and_never_lives_again(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    scene.given(1, BEGIN).await;
    scene.given(2, BEGIN).await;
    scene.given(3, BEGIN).await;
    let at = BEGIN + 10;
    scene.0.end(session_id(1), at).await.unwrap();
    let mut again = session(4, at);
    again.record.user = user(2);
    let one = limits(1, AtLimit::EndOldest);
    scene.0.create(again, one, at).await.unwrap();
    let expired_at = BEGIN + IDLE_MS;
    scene.touch(4, expired_at - 1).await;
    scene.0.expire(expired_at, 10).await.unwrap();

    let expired = EndCause::Expired(Expiry::Idle);
    let told = [
        (1, EndCause::Revoked),
        (2, EndCause::Displaced),
        (3, expired),
    ];
    for (number, cause) in told {
        let answer = scene.touch(number, expired_at).await;
        assert_eq!(answer, Answer::Ended(cause), "session {number}");
    }
    let last_moment = at + TOLD_FOR_MS - 1;
    assert_eq!(
        scene.touch(1, last_moment).await,
        Answer::Ended(EndCause::Revoked)
    );
    assert_eq!(scene.touch(1, last_moment + 1).await, Answer::Unknown);
    // Not even for a clock that went back.
    for number in [1, 2, 3] {
        assert!(!scene.lives(number, BEGIN).await, "session {number}");
    }
    under_test.store().write_behind().await.unwrap();
    under_test.reopen();
    let scene = Scene(under_test.store());
    for number in [1, 2, 3] {
        assert!(!scene.lives(number, BEGIN).await, "session {number}");
    }
}

/// Of `check_many`.
pub async fn many_checks_are_answered_in_the_order_of_the_asks(
    under_test: &mut impl SessionsUnderTest,
) {
    let scene = Scene(under_test.store());
    scene.given(1, BEGIN).await;
    scene.given(2, BEGIN).await;
    scene
        .0
        .change(session_id(2), Change::Lock, BEGIN)
        .await
        .unwrap();
    let nurse = roles(&["nurse"]);
    let ask = |number, is_activity| Ask {
        id: session_id(number),
        token: token(number, 1),
        roles: &nurse,
        is_activity,
    };

    let asks = [ask(2, true), ask(3, true), ask(1, true), ask(1, false)];
    let answers = scene.0.check_many(&asks, BEGIN + 5).await.unwrap();

    assert_eq!(answers[..2], [Answer::Locked, Answer::Unknown]);
    for answer in &answers[2..] {
        let Answer::Live(live) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(live.life.last_activity_at, BEGIN + 5);
    }
    assert_eq!(scene.0.check_many(&[], BEGIN).await.unwrap(), []);
}
