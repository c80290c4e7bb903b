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

/// As when the A13 between both got lost: whoever looks after that bed must see that somebody may lie there.
#[test]
fn a_transfer_after_the_discharge_is_shown_at_the_bed_that_it_names() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A03", 1).to("ICU~1~A"));

    let changes = house.hear(30, &adt("A02", 1).to("WARD~2~B").from("ICU~1~A"));

    assert_eq!(house.shown_at("WARD~2~B"), ["not_here"]);
    assert_eq!(
        house.state("WARD~2~B"),
        BedState::Occupied,
        "not free to give"
    );
    assert!(house.in_bed("WARD~2~B").is_empty(), "nobody is put there");
    let bed: BedId = "WARD~2~B".parse().unwrap();
    let is_of_bed = |change: &Change| matches!(change, Change::Contradicted(what) if what.bed().as_ref() == Some(&bed));
    assert!(changes.iter().any(is_of_bed));
}

#[test]
fn a_cancelled_discharge_that_comes_late_puts_the_patient_where_the_transfer_said() {
    for cancelled_at in [25, 40] {
        let mut house = House::new();
        house.hear(10, &adt("A01", 1).to("ICU~1~A"));
        house.hear(20, &adt("A03", 1).to("ICU~1~A"));
        house.hear(30, &adt("A02", 1).to("WARD~2~B").from("ICU~1~A"));

        house.hear(cancelled_at, &adt("A13", 1));

        assert_eq!(house.in_bed("WARD~2~B"), ["V1"]);
        assert!(house.shown_at("WARD~2~B").is_empty());
        assert!(house.contradictions().is_empty());
    }
}

#[test]
fn a_bed_that_is_said_to_have_somebody_is_free_once_that_is_answered() {
    type Answer = fn(&mut House);
    let answers: [(&str, Answer); 4] = [
        ("a second discharge", |house| {
            house.hear(40, &adt("A03", 1));
        }),
        ("a transfer elsewhere", |house| {
            house.hear(40, &adt("A02", 1).to("WARD~3~A"));
        }),
        ("an admission", |house| {
            house.hear(40, &adt("A01", 1).to("WARD~3~A"));
        }),
        ("a person who looked", |house| {
            let said = Statement {
                told: BedTold::Clean,
                at: 0,
                by: None,
                reason: None,
            };
            let bed = "WARD~2~B".parse().unwrap();
            house.census.tell_bed(&bed, said).unwrap();
        }),
    ];
    for (answer, give) in answers {
        let mut house = House::new();
        house.hear(10, &adt("A01", 1).to("ICU~1~A"));
        house.hear(20, &adt("A03", 1).to("ICU~1~A"));
        house.hear(30, &adt("A02", 1).to("WARD~2~B"));
        assert_eq!(house.shown_at("WARD~2~B"), ["not_here"]);

        give(&mut house);

        assert!(house.shown_at("WARD~2~B").is_empty(), "{answer}");
        assert_ne!(house.state("WARD~2~B"), BedState::Occupied, "{answer}");
    }
}

/// News of who was discharged come for weeks, with the last bed: they must not make it look taken.
#[test]
fn news_of_a_patient_who_is_not_known_to_be_here_claim_no_bed() {
    let mut house = House::new();

    let changes = house.hear(20, &adt("A08", 1).to("ICU~1~A"));

    assert_eq!(contradicted(&changes), ["not_here"]);
    assert!(house.shown_at("ICU~1~A").is_empty());
    assert_eq!(house.state("ICU~1~A"), BedState::Unknown);
}

#[test]
fn a_patient_who_lies_in_the_bed_under_another_visit_is_no_contradiction() {
    let mut house = House::new();
    let other_visit = |told: &Adt, at| told.text(at).replace("V1^", "V2^");
    house.hear(10, &adt("A01", 1).to("ED~BAY~7"));
    house.hear(20, &adt("A03", 1).to("ED~BAY~7"));
    house.hear_text(&other_visit(&adt("A01", 1).to("MED~3~B"), 21));

    house.hear(22, &adt("A02", 1).to("MED~3~B").from("ED~BAY~7"));

    assert_eq!(house.in_bed("MED~3~B"), ["V2"]);
    assert!(house.shown_at("MED~3~B").is_empty());
}

#[test]
fn a_transfer_after_a_cancelled_admission_is_shown_at_its_bed() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A11", 1).to("ICU~1~A"));

    house.hear(30, &adt("A02", 1).to("WARD~2~B"));

    assert_eq!(house.shown_at("WARD~2~B"), ["not_here"]);
}
