//! What was written in a commit whose answer was lost.

use wardline_messaging::OperationError;
use wardline_messaging::model::DeliveryState;
use wardline_testkit::Fault;

use crate::scene::{Script, scene};

#[tokio::test]
async fn a_dead_letter_that_was_retried_unheard_is_delivered() {
    let scene = scene("").await;
    scene.partner.answer([Script::refused()]);
    let id = scene.store("1", "100").await;
    scene.dead(1).await;
    scene.faults.next_commits([Some(Fault::AnswerLost)]);

    let unheard = scene.messaging.retry(&scene.queue(), id).await;

    assert!(matches!(unheard, Err(OperationError::Store(_))));
    scene.delivered(1).await;
    assert_eq!(scene.partner.sent(), [id, id]);
}

#[tokio::test]
async fn an_outcome_that_was_written_unheard_is_counted_once() {
    let scene = scene("").await;
    let held = scene.partner.gate.lock().await;
    scene.store("1", "100").await;
    let next = scene.store("2", "100").await;
    scene.faults.next_commits([Some(Fault::AnswerLost)]);

    drop(held);

    // The second of the patient goes when the first has been written for sure.
    scene.delivered(2).await;
    assert_eq!(scene.partner.sent().last(), Some(&next));
    let totals = scene.messaging.totals();
    assert_eq!(totals.waiting(&scene.queue()), 0);
    assert_eq!(totals.destination(&scene.queue()).delivered, 2);
}

#[tokio::test]
async fn a_message_that_was_skipped_unheard_is_not_sent() {
    let scene = scene("").await;
    let held = scene.partner.gate.lock().await;
    let first = scene.store("1", "100").await;
    let skipped = scene.store("2", "100").await;
    let third = scene.store("3", "100").await;
    scene.faults.next_commits([Some(Fault::AnswerLost)]);

    let unheard = scene
        .messaging
        .skip(&scene.queue(), skipped, "known to be wrong")
        .await;
    drop(held);

    assert!(matches!(unheard, Err(OperationError::Store(_))));
    scene.delivered(2).await;
    assert_eq!(scene.partner.sent(), [first, third]);
    let state = scene.messaging.message(skipped).await.unwrap().deliveries[0].state;
    assert_eq!(state, DeliveryState::Discarded);
}
