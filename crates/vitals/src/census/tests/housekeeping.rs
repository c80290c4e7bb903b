//! Beds as things: cleaned, blocked, looked after; and how many of everything there may be.

use wardline_kernel::Trust;

use super::*;
use crate::census::{CensusError, Statement};
use crate::model::{Assignment, BedId, BedTold, PhiText};

fn said(told: BedTold, at: u64) -> Statement {
    Statement {
        told,
        at: MIDNIGHT + at * MINUTE,
        by: Some(PhiText::new("nurse.one".to_owned(), 64)),
        reason: None,
    }
}

fn bed_status(bed: &str, code: &str, at: u64) -> String {
    let (place, at) = (bed.replace('~', "^"), clock(at));
    format!("MSH|^~\\&|ADT|H|W|H|{at}||ADT^A20|1|P|2.5.1\nEVN|A20|{at}\nNPU|{place}|{code}\n")
}

#[test]
fn a_bed_is_cleaned_step_by_step() {
    let mut house = House::new();
    let bed: BedId = "ICU~1~A".parse().unwrap();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A03", 1));

    house
        .census
        .tell_bed(&bed, said(BedTold::Cleaning, 25))
        .unwrap();
    assert_eq!(house.state("ICU~1~A"), BedState::Cleaning);
    house
        .census
        .tell_bed(&bed, said(BedTold::Clean, 30))
        .unwrap();
    assert_eq!(house.state("ICU~1~A"), BedState::Clean);

    house.hear(40, &adt("A01", 2).to("ICU~1~A"));
    house.hear(50, &adt("A03", 2));
    assert_eq!(house.state("ICU~1~A"), BedState::Dirty);
}

#[test]
fn nobody_says_of_a_bed_in_use_that_it_is_clean() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let bed: BedId = "ICU~1~A".parse().unwrap();

    let refused = house.census.tell_bed(&bed, said(BedTold::Clean, 20));

    assert_eq!(refused.unwrap_err(), CensusError::BedInUse);
}

#[test]
fn every_code_of_table_0116_shows() {
    let mut house = House::new();
    let expected = [
        ("C", BedState::Blocked),
        ("H", BedState::Cleaning),
        ("K", BedState::Dirty),
        ("U", BedState::Clean),
        ("O", BedState::Occupied),
    ];
    for (minute, (code, state)) in (10..).zip(expected) {
        house.hear_text(&bed_status("ICU~1~A", code, minute));
        assert_eq!(house.state("ICU~1~A"), state, "{code}");
    }
    assert_eq!(house.contradictions(), ["occupant_unknown"]);

    house.hear_text(&bed_status("ICU~1~A", "I", 20));
    let facts = house.census.facts(&"ICU~1~A".parse().unwrap()).unwrap();
    assert!(facts.is_isolated);
}

#[test]
fn an_older_state_of_a_bed_does_not_overwrite_a_newer_one() {
    let mut house = House::new();
    house.hear_text(&bed_status("ICU~1~A", "U", 20));

    house.hear_text(&bed_status("ICU~1~A", "C", 10));

    assert_eq!(house.state("ICU~1~A"), BedState::Clean);
}

#[test]
fn a_bed_said_to_be_free_while_somebody_lies_there_is_reported() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    let applied = house.hear_text(&bed_status("ICU~1~A", "U", 20));

    assert_eq!(contradicted(&applied.changes), ["bed_in_use"]);
    assert_eq!(house.state("ICU~1~A"), BedState::Occupied);
}

#[test]
fn a_bed_has_up_to_eight_nurses() {
    let mut house = House::new();
    let bed: BedId = "ICU~1~A".parse().unwrap();
    house.census.declare(&bed).unwrap();
    let nurse = Assignment {
        nurse: PhiText::new("n".to_owned(), 64),
        since: MIDNIGHT,
        by: PhiText::new("charge".to_owned(), 64),
    };

    house
        .census
        .assign(&bed, vec![nurse.clone(); MAX_NURSES])
        .unwrap();
    let refused = house.census.assign(&bed, vec![nurse; MAX_NURSES + 1]);

    assert_eq!(refused.unwrap_err(), CensusError::TooManyNurses);
    assert_eq!(house.census.facts(&bed).unwrap().nurses.len(), MAX_NURSES);
}

#[test]
fn at_the_limit_of_beds_one_more_is_refused_and_nothing_changes() {
    let mut house = House::with(CensusLimits {
        beds: 1,
        ..CensusLimits::default()
    });
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    let text = adt("A01", 2).to("ICU~1~B").text(20).replace('\n', "\r");
    let message = Message::parse(text.as_bytes()).unwrap();
    let event = AdtEvent::read(&message, &house.reading, MIDNIGHT).unwrap();

    let refused = house.census.apply(&event, MIDNIGHT);

    assert_eq!(refused.unwrap_err(), CensusError::TooManyBeds(1));
    assert_eq!(house.census.stays().count(), 1);
}

#[test]
fn at_the_limit_of_units_one_more_is_refused() {
    let mut house = House::with(CensusLimits {
        units: 1,
        ..CensusLimits::default()
    });
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));

    assert!(house.census.declare(&"ICU~1~B".parse().unwrap()).is_ok());
    let refused = house.census.declare(&"WARD~1~B".parse().unwrap());

    assert_eq!(refused.unwrap_err(), CensusError::TooManyUnits(1));
}

#[test]
fn at_the_limit_of_stays_the_longest_ended_one_makes_room() {
    let mut house = House::with(CensusLimits {
        stays: 2,
        ..CensusLimits::default()
    });
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A03", 1));
    house.hear(30, &adt("A01", 2).to("ICU~1~B"));

    house.hear(40, &adt("A01", 3).to("ICU~2~A"));

    assert_eq!(house.census.stays().count(), 2);
    assert_eq!(
        house.state("ICU~1~A"),
        BedState::Dirty,
        "the bed that was left"
    );
}

#[test]
fn stays_that_ended_long_ago_are_forgotten_and_patients_in_beds_are_not() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear(20, &adt("A03", 1));
    house.hear(30, &adt("A01", 2).to("ICU~1~B"));

    let soon = tidy(&mut house, 8 * 24 * 60 * MINUTE);
    assert!(soon.stays.is_empty());
    let later = tidy(&mut house, 8 * 24 * 60 * MINUTE + 1);

    assert_eq!(later.stays.len(), 1);
    assert_eq!(house.in_bed("ICU~1~B"), ["V2"]);
    assert_eq!(house.state("ICU~1~A"), BedState::Dirty);
}

/// What is forgotten so long after midnight, by a clock that is believed.
fn tidy(house: &mut House, after: u64) -> Applied {
    let now = MIDNIGHT + after;
    house.census.tidy(now, Trust::Believed, |_| None)
}

fn of_class(class: &str, text: &str) -> String {
    text.replace("PV1|1|I|", &format!("PV1|1|{class}|"))
}

/// Registrations of outpatients are seldom followed by a discharge.
#[test]
fn at_the_limit_outpatients_who_never_left_make_room_and_inpatients_do_not() {
    let mut house = House::with(CensusLimits {
        stays: 2,
        ..CensusLimits::default()
    });
    house.hear(10, &adt("A01", 1).to("ICU~1~A"));
    house.hear_text(&of_class("O", &adt("A04", 2).to("CLINIC~3~").text(20)));

    house.hear(30, &adt("A01", 3).to("ICU~1~B"));

    assert_eq!(house.in_bed("ICU~1~A"), ["V1"]);
    assert_eq!(house.in_bed("ICU~1~B"), ["V3"]);
    let refused = adt("A01", 4).to("ICU~1~C").text(40).replace('\n', "\r");
    let message = Message::parse(refused.as_bytes()).unwrap();
    let event = AdtEvent::read(&message, &house.reading, MIDNIGHT).unwrap();
    let refused = house.census.apply(&event, MIDNIGHT).unwrap_err();
    assert_eq!(refused, CensusError::TooManyStays(2));
}

#[test]
fn at_the_limit_an_outpatient_in_a_bed_makes_room_last() {
    let mut house = House::with(CensusLimits {
        stays: 2,
        ..CensusLimits::default()
    });
    house.hear_text(&of_class("O", &adt("A04", 1).to("DAY~3~A").text(10)));
    house.hear_text(&of_class("O", &adt("A04", 2).to("CLINIC~3~").text(20)));

    house.hear(30, &adt("A01", 3).to("ICU~1~A"));
    assert_eq!(house.in_bed("DAY~3~A"), ["V1"]);
    assert_eq!(house.census.stays().count(), 2);
    house.hear(40, &adt("A01", 4).to("ICU~1~B"));

    assert!(house.in_bed("DAY~3~A").is_empty());
    assert_eq!(house.in_bed("ICU~1~B"), ["V4"]);
}

#[test]
fn of_those_who_come_for_the_day_or_as_an_emergency_the_bed_is_forgotten_too_unless_values_come() {
    let mut house = House::new();
    house.hear_text(&of_class("O", &adt("A04", 1).to("DAY~3~A").text(10)));
    house.hear_text(&of_class("E", &adt("A04", 2).to("ED~7~A").text(10)));
    house.hear_text(&of_class("E", &adt("A04", 3).to("ED~7~B").text(10)));
    house.hear(10, &adt("A01", 4).to("ICU~1~A"));
    let (measured, later) = (house.stay("V3").id(), MIDNIGHT + 9 * 24 * 60 * MINUTE);

    let forgotten = house.census.tidy(later, Trust::Believed, |id| {
        (id == measured).then_some(later - MINUTE)
    });

    assert_eq!(forgotten.stays.len(), 2);
    assert_eq!(house.in_bed("ED~7~B"), ["V3"]);
    assert_eq!(house.in_bed("ICU~1~A"), ["V4"]);
    assert_eq!(house.state("ED~7~A"), BedState::Dirty, "nobody cleaned it");
}

#[test]
fn whoever_lies_in_a_bed_is_kept_for_a_week_however_soon_stays_are_forgotten() {
    let mut house = House::with(CensusLimits {
        forget_after_ms: 12 * 60 * MINUTE,
        ..CensusLimits::default()
    });
    house.hear_text(&of_class("E", &adt("A04", 1).to("ED~7~A").text(10)));
    house.hear_text(&of_class("O", &adt("A04", 2).to("CLINIC~3~").text(10)));

    let soon = tidy(&mut house, 8 * 24 * 60 * MINUTE);
    assert_eq!(soon.stays.len(), 1, "who is in no bed");
    assert_eq!(house.in_bed("ED~7~A"), ["V1"]);
    tidy(&mut house, 8 * 24 * 60 * MINUTE + 1);

    assert!(house.in_bed("ED~7~A").is_empty());
}

#[test]
fn by_a_clock_that_is_not_believed_only_stays_that_ended_are_forgotten() {
    let mut house = House::new();
    house.hear_text(&of_class("E", &adt("A04", 1).to("ED~7~A").text(10)));
    house.hear_text(&of_class("E", &adt("A04", 2).to("ED~8~").text(10)));
    house.hear(10, &adt("A01", 3).to("ICU~1~A"));
    house.hear(20, &adt("A03", 3));
    let later = MIDNIGHT + 365 * 24 * 60 * MINUTE;

    for trust in [Trust::Jumped, Trust::Doubted] {
        house.census.tidy(later, trust, |_| None);
    }

    assert_eq!(house.in_bed("ED~7~A"), ["V1"]);
    assert_eq!(house.census.stays().count(), 2);
}
