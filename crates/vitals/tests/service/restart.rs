//! What a new start takes up.

use wardline_testkit::conformance::beds::{all_entries, all_rows};
use wardline_vitals::model::BedState;
use wardline_vitals::observation::Parameter;
use wardline_vitals::port::Row;
use wardline_vitals::trend::TrendQuery;

use super::scene::{House, id};

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
        rows.iter().all(|(row, _)| matches!(row, Row::Bed(_))),
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
