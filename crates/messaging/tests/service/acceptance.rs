//! What is answered, what is stored.

use wardline_messaging::AcceptanceResult;
use wardline_messaging::model::{AcceptedAs, Disposition, EventKind};
use wardline_messaging::operations::SearchRequest;
use wardline_messaging::port::MessageState;
use wardline_testkit::Fault;

use crate::scene::{adt, code, scene};

#[tokio::test]
async fn a2_a_message_is_acknowledged_only_once_it_is_stored() {
    let scene = scene("").await;
    scene.faults.hold();

    let pending = scene
        .messaging
        .accept(scene.arrival(&adt("1", "100")))
        .await;
    let mut pending = tokio::spawn(pending);
    let early = tokio::time::timeout(std::time::Duration::from_millis(50), &mut pending).await;
    assert!(early.is_err(), "answered before the commit");
    scene.faults.release();

    let acceptance = pending.await.unwrap();
    assert_eq!(acceptance.result, AcceptanceResult::Stored);
    assert_eq!(code(&acceptance.answers[0]), "AA");
}

#[tokio::test]
async fn what_is_stored_is_what_came_to_the_byte() {
    let scene = scene("").await;
    let raw = adt("1", "100").replace('\r', "\r\n");

    let acceptance = scene.take(&raw).await;

    let found = scene
        .messaging
        .search(&SearchRequest::default(), None, 9)
        .await
        .unwrap();
    let body = scene
        .messaging
        .body(found.items[0].record.id)
        .await
        .unwrap();
    assert_eq!(body.raw, raw.as_bytes());
    assert_eq!(body.answers, acceptance.answers);
}

#[tokio::test]
async fn a5_a_repeat_gets_the_stored_answer_and_is_stored_once() {
    let scene = scene("").await;

    let first = scene.take(&adt("1", "100")).await;
    let again = scene.take(&adt("1", "100")).await;

    assert_eq!(again.result, AcceptanceResult::Duplicate);
    assert_eq!(again.answers, first.answers);
    scene.delivered(1).await;
    assert_eq!(
        scene
            .messaging
            .totals()
            .channel(&scene.queue().channel)
            .duplicates,
        1
    );
}

#[tokio::test]
async fn a5_a_control_id_with_other_content_is_a_new_message_with_a_warning() {
    let scene = scene("").await;
    let mut events = scene.messaging.subscribe(None);
    scene.take(&adt("1", "100")).await;

    let other = scene.take(&adt("1", "200")).await;

    assert_eq!(other.result, AcceptanceResult::Stored);
    let newest = scene
        .messaging
        .search(&SearchRequest::default(), None, 1)
        .await
        .unwrap();
    assert_eq!(
        newest.items[0].record.accepted_as,
        AcceptedAs::ReusedControlId
    );
    let event = events.next().await.unwrap();
    assert!(
        matches!(event.kind, EventKind::ControlIdReused { .. }),
        "{event:?}"
    );
}

#[tokio::test]
async fn a5_a_control_id_with_other_content_is_refused_where_the_channel_says_so() {
    let scene = scene("[duplicates]\nreused_control_id = \"refuse\"").await;
    scene.take(&adt("1", "100")).await;

    let other = scene.take(&adt("1", "200")).await;

    assert_eq!(other.result, AcceptanceResult::Refused);
    assert_eq!(code(&other.answers[0]), "AR");
    assert!(String::from_utf8_lossy(&other.answers[0]).contains("|205^"));
}

#[tokio::test]
async fn beyond_the_window_the_same_bytes_are_a_new_message() {
    let scene = scene("[duplicates]\nwindow_seconds = 60").await;
    scene.take(&adt("1", "100")).await;
    scene.clock.advance(60_000);
    assert_eq!(
        scene.take(&adt("1", "100")).await.result,
        AcceptanceResult::Duplicate
    );

    scene.clock.advance(1);

    assert_eq!(
        scene.take(&adt("1", "100")).await.result,
        AcceptanceResult::Stored
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_with_the_place_and_kept() {
    let scene = scene("").await;

    let acceptance = scene.take("PID|1||100\r").await;

    assert_eq!(acceptance.result, AcceptanceResult::Quarantined);
    assert_eq!(code(&acceptance.answers[0]), "AR");
    let request = SearchRequest {
        state: Some(MessageState::Quarantined),
        ..Default::default()
    };
    let found = scene.messaging.search(&request, None, 9).await.unwrap();
    let Disposition::Quarantined(problem) = &found.items[0].record.disposition else {
        panic!("not in quarantine");
    };
    assert_eq!(problem.code, 100);
    let body = scene
        .messaging
        .body(found.items[0].record.id)
        .await
        .unwrap();
    assert_eq!(body.raw, &b"PID|1||100\r"[..]);
}

#[tokio::test]
async fn p13_a_null_control_id_is_none() {
    let scene = scene("").await;

    let acceptance = scene.take(&adt("\"\"", "100")).await;

    assert_eq!(acceptance.result, AcceptanceResult::Quarantined);
    assert!(String::from_utf8_lossy(&acceptance.answers[0]).contains("MSA|AE|\"\"|"));
}

#[tokio::test]
async fn a_patient_who_is_named_in_pid_2_alone_is_found_by_that_number() {
    let scene = scene("").await;
    let of_an_early_version = adt("1", "").replace("PID|1||", "PID|1|4711|");

    scene.take(&of_an_early_version).await;

    let request = SearchRequest {
        patient: Some("4711".to_owned()),
        ..SearchRequest::default()
    };
    let found = scene.messaging.search(&request, None, 9).await.unwrap();
    assert_eq!(found.items.len(), 1, "{of_an_early_version:?}");
}

#[tokio::test]
async fn p13_without_a_control_id_the_answer_is_ae_101_and_repeats_are_kept_once() {
    let scene = scene("").await;

    let acceptance = scene.take(&adt("", "100")).await;
    let again = scene.take(&adt("", "100")).await;

    assert_eq!(code(&acceptance.answers[0]), "AE");
    assert!(String::from_utf8_lossy(&acceptance.answers[0]).contains("|101^"));
    assert_eq!(again.result, AcceptanceResult::Duplicate);
    assert_eq!(scene.partner.sent(), []);
}

#[tokio::test]
async fn f8_an_unknown_or_wide_character_set_is_refused_with_its_place() {
    let scene = scene("").await;
    for name in ["UNICODE UTF-16", "CNS 11643-1992", "Shift_JIS", "KLINGON"] {
        let raw = adt("1", "100").replacen("|P|2.5.1\r", &format!("|P|2.5.1||||||{name}\r"), 1);

        let acceptance = scene.take(&raw).await;

        assert_eq!(code(&acceptance.answers[0]), "AR", "{name}");
        let answer = String::from_utf8_lossy(&acceptance.answers[0]).into_owned();
        assert!(answer.contains("ERR||MSH^1^18|103^"), "{answer}");
        assert!(answer.contains("UNICODE UTF-8"), "what to send: {answer}");
    }
}

#[tokio::test]
async fn a3_an_acknowledgement_is_never_acknowledged() {
    let scene = scene("").await;

    let acceptance = scene
        .take("MSH|^~\\&|||||||ACK|9|P|2.5.1\rMSA|AA|1\r")
        .await;

    assert_eq!(acceptance.result, AcceptanceResult::Ignored);
    assert!(acceptance.answers.is_empty());
}

#[tokio::test]
async fn a1_enhanced_mode_gets_ca_and_then_aa_and_a_repeat_the_same() {
    let scene = scene("").await;
    let raw = adt("1", "100").replacen("|P|2.5.1\r", "|P|2.5.1|||AL|AL\r", 1);

    let first = scene.take(&raw).await;
    let again = scene.take(&raw).await;

    let codes: Vec<_> = first.answers.iter().map(code).collect();
    assert_eq!(codes, ["CA", "AA"]);
    assert_eq!(again.answers, first.answers);
}

#[tokio::test]
async fn p11_a_batch_is_stored_together_and_answered_per_message_or_as_one() {
    let batch = format!(
        "BHS|^~\\&|A|B|C|D|1||||77\r{}{}BTS|2\r",
        adt("1", "100"),
        adt("2", "200")
    );

    let per_message = scene("").await.take(&batch).await;
    assert_eq!(per_message.answers.len(), 2);

    let scene = scene("[acknowledgement]\nper_batch = true").await;
    let per_batch = scene.take(&batch).await;
    assert_eq!(per_batch.answers.len(), 1);
    assert!(per_batch.answers[0].starts_with(b"BHS|"));
    scene.delivered(2).await;
}

/// Else the second patient's message would be neither found nor delivered, and read as more of the first one's. MLLP
/// has one answer for a frame.
#[tokio::test]
async fn p11_messages_in_one_frame_without_an_envelope_are_each_stored_and_answered_at_once() {
    let scene = scene("").await;
    let frame = format!("{}{}", adt("1", "100"), adt("2", "200"));

    let acceptance = scene.take(&frame).await;

    assert_eq!(acceptance.result, AcceptanceResult::Stored);
    let told = String::from_utf8_lossy(&acceptance.answers[0]);
    assert!(told.contains("MSA|AA|1\r"), "{told}");
    assert_eq!(acceptance.answers.len(), 1);
    scene.delivered(2).await;
    let again = scene.take(&frame).await;
    assert_eq!(again.result, AcceptanceResult::Duplicate);
    assert_eq!(code(&again.answers[0]), "AA");
}

#[tokio::test]
async fn p11_a_frame_of_messages_of_which_one_is_refused_is_answered_so() {
    let scene = scene("").await;
    let wide = adt("2", "200").replace("|P|2.5.1", "|P|2.5.1||||||UNICODE UTF-16");

    let acceptance = scene.take(&format!("{}{wide}", adt("1", "100"))).await;

    assert_eq!(acceptance.result, AcceptanceResult::Quarantined);
    let told = String::from_utf8_lossy(&acceptance.answers[0]);
    assert!(told.contains("MSA|AR|1"), "{told}");
    assert_eq!(acceptance.answers.len(), 1);
    scene.delivered(1).await;
}

#[tokio::test]
async fn p11_a_frame_whose_messages_cannot_be_told_apart_is_kept_whole_and_refused() {
    for more in ["MSH|^~\\&|\rPID|1||200\r", "MSH|\r", "BTS|1\rOBX|1\r"] {
        let scene = scene("").await;
        let second = if more.starts_with("BTS") {
            adt("2", "200")
        } else {
            String::new()
        };
        let frame = format!("{}{more}{second}", adt("1", "100"));

        let acceptance = scene.take(&frame).await;

        assert_eq!(acceptance.result, AcceptanceResult::Quarantined, "{more:?}");
        assert_eq!(code(&acceptance.answers[0]), "AR");
        assert_eq!(acceptance.answers.len(), 1);
        let request = SearchRequest::default();
        let found = scene.messaging.search(&request, None, 9).await.unwrap();
        let id = found.items[0].record.id;
        let body = scene.messaging.body(id).await.unwrap();
        assert_eq!(body.raw, frame.as_bytes());
    }
}

#[tokio::test]
async fn p11_a_batch_without_messages_is_legal_and_answered() {
    let acceptance = scene("")
        .await
        .take("BHS|^~\\&|A|B|C|D|1||||77\rBTS|0\r")
        .await;

    assert_eq!(acceptance.answers.len(), 1);
    assert!(acceptance.answers[0].starts_with(b"BHS|"));
}

#[tokio::test]
async fn a_message_whose_commit_failed_is_answered_ae_and_taken_the_next_time() {
    let scene = scene("").await;
    scene.faults.next_commits([Some(Fault::Full)]);

    let refused = scene.take(&adt("1", "100")).await;
    let taken = scene.take(&adt("1", "100")).await;

    assert_eq!(refused.result, AcceptanceResult::TryLater);
    assert_eq!(code(&refused.answers[0]), "AE");
    assert!(String::from_utf8_lossy(&refused.answers[0]).contains("the store is full"));
    assert_eq!(taken.result, AcceptanceResult::Stored);
    scene.delivered(1).await;
}

#[tokio::test]
async fn a_message_whose_commit_worked_unheard_is_delivered_once_when_sent_again() {
    let scene = scene("").await;
    scene.faults.next_commits([Some(Fault::AnswerLost)]);

    let unheard = scene.take(&adt("1", "100")).await;
    let again = scene.take(&adt("1", "100")).await;

    assert_eq!(unheard.result, AcceptanceResult::TryLater);
    assert_eq!(again.result, AcceptanceResult::Duplicate);
    assert_eq!(code(&again.answers[0]), "AA");
    scene.delivered(1).await;
    assert_eq!(scene.partner.sent().len(), 1);
}

#[tokio::test]
async fn a_message_whose_commit_worked_unheard_is_counted_and_waits_until_it_is_delivered() {
    let scene = scene("").await;
    let held = scene.partner.gate.lock().await;
    scene.faults.next_commits([Some(Fault::AnswerLost)]);

    scene.take(&adt("1", "100")).await;
    let again = scene.take(&adt("1", "100")).await;

    assert_eq!(again.result, AcceptanceResult::Duplicate);
    assert_eq!(scene.messaging.totals().waiting(&scene.queue()), 1);
    drop(held);
    scene.delivered(1).await;
    let totals = scene.messaging.totals();
    assert_eq!(totals.waiting(&scene.queue()), 0);
    assert_eq!(totals.channel(&scene.queue().channel).received, 1);
}

#[tokio::test]
async fn it_is_found_by_each_of_its_identifiers() {
    let scene = scene("").await;
    let id = scene.store("CID-7", "4711").await;
    scene.store("CID-8", "4712").await;
    let some = |text: &str| Some(text.to_owned());

    for request in [
        SearchRequest {
            control_id: some("CID-7"),
            ..Default::default()
        },
        SearchRequest {
            patient: some(" 4711 "),
            ..Default::default()
        },
        SearchRequest {
            visit: some("v4711"),
            ..Default::default()
        },
    ] {
        let found = scene
            .messaging
            .search(&request, None, 9)
            .await
            .unwrap()
            .items;
        let found: Vec<_> = found.iter().map(|summary| summary.record.id).collect();
        assert_eq!(found, [id]);
    }
}
