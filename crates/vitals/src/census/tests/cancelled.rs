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
