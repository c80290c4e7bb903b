//! What a new start takes up.

use std::time::Duration;

use wardline_testkit::conformance::beds::{all_entries, all_rows};
use wardline_vitals::model::BedState;
use wardline_vitals::observation::Parameter;
use wardline_vitals::port::Row;
use wardline_vitals::score::Band;
use wardline_vitals::trend::TrendQuery;

use super::scene::{House, ILL, adt, id, person};

const HOUR_MS: u64 = 3_600_000;

#[tokio::test]
async fn a_new_start_knows_beds_patients_merges_and_values() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.adt("A01", 2, "ICU~1~B").await;
    house.adt("A03", 2, "ICU~1~B").await;
    house.adt("A14", 4, "ICU~2~A").await;
    let merge = "MSH|^~\\&|ADT|H|W|H|20261121080000||ADT^A40|m|P|2.5.1\n\
                 PID|1||M9^^^H^MR\nMRG|M1^^^H^MR\n";
    house.receive(merge).await;
    house.vitals(1, "ICU~1~A", &[("pulse", "81")]).await;
    house.clock.advance(30_000);

    let house = house.restarted().await;

    assert_eq!(house.view("ICU~1~A").state, BedState::Occupied);
    assert_eq!(house.view("ICU~1~B").state, BedState::Dirty);
    assert_eq!(house.view("ICU~2~A").state, BedState::Assigned);
    assert_eq!(house.pulse("ICU~1~A"), Some(81.0));
    house.vitals(9, "ICU~1~A", &[("pulse", "82")]).await;
    assert_eq!(house.pulse("ICU~1~A"), Some(82.0), "by the merged number");
}

#[tokio::test]
async fn a_long_stay_is_stored_as_a_chart_and_few_entries_and_read_back_whole() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    for beat in 0..700 {
        house.clock.advance(10_000);
        let pulse = (60 + beat % 40).to_string();
        house.vitals(1, "ICU~1~A", &[("pulse", &pulse)]).await;
    }
    let query = TrendQuery {
        from: house.now() - 12 * 3_600_000,
        to: house.now() + 1,
        points: 1_000,
    };
    let trend = |house: &House| {
        let beds = house.beds.clone();
        async move {
            let bed = id("ICU~1~A");
            let trend = beds.trend(&bed, None, Parameter::Pulse, &query);
            format!("{:?}", trend.await.unwrap())
        }
    };
    let before = trend(&house).await;

    let rows = all_rows(&house.store, 100).await;
    assert!(rows.iter().any(|(row, _)| matches!(row, Row::Chart(_))));
    assert!(all_entries(&house.store, 100).await.len() <= 129);
    let house = house.restarted().await;

    assert_eq!(trend(&house).await, before);
}

#[tokio::test]
async fn what_is_kept_apart_is_there_after_a_restart() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.vitals(1, "ICU~1~A", &[("pulse", "900")]).await;
    house.vitals(7, "ICU~1~A", &[("pulse", "91")]).await;
    let apart = |house: &House| house.occupant("ICU~1~A").chart.apart.clone();
    let before = apart(&house);
    assert_eq!(before[0].reason.code(), "absurd");

    let house = house.restarted().await;

    assert_eq!(format!("{:?}", apart(&house)), format!("{before:?}"));
    let aside = house.beds.set_aside().await;
    assert_eq!(aside.len(), 1, "what is nobody's");
    assert_eq!(aside[0].why, "patient_unknown");
    assert_eq!(aside[0].findings.observations.len(), 1);
}

#[tokio::test]
async fn of_values_that_are_nobodys_the_newest_are_kept_and_stored() {
    let house = House::new().await;
    for _ in 0..257 {
        house.clock.advance(1_000);
        house.vitals(7, "ICU~1~A", &[("pulse", "91")]).await;
    }
    let newest = house.now();
    let rows = all_rows(&house.store, 1_000).await;
    let stored = rows.iter().filter(|(row, _)| matches!(row, Row::Aside(_)));
    assert_eq!(stored.count(), 256);

    let house = house.restarted().await;

    let aside = house.beds.set_aside().await;
    assert_eq!(aside.len(), 256);
    assert_eq!(aside[255].at, newest);
}

#[tokio::test]
async fn what_was_told_of_a_band_is_there_after_a_restart() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    for _ in 0..3 {
        house.clock.advance(10_000);
        house.vitals(1, "ICU~1~A", &ILL).await;
    }
    let (bed, stay) = (id("ICU~1~A"), house.stay("ICU~1~A"));
    let seen = house.beds.acknowledge(stay, Band::High, person("dr.grey"));
    seen.await.unwrap();
    let told = house.beds.told(&bed, None, (0, 100)).await.unwrap();
    assert_eq!(told.1.len(), 2, "one change, and who has seen it");

    let house = house.restarted().await;

    assert_eq!(house.beds.told(&bed, None, (0, 100)).await.unwrap(), told);
    let rest = house.beds.told(&bed, Some(stay), (1, 100)).await.unwrap();
    assert_eq!(rest.1, told.1[1..]);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_ahead_empties_no_bed_before_it_has_held_for_a_day() {
    let house = House::new().await;
    let emergency = adt("A04", 1, "ED~7~A", house.now()).replace("PV1|1|I|", "PV1|1|E|");
    house.receive(&emergency).await;
    house.vitals(1, "ED~7~A", &[("pulse", "81")]).await;

    house.clock.advance(365 * 24 * HOUR_MS);
    house.beds.tidy().await.unwrap();
    assert_eq!(house.pulse("ED~7~A"), Some(81.0));
    let house = house.restarted().await;
    house.beds.tidy().await.unwrap();
    assert_eq!(house.pulse("ED~7~A"), Some(81.0), "after a restart too");
    house.clock.advance(24 * HOUR_MS);
    tokio::time::advance(Duration::from_hours(24)).await;
    house.beds.tidy().await.unwrap();

    assert!(house.view("ED~7~A").occupants.is_empty());
}

/// Lets the clock and the time go on alike.
async fn wait(house: &House, minutes: u64) {
    house.clock.advance(minutes * 60_000);
    tokio::time::advance(Duration::from_mins(minutes)).await;
}

/// A house with an emergency patient in a bed who was never discharged.
async fn house_with_an_emergency() -> House {
    let house = House::new().await;
    let emergency = adt("A04", 1, "ED~7~A", house.now()).replace("PV1|1|I|", "PV1|1|E|");
    house.receive(&emergency).await;
    house
}

#[tokio::test(start_paused = true)]
async fn who_was_never_discharged_is_forgotten_where_restarts_are_daily_too() {
    let mut house = house_with_an_emergency().await;

    for _ in 0..7 {
        wait(&house, 23 * 60 + 50).await;
        house.beds.tidy().await.unwrap();
        assert_eq!(house.view("ED~7~A").occupants.len(), 1);
        wait(&house, 10).await;
        house = house.restarted().await;
    }
    wait(&house, 10).await;
    house.beds.tidy().await.unwrap();

    assert!(house.view("ED~7~A").occupants.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_believed_is_not_after_a_restart_at_which_it_has_jumped() {
    let house = house_with_an_emergency().await;
    wait(&house, 24 * 60).await;
    house.beds.tidy().await.unwrap();

    house.clock.advance(365 * 24 * HOUR_MS);
    let house = house.restarted().await;
    for _ in 0..3 {
        wait(&house, 7 * 60).await;
        house.beds.tidy().await.unwrap();
    }
    let house = house.restarted().await;
    house.beds.tidy().await.unwrap();

    assert_eq!(house.view("ED~7~A").occupants.len(), 1);
}

#[tokio::test]
async fn what_is_old_goes_from_the_store_too() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.vitals(1, "ICU~1~A", &[("pulse", "81")]).await;
    house.adt("A03", 1, "ICU~1~A").await;

    house.clock.advance(12 * 3_600_000);
    house.beds.tidy().await.unwrap();
    assert_eq!(
        all_entries(&house.store, 100).await.len(),
        1,
        "a trend goes back so far"
    );
    house.clock.advance(3_600_000);
    house.beds.tidy().await.unwrap();
    assert!(all_entries(&house.store, 100).await.is_empty());

    house.clock.advance(8 * 24 * 3_600_000);
    house.beds.tidy().await.unwrap();
    let rows = all_rows(&house.store, 100).await;
    assert!(
        rows.iter()
            .all(|(row, _)| matches!(row, Row::Bed(_) | Row::Clock)),
        "{}",
        rows.len()
    );
    assert_eq!(house.view("ICU~1~A").state, BedState::Dirty);
    let house = house.restarted().await;
    assert_eq!(house.view("ICU~1~A").state, BedState::Dirty);
}

#[tokio::test]
async fn values_that_do_not_open_are_left_out_and_the_rest_is_taken_up() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.adt("A01", 2, "ICU~1~B").await;
    let stay = Row::Stay(house.stay("ICU~1~A"));
    let rotten = wardline_vitals::port::Write::Put {
        row: stay,
        sealed: bytes::Bytes::from_static(b"not an envelope"),
    };
    let synced = wardline_vitals::port::Durability::Synced;
    wardline_vitals::port::BedStore::commit(&house.store, vec![rotten], synced)
        .await
        .unwrap();

    let house = house.restarted().await;

    assert!(house.view("ICU~1~A").occupants.is_empty());
    assert_eq!(house.view("ICU~1~B").occupants.len(), 1);
}
