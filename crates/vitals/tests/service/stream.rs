//! What those who watch get: the newest of each bed, in order, once.

use std::sync::Arc;

use bytes::Bytes;
use wardline_vitals::watch::{BedStream, BedView, Encoded, Encoding, Since};

use super::scene::{House, pulse_of};

async fn next(stream: &mut BedStream) -> Vec<Arc<BedView>> {
    stream.next().await.unwrap()
}

fn made(text: &'static str) -> Encoded {
    Encoded {
        text: Bytes::from(text),
        moving: Vec::new(),
    }
}

fn names(views: &[Arc<BedView>]) -> Vec<String> {
    views.iter().map(|view| view.bed.to_string()).collect()
}

async fn full_house() -> House {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    house.adt("A01", 2, "ICU~1~B").await;
    house.adt("A01", 3, "WARD~2~A").await;
    house
}

#[tokio::test]
async fn a_reader_gets_every_bed_and_then_what_changes() {
    let house = full_house().await;
    let mut stream = house.beds.subscribe(None, Since::Everything);

    let first = next(&mut stream).await;
    assert_eq!(names(&first), ["ICU~1~A", "ICU~1~B", "WARD~2~A"]);

    house.vitals(2, "ICU~1~B", &[("pulse", "81")]).await;
    let then = next(&mut stream).await;
    assert_eq!(names(&then), ["ICU~1~B"]);
    assert!(then[0].sequence > first[2].sequence);
}

#[tokio::test]
async fn a_slow_reader_gets_the_newest_of_each_bed_and_nothing_between() {
    let house = full_house().await;
    let mut stream = house.beds.subscribe(None, Since::Now);

    for pulse in 60..90 {
        house.clock.advance(1_000);
        house
            .vitals(1, "ICU~1~A", &[("pulse", &pulse.to_string())])
            .await;
        house.vitals(3, "WARD~2~A", &[("pulse", "70")]).await;
    }

    let views = next(&mut stream).await;
    assert_eq!(names(&views), ["ICU~1~A", "WARD~2~A"]);
    assert_eq!(pulse_of(&views[0]), Some(89.0));
}

#[tokio::test]
async fn a_reader_of_a_unit_gets_that_unit_only() {
    let house = full_house().await;
    let ward = Some("WARD".parse().unwrap());
    let mut stream = house.beds.subscribe(ward, Since::Everything);
    assert_eq!(names(&next(&mut stream).await), ["WARD~2~A"]);

    house.vitals(1, "ICU~1~A", &[("pulse", "81")]).await;
    house.vitals(3, "WARD~2~A", &[("pulse", "82")]).await;

    assert_eq!(names(&next(&mut stream).await), ["WARD~2~A"]);
}

#[tokio::test]
async fn a_reader_of_a_unit_that_comes_later_gets_it() {
    let house = House::new().await;
    let mut stream = house
        .beds
        .subscribe(Some("ICU".parse().unwrap()), Since::Now);

    house.adt("A01", 1, "ICU~1~A").await;

    assert_eq!(names(&next(&mut stream).await), ["ICU~1~A"]);
}

#[tokio::test]
async fn a_reader_that_comes_back_gets_what_changed_since() {
    let house = full_house().await;
    let mut stream = house.beds.subscribe(None, Since::Everything);
    let seen = next(&mut stream).await[2].sequence;
    drop(stream);
    house.clock.advance(1_000);
    house.vitals(2, "ICU~1~B", &[("pulse", "81")]).await;

    let mut stream = house.beds.subscribe(None, Since::After(seen));

    assert_eq!(names(&next(&mut stream).await), ["ICU~1~B"]);
}

#[tokio::test]
async fn after_a_restart_a_reader_that_comes_back_gets_every_bed() {
    let house = full_house().await;
    let mut stream = house.beds.subscribe(None, Since::Everything);
    let seen = next(&mut stream).await[2].sequence;
    house.clock.advance(1_000);
    let house = house.restarted().await;

    for since in [Since::After(seen), Since::After(u64::MAX)] {
        let mut stream = house.beds.subscribe(None, since);
        let views = next(&mut stream).await;
        assert_eq!(views.len(), 3);
        assert!(views[0].sequence > seen);
        assert!(views[2].sequence < 1 << 53);
    }
}

#[tokio::test]
async fn more_beds_than_are_given_at_once_come_in_parts() {
    let house = House::new().await;
    for n in 1..=150 {
        house.adt("A01", n, &format!("ICU~{n}~A")).await;
    }
    let mut stream = house.beds.subscribe(None, Since::Everything);

    let mut all = Vec::new();
    while all.len() < 150 {
        let views = next(&mut stream).await;
        assert!(views.len() <= 64);
        all.extend(names(&views));
    }

    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 150);
}

#[tokio::test]
async fn a_view_is_encoded_once_for_all_who_read_it() {
    let house = full_house().await;
    let view = house.view("ICU~1~A");

    let first = view.encoded(Encoding::Masked, |_| made("made"));
    let again = house.view("ICU~1~A");
    let second = again.encoded(Encoding::Masked, |_| panic!("made twice"));
    let other = view.encoded(Encoding::Revealed, |_| made("another form"));

    assert_eq!(first.text, second.text);
    assert_eq!(other.text, "another form");
}

#[tokio::test]
async fn streams_end_when_the_service_stops() {
    let house = full_house().await;
    let mut beds = house.beds.subscribe(None, Since::Now);
    let mut events = house.beds.events(None, None);

    house.beds.stop().await;

    assert!(beds.next().await.is_none());
    assert!(events.next().await.is_none());
}

/// After a restart with a clock that is behind, numbers are lower than those that a reader comes back with.
#[tokio::test]
async fn a_reader_with_a_number_that_was_never_given_gets_what_happened_since() {
    let house = House::new().await;
    house.adt("A01", 1, "ICU~1~A").await;
    let mut happened = house.beds.events(None, Some(0));
    let first = happened.next().await.unwrap();

    let mut back = house.beds.events(None, Some(u64::MAX));

    assert_eq!(back.next().await.unwrap(), first);
    assert_eq!(house.beds.known_event(u64::MAX), 0);
    assert_eq!(house.beds.known_event(first.sequence), first.sequence);
}
