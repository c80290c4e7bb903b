//! Whose values are.

use super::*;
use crate::model::{Authority, PatientIdentifier, PhiText};

fn patient(number: &str) -> Subject {
    Subject {
        identifiers: vec![PatientIdentifier {
            number: PhiText::new(number.to_owned(), 64),
            authority: Authority::default(),
            type_code: "MR".to_owned(),
        }],
        ..Subject::default()
    }
}

fn at_bed(bed: &str) -> Subject {
    Subject {
        place: Some(place(bed)),
        ..Subject::default()
    }
}

fn minute(at: u64) -> u64 {
    MIDNIGHT + at * MINUTE
}

#[test]
fn values_are_of_the_stay_of_the_patient_they_name() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let stay = house.stay("V1").id();

    assert_eq!(
        house.census.find(&patient("M1"), minute(20)),
        Found::Stay(stay)
    );
    let with_bed = Subject {
        place: Some(place("ICU~1~A")),
        ..patient("M1")
    };
    assert_eq!(house.census.find(&with_bed, minute(20)), Found::Stay(stay));
}

#[test]
fn values_of_a_patient_who_is_elsewhere_are_nobodys() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(11, &adt("A01", 2).to("ICU~1~B"));
    let claimed = Subject {
        place: Some(place("ICU~1~B")),
        ..patient("M1")
    };

    let found = house.census.find(&claimed, minute(20));

    let (stay, named) = (house.stay("V1").id(), "ICU~1~B".parse().unwrap());
    assert_eq!(found, Found::PatientElsewhere { stay, named });
}

#[test]
fn values_of_a_bed_are_of_whoever_lay_there_at_that_time() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A03", 1));
    house.hear(30, &adt("A01", 2).to("ICU~1~A"));

    let find = |at| house.census.find(&at_bed("ICU~1~A"), minute(at));

    assert_eq!(find(15), Found::Stay(house.stay("V1").id()), "sent late");
    assert_eq!(find(25), Found::NobodyThere(place("ICU~1~A")));
    assert_eq!(find(35), Found::Stay(house.stay("V2").id()));
}

#[test]
fn values_of_a_bed_with_two_patients_are_nobodys() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(11, &adt("A01", 2).to("ICU~1~A"));

    let found = house.census.find(&at_bed("ICU~1~A"), minute(20));

    assert_eq!(found, Found::ManyThere("ICU~1~A".parse().unwrap()));
}

#[test]
fn values_of_who_is_not_known_or_gone_are_nobodys() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A03", 1));

    let find = |subject: &Subject, at| house.census.find(subject, minute(at));

    assert_eq!(find(&patient("M7"), 30), Found::PatientUnknown);
    assert_eq!(
        find(&patient("M1"), 30),
        Found::PatientGone(house.stay("V1").id())
    );
    assert_eq!(find(&patient("M1"), 15), Found::Stay(house.stay("V1").id()));
    assert_eq!(find(&Subject::default(), 30), Found::NothingNamed);
    let unknown = Found::PlaceUnknown(place("ICU~9~Z"));
    assert_eq!(find(&at_bed("ICU~9~Z"), 30), unknown);
}

#[test]
fn a_device_need_not_name_the_facility_when_only_one_bed_is_meant() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A~MAIN"));
    let stay = house.stay("V1").id();
    assert_eq!(
        house.census.find(&at_bed("ICU~1~A"), minute(20)),
        Found::Stay(stay)
    );

    house.hear(11, &adt("A01", 2).to("ICU~1~A~EAST"));

    let found = house.census.find(&at_bed("ICU~1~A"), minute(20));
    assert_eq!(found, Found::PlaceUnknown(place("ICU~1~A")));
}

#[test]
fn a_number_without_its_authority_that_two_patients_have_is_nobodys() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let other = adt("A01", 1)
        .to("ICU~1~B")
        .text(11)
        .replace("M1^^^H", "M1^^^X");
    house.hear_text(&other.replace("V1^", "V2^"));
    house.hear(20, &adt("A03", 1));

    assert_eq!(
        house.census.find(&patient("M1"), minute(30)),
        Found::Ambiguous
    );

    let unnumbered = adt("A02", 1)
        .to("WARD~1~A")
        .text(40)
        .replace("M1^^^H", "M1^^^");
    let applied = house.hear_text(&unnumbered.replace("V1^^^H^VN", ""));
    assert_eq!(contradicted(&applied.changes), ["several_patients"]);
    assert!(applied.is_nothing());
}
