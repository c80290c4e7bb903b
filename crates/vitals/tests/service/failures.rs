//! What happens when something cannot be done.

use wardline_vitals::operations::MAX_MESSAGE_BYTES;
use wardline_vitals::score::Band;
use wardline_vitals::{OperationError, ReceiveError};

use super::scene::{House, adt, person};

async fn refused(house: &House, text: &str) -> ReceiveError {
    let raw = text.replace('\n', "\r");
    house.beds.receive(raw.as_bytes()).await.unwrap_err()
}

#[tokio::test]
async fn an_admission_that_cannot_be_stored_did_not_happen_and_can_be_sent_again() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.store.set_broken(true);
    let transfer = adt("A02", 1, "WARD~2~A", house.now());

    let error = refused(&house, &transfer).await;

    assert!(!error.is_permanent());
    assert_eq!(house.view("ICU~1~A").occupants.len(), 1);
    assert!(house.beds.bed(&"WARD~2~A".parse().unwrap()).is_none());
    house.store.set_broken(false);
    house.receive(&transfer).await;
    assert_eq!(house.view("WARD~2~A").occupants.len(), 1);
    assert!(house.view("ICU~1~A").occupants.is_empty());
}

#[tokio::test]
async fn values_and_acknowledgements_that_cannot_be_stored_are_not_shown() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    for _ in 0..3 {
        house.clock.advance(10_000);
        house.vitals(1, "ICU~1~A", &super::scene::ILL).await;
    }
    house.store.set_broken(true);
    house.clock.advance(10_000);

    let late = adt("A01", 1, "", house.now()).replace("ADT^A01", "ORU^R01");
    let late = late + "OBX|1|NM|8867-4^x^LN||60|/min|||||F|||20261121080040+0000\n";
    let error = refused(&house, &late).await;
    let acknowledged = house
        .beds
        .acknowledge(house.stay("ICU~1~A"), Band::High, person("ada"))
        .await;

    assert!(!error.is_permanent());
    assert!(matches!(acknowledged, Err(OperationError::Store(_))));
    assert_eq!(house.pulse("ICU~1~A"), Some(125.0));
    assert_eq!(house.occupant("ICU~1~A").chart.score.acknowledged_at, None);
}

#[tokio::test]
async fn messages_that_make_no_sense_are_refused_for_good_and_named_by_place_only() {
    let house = House::new().await;
    let swapped = adt("A17", 1, "ICU~1~A", house.now());
    let nobody = swapped
        .replace("ADT^A17", "ADT^A01")
        .replace("M1^^^H^MR", "");
    let order = swapped.replace("ADT^A17", "ORM^O01");
    let empty = "MSH|^~\\&|MON|H|W|H|20261121||ORU^R01|1|P|2.5.1\n";

    for text in [swapped.as_str(), &nobody, &order, empty, "Zebrowski", ""] {
        let error = refused(&house, text).await;
        assert!(error.is_permanent(), "{error}");
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("Zebrowski") && !shown.contains("Ada1"),
            "{shown}"
        );
    }
}

/// Two patients in one message: passed over, the second `pid` would leave the values behind it to the first patient.
#[tokio::test]
async fn a_segment_that_is_named_in_small_letters_is_told_of_and_its_message_not_taken() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    let row = "OBX|1|NM|8867-4^x^LN||60|/min|||||F|||20261121080040+0000\n";
    let one = adt("A01", 1, "", house.now()).replace("ADT^A01", "ORU^R01") + row;
    let two = format!("{one}PID|2||M2^^^H^MR||Zebrowski^Ada2\n{row}");

    for (text, wrong, number) in [
        (one.replace("OBX|", "obx|"), "OBX", 5),
        (one.replace("OBX|", "Obx|"), "OBX", 5),
        (two.replace("PID|2", "pid|2"), "PID", 6),
        (one.replace("PV1|", "pv1|"), "PV1", 4),
    ] {
        let error = refused(&house, &text).await;

        let said = matches!(error, ReceiveError::SegmentName { name, number: at } if (name, at) == (wrong, number));
        assert!(said && error.is_permanent(), "{error}");
        assert!(error.to_string().contains("capital"), "{error}");
        assert_eq!(house.pulse("ICU~1~A"), None);
    }
    house
        .receive(&(one + "zz1|pid|\nnote: obx follows\n"))
        .await;
    assert_eq!(house.pulse("ICU~1~A"), Some(60.0));
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_refused() {
    let house = House::new().await;
    let mut text = adt("A01", 1, "ICU~1~A", house.now());
    let room = MAX_MESSAGE_BYTES - text.len() - "ZZZ|\n".len();
    text.extend(["ZZZ|", &"x".repeat(room), "\n"]);
    assert_eq!(text.len(), MAX_MESSAGE_BYTES);
    house.receive(&text).await;

    text.push('x');
    let error = refused(&house, &text).await;

    assert!(matches!(error, ReceiveError::TooLong(_)));
}

#[tokio::test]
async fn events_that_the_census_does_not_keep_are_taken_and_change_nothing() {
    let house = House::new().await;

    let received = house.adt("A60", 1, "ICU~1~A").await;

    assert_eq!(received, wardline_vitals::operations::Received::default());
    assert!(house.beds.units().is_empty());
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_the_work_done() {
    let house = House::new().await;
    let raw = adt("A01", 1, "ICU~1~A", house.now()).replace('\n', "\r");
    let beds = house.beds.clone();

    let mut receiving = Box::pin(async move { beds.receive(raw.as_bytes()).await });
    // Begun, and then let go.
    let begun = futures_poll(receiving.as_mut()).await;
    drop(receiving);
    house.beds.stop().await;

    assert!(begun.is_none());
    assert_eq!(house.view("ICU~1~A").occupants.len(), 1);
}

/// Polls once.
async fn futures_poll<F: Future>(mut future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match future.as_mut().poll(context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
