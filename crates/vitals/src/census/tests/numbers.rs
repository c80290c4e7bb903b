//! Numbers that become one, and numbers that are missing.

use super::*;
use crate::model::{Authority, PatientIdentifier, PhiText};

fn merge(from: &str, into: &str, at: u64) -> String {
    let at = clock(at);
    format!(
        "MSH|^~\\&|ADT|H|W|H|{at}||ADT^A40|{from}|P|2.5.1\nEVN|A40|{at}\n\
         PID|1||{into}^^^H^MR||Doe^Jo\nMRG|{from}^^^H^MR\n"
    )
}

#[test]
fn after_a_merge_the_patient_is_found_by_both_numbers() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    house.hear_text(&merge("M1", "M9", 20));
    let moved = adt("A02", 9).to("WARD~2~B").from("ICU~1~A").text(30);
    house.hear_text(&moved.replace("V9^", "V1^"));

    assert_eq!(house.in_bed("WARD~2~B"), ["V1"]);
    assert_eq!(house.census.stays().count(), 1);
}

/// HL7 v2.5.1 §3.4.10 asks MRG-1 for a number; its type and who gave it are often left out.
#[test]
fn a_merge_that_names_neither_type_nor_authority_ends_the_number_that_is_shown() {
    for mrg in ["M1", "M1^^^H", "M1^^^^MR", "M1^^^H^MR"] {
        let mut house = House::new();
        house.hear(10, &adt("A01", 1).to("ICU~1~A"));

        house.hear_text(&merge("M1", "M9", 20).replace("MRG|M1^^^H^MR", &format!("MRG|{mrg}")));

        let shown = &house.stay("V1").identifiers()[0];
        assert_eq!(shown.number.expose(), "M9", "{mrg}");
    }
}

/// MRG-4 is the patient's number of before v2.3.1.
#[test]
fn a_merge_whose_number_is_nobodys_own_is_read_from_the_old_place() {
    for mrg in [
        "|||M1^^^H^MR",
        "999999999^^^USSSA^SS|||M1^^^H^MR",
        "77^^^MILL^EN|||M1^^^H^MR",
    ] {
        let mut house = House::new();
        house.hear(10, &adt("A01", 1).to("ICU~1~A"));

        house.hear_text(&merge("M1", "M9", 20).replace("MRG|M1^^^H^MR", &format!("MRG|{mrg}")));

        let shown = &house.stay("V1").identifiers()[0];
        assert_eq!(shown.number.expose(), "M9", "{mrg}");
    }
}

#[test]
fn a_merge_into_the_same_number_of_another_authority_ends_only_the_old_one() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    let moved = merge("M1", "M1", 20).replace("PID|1||M1^^^H^MR", "PID|1||M1^^^NEW^MR");
    house.hear_text(&moved);

    let shown = &house.stay("V1").identifiers()[0];
    assert_eq!(shown.authority.namespace, "NEW");
}

#[test]
fn a_merge_that_comes_before_the_admission_counts_for_it() {
    let mut house = House::new();
    house.hear_text(&merge("M1", "M9", 20));

    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let moved = adt("A02", 9).to("WARD~2~B").from("ICU~1~A").text(30);
    house.hear_text(&moved.replace("V9^", "V1^"));

    assert_eq!(house.in_bed("WARD~2~B"), ["V1"]);
}

#[test]
fn a_visit_gets_another_number() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let renumbered = adt("A50", 1).text(20).replace("V1^", "V2^") + "MRG|M1^^^H^MR||||V1^^^H\n";

    house.hear_text(&renumbered);

    assert_eq!(house.in_bed("ICU~1~A"), ["V2"]);
}

#[test]
fn the_merge_of_a_visit_that_nobody_knows_is_reported() {
    let mut house = House::new();

    let applied = house.hear_text(&(adt("A50", 1).text(20) + "MRG|M1^^^H^MR||||V7^^^H\n"));

    assert_eq!(contradicted(&applied.changes), ["nothing_to_unite"]);
}

#[test]
fn a_message_without_a_visit_is_about_the_stay_that_goes_on() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let without = adt("A02", 1)
        .to("WARD~2~B")
        .text(20)
        .replace("V1^^^H^VN", "");

    house.hear_text(&without);

    assert_eq!(house.in_bed("WARD~2~B"), ["V1"]);
    assert_eq!(house.census.stays().count(), 1);
}

#[test]
fn numbers_of_two_authorities_are_two_patients() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let other = adt("A01", 1)
        .to("ICU~1~B")
        .text(20)
        .replace("M1^^^H", "M1^^^X");

    house.hear_text(&other.replace("V1^", "V2^"));

    assert_eq!(house.census.stays().count(), 2);
    assert!(house.contradictions().is_empty());
}

#[test]
fn what_a_message_leaves_empty_stays_and_what_it_clears_goes() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let text = adt("A08", 1)
        .text(20)
        .replace("Doe^P1||19600101|F", "Roe|||\"\"");

    house.hear_text(&text);

    let patient = house.stay("V1").patient();
    assert_eq!(patient.family_name.unwrap().expose(), "Roe");
    assert_eq!(patient.given_name.unwrap().expose(), "P1");
    assert_eq!(patient.birth_date.unwrap().expose(), "19600101");
    assert_eq!(patient.sex, None);
}

/// Feeds write 999-99-9999 where there is no social security number, or a parent's; an employer's is that of all
/// who work there (HL7 table 0203).
#[test]
fn a_number_that_feeds_give_to_several_people_makes_no_two_patients_one() {
    for shared in ["999999999^^^USSSA^SS", "77^^^MILL^EN"] {
        let mut house = House::new();
        let with = |text: String, own: &str| {
            text.replace(&format!("{own}^^^H^MR"), &format!("{own}^^^H^MR~{shared}"))
        };
        house.hear_text(&with(adt("A01", 1).to("ICU~1~A").text(10), "M1"));

        let of_another = adt("A31", 2).text(20).replace("V2^^^H^VN", "");
        house.hear_text(&with(of_another, "M2"));

        let patient = house.stay("V1").patient();
        assert_eq!(patient.given_name.unwrap().expose(), "P1", "{shared}");
        assert_eq!(patient.identifiers.len(), 1, "{shared}");
    }
}

#[test]
fn values_and_messages_that_name_such_a_number_alone_are_nobodys() {
    let mut house = House::new();
    let with_ssn = |text: String| text.replace("M1^^^H^MR", "M1^^^H^MR~999999999^^^USSSA^SS");
    house.hear_text(&with_ssn(adt("A01", 1).to("ICU~1~A").text(10)));
    let alone = |text: &str| text.replace("M2^^^H^MR", "999999999^^^USSSA^SS");

    let told = house.refused(&alone(&adt("A31", 2).text(20)));
    let merged = house.refused(&alone(&merge("M2", "M1", 30)));
    let values = Subject {
        identifiers: vec![PatientIdentifier {
            number: PhiText::new("999999999".to_owned(), 64),
            authority: Authority::default(),
            type_code: "SS".to_owned(),
        }],
        place: Some(place("ICU~1~A")),
        ..Subject::default()
    };

    assert_eq!(told, AdtError::NoPatient);
    assert_eq!(merged, AdtError::NothingMerged);
    let found = house.census.find(&values, MIDNIGHT + 40 * MINUTE);
    assert_eq!(found, Found::PatientUnknown);
}

#[test]
fn beside_a_social_security_number_the_number_of_pid_2_counts() {
    let mut house = House::new();
    let text = adt("A01", 1).to("ICU~1~A").text(10);

    house.hear_text(&text.replace("||M1^^^H^MR", "|M1^^^H^MR|999999999^^^USSSA^SS"));

    let patient = house.stay("V1").patient();
    assert_eq!(patient.identifiers.len(), 1);
    assert_eq!(patient.main_identifier().unwrap().number.expose(), "M1");
}
