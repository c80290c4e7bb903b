//! Values find their patient, stay with them, and are nobody else's.

use wardline_vitals::observation::{Method, Parameter};
use wardline_vitals::operations::{ItemProblem, MAX_ITEMS, VitalsError, VitalsItem, Whose};
use wardline_vitals::trend::TrendQuery;
use wardline_vitals::watch::EventKind;

use super::scene::{House, WELL, id};

#[tokio::test]
async fn values_show_at_the_bed_with_their_age() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;

    let received = house.vitals(1, "ICU~1~A", &WELL).await;
    house.clock.advance(5_000);

    assert!(received.charted >= WELL.len());
    assert_eq!(house.pulse("ICU~1~A"), Some(70.0));
    let aged = house.view("ICU~1~A").aged_to(house.now());
    assert!(
        aged.occupants[0]
            .chart
            .values
            .iter()
            .all(|value| value.age_ms == 5_000)
    );
    assert_eq!(
        house.occupant("ICU~1~A").chart.score.assessment.total(),
        Some(0)
    );
}

#[tokio::test]
async fn a_transferred_patient_keeps_their_values_and_the_next_one_never_sees_them() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.vitals(1, "ICU~1~A", &[("pulse", "91")]).await;
    house.clock.advance(60_000);

    house.adt("A02", 1, "WARD~2~A").await;
    house.clock.advance(60_000);
    house.adt("A01", 2, "ICU~1~A").await;

    assert_eq!(house.pulse("WARD~2~A"), Some(91.0));
    assert_eq!(house.pulse("ICU~1~A"), None);
}

#[tokio::test]
async fn values_of_a_bed_that_come_late_are_of_whoever_lay_there_then() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.clock.advance(60_000);
    let before = house.now();
    house.clock.advance(60_000);
    house.adt("A02", 1, "WARD~2~A").await;
    house.adt("A01", 2, "ICU~1~A").await;
    house.clock.advance(60_000);

    house
        .bed_vitals("ICU~1~A", &[("pulse", "91")], before)
        .await;

    assert_eq!(house.pulse("ICU~1~A"), None);
    assert_eq!(house.pulse("WARD~2~A"), Some(91.0));
}

#[tokio::test]
async fn values_that_contradict_the_census_are_kept_apart_and_told_once() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.adt("A01", 2, "ICU~1~B").await;

    for _ in 0..3 {
        house.clock.advance(1_000);
        let received = house.vitals(1, "ICU~1~B", &[("pulse", "91")]).await;
        assert_eq!((received.charted, received.set_aside), (0, 1));
    }
    house.vitals(7, "ICU~1~A", &[("pulse", "91")]).await;
    house
        .bed_vitals("ICU~9~Z", &[("pulse", "91")], house.now())
        .await;

    assert_eq!(
        (house.pulse("ICU~1~A"), house.pulse("ICU~1~B")),
        (None, None)
    );
    let aside = house.beds.set_aside().await;
    let why: Vec<_> = aside.iter().map(|aside| aside.why).collect();
    let elsewhere = ["patient_elsewhere"; 3];
    assert_eq!(why[..3], elsewhere);
    assert_eq!(why[3..], ["patient_unknown", "place_unknown"]);
    assert_eq!(aside[0].findings.observations.len(), 1);
    let told = house.told().await;
    let aside = told
        .iter()
        .filter(|kind| matches!(kind, EventKind::SetAside { .. }));
    assert_eq!(aside.count(), 3, "one for each place and reason");
}

#[tokio::test]
async fn a_patient_who_comes_again_begins_with_an_empty_chart() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.vitals(1, "ICU~1~A", &[("pulse", "91")]).await;
    house.clock.advance(60_000);
    house.adt("A03", 1, "ICU~1~A").await;
    house.clock.advance(60_000);

    house.adt("A01", 1, "ICU~1~A").await;

    assert_eq!(house.pulse("ICU~1~A"), None);
    let house = house.restarted().await;
    assert_eq!(house.pulse("ICU~1~A"), None);
}

#[tokio::test]
async fn a_repeated_message_charts_nothing_twice() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    let first = house.vitals(1, "ICU~1~A", &[("pulse", "91")]).await;

    let again = house.vitals(1, "ICU~1~A", &[("pulse", "91")]).await;

    assert_eq!((first.charted, first.repeated), (1, 0));
    assert_eq!((again.charted, again.repeated), (0, 1));
}

#[tokio::test]
async fn a_trend_is_of_whoever_lies_in_the_bed() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    for pulse in ["91", "92", "93"] {
        house.clock.advance(10_000);
        house.vitals(1, "ICU~1~A", &[("pulse", pulse)]).await;
    }
    let query = TrendQuery {
        from: house.now() - 60_000,
        to: house.now() + 1,
        points: 100,
    };

    let trend = |bed: &str| {
        let bed = id(bed);
        let beds = house.beds.clone();
        async move { beds.trend(&bed, None, Parameter::Pulse, &query).await }
    };

    assert_eq!(trend("ICU~1~A").await.unwrap()[0].points.len(), 3);
    assert!(trend("ICU~9~A").await.is_err());
}

fn item(whose: Whose, value: &str, at: u64) -> VitalsItem {
    VitalsItem {
        whose,
        parameter: Parameter::Pulse,
        method: Method::Unspecified,
        value: value.to_owned(),
        unit: "/min".to_owned(),
        taken_at: at,
        device: None,
    }
}

#[tokio::test]
async fn a_batch_is_recorded_whole_or_not_at_all() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.adt("A01", 2, "ICU~1~B").await;
    house.clock.advance(1_000);
    let (first, second) = (
        Whose::Bed(id("ICU~1~A")),
        Whose::Stay(house.stay("ICU~1~B")),
    );
    let now = house.now();

    let bad = vec![
        item(first.clone(), "81", now),
        item(second.clone(), "no number", now),
        item(Whose::Bed(id("ICU~9~Z")), "82", now),
    ];
    let Err(VitalsError::Items(errors)) = house.beds.record_vitals(bad).await else {
        panic!("a batch with errors was recorded");
    };
    assert_eq!(errors.iter().map(|e| e.index).collect::<Vec<_>>(), [1, 2]);
    assert!(matches!(errors[0].problem, ItemProblem::Value(_)));
    assert_eq!(errors[1].problem, ItemProblem::Nobodys("place_unknown"));
    assert_eq!(house.pulse("ICU~1~A"), None);

    let good = vec![item(first, "81", now), item(second, "82", now)];
    assert_eq!(house.beds.record_vitals(good).await.unwrap().charted, 2);
    assert_eq!(house.pulse("ICU~1~A"), Some(81.0));
    assert_eq!(house.pulse("ICU~1~B"), Some(82.0));
}

#[tokio::test]
async fn a_batch_at_the_limit_is_taken_and_beyond_it_is_refused() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    let whose = Whose::Bed(id("ICU~1~A"));
    let batch = |count: usize| -> Vec<VitalsItem> {
        let one = item(whose.clone(), "81", house.now());
        vec![one; count]
    };

    assert!(house.beds.record_vitals(batch(MAX_ITEMS)).await.is_ok());
    let beyond = house.beds.record_vitals(batch(MAX_ITEMS + 1)).await;
    assert!(matches!(beyond, Err(VitalsError::TooMany)));
    let empty = house.beds.record_vitals(Vec::new()).await;
    assert!(matches!(empty, Err(VitalsError::Empty)));
}
