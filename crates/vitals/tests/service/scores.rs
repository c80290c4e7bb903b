//! Scores, bands and staleness, as the board shows and tells them.

use wardline_vitals::OperationError;
use wardline_vitals::freshness::State;
use wardline_vitals::score::{Assessment, Band, BandEvent};
use wardline_vitals::watch::EventKind;

use super::scene::{House, ILL, WELL, person};

async fn ill_house() -> House {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    for _ in 0..4 {
        house.clock.advance(10_000);
        house.vitals(1, "ICU~1~A", &WELL).await;
    }
    for _ in 0..4 {
        house.clock.advance(10_000);
        house.vitals(1, "ICU~1~A", &ILL).await;
    }
    house
}

fn changes(told: &[EventKind]) -> Vec<Band> {
    let to = |kind: &EventKind| match kind {
        EventKind::Score {
            event: BandEvent::Changed { to, .. },
            ..
        } => Some(*to),
        _ => None,
    };
    told.iter().filter_map(to).collect()
}

#[tokio::test]
async fn a_patient_who_falls_ill_makes_one_event() {
    let house = ill_house().await;

    let score = &house.occupant("ICU~1~A").chart.score;
    assert_eq!(score.band, Some(Band::High));
    assert!(score.assessment.total() >= Some(7));
    assert_eq!(changes(&house.told().await), [Band::High]);
}

#[tokio::test]
async fn a_value_that_gets_no_successor_shows_as_stale_within_a_second() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.vitals(1, "ICU~1~A", &WELL).await;
    let shown = house.view("ICU~1~A").sequence;

    house.pass(60).await;
    assert_eq!(
        house.view("ICU~1~A").sequence,
        shown,
        "at the limit it counts"
    );
    house.pass(1).await;

    let occupant = house.occupant("ICU~1~A");
    let stale = occupant
        .chart
        .values
        .iter()
        .filter(|v| v.state == State::Stale);
    assert_eq!(stale.count(), 3, "respiration, saturation and pulse");
    let assessment = &occupant.chart.score.assessment;
    assert!(
        matches!(assessment, Assessment::Incomplete(_)),
        "{assessment:?}"
    );
    let units = house.beds.units();
    assert_eq!(units[0].bands.incomplete, 1);
    let told = house.told().await;
    let incomplete = |kind: &EventKind| {
        matches!(
            kind,
            EventKind::Score {
                event: BandEvent::Incomplete { .. },
                ..
            }
        )
    };
    assert_eq!(told.iter().filter(|kind| incomplete(kind)).count(), 1);
}

#[tokio::test]
async fn a_band_is_acknowledged_once_and_by_whom_is_shown() {
    let house = ill_house().await;
    let stay = house.stay("ICU~1~A");
    assert_eq!(house.beds.units()[0].bands.unacknowledged, 1);

    let other = house.beds.acknowledge(stay, Band::Medium, person("ada"));
    assert!(matches!(other.await, Err(OperationError::Conflict(_))));
    assert_eq!(house.beds.units()[0].bands.unacknowledged, 1);

    house
        .beds
        .acknowledge(stay, Band::High, person("ada"))
        .await
        .unwrap();

    let occupant = house.occupant("ICU~1~A");
    assert_eq!(occupant.acknowledged_by.as_ref().unwrap().expose(), "ada");
    assert_eq!(occupant.chart.score.acknowledged_at, Some(house.now()));
    assert_eq!(house.beds.units()[0].bands.unacknowledged, 0);
    let again = house
        .beds
        .acknowledge(stay, Band::High, person("ada"))
        .await;
    assert!(matches!(again, Err(OperationError::Conflict(_))));
}

#[tokio::test]
async fn a_restart_tells_no_band_again_and_forgets_no_acknowledgement() {
    let house = ill_house().await;
    let stay = house.stay("ICU~1~A");
    house
        .beds
        .acknowledge(stay, Band::High, person("ada"))
        .await
        .unwrap();

    let house = house.restarted().await;
    house.clock.advance(10_000);
    house.vitals(1, "ICU~1~A", &ILL).await;

    let occupant = house.occupant("ICU~1~A");
    assert_eq!(occupant.chart.score.band, Some(Band::High));
    assert_eq!(occupant.acknowledged_by.as_ref().unwrap().expose(), "ada");
    assert!(changes(&house.told().await).is_empty());
}

#[tokio::test]
async fn a_change_of_band_is_synced_before_it_is_told() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    let before = house.store.synced_commits();

    house.vitals(1, "ICU~1~A", &[("pulse", "70")]).await;
    assert_eq!(
        house.store.synced_commits(),
        before,
        "a value is synced later"
    );
    for _ in 0..3 {
        house.clock.advance(10_000);
        house.vitals(1, "ICU~1~A", &ILL).await;
    }

    assert_eq!(house.occupant("ICU~1~A").chart.score.band, Some(Band::High));
    assert_eq!(house.store.synced_commits(), before + 1);
    house.beds.sync().await.unwrap();
    assert_eq!(house.store.synced_commits(), before + 2);
    house.beds.sync().await.unwrap();
    assert_eq!(
        house.store.synced_commits(),
        before + 2,
        "there is nothing new"
    );
}
