//! Order, retries, circuits.

use wardline_messaging::CircuitState;
use wardline_messaging::model::{AttemptResult, DeadReason, DeliveryState, EventKind};
use wardline_messaging::operations::DeadLetterFilter;
use wardline_testkit::{Fault, Faults, MemoryStore};

use crate::scene::{Scene, Script, adt, eventually, scene, scene_on};

async fn reasons(scene: &Scene) -> Vec<DeadReason> {
    let page = scene
        .messaging
        .dead_letters(&DeadLetterFilter::default(), None, 9)
        .await
        .unwrap();
    page.items.iter().map(|item| item.dead.reason).collect()
}

#[tokio::test]
async fn one_patients_messages_go_in_order_and_others_pass_a_stuck_one() {
    let scene = scene("").await;
    let held = scene.partner.gate.lock().await;
    let first = scene.store("1", "100").await;
    eventually(|| scene.partner.sent() == [first]).await;
    let second = scene.store("2", "100").await;
    let other = scene.store("3", "200").await;

    eventually(|| scene.partner.sent() == [first, other]).await;
    drop(held);

    scene.delivered(3).await;
    assert_eq!(scene.partner.sent(), [first, other, second]);
}

#[tokio::test]
async fn a_merge_waits_for_both_patients() {
    let scene = scene("").await;
    let held = scene.partner.gate.lock().await;
    scene.store("1", "100").await;
    scene.store("2", "900").await;
    let merge = adt("3", "100").replace("ADT^A08", "ADT^A40") + "MRG|900^^^HOSP^MR\r";
    scene.take(&merge).await;
    scene.store("4", "900").await;
    eventually(|| scene.partner.sent().len() == 2).await;

    drop(held);

    scene.delivered(4).await;
    assert!(scene.partner.sent_text(2).contains("A40"));
    assert!(scene.partner.sent_text(3).contains("|4|"));
}

#[tokio::test]
async fn what_is_answered_ae_is_tried_again_in_its_place() {
    let scene = scene("").await;
    scene
        .partner
        .answer([Script::try_later(), Script::try_later()]);

    let first = scene.store("1", "100").await;
    let second = scene.store("2", "100").await;

    scene.delivered(2).await;
    assert_eq!(scene.partner.sent(), [first, first, first, second]);
    let view = scene.messaging.message(first).await.unwrap();
    assert_eq!(view.deliveries[0].state, DeliveryState::Delivered);
    assert_eq!(view.deliveries[0].attempt_count, 3);
    assert_eq!(
        view.deliveries[0].attempts[0].result,
        AttemptResult::TryLater
    );
    assert_eq!(
        view.deliveries[0].attempts[0].answer.as_deref(),
        Some(&b"MSA|AE|1|busy"[..])
    );
}

#[tokio::test]
async fn beyond_the_limit_of_attempts_it_is_a_dead_letter_and_the_next_one_goes() {
    let scene = scene("").await;
    scene.partner.answer([
        Script::try_later(),
        Script::try_later(),
        Script::try_later(),
    ]);

    scene.store("1", "100").await;
    scene.store("2", "100").await;

    scene.delivered(1).await;
    assert_eq!(reasons(&scene).await, [DeadReason::AttemptsExhausted]);
}

#[tokio::test]
async fn a6_what_is_answered_ar_is_a_dead_letter_at_once() {
    let scene = scene("").await;
    let mut events = scene.messaging.subscribe(None);
    scene.partner.answer([Script::refused()]);

    let id = scene.store("1", "100").await;

    scene.dead(1).await;
    assert_eq!(reasons(&scene).await, [DeadReason::Refused]);
    assert_eq!(scene.partner.sent().len(), 1);
    let event = events.next().await.unwrap().kind;
    assert_eq!(
        event,
        EventKind::DeadLettered {
            queue: scene.queue(),
            id
        }
    );
}

#[tokio::test]
async fn a6_an_unknown_outcome_is_sent_again_and_counted() {
    let scene = scene("").await;
    scene.partner.answer([Script::unknown()]);

    let id = scene.store("1", "100").await;

    scene.delivered(1).await;
    assert_eq!(scene.partner.sent(), [id, id]);
    assert_eq!(
        scene.messaging.totals().destination(&scene.queue()).resent,
        1
    );
}

#[tokio::test]
async fn a_partner_that_is_down_costs_one_event_and_no_attempts() {
    let scene = scene("").await;
    let mut events = scene.messaging.subscribe(None);
    scene
        .partner
        .answer(std::iter::repeat_with(Script::not_sent).take(20));

    let id = scene.store("1", "100").await;

    scene.delivered(1).await;
    let (opened, closed) = (
        events.next().await.unwrap().kind,
        events.next().await.unwrap().kind,
    );
    assert!(
        matches!(opened, EventKind::CircuitOpened { .. }),
        "{opened:?}"
    );
    assert_eq!(
        closed,
        EventKind::CircuitClosed {
            queue: scene.queue()
        }
    );
    let view = scene.messaging.message(id).await.unwrap();
    assert_eq!(
        view.deliveries[0].attempt_count, 1,
        "what never left is no attempt"
    );
    let channels = scene.messaging.channels().await.unwrap();
    let live = channels[0].destinations[0].live.clone().unwrap();
    assert_eq!(live.circuit, CircuitState::Closed);
    assert_eq!(live.last_error.unwrap().detail, "connection refused");
}

#[tokio::test]
async fn an_outcome_that_could_not_be_written_is_written_later_and_nothing_is_sent_twice() {
    let scene = scene("").await;
    scene.store("1", "100").await;
    scene.delivered(1).await;
    let held = scene.partner.gate.lock().await;
    let second = scene.store("2", "100").await;
    eventually(|| scene.partner.sent().contains(&second)).await;
    scene
        .faults
        .next_commits([Some(Fault::Unavailable), Some(Fault::Unavailable)]);

    drop(held);

    scene.delivered(2).await;
    assert_eq!(scene.partner.sent().len(), 2);
}

#[tokio::test]
async fn what_waits_is_delivered_by_the_next_start_in_order() {
    let store = Faults::over(std::sync::Arc::new(MemoryStore::new()));
    let queue_only = "[retention]\nmax_waiting = 100";
    let first = scene_on(store.clone(), queue_only).await;
    let held = first.partner.gate.lock().await;
    let ids = [first.store("1", "100").await, first.store("2", "100").await];
    eventually(|| first.partner.sent().len() == 1).await;
    first.partner.answer([Script::unknown()]);
    drop(held);
    let messaging = first.messaging.clone();
    messaging.stop().await;

    // Other keys: what was sealed before does not open, so both become dead letters, in order.
    let second = scene_on(store, queue_only).await;

    let left = ids.len()
        - usize::try_from(
            first
                .messaging
                .totals()
                .destination(&first.queue())
                .delivered,
        )
        .unwrap();
    second.dead(left as u64).await;
    assert!(
        reasons(&second)
            .await
            .iter()
            .all(|reason| *reason == DeadReason::Unreadable)
    );
    assert_eq!(second.partner.sent(), []);
}
