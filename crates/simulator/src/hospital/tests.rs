//! What the hospital promises to those who play it.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn events(seed: u64, beds: u32, count: usize) -> Vec<Event> {
    let mut hospital = Hospital::new(seed, beds);
    (0..count).map(|_| hospital.next_event()).collect()
}

/// A fortnight with four times the usual arrivals, so that rare events happen too.
fn busy_fortnight() -> Vec<Event> {
    let mut hospital = Hospital::new(6, 60);
    hospital.set_pressure(4.0);
    (0..25_000).map(|_| hospital.next_event()).collect()
}

fn fields(segment: &[u8]) -> Vec<&[u8]> {
    segment.split(|byte| *byte == b'|').collect()
}

fn segment<'a>(message: &'a [u8], id: &[u8]) -> Option<&'a [u8]> {
    message
        .split(|byte| *byte == b'\r')
        .find(|segment| segment.starts_with(id))
}

#[test]
fn the_same_seed_tells_the_same_story() {
    let told = |seed| {
        events(seed, 40, 500)
            .into_iter()
            .map(|it| it.bytes)
            .collect::<Vec<_>>()
    };

    assert_eq!(told(7), told(7));
    assert_ne!(told(7), told(8));
}

#[test]
fn a_control_id_never_repeats() {
    let events = events(1, 60, 5_000);

    let ids: BTreeSet<&str> = events
        .iter()
        .map(|event| event.control_id.as_str())
        .collect();
    assert_eq!(ids.len(), events.len());
}

#[test]
fn the_clock_never_goes_back() {
    assert!(events(2, 60, 5_000).is_sorted_by_key(|event| event.at));
}

#[test]
fn each_application_counts_a_patients_messages_without_a_gap() {
    let mut last = BTreeMap::new();

    for event in events(3, 60, 8_000) {
        let PatientPlace {
            key,
            sequence,
            merged,
        } = event.place;
        for (key, sequence) in std::iter::once((key, sequence)).chain(merged) {
            let before = last.insert(key, sequence).unwrap_or(0);
            assert_eq!(sequence, before + 1);
        }
    }
}

#[test]
fn a_message_says_in_its_segments_what_the_event_says_of_it() {
    for event in events(4, 60, 2_000) {
        let msh = fields(segment(&event.bytes, b"MSH|").unwrap());
        let place = fields(segment(&event.bytes, b"ZWL|").unwrap());

        assert_eq!(msh[2], event.application.sending_application().as_bytes());
        assert!(msh[8].starts_with(event.message_type.as_bytes()));
        assert_eq!(msh[9], event.control_id.as_bytes());
        assert_eq!(msh[10], b"T");
        assert_eq!(place[1], event.place.key.as_bytes());
        assert_eq!(place[2], event.place.sequence.to_string().as_bytes());
        assert_eq!(event.bytes.last(), Some(&b'\r'));
    }
}

#[test]
fn every_message_names_its_patient() {
    for event in events(5, 60, 2_000) {
        let pid = fields(segment(&event.bytes, b"PID|").unwrap());

        assert!(pid[3].starts_with(b"S1") && pid[3].windows(3).any(|it| it == b"^MR"));
    }
}

#[test]
fn every_kind_of_message_is_told_within_a_fortnight() {
    let told: BTreeSet<&str> = busy_fortnight().iter().map(|it| it.message_type).collect();

    let kinds = [
        "ADT^A01", "ADT^A02", "ADT^A03", "ADT^A04", "ADT^A08", "ADT^A11", "ADT^A12", "ADT^A13",
        "ADT^A40", "DFT^P03", "MDM^T02", "OMG^O19", "ORM^O01", "ORU^R01", "RDE^O11", "SIU^S12",
        "SIU^S15",
    ];
    assert_eq!(told, BTreeSet::from(kinds));
}

#[test]
fn a_merge_names_both_patients_and_both_places() {
    let events = busy_fortnight();
    let merges: Vec<&Event> = events
        .iter()
        .filter(|it| it.message_type == "ADT^A40")
        .collect();

    assert!(!merges.is_empty());
    for merge in merges {
        let (_, sequence) = merge.place.merged.as_ref().unwrap();
        let survivor = fields(segment(&merge.bytes, b"PID|").unwrap())[3];
        let prior = fields(segment(&merge.bytes, b"MRG|").unwrap())[1];

        assert!(*sequence >= 2, "the admission came before");
        assert!(!survivor.starts_with(prior));
    }
}

#[test]
fn some_messages_carry_a_document() {
    let events = events(6, 60, 4_000);

    let documents = events.iter().filter(|it| {
        it.bytes
            .windows(24)
            .any(|window| window == b"^application^pdf^Base64^")
    });
    assert!(documents.count() > 5);
    assert!(events.iter().any(|it| it.bytes.len() > 200_000));
}

#[test]
fn the_house_neither_empties_nor_stays_full_over_weeks() {
    let mut hospital = Hospital::new(9, 60);
    let end = hospital.now().plus_hours(24.0 * 15.0);

    while hospital.now() < end {
        for _ in 0..200 {
            hospital.next_event();
        }
        let (taken, beds) = hospital.occupancy();
        assert!((beds * 4 / 10..=beds).contains(&taken), "{taken} of {beds}");
    }
}

#[test]
fn a_day_brings_each_inpatient_the_messages_of_a_general_hospital() {
    let mut hospital = Hospital::new(10, 40);
    let start = hospital.now();
    let mut told = 0_u32;

    while hospital.now() < start.plus_hours(24.0 * 4.0) {
        hospital.next_event();
        told += 1;
    }

    let per_inpatient_day = f64::from(told) / 4.0 / 28.8;
    assert!(
        (40.0..100.0).contains(&per_inpatient_day),
        "{per_inpatient_day}"
    );
}

#[test]
fn who_left_long_ago_is_forgotten() {
    let mut hospital = Hospital::new(11, 10);

    for _ in 0..25_000 {
        hospital.next_event();
    }

    assert!(
        hospital.patients.len() < 1_000,
        "{}",
        hospital.patients.len()
    );
    assert!(
        hospital.encounters.len() < 200,
        "{}",
        hospital.encounters.len()
    );
}

#[test]
fn more_pressure_brings_more_admissions() {
    let admissions = |pressure| {
        let mut hospital = Hospital::new(12, 60);
        hospital.set_pressure(pressure);
        let end = hospital.now().plus_hours(24.0);
        std::iter::from_fn(|| Some(hospital.next_event()))
            .take_while(|event| event.at < end)
            .filter(|event| matches!(event.message_type, "SIU^S12"))
            .count()
    };

    assert!(admissions(5.0) > 3 * admissions(1.0));
}

#[test]
fn a_house_of_one_bed_still_tells_stories() {
    assert_eq!(events(13, 0, 500).len(), 500);
}
