//! Bounds: what is too much is refused with a clear answer.

use wardline_messaging::{AcceptanceResult, Health};
use wardline_testkit::Fault;

use crate::scene::{adt, code, eventually, scene};

#[tokio::test]
async fn beyond_the_queues_limit_messages_are_answered_ae_with_the_reason() {
    let scene = scene("[retention]\nmax_waiting = 2").await;
    let held = scene.partner.gate.lock().await;
    scene.store("1", "100").await;
    scene.store("2", "100").await;

    let refused = scene.take(&adt("3", "100")).await;

    assert_eq!(refused.result, AcceptanceResult::TryLater);
    assert_eq!(code(&refused.answers[0]), "AE");
    assert!(
        String::from_utf8_lossy(&refused.answers[0]).contains("queue of destination lab is full")
    );
    drop(held);
    scene.delivered(2).await;
    assert_eq!(
        scene.take(&adt("3", "100")).await.result,
        AcceptanceResult::Stored
    );
}

#[tokio::test]
async fn a_store_that_fails_shows_in_the_health_until_it_works_again() {
    let scene = scene("").await;
    scene.faults.break_down(Fault::Unavailable);
    scene.take(&adt("1", "100")).await;
    assert!(matches!(scene.messaging.health(), Health::Unavailable(_)));

    scene.faults.mend();
    scene.take(&adt("1", "100")).await;

    assert_eq!(scene.messaging.health(), Health::Ready);
}

#[tokio::test]
async fn a_store_that_works_again_is_known_to_without_a_message() {
    let scene = scene("").await;
    scene.faults.break_down(Fault::Unavailable);
    scene.take(&adt("1", "100")).await;

    scene.faults.mend();

    eventually(|| scene.messaging.health() == Health::Ready).await;
}

#[tokio::test]
async fn a_service_that_stops_takes_nothing_more_and_says_so() {
    let scene = scene("").await;
    scene.store("1", "100").await;
    scene.messaging.stop().await;

    let refused = scene.take(&adt("2", "100")).await;

    assert_eq!(refused.result, AcceptanceResult::TryLater);
    assert!(String::from_utf8_lossy(&refused.answers[0]).contains("stopping"));
}

#[tokio::test]
async fn f7_a_message_that_is_too_long_is_answered_ar_207_from_its_header() {
    let scene = scene("").await;
    let channel = scene
        .messaging
        .channel_definition(&scene.queue().channel)
        .unwrap();

    let answers = scene
        .messaging
        .refuse_oversized(&channel, &adt("77", "100").as_bytes()[..70]);

    let text = String::from_utf8_lossy(&answers[0]).into_owned();
    assert!(
        text.contains("MSA|AR|77|") && text.contains("|207^"),
        "{text}"
    );
}
