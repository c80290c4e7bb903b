//! How long messages are kept.

use wardline_messaging::OperationError;
use wardline_messaging::operations::SearchRequest;

use crate::scene::{Script, scene};

const DAY_MS: u64 = 86_400_000;

#[tokio::test]
async fn a_delivered_message_is_removed_after_its_time_with_its_index() {
    let scene = scene("[retention]\ndelivered_days = 30").await;
    let id = scene.store("1", "100").await;
    scene.delivered(1).await;
    scene.clock.advance(30 * DAY_MS);
    assert_eq!(scene.messaging.remove_expired().await.unwrap(), 0);

    scene.clock.advance(1);

    assert_eq!(scene.messaging.remove_expired().await.unwrap(), 1);
    assert!(matches!(
        scene.messaging.message(id).await,
        Err(OperationError::NoSuchMessage(_))
    ));
    let request = SearchRequest {
        patient: Some("100".to_owned()),
        ..Default::default()
    };
    assert!(
        scene
            .messaging
            .search(&request, None, 9)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn a_dead_letter_stays_until_somebody_decides() {
    let scene = scene("[retention]\ndelivered_days = 1").await;
    scene.partner.answer([Script::refused()]);
    let id = scene.store("1", "100").await;
    scene.dead(1).await;
    scene.clock.advance(400 * DAY_MS);

    assert_eq!(scene.messaging.remove_expired().await.unwrap(), 0);

    scene
        .messaging
        .discard(&scene.queue(), id, "old")
        .await
        .unwrap();
    assert_eq!(scene.messaging.remove_expired().await.unwrap(), 1);
}
