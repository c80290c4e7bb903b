//! What cannot all be true is reported, and nothing is guessed.

use super::*;

#[test]
fn two_patients_in_one_bed_are_both_shown_and_reported_until_one_leaves() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    let changes = house.hear(20, &adt("A01", 2).to("ICU~1~A"));
    assert_eq!(contradicted(&changes), ["many_in_one_bed"]);
    assert_eq!(house.in_bed("ICU~1~A"), ["V1", "V2"]);

    let changes = house.hear(30, &adt("A02", 1).to("WARD~2~B"));
    let resolved = |change: &Change| matches!(change, Change::Resolved(_));
    assert_eq!(changes.iter().filter(|c| resolved(c)).count(), 1);
    assert!(house.contradictions().is_empty());
}

#[test]
fn a_discharge_of_somebody_who_is_not_here_is_reported() {
    let mut house = House::new();

    let changes = house.hear(10, &adt("A03", 1).to("ICU~1~A"));

    assert_eq!(contradicted(&changes), ["not_here"]);
}

#[test]
fn a_transfer_from_a_bed_that_the_patient_was_not_in_is_reported() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    let changes = house.hear(20, &adt("A02", 1).to("WARD~2~B").from("ICU~9~A"));

    assert_eq!(contradicted(&changes), ["elsewhere"]);
    assert_eq!(house.in_bed("WARD~2~B"), ["V1"]);
}

#[test]
fn news_of_a_patient_that_name_another_bed_move_nobody_and_are_reported() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    let changes = house.hear(20, &adt("A08", 1).to("ICU~1~B"));
    assert_eq!(contradicted(&changes), ["elsewhere"]);
    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);

    house.hear(30, &adt("A08", 1).to("ICU~1~A"));
    assert!(house.contradictions().is_empty());
}

#[test]
fn a_transfer_after_the_discharge_is_reported_and_brings_nobody_back() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A03", 1));

    let changes = house.hear(30, &adt("A02", 1).to("WARD~2~B"));

    assert_eq!(contradicted(&changes), ["not_here"]);
    assert_eq!(house.stay("V1").course().phase, Phase::Gone);
}

#[test]
fn one_patient_in_two_places_is_reported() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let other_visit = adt("A01", 1).to("WARD~2~B").text(20).replace("V1^", "V99^");

    let applied = house.hear_text(&other_visit);

    assert_eq!(contradicted(&applied.changes), ["one_in_many_places"]);
    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
    assert_eq!(house.in_bed("WARD~2~B"), ["V99"]);
}

#[test]
fn the_visit_of_one_patient_with_the_number_of_another_moves_nobody() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let mixed = adt("A02", 2).to("WARD~2~B").text(20).replace("V2^", "V1^");

    let applied = house.hear_text(&mixed);

    assert_eq!(contradicted(&applied.changes), ["visit_of_another_patient"]);
    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
    assert_eq!(house.in_bed("WARD~2~B"), [""; 0]);
}

#[test]
fn an_admission_to_no_place_is_reported() {
    let mut house = House::new();

    let changes = house.hear(10, &adt("A01", 1));

    assert_eq!(contradicted(&changes), ["no_place"]);
    assert_eq!(house.stay("V1").course().phase, Phase::Here);
}

#[test]
fn numbers_of_two_patients_in_one_message_are_reported() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(11, &adt("A01", 2).to("ICU~1~B"));
    let both = adt("A08", 1)
        .text(20)
        .replace("M1^^^H^MR", "M1^^^H^MR~M2^^^H^MR");

    let applied = house.hear_text(&both);

    assert_eq!(contradicted(&applied.changes), ["several_patients"]);
    assert_eq!(house.stay("V1").identifiers().len(), 1, "they stay two");
}
