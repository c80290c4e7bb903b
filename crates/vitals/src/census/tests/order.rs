//! The order of arrival does not matter, and what comes twice counts once.

use proptest::prelude::*;
use proptest::sample::Index as At;

use super::*;

#[test]
fn an_older_admission_after_the_discharge_brings_nobody_back() {
    let mut house = House::new();
    house.hear(20, &adt("A03", 1).to("ICU~1~A"));

    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    assert_eq!(house.stay("V1").course().phase, Phase::Gone);
    assert_eq!(house.state("ICU~1~A"), BedState::Dirty);
    assert!(house.contradictions().is_empty(), "it fits together now");
}

#[test]
fn late_news_of_a_discharged_patient_change_no_bed() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A03", 1).to("ICU~1~A"));

    let changes = house.hear(30, &adt("A08", 1).to("ICU~1~A"));

    assert!(contradicted(&changes).is_empty());
    assert!(
        !changes
            .iter()
            .any(|change| matches!(change, Change::Bed { .. }))
    );
}

#[test]
fn a_repeated_message_changes_nothing() {
    let mut house = House::new();
    let admission = adt("A01", 1).to("ICU~1~A");
    house.hear(10, &admission);

    let again = house.hear_text(&admission.text(10));

    assert!(again.is_nothing());
    assert!(again.changes.is_empty());
}

#[test]
fn of_two_messages_of_one_minute_the_one_that_was_sent_later_counts() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let sent = |bed, second| {
        let text = adt("A02", 1).to(bed).text(20);
        text.replacen("202611210020", &format!("2026112100{second}"), 1)
    };

    house.hear_text(&sent("ICU~3~A", 22));
    house.hear_text(&sent("ICU~2~A", 21));

    assert_eq!(house.in_bed("ICU~3~A"), ["V1"]);
}

#[test]
fn a_stay_with_more_steps_than_are_kept_is_where_the_last_one_put_it() {
    let mut house = House::new();
    house.hear(1, &adt("A01", 1).to("ICU~1~A"));
    for minute in 2..300 {
        let bed = if minute % 2 == 0 {
            "ICU~1~B"
        } else {
            "ICU~1~A"
        };
        house.hear(minute, &adt("A02", 1).to(bed));
    }
    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);

    let late = house.hear(2, &adt("A03", 1));

    assert_eq!(contradicted(&late), ["too_old"]);
    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
}

#[test]
fn an_event_far_ahead_of_its_arrival_is_taken_at_its_arrival() {
    let mut house = House::new();
    let ahead = adt("A01", 1)
        .to("ICU~1~A")
        .text(10)
        .replace("20261121", "20361121");

    house.hear_text(&ahead);

    let arrived = MIDNIGHT + 24 * 60 * MINUTE;
    assert_eq!(house.stay("V1").course().admitted_at, Some(arrived));
}

const BEDS: [&str; 4] = ["ICU~1~A", "ICU~1~B", "WARD~2~A", "WARD~2~B"];
const TRIGGERS: [&str; 18] = [
    "A01", "A02", "A02", "A04", "A06", "A21", "A22", "A03", "A08", "A11", "A12", "A13", "A14",
    "A15", "A16", "A25", "A26", "A27",
];

fn course() -> impl Strategy<Value = Vec<Adt>> {
    let step = (0..TRIGGERS.len(), 0..BEDS.len(), 0..=BEDS.len(), 1_u32..4).prop_map(
        |(trigger, bed, prior, patient)| Adt {
            prior: BEDS.get(prior).copied(),
            pending: (TRIGGERS[trigger] == "A15").then_some(BEDS[bed]),
            ..adt(TRIGGERS[trigger], patient).to(BEDS[bed])
        },
    );
    prop::collection::vec(step, 1..24)
}

/// Everything that can be seen, without the numbers that this program gives.
fn picture(house: &House) -> Vec<String> {
    let mut lines = Vec::new();
    for bed in BEDS {
        let Some(facts) = house.census.facts(&bed.parse().unwrap()) else {
            continue;
        };
        let mut who = house.in_bed(bed);
        who.sort();
        let reserved = facts.reserved_for.len();
        lines.push(format!(
            "{bed} {:?} {} {who:?} {reserved}",
            facts.state, facts.since
        ));
    }
    for stay in house.census.stays() {
        let visit = stay.visit().unwrap().number.expose();
        lines.push(format!("{visit} {:?}", stay.course()));
    }
    lines.sort();
    lines.push(house.contradictions().join(" "));
    lines
}

proptest! {
    #[test]
    fn any_order_with_repetitions_ends_in_the_same_census(
        steps in course(),
        shuffle in prop::collection::vec(any::<At>(), 24..48),
    ) {
        let timed: Vec<(u64, Adt)> = (10..).zip(steps).collect();
        let mut ordered = House::new();
        for (at, step) in &timed {
            ordered.hear(*at, step);
        }

        let mut left = timed.clone();
        let mut disordered = House::new();
        for at in shuffle {
            let (minute, step) = at.get(&timed);
            let chosen = left.iter().position(|(m, _)| m == minute);
            if let Some(chosen) = chosen {
                left.remove(chosen);
            }
            disordered.hear(*minute, step);
        }
        for (at, step) in left.iter().rev() {
            disordered.hear(*at, step);
        }

        prop_assert_eq!(picture(&ordered), picture(&disordered));
    }
}

#[test]
fn news_after_as_many_other_steps_as_are_kept_count() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    for at in 11..10 + u64::try_from(MAX_STEPS).unwrap() {
        let (from, to) = [("ICU~1~A", "ICU~1~B"), ("ICU~1~B", "ICU~1~A")][usize::from(at % 2 == 0)];
        house.hear(at, &adt("A02", 1).from(from).to(to));
    }
    assert!(house.contradictions().is_empty());

    house.hear(600, &adt("A08", 1).to("WARD~9~A"));

    assert_eq!(
        house.contradictions().len(),
        1,
        "{:?}",
        house.contradictions()
    );
}

/// Many systems send news (A08) with every change of a record: of a long stay there are hundreds.
#[test]
fn a_discharge_that_is_told_late_counts_whatever_news_came_in_between() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    for at in 20..20 + 2 * u64::try_from(MAX_STEPS).unwrap() {
        house.hear(at, &adt("A08", 1).to("ICU~1~A"));
    }

    house.hear(200, &adt("A03", 1).occurred(15));

    assert_eq!(house.in_bed("ICU~1~A"), [""; 0]);
    assert_eq!(house.state("ICU~1~A"), BedState::Dirty);
}
