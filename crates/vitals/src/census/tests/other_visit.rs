//! A message about the patient of a bed under another visit is shown at the bed.

use super::*;

/// Patient 1 in a bed, under visit 1, since minute 10.
fn admitted() -> House {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house
}

/// A message about patient 1 under visit 9.
fn under_another(told: &Adt, at: u64) -> String {
    told.text(at).replace("V1^", "V9^")
}

#[test]
fn a_discharge_under_another_visit_is_shown_at_the_bed_and_moves_nobody() {
    for told in [adt("A03", 1).to("ICU~1~A"), adt("A03", 1)] {
        let mut house = admitted();

        let applied = house.hear_text(&under_another(&told, 20));

        assert_eq!(house.shown_at("ICU~1~A"), ["other_visit"]);
        assert!(contradicted(&applied.changes).contains(&"other_visit"));
        assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
        let what = house.census.contradictions(&"ICU~1~A".parse().unwrap());
        let stays = [house.stay("V1").id(), house.stay("V9").id()];
        assert_eq!(what[0].stays(), stays, "so that the bed is shown anew");
    }
}

#[test]
fn it_is_shown_whichever_came_first() {
    let mut house = House::new();
    house.hear_text(&under_another(&adt("A03", 1).to("ICU~1~A"), 20));

    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    assert_eq!(house.shown_at("ICU~1~A"), ["other_visit"]);
}

#[test]
fn a_cancelled_admission_and_a_leave_under_another_visit_are_shown_too() {
    for told in [
        adt("A11", 1),
        adt("A21", 1).to("ICU~1~A"),
        adt("A16", 1).to("ICU~1~A"),
    ] {
        let mut house = admitted();

        house.hear_text(&under_another(&told, 20));

        assert_eq!(house.shown_at("ICU~1~A"), ["other_visit"], "{told:?}");
        assert_eq!(house.state("ICU~1~A"), BedState::Occupied);
    }
}

#[test]
fn a_visit_that_ended_elsewhere_or_before_says_nothing_of_the_bed() {
    let as_outpatient = under_another(&adt("A03", 1), 20).replace("PV1|1|I|", "PV1|1|O|");
    for told in [
        under_another(&adt("A03", 1).to("ED~BAY~7"), 20),
        under_another(&adt("A03", 1).to("ICU~1~A"), 5),
        under_another(&adt("A08", 1).to("ICU~1~A"), 20),
        as_outpatient,
    ] {
        let mut house = admitted();

        house.hear_text(&told);

        assert!(house.shown_at("ICU~1~A").is_empty(), "{told}");
    }
}

#[test]
fn a_visit_that_was_known_to_begin_elsewhere_ends_without_a_word_at_the_bed() {
    let mut house = House::new();
    house.hear_text(&under_another(&adt("A04", 1).to("ED~BAY~7"), 5));
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    house.hear_text(&under_another(&adt("A03", 1).to("ED~BAY~7"), 20));

    assert!(house.shown_at("ICU~1~A").is_empty());
}

#[test]
fn it_ends_when_the_visits_become_one_when_it_is_taken_back_and_when_the_patient_is_moved_or_leaves()
 {
    let merged = under_another(&adt("A42", 1), 30)
        .replace("V9^^^H^VN", "V1^^^H^VN")
        .replace("PV1|", "MRG|M1^^^H^MR||||V9^^^H^VN\nPV1|");
    let answers = [
        merged,
        under_another(&adt("A13", 1), 30),
        adt("A02", 1).to("WARD~2~B").from("ICU~1~A").text(30),
        adt("A21", 1).to("ICU~1~A").text(30),
        adt("A03", 1).to("ICU~1~A").text(30),
    ];
    for answer in answers {
        let mut house = admitted();
        house.hear_text(&under_another(&adt("A03", 1).to("ICU~1~A"), 20));
        assert_eq!(house.shown_at("ICU~1~A"), ["other_visit"]);

        let applied = house.hear_text(&answer);

        assert!(house.shown_at("ICU~1~A").is_empty(), "{answer}");
        assert!(!house.contradictions().contains(&"other_visit"), "{answer}");
        let resolved = |change: &Change| matches!(change, Change::Resolved(what) if what.as_str() == "other_visit");
        assert!(applied.changes.iter().any(resolved), "{answer}");
    }
}

#[test]
fn news_and_plans_after_it_do_not_answer_it() {
    for trigger in [
        "A08", "A05", "A14", "A15", "A16", "A25", "A26", "A27", "A38",
    ] {
        let mut house = admitted();
        house.hear_text(&under_another(&adt("A03", 1).to("ICU~1~A"), 20));

        house.hear(30, &adt(trigger, 1).to("ICU~1~A"));

        assert!(
            house.shown_at("ICU~1~A").contains(&"other_visit"),
            "{trigger}"
        );
    }
}
