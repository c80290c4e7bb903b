//! Visits and accounts that become one, get another number, or go to another patient: before what is told of them
//! or after it.

use proptest::prelude::*;

use super::*;

/// A message about patient `M<patient>`, visit `V<visit>`, account `A<account>`.
#[derive(Clone, Copy, Debug)]
struct Who {
    patient: u32,
    visit: u32,
    account: u32,
}

const fn who(patient: u32, visit: u32, account: u32) -> Who {
    Who {
        patient,
        visit,
        account,
    }
}

fn header(trigger: &str, at: u64) -> String {
    let at = clock(at);
    format!("MSH|^~\\&|ADT|H|W|H|{at}||ADT^{trigger}|{trigger}{at}|P|2.5.1\nEVN|{trigger}|{at}\n")
}

fn pid(patient: u32, account: u32) -> String {
    let after = "|".repeat(10);
    format!("PID|1||M{patient}^^^H^MR||Doe^P{patient}||19600101|F{after}A{account}^^^H^AN\n")
}

fn pv1(visit: u32, class: &str, bed: &str) -> String {
    let (after, bed) = ("|".repeat(16), bed.replace('~', "^"));
    format!("PV1|1|{class}|{bed}{after}V{visit}^^^H^VN\n")
}

/// What happened in a stay.
fn step(trigger: &str, of: Who, bed: &str, at: u64) -> String {
    let class = if bed.ends_with('~') { "O" } else { "I" };
    header(trigger, at) + &pid(of.patient, of.account) + &pv1(of.visit, class, bed)
}

/// `from` is `into` now; what the trigger does not name is passed over.
fn unite(trigger: &str, from: Who, into: Who, at: u64) -> String {
    let mrg = match trigger {
        "A40" => format!("MRG|M{}^^^H^MR\n", from.patient),
        "A35" | "A41" | "A49" | "A44" => {
            format!("MRG|M{}^^^H^MR||A{}^^^H^AN\n", from.patient, from.account)
        }
        _ => format!(
            "MRG|M{}^^^H^MR||A{}^^^H^AN||V{}^^^H^VN\n",
            from.patient, from.account, from.visit
        ),
    };
    let visit = match trigger {
        "A42" | "A45" | "A50" => pv1(into.visit, "I", ""),
        _ => String::new(),
    };
    header(trigger, at) + &pid(into.patient, into.account) + &mrg + &visit
}

/// Each of the messages in the order given, and in the reverse order.
fn both_ways(messages: &[String]) -> [House; 2] {
    let (mut ahead, mut back) = (House::new(), House::new());
    for message in messages {
        ahead.hear_text(message);
    }
    for message in messages.iter().rev() {
        back.hear_text(message);
    }
    [ahead, back]
}

#[test]
fn two_visits_that_are_merged_are_one_stay() {
    let [ahead, back] = both_ways(&[
        step("A01", who(1, 1, 1), "ICU~1~A", 10),
        step("A02", who(1, 2, 1), "WARD~2~B", 20),
        unite("A42", who(1, 1, 1), who(1, 2, 1), 30),
        step("A08", who(1, 1, 1), "WARD~2~B", 40),
    ]);

    for house in [ahead, back] {
        assert_eq!(house.in_bed("WARD~2~B"), ["V2"]);
        assert_eq!(house.state("ICU~1~A"), BedState::Dirty);
        assert_eq!(house.census.stays().count(), 1);
        assert!(house.contradictions().is_empty());
    }
}

#[test]
fn a_visit_that_gets_another_number_is_found_by_both() {
    let [ahead, back] = both_ways(&[
        step("A01", who(1, 1, 1), "ICU~1~A", 10),
        unite("A50", who(1, 1, 1), who(1, 3, 1), 20),
        step("A02", who(1, 1, 1), "ICU~1~B", 30),
        step("A02", who(1, 3, 1), "WARD~2~B", 40),
    ]);

    for house in [ahead, back] {
        assert_eq!(house.in_bed("WARD~2~B"), ["V3"]);
        assert_eq!(house.census.stays().count(), 1);
    }
}

#[test]
fn a_moved_visit_is_the_other_patients_with_what_was_told_of_it() {
    let [ahead, back] = both_ways(&[
        step("A01", who(1, 1, 1), "ICU~1~A", 10),
        unite("A45", who(1, 1, 1), who(2, 1, 2), 20),
        step("A08", who(2, 1, 2), "ICU~1~A", 30),
    ]);

    for house in [ahead, back] {
        assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
        let stay = house.stay("V1");
        let patient = stay.patient();
        let numbers: Vec<_> = patient
            .identifiers
            .iter()
            .map(|i| i.number.expose())
            .collect();
        assert_eq!(numbers, ["M2"]);
        assert_eq!(patient.given_name.unwrap().expose(), "P2");
        assert_eq!(stay.account().unwrap().number.expose(), "A2");
        assert!(house.contradictions().is_empty());
    }
}

#[test]
fn every_visit_of_a_move_with_several_is_moved() {
    let mut house = House::new();
    house.hear_text(&step("A01", who(1, 1, 1), "ICU~1~A", 10));
    house.hear_text(&step("A03", who(1, 1, 1), "ICU~1~A", 11));
    house.hear_text(&step("A01", who(1, 2, 1), "ICU~1~B", 12));
    let first = unite("A45", who(1, 1, 1), who(2, 1, 2), 20);
    let second = format!("MRG|M1^^^H^MR||A1^^^H^AN||V2^^^H^VN\n{}", pv1(2, "I", ""));

    house.hear_text(&(first + &second));

    for visit in ["V1", "V2"] {
        let patient = house.stay(visit).patient();
        assert_eq!(patient.identifiers[0].number.expose(), "M2", "{visit}");
    }
}

#[test]
fn a_moved_account_takes_its_visits_along() {
    let [ahead, back] = both_ways(&[
        step("A01", who(1, 1, 1), "ICU~1~A", 10),
        step("A01", who(1, 2, 2), "ICU~1~B", 11),
        unite("A44", who(1, 0, 1), who(2, 0, 1), 20),
        step("A02", who(2, 1, 1), "WARD~2~B", 30),
    ]);

    for house in [ahead, back] {
        assert_eq!(house.in_bed("WARD~2~B"), ["V1"]);
        let number = |visit| {
            house.stay(visit).identifiers()[0]
                .number
                .expose()
                .to_owned()
        };
        assert_eq!((number("V1"), number("V2")), ("M2".into(), "M1".into()));
        assert!(house.contradictions().is_empty());
    }
}

#[test]
fn accounts_that_are_merged_or_renumbered_are_one() {
    for trigger in ["A35", "A41", "A49"] {
        let [ahead, back] = both_ways(&[
            step("A01", who(1, 1, 1), "ICU~1~A", 10),
            unite(trigger, who(1, 0, 1), who(1, 0, 3), 20),
        ]);

        for house in [ahead, back] {
            let account = house.stay("V1").account().unwrap();
            assert_eq!(account.number.expose(), "A3", "{trigger}");
        }
    }
}

#[test]
fn a_move_from_a_patient_who_does_not_have_the_visit_moves_nothing_and_is_reported() {
    let mut house = House::new();
    house.hear_text(&step("A01", who(1, 1, 1), "ICU~1~A", 10));

    let applied = house.hear_text(&unite("A45", who(3, 1, 1), who(2, 1, 2), 20));

    assert_eq!(contradicted(&applied.changes), ["visit_of_another_patient"]);
    assert_eq!(house.stay("V1").identifiers()[0].number.expose(), "M1");

    house.hear_text(&unite("A40", who(3, 0, 1), who(1, 0, 1), 30));

    assert_eq!(house.stay("V1").identifiers()[0].number.expose(), "M2");
    assert!(house.contradictions().is_empty(), "it fits now");
}

#[test]
fn a_number_that_became_two_is_reported_and_the_first_time_counts() {
    let mut house = House::new();
    house.hear_text(&step("A01", who(1, 1, 1), "ICU~1~A", 10));
    house.hear_text(&unite("A50", who(1, 1, 1), who(1, 2, 1), 30));

    let applied = house.hear_text(&unite("A50", who(1, 1, 1), who(1, 3, 1), 20));

    assert_eq!(contradicted(&applied.changes), ["united_twice"]);
    assert_eq!(house.in_bed("ICU~1~A"), ["V3"]);
}

#[test]
fn a_visit_that_two_patients_are_said_to_have_is_of_the_one_who_had_it_first() {
    let [ahead, back] = both_ways(&[
        step("A01", who(1, 1, 1), "ICU~1~A", 10),
        step("A02", who(2, 1, 1), "WARD~2~B", 20),
    ]);

    for house in [ahead, back] {
        assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
        assert_eq!(house.in_bed("WARD~2~B"), [""; 0]);
        assert_eq!(house.contradictions(), ["visit_of_another_patient"]);
    }
}

#[test]
fn after_a_merge_of_patients_the_number_that_lasts_is_shown_first() {
    let mut house = House::new();
    house.hear_text(&step("A01", who(1, 1, 1), "ICU~1~A", 10));

    house.hear_text(&unite("A40", who(1, 0, 1), who(2, 0, 1), 20));

    let numbers = house.stay("V1").identifiers().iter();
    let numbers: Vec<_> = numbers.map(|i| i.number.expose()).collect();
    assert_eq!(numbers, ["M2", "M1"]);
}

#[test]
fn a_circle_of_numbers_ends() {
    let mut house = House::new();
    house.hear_text(&step("A01", who(1, 1, 1), "ICU~1~A", 10));

    house.hear_text(&unite("A50", who(1, 1, 1), who(1, 2, 1), 20));
    house.hear_text(&unite("A50", who(1, 2, 1), who(1, 1, 1), 30));

    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
}

#[test]
fn news_before_and_after_a_cancelled_admission_bring_nobody_back() {
    let messages = [
        step("A08", who(1, 1, 1), "ICU~1~A", 5),
        step("A01", who(1, 1, 1), "ICU~1~A", 10),
        step("A08", who(1, 1, 1), "ICU~1~A", 15),
        step("A11", who(1, 1, 1), "ICU~1~A", 20),
        step("A08", who(1, 1, 1), "ICU~1~A", 30),
    ];

    for order in [
        [0, 1, 2, 3, 4],
        [4, 3, 2, 1, 0],
        [1, 3, 0, 4, 2],
        [3, 4, 1, 2, 0],
    ] {
        let mut house = House::new();
        for at in order {
            house.hear_text(&messages[at]);
        }
        assert_eq!(house.stay("V1").course().phase, Phase::Cancelled);
        assert_eq!(house.state("ICU~1~A"), BedState::Unknown);
    }
}

const BEDS: [&str; 5] = ["ICU~1~A", "ICU~1~B", "WARD~2~A", "CLINIC~3~", "ED~7~"];
const STEPS: [&str; 10] = [
    "A01", "A04", "A02", "A02", "A03", "A08", "A08", "A11", "A12", "A13",
];
const UNITES: [&str; 8] = ["A35", "A40", "A41", "A42", "A44", "A45", "A49", "A50"];

/// Three patients, each with visits and an account of their own; now and then a message mixes them up.
fn anybody() -> impl Strategy<Value = Who> {
    let own = (1_u32..=3, 0_u32..2).prop_map(|(n, second)| who(n, n + 3 * second, n));
    let mixed = (1_u32..=3, 1_u32..=6, 1_u32..=3).prop_map(|(p, v, a)| who(p, v, a));
    prop_oneof![5 => own, 1 => mixed]
}

/// What happened at some time: a step, or with somebody else a merge or a move.
#[derive(Clone)]
struct Told(&'static str, Who, Option<Who>, &'static str);

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = |who: Who| format!("M{} V{} A{}", who.patient, who.visit, who.account);
        let other = self.2.map(short).unwrap_or_default();
        write!(f, "{} {} > {other} {}", self.0, short(self.1), self.3)
    }
}

fn message() -> impl Strategy<Value = Told> {
    let step = (
        prop::sample::select(&STEPS[..]),
        anybody(),
        prop::sample::select(&BEDS[..]),
    );
    let step = step.prop_map(|(trigger, who, bed)| Told(trigger, who, None, bed));
    let unite = (prop::sample::select(&UNITES[..]), anybody(), anybody());
    let unite = unite.prop_map(|(trigger, one, other)| Told(trigger, one, Some(other), ""));
    prop_oneof![2 => step, 1 => unite]
}

fn texts(drawn: &[Told]) -> Vec<String> {
    let text = |(at, Told(trigger, one, other, bed)): (u64, &Told)| match other {
        Some(other) => unite(trigger, *one, *other, at),
        None => step(trigger, *one, bed, at),
    };
    (10_u64..).zip(drawn).map(text).collect()
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
        lines.push(format!("{bed} {:?} {} {who:?}", facts.state, facts.since));
    }
    for stay in house.census.stays() {
        let number =
            |n: Option<&crate::model::VisitNumber>| n.map(|n| n.number.expose().to_owned());
        let patient = stay.patient();
        let numbers: Vec<_> = patient
            .identifiers
            .iter()
            .map(|i| i.number.expose())
            .collect();
        let name = patient
            .given_name
            .as_ref()
            .map(crate::model::PhiText::expose);
        let (visit, account) = (number(stay.visit()), number(stay.account()));
        let course = stay.course();
        lines.push(format!(
            "{visit:?} {account:?} {numbers:?} {name:?} {course:?}"
        ));
    }
    lines.sort();
    lines.push(house.contradictions().join(" "));
    lines
}

proptest! {
    #[test]
    fn merges_and_moves_in_any_order_and_twice_end_in_the_same_census(
        drawn in prop::collection::vec(message(), 1..20),
        shuffle in prop::collection::vec(any::<prop::sample::Index>(), 20..40),
    ) {
        let messages = texts(&drawn);
        let mut ordered = House::new();
        for message in &messages {
            ordered.hear_text(message);
        }

        let mut disordered = House::new();
        for at in &shuffle {
            let message: &String = at.get(&messages);
            disordered.hear_text(message);
        }
        for message in messages.iter().rev() {
            disordered.hear_text(message);
        }

        prop_assert_eq!(picture(&ordered), picture(&disordered));
    }

    #[test]
    fn what_is_loaded_again_is_the_same_census(
        drawn in prop::collection::vec(message(), 1..20),
    ) {
        let mut house = House::new();
        for message in texts(&drawn) {
            house.hear_text(&message);
        }
        let before = picture(&house);
        let census = &house.census;
        let beds: Vec<Bed> = census.beds().filter_map(|id| census.bed(id).cloned()).collect();
        let stored = |stay: &Stay| {
            let bytes = postcard::to_stdvec(stay).unwrap();
            postcard::from_bytes::<Stay>(&bytes).unwrap()
        };
        let stays: Vec<Stay> = census.stays().map(stored).collect();
        let numbers = census.merges.iter().map(|(number, merge)| (*number, merge.clone()));
        let merges: Vec<(u64, Merge)> = numbers.collect();

        house.census = Census::load(CensusLimits::default(), stays, beds, merges);

        prop_assert_eq!(before, picture(&house));
    }
}
