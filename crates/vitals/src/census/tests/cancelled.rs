//! What is taken back leaves what was there before.

use super::*;

#[test]
fn a_cancelled_admission_leaves_the_bed_as_it_was() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A02", 1).to("ICU~1~B").from("ICU~1~A"));

    house.hear(30, &adt("A11", 1).to("ICU~1~B"));

    assert_eq!(house.stay("V1").course().phase, Phase::Cancelled);
    assert_eq!(house.state("ICU~1~A"), BedState::Unknown);
    assert_eq!(house.state("ICU~1~B"), BedState::Unknown);
}

#[test]
fn a_cancelled_transfer_puts_the_patient_back() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A02", 1).to("WARD~2~B").from("ICU~1~A"));

    let changes = house.hear(30, &adt("A12", 1).to("ICU~1~A"));

    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
    assert_eq!(house.state("WARD~2~B"), BedState::Unknown);
    assert!(contradicted(&changes).is_empty());
}

#[test]
fn of_two_transfers_the_one_that_is_named_by_its_time_is_cancelled() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A02", 1).to("WARD~2~B"));
    house.hear(30, &adt("A02", 1).to("WARD~3~B"));

    house.hear(40, &adt("A12", 1).occurred(20));

    assert_eq!(house.in_bed("WARD~3~B"), ["V1"]);
    assert_eq!(house.state("WARD~2~B"), BedState::Unknown);
    assert_eq!(house.state("ICU~1~A"), BedState::Dirty);
}

#[test]
fn a_cancelled_discharge_brings_the_patient_back_where_the_message_says() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A03", 1).to("ICU~1~A"));
    house.hear(21, &adt("A01", 2).to("ICU~1~A"));

    house.hear(30, &adt("A13", 1).to("ICU~1~B"));

    assert_eq!(house.in_bed("ICU~1~B"), ["V1"]);
    assert_eq!(house.in_bed("ICU~1~A"), ["V2"]);
    assert!(house.contradictions().is_empty());
}

#[test]
fn cancelled_plans_are_gone() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    house.hear(20, &adt("A16", 1));
    house.hear(21, &adt("A25", 1));
    assert_eq!(house.state("ICU~1~A"), BedState::Occupied);

    house.hear(22, &adt("A15", 1).pending("WARD~2~B"));
    house.hear(23, &adt("A26", 1));
    assert_eq!(house.state("ICU~1~A"), BedState::Occupied);

    house.hear(24, &adt("A14", 2).to("WARD~3~A"));
    house.hear(25, &adt("A27", 2));
    assert_eq!(house.state("WARD~3~A"), BedState::Unknown);
    assert_eq!(house.stay("V2").course().phase, Phase::Cancelled);
    assert!(house.contradictions().is_empty());
}

#[test]
fn a_cancel_of_what_never_happened_is_reported_and_moves_nobody() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    let changes = house.hear(20, &adt("A12", 1).to("WARD~2~B"));
    assert_eq!(contradicted(&changes), ["nothing_to_cancel"]);
    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);

    let changes = house.hear(30, &adt("A13", 1).to("ICU~1~A"));
    assert_eq!(contradicted(&changes), ["nothing_to_cancel"]);
    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
}

#[test]
fn an_admission_after_a_cancelled_one_counts() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A11", 1));

    house.hear(30, &adt("A01", 1).to("ICU~1~B"));

    assert_eq!(house.in_bed("ICU~1~B"), ["V1"]);
}

/// HL7 v2.5.1 §3.3.11: an A11 takes back the A01, or the A04 where there is none.
#[test]
fn who_was_registered_and_is_not_admitted_after_all_is_still_where_they_were() {
    let mut house = House::new();
    house.hear(10, &adt("A04", 1).to("ED~BAY~7"));
    house.hear(15, &adt("A02", 1).to("ED~BAY~8").from("ED~BAY~7"));
    house.hear(20, &adt("A01", 1).to("MED~3~B").from("ED~BAY~8"));
    house.hear(21, &adt("A08", 1).to("MED~3~B"));
    house.hear(22, &adt("A02", 1).to("MED~3~A").from("MED~3~B"));

    house.hear(30, &adt("A11", 1).to("MED~3~A"));

    assert_eq!(house.in_bed("ED~BAY~8"), ["V1"]);
    assert_eq!(house.state("MED~3~A"), BedState::Unknown);
    assert!(house.contradictions().is_empty());
}

#[test]
fn a_cancel_that_names_the_registration_or_finds_nothing_else_takes_the_visit_back() {
    let mut named = House::new();
    named.hear(10, &adt("A04", 1).to("ED~BAY~7"));
    named.hear(20, &adt("A01", 1).to("MED~3~B"));
    named.hear(30, &adt("A11", 1).occurred(10));
    assert_eq!(named.stay("V1").course().phase, Phase::Cancelled);

    let mut twice = House::new();
    twice.hear(10, &adt("A04", 1).to("ED~BAY~7"));
    twice.hear(20, &adt("A01", 1).to("MED~3~B"));
    twice.hear(30, &adt("A11", 1));
    twice.hear(40, &adt("A11", 1));
    assert_eq!(twice.stay("V1").course().phase, Phase::Cancelled);

    let mut deleted = House::new();
    deleted.hear(10, &adt("A04", 1).to("ED~BAY~7"));
    deleted.hear(20, &adt("A01", 1).to("MED~3~B"));
    deleted.hear(30, &adt("A23", 1));
    assert_eq!(deleted.stay("V1").course().phase, Phase::Cancelled);
}

#[test]
fn an_admission_that_was_told_twice_is_taken_back_whole() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(12, &adt("A01", 1).to("ICU~1~B"));

    house.hear(30, &adt("A11", 1));

    assert_eq!(house.state("ICU~1~A"), BedState::Unknown);
    assert_eq!(house.state("ICU~1~B"), BedState::Unknown);
}
