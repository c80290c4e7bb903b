//! Messages of real systems, and messages that make no sense.

use proptest::prelude::*;

use super::*;
use crate::census::AdtError;
use crate::model::PhiText;

fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/../../testdata/hl7/{name}", env!("CARGO_MANIFEST_DIR"));
    let raw = std::fs::read(path).unwrap();
    let begin = raw.windows(3).position(|w| w == b"MSH").unwrap();
    raw[begin..].to_vec()
}

fn read(raw: &[u8]) -> Result<AdtEvent, AdtError> {
    AdtEvent::read(&Message::parse(raw).unwrap(), &Reading::default(), MIDNIGHT)
}

#[test]
fn every_admission_message_of_the_samples_is_read() {
    let folder = format!("{}/../../testdata/hl7", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.starts_with("ADT") {
            let event = read(&sample(&name));
            assert!(event.is_ok(), "{name}: {event:?}");
            count += 1;
        }
    }
    assert!(count > 25, "{count}");
}

#[test]
fn a_sample_is_read_field_by_field() {
    let event = read(&sample("ADT01-23.hl7")).unwrap();

    let person = &event.persons[0];
    assert_eq!(event.purpose, Purpose::Step(Act::Admit));
    assert_eq!(person.identifiers[0].number.expose(), "10006579");
    assert_eq!(person.visit.as_ref().unwrap().number.expose(), "40007716");
    let bed = person.place.as_ref().unwrap().bed_id().unwrap();
    assert_eq!(bed.as_str(), "1~PREOP~101~1");
    assert_eq!(person.attending.value().unwrap().expose(), "DISNEY");
    // 2005-01-10T04:55:02+07:00
    assert_eq!(event.when.at, 1_105_307_702_000);
}

#[test]
fn a_message_without_a_patient_is_refused_with_the_place() {
    let raw = b"MSH|^~\\&|A|H|W|H|20261121||ADT^A01|1|P|2.5.1\rPV1|1|I|ICU^1^A\r";

    let refused = read(raw).unwrap_err();

    assert_eq!(refused, AdtError::NoPatient);
    assert!(refused.to_string().contains("PID-3"));
}

#[test]
fn a_swap_of_one_patient_is_refused() {
    let text = adt("A17", 1).to("ICU~1~A").text(1).replace('\n', "\r");

    assert_eq!(
        read(text.as_bytes()).unwrap_err(),
        AdtError::NoSecondPatient
    );
}

#[test]
fn an_identifier_at_the_limit_is_taken_and_beyond_it_is_refused() {
    let with = |length: usize| {
        let text = adt("A01", 1)
            .text(1)
            .replace("M1^", &format!("{}^", "9".repeat(length)));
        read(text.replace('\n', "\r").as_bytes())
    };

    assert!(with(crate::model::MAX_IDENTIFIER_BYTES).is_ok());
    let refused = with(crate::model::MAX_IDENTIFIER_BYTES + 1).unwrap_err();
    assert!(matches!(refused, AdtError::TooLong { field: "PID-3", .. }));
}

#[test]
fn so_many_patients_are_taken_and_one_more_is_refused() {
    let with = |count: usize| {
        let mut text = adt("A40", 1).text(1);
        text.push_str("MRG|M3^^^H^MR\n");
        text.push_str(&"PID|1||M2^^^H^MR\n".repeat(count - 1));
        read(text.replace('\n', "\r").as_bytes())
    };

    assert!(with(MAX_PERSONS).is_ok());
    assert!(matches!(
        with(MAX_PERSONS + 1).unwrap_err(),
        AdtError::TooMany { .. }
    ));
}

#[test]
fn a_merge_of_nothing_is_refused() {
    let text = adt("A40", 1).text(1).replace('\n', "\r");

    assert_eq!(read(text.as_bytes()).unwrap_err(), AdtError::NothingMerged);
}

#[test]
fn a_bed_status_without_a_bed_is_refused() {
    let raw = b"MSH|^~\\&|A|H|W|H|20261121||ADT^A20|1|P|2.5.1\rEVN|A20|20261121\rNPU|^^|U\r";

    assert_eq!(read(raw).unwrap_err(), AdtError::NoBed);
}

#[test]
fn events_show_nothing_of_the_patient() {
    let shown = format!("{:?}", read(&sample("ADT01-23.hl7")).unwrap());

    for secret in [
        "DUCK", "DONALD", "10006579", "40007716", "19241010", "DISNEY",
    ] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_taken_or_refused_and_the_census_stays_whole(
        lines in prop::collection::vec("(EVN|PID|PV1|MRG|NPU)[|^~&0-9A-Z\"\\\\]{0,60}", 0..12),
        trigger in "A[0-5][0-9]",
    ) {
        let header = format!("MSH|^~\\&|A|H|W|H|20261121||ADT^{trigger}|1|P|2.5.1");
        let text = [vec![header], lines].concat().join("\r");
        let event = AdtEvent::read(
            &Message::parse(text.as_bytes()).unwrap(),
            &Reading::default(),
            MIDNIGHT,
        );
        let mut house = House::new();
        house.hear(1, &adt("A01", 1).to("ICU~1~A"));

        if let Ok(event) = event {
            let applied = house.census.apply(&event, MIDNIGHT).unwrap();
            house.census.undo(applied);
        }

        prop_assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
        prop_assert_eq!(house.census.stays().count(), 1);
        prop_assert_eq!(house.census.beds().count(), 1);
    }
}

/// The record of the patient takes the legal name (HL7 table 0200), so the bed does.
#[test]
fn of_several_names_the_legal_one_is_shown_wherever_it_stands() {
    for (names, shown) in [
        ("Doe^Jo^^^^^D~Roe^Jane^^^^^L", ("Roe", Some("Jane"))),
        ("Roe^Jane~Doe^Jo^^^^^A", ("Roe", Some("Jane"))),
        ("^^^^^^L~Doe^Jo^^^^^N", ("Doe", Some("Jo"))),
        ("Roe", ("Roe", None)),
    ] {
        let mut house = House::new();
        let text = adt("A01", 1).to("ICU~1~A").text(10);

        house.hear_text(&text.replace("Doe^P1", names));

        let patient = house.stay("V1").patient();
        let given = patient.given_name.as_ref().map(PhiText::expose);
        assert_eq!((patient.family_name.unwrap().expose(), given), shown);
    }
}
