//! What a person decides about one message.

use wardline_hl7::Path;
use wardline_messaging::OperationError;
use wardline_messaging::model::{AcceptedAs, DeadReason, DeliveryState, MessageId};
use wardline_messaging::operations::{Change, DeadLetterFilter};
use wardline_messaging::port::MessageState;

use crate::scene::{Scene, Script, eventually, scene};

async fn scene_with_a_dead_letter() -> (Scene, MessageId) {
    let scene = scene("").await;
    scene.partner.answer([Script::refused()]);
    let id = scene.store("1", "100").await;
    scene.dead(1).await;
    (scene, id)
}

#[tokio::test]
async fn a_retried_dead_letter_is_delivered() {
    let (scene, id) = scene_with_a_dead_letter().await;

    scene.messaging.retry(&scene.queue(), id).await.unwrap();

    scene.delivered(1).await;
    assert_eq!(
        scene.messaging.message(id).await.unwrap().state,
        MessageState::Done
    );
    let again = scene.messaging.retry(&scene.queue(), id).await;
    assert!(matches!(again, Err(OperationError::NotDead { .. })));
}

#[tokio::test]
async fn a_discarded_dead_letter_keeps_its_reason() {
    let (scene, id) = scene_with_a_dead_letter().await;

    scene
        .messaging
        .discard(&scene.queue(), id, "sent by hand")
        .await
        .unwrap();

    let view = scene.messaging.message(id).await.unwrap();
    assert_eq!(view.deliveries[0].state, DeliveryState::Discarded);
    assert_eq!(
        view.deliveries[0].reason.as_deref(),
        Some(&b"sent by hand"[..])
    );
    assert_eq!(scene.messaging.totals().destination(&scene.queue()).dead, 0);
}

#[tokio::test]
async fn a_dead_letter_is_not_discarded_without_a_reason() {
    let (scene, id) = scene_with_a_dead_letter().await;

    let refused = scene.messaging.discard(&scene.queue(), id, " ").await;

    assert!(matches!(refused, Err(OperationError::Invalid(_))));
    assert_eq!(
        scene.messaging.message(id).await.unwrap().state,
        MessageState::Dead
    );
}

#[tokio::test]
async fn an_edited_copy_goes_with_a_new_control_id_and_both_are_kept() {
    let (scene, original) = scene_with_a_dead_letter().await;
    let path: Path = "PID-5.1".parse().unwrap();

    let change = Change::Set(vec![(path, "ROE & CO".to_owned())]);
    let copy = scene
        .messaging
        .edit(&scene.queue(), original, change, "ops")
        .await
        .unwrap();

    scene.delivered(1).await;
    let view = scene.messaging.message(copy).await.unwrap();
    assert_eq!(view.record.parent, Some(original));
    assert_eq!(view.record.accepted_as, AcceptedAs::Edited);
    let sent = scene.partner.sent_text(1);
    assert!(sent.contains("ROE \\T\\ CO^JANE"), "{sent}");
    assert!(!sent.contains("|1|P|"), "the control id is new: {sent}");
    let original = scene.messaging.message(original).await.unwrap();
    assert_eq!(original.deliveries[0].state, DeliveryState::Superseded);
    assert!(scene.messaging.body(original.record.id).await.is_ok());
}

#[tokio::test]
async fn a_stuck_head_is_parked_and_its_patients_next_message_goes() {
    let scene = scene("").await;
    scene.partner.answer([Script::try_later()]);
    let held = scene.partner.gate.lock().await;
    let stuck = scene.store("1", "100").await;
    let next = scene.store("2", "100").await;
    eventually(|| scene.partner.sent() == [stuck]).await;
    let on_its_way = scene.messaging.park(&scene.queue(), stuck).await;
    assert!(matches!(on_its_way, Err(OperationError::NotWaiting { .. })));

    scene.messaging.park(&scene.queue(), next).await.unwrap();
    drop(held);

    scene.delivered(1).await;
    let page = scene
        .messaging
        .dead_letters(&DeadLetterFilter::default(), None, 9)
        .await
        .unwrap();
    assert_eq!(page.items[0].dead.id, next);
    assert_eq!(page.items[0].dead.reason, DeadReason::Parked);
}

#[tokio::test]
async fn a_skipped_message_is_not_delivered() {
    let scene = scene("").await;
    let held = scene.partner.gate.lock().await;
    let first = scene.store("1", "100").await;
    let skipped = scene.store("2", "100").await;
    let third = scene.store("3", "100").await;

    scene
        .messaging
        .skip(&scene.queue(), skipped, "known to be wrong")
        .await
        .unwrap();
    drop(held);

    scene.delivered(2).await;
    assert_eq!(scene.partner.sent(), [first, third]);
    let state = scene.messaging.message(skipped).await.unwrap().deliveries[0].state;
    assert_eq!(state, DeliveryState::Discarded);
}
