//! Rooms without beds: who comes for the day shares them, who stays has them alone.

use super::*;

fn outpatient(trigger: &'static str, n: u32, room: &str, at: u64) -> String {
    let text = adt(trigger, n).to("ED~7~").text(at);
    text.replace("PV1|1|I|ED^7^", &format!("PV1|1|O|{room}"))
}

fn at_room(room: &str) -> Subject {
    let (unit, room) = room.split_once('^').unwrap();
    Subject {
        place: Some(Place::new("", unit, room, "").unwrap()),
        ..Subject::default()
    }
}

#[test]
fn outpatients_in_one_room_lie_in_no_bed_and_contradict_nobody() {
    let mut house = House::new();

    house.hear_text(&outpatient("A04", 1, "CLINIC^3", 10));
    house.hear_text(&outpatient("A04", 2, "CLINIC^3", 11));

    assert_eq!(house.census.beds().count(), 0);
    assert!(house.contradictions().is_empty());
    let at = house.stay("V1").course().place_now();
    assert_eq!(at.unwrap().room(), "3", "where they are is known");
}

/// Table 0004 is the user's own: what a site writes instead of its letters must not make beds of clinics.
#[test]
fn a_class_in_a_word_counts_as_its_letter() {
    for word in ["OUTPATIENT", "Outpatient", "OP", "o"] {
        let mut house = House::new();

        for (n, at) in [(1, 10), (2, 11)] {
            let told = outpatient("A04", n, "CLINIC^3", at);
            house.hear_text(&told.replace("PV1|1|O|", &format!("PV1|1|{word}|")));
        }

        assert_eq!(house.census.beds().count(), 0, "{word}");
    }
    let mut house = House::new();
    let told = adt("A01", 1).to("ICU~7~").text(10);
    house.hear_text(&told.replace("PV1|1|I|", "PV1|1|INPATIENT|"));
    assert_eq!(house.in_bed("ICU~7~"), ["V1"]);
}

#[test]
fn an_outpatient_in_a_named_bed_lies_there() {
    let mut house = House::new();

    house.hear_text(&outpatient("A04", 1, "CLINIC^3^B", 10));

    assert_eq!(house.in_bed("CLINIC~3~B"), ["V1"]);
}

#[test]
fn a_room_alone_is_the_bed_of_an_inpatient_and_two_in_it_are_reported() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 1).to("ICU~7~"));
    assert_eq!(house.in_bed("ICU~7~"), ["V1"]);

    let changes = house.hear(20, &adt("A01", 2).to("ICU~7~"));

    assert_eq!(contradicted(&changes), ["many_in_one_bed"]);
}

#[test]
fn a_room_that_an_outpatient_left_wants_no_cleaning() {
    let mut house = House::new();
    house.hear(10, &adt("A01", 2).to("CLINIC~3~"));
    house.hear(11, &adt("A03", 2).to("CLINIC~3~"));
    house
        .census
        .tell_bed(
            &"CLINIC~3~".parse().unwrap(),
            Statement {
                told: BedTold::Clean,
                at: MIDNIGHT,
                by: None,
                reason: None,
            },
        )
        .unwrap();
    house.hear_text(&outpatient("A04", 1, "CLINIC^3", 20));

    house.hear_text(&outpatient("A03", 1, "CLINIC^3", 30));

    assert_eq!(house.state("CLINIC~3~"), BedState::Clean);
}

#[test]
fn an_outpatient_who_stays_has_the_room() {
    let mut house = House::new();
    house.hear_text(&outpatient("A04", 1, "ED^7", 10));

    house.hear(20, &adt("A06", 1).to("ED~7~"));

    assert_eq!(house.in_bed("ED~7~"), ["V1"]);
}

#[test]
fn values_of_a_room_are_of_the_only_patient_there() {
    let mut house = House::new();
    house.hear_text(&outpatient("A04", 1, "CLINIC^3", 10));
    let find = |house: &House| {
        house
            .census
            .find(&at_room("CLINIC^3"), MIDNIGHT + 20 * MINUTE)
    };
    assert_eq!(find(&house), Found::Stay(house.stay("V1").id()));

    house.hear_text(&outpatient("A04", 2, "CLINIC^3", 11));

    assert_eq!(find(&house), Found::ManyThere("CLINIC~3~".parse().unwrap()));
}

/// A waiting area, or a room where several are treated. What is elsewhere one patient's bay stays on the board.
#[test]
fn emergencies_in_a_room_of_which_no_bed_is_named_contradict_nobody() {
    let emergency = |n, room: &str, at| {
        let text = outpatient("A04", n, room, at);
        text.replace("PV1|1|O|", "PV1|1|E|")
    };
    let mut house = House::new();

    house.hear_text(&emergency(1, "ED^WAIT", 10));
    house.hear_text(&emergency(2, "ED^WAIT", 11));
    house.hear_text(&emergency(3, "ED^7^A", 12));
    assert!(house.contradictions().is_empty());
    house.hear_text(&emergency(4, "ED^7^A", 13));

    assert_eq!(house.in_bed("ED~WAIT~"), ["V1", "V2"]);
    assert_eq!(house.contradictions(), ["many_in_one_bed"]);
    let values = Subject {
        place: Some(Place::new("", "ED", "WAIT", "").unwrap()),
        ..Subject::default()
    };
    let found = house.census.find(&values, MIDNIGHT + 20 * MINUTE);
    assert_eq!(found, Found::ManyThere("ED~WAIT~".parse().unwrap()));
}
