//! Admission, transfer, swap, discharge, and what is planned.

use super::*;

#[test]
fn an_admitted_patient_lies_in_the_bed_that_was_told() {
    let mut house = House::new();

    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    assert_eq!(house.state("ICU~1~A"), BedState::Occupied);
    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
    let course = house.stay("V1").course();
    assert_eq!(course.admitted_at, Some(MIDNIGHT + 10 * MINUTE));
}

#[test]
fn a_transfer_moves_and_leaves_a_dirty_bed() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    house.hear(20, &adt("A02", 1).to("WARD~2~B").from("ICU~1~A"));

    assert_eq!(house.in_bed("WARD~2~B"), ["V1"]);
    assert_eq!(house.state("ICU~1~A"), BedState::Dirty);
    assert!(house.contradictions().is_empty());
}

#[test]
fn a_swap_moves_both_at_once() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(11, &adt("A01", 2).to("ICU~1~B"));
    let first = adt("A17", 1).to("ICU~1~B").from("ICU~1~A").text(20);
    let second = adt("A17", 2).to("ICU~1~A").from("ICU~1~B").text(20);
    let second: Vec<&str> = second.lines().skip(2).collect();
    let second = second.join(
        "
",
    );

    let applied = house.hear_text(&(first + &second));

    assert_eq!(house.in_bed("ICU~1~A"), ["V2"]);
    assert_eq!(house.in_bed("ICU~1~B"), ["V1"]);
    assert!(contradicted(&applied.changes).is_empty());
    assert_eq!(house.state("ICU~1~A"), BedState::Occupied);
}

#[test]
fn a_discharge_leaves_a_dirty_bed_and_nobody_in_it() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    house.hear(20, &adt("A03", 1).to("ICU~1~A"));

    assert_eq!(house.state("ICU~1~A"), BedState::Dirty);
    assert!(house.in_bed("ICU~1~A").is_empty());
    assert_eq!(house.stay("V1").course().phase, Phase::Gone);
}

#[test]
fn what_is_planned_shows_at_the_bed_and_at_its_goal() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(11, &adt("A01", 2).to("ICU~1~B"));

    house.hear(20, &adt("A15", 1).to("ICU~1~A").pending("WARD~2~B"));
    house.hear(21, &adt("A16", 2).to("ICU~1~B"));
    house.hear(22, &adt("A14", 3).to("WARD~3~A"));

    assert_eq!(house.state("ICU~1~A"), BedState::PendingTransfer);
    assert_eq!(house.state("ICU~1~B"), BedState::PendingDischarge);
    assert_eq!(house.state("WARD~3~A"), BedState::Assigned);
}

#[test]
fn a_planned_patient_who_comes_is_planned_no_more() {
    let mut house = House::new();
    house.hear(10, &adt("A14", 1).to("ICU~1~A"));

    house.hear(20, &adt("A01", 1).to("ICU~1~A"));
    house.hear(30, &adt("A15", 1).pending("WARD~2~B"));
    house.hear(40, &adt("A02", 1).to("WARD~2~B").from("ICU~1~A"));

    assert_eq!(house.state("WARD~2~B"), BedState::Occupied);
    assert_eq!(house.state("ICU~1~A"), BedState::Dirty);
    assert!(
        house
            .census
            .facts(&"ICU~1~A".parse().unwrap())
            .unwrap()
            .reserved_for
            .is_empty()
    );
}

#[test]
fn a_patient_who_is_away_keeps_the_bed() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    house.hear(20, &adt("A21", 1));
    assert_eq!(house.stay("V1").course().away, Some(Away::OnLeave));
    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);

    house.hear(30, &adt("A22", 1));
    assert_eq!(house.stay("V1").course().away, None);
}

#[test]
fn an_outpatient_who_stays_moves_with_the_change_of_class() {
    let mut house = House::new();
    house.hear(10, &adt("A04", 1).to("ED~1~"));

    house.hear(20, &adt("A06", 1).to("WARD~1~A").from("ED~1~"));

    assert_eq!(house.in_bed("WARD~1~A"), ["V1"]);
    assert_eq!(house.state("ED~1~"), BedState::Dirty);
}

#[test]
fn a_patient_who_comes_again_is_admitted_anew() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A03", 1));

    house.hear(30, &adt("A01", 1).to("ICU~1~B"));

    assert_eq!(house.in_bed("ICU~1~B"), ["V1"]);
    let course = house.stay("V1").course();
    assert_eq!(course.admitted_at, Some(MIDNIGHT + 30 * MINUTE));
}
