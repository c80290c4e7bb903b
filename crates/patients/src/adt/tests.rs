use proptest::prelude::*;
use serde_json::json;
use wardline_kernel::LocalZone;

use super::*;

/// 2026-11-21T12:00:00Z.
const NOW: UnixMillis = 1_795_262_400_000;

fn read(event: &str, rest: &str) -> Result<Adt, AdtError> {
    let message = format!("MSH|^~\\&|ADT|H|W|H|20261121080000||ADT^{event}|1|P|2.5.1\r{rest}\r");
    Adt::read(message.as_bytes(), NOW, &LocalZone::UTC)
}

fn told(pid: &str) -> Vec<(Field, Told)> {
    let adt = read("A08", pid).unwrap();
    adt.persons.into_iter().next().unwrap().told
}

#[test]
fn an_empty_field_says_nothing_and_two_quotes_take_it_away() {
    let told = told("PID|1||4711^^^H^MR||\"\"||\"\"|||||||||\"\"");

    assert!(
        told == [
            (Field::Name, Told::Gone),
            (Field::BirthDate, Told::Gone),
            (Field::MaritalStatus, Told::Gone),
        ]
    );
}

#[test]
fn every_field_of_a_pid_becomes_a_field_of_the_record() {
    let told = told(
        "PID|1||4711^^^H^MR||Zebrowski^Ada^M^III^Dr^^L~Zebra^Ada^^^^^M||19710309|F|||1&Main St^Apt 2^Boston^MA^02115^USA^H||\
         617-555-0100^PRN^PH~^NET^Internet^ada@example.org|^WPN^PH^^^617^5550101|eng^English|M||ACC1|219-09-9999||||||||||20260102|Y",
    );

    let is = |value| Told::Is(value);
    assert!(
        told == [
            (
                Field::Name,
                is(
                    json!({"family": "Zebrowski", "given": ["Ada", "M"], "suffix": "III", "prefix": "Dr"})
                )
            ),
            (
                Field::OtherNames,
                Told::Also(vec![json!({"family": "Zebra", "given": ["Ada"]})])
            ),
            (Field::BirthDate, is(json!("1971-03-09"))),
            (Field::Sex, is(json!("F"))),
            (
                Field::Address,
                is(
                    json!([{"line": ["1 Main St", "Apt 2"], "city": "Boston", "state": "MA",
                    "postal_code": "02115", "country": "USA", "type": "H"}])
                )
            ),
            (
                Field::Phone,
                Told::Member(
                    "home",
                    Some(json!([{"number": "617-555-0100", "use": "PRN", "type": "PH"}]))
                )
            ),
            (
                Field::Phone,
                Told::Member(
                    "work",
                    Some(json!([{"number": "617 5550101", "use": "WPN", "type": "PH"}]))
                )
            ),
            (Field::Email, is(json!(["ada@example.org"]))),
            (
                Field::Language,
                is(json!({"code": "eng", "text": "English"}))
            ),
            (Field::MaritalStatus, is(json!({"code": "M"}))),
            (Field::Ssn, is(json!("219-09-9999"))),
            (
                Field::Deceased,
                is(json!({"value": true, "at": "2026-01-02"}))
            ),
        ]
    );
}

#[test]
fn what_has_not_the_form_of_its_field_is_left_out_and_named_by_its_place() {
    let adt = read("A08", "PID|1||4711^^^H^MR||Z^A||soon|F|||||||||||UNKNOWN").unwrap();

    assert_eq!(adt.left_out(), ["PID-19", "PID-7"]);
    let fields = adt.persons[0].told.iter().map(|(field, _)| *field);
    assert_eq!(fields.collect::<Vec<_>>(), [Field::Name, Field::Sex]);
}

#[test]
fn numbers_that_are_not_the_patients_own_name_nobody() {
    let adt = read(
        "A08",
        "PID|1||9^^^H^AN~219099999^^^USSSA^SS~77^^^MILL^EN~4711^^^H^MR~P-1^^^&1.2.3&ISO^PI||Z^A",
    );

    let adt = adt.unwrap();
    let numbers = adt.persons[0].numbers.iter();
    let numbers: Vec<_> = numbers.map(|n| (&*n.value, &*n.authority)).collect();
    assert_eq!(numbers, [("4711", "H"), ("P-1", "1.2.3")]);
    assert!(
        adt.persons[0]
            .told
            .contains(&(Field::Ssn, Told::Is(json!("219099999"))))
    );
}

#[test]
fn a_merge_names_who_stays_and_who_ends() {
    for event in ["A18", "A30", "A34", "A36", "A39", "A40"] {
        let adt = read(event, "PID|1||1^^^H^MR||Z^A\rMRG|2^^^H^MR~3^^^LAB^MR").unwrap();

        assert_eq!(adt.act, Act::Merge, "{event}");
        let ended = adt.persons[0].ended.iter().map(|n| n.value.as_str());
        assert_eq!(ended.collect::<Vec<_>>(), ["2", "3"], "{event}");
    }
}

#[test]
fn what_cannot_be_taken_is_refused_with_the_reason() {
    let pid = "PID|1||1^^^H^MR||Z^A";
    let many: Vec<String> = (0..=MAX_NUMBERS).map(|n| format!("{n}^^^H^MR")).collect();
    let persons = [pid; MAX_PERSONS + 1].join("\r");
    for (event, rest, expected) in [
        (
            "A08",
            "PID|1||9^^^H^AN||Z^A".to_owned(),
            AdtError::NoPatient,
        ),
        ("A08", "EVN|A08".to_owned(), AdtError::NoPatient),
        ("A40", pid.to_owned(), AdtError::NothingMerged),
        ("A24", pid.to_owned(), AdtError::NoSecondPatient),
        ("A23", pid.to_owned(), AdtError::Deletes),
        ("A29", pid.to_owned(), AdtError::Deletes),
        ("A43", pid.to_owned(), AdtError::Moves),
        (
            "A08",
            format!("PID|1||{}||Z^A", many.join("~")),
            AdtError::TooMany {
                what: "numbers of one patient",
                most: MAX_NUMBERS,
            },
        ),
        (
            "A08",
            persons,
            AdtError::TooMany {
                what: "PID segments",
                most: MAX_PERSONS,
            },
        ),
    ] {
        assert_eq!(read(event, &rest), Err(expected), "{event}");
    }
    let oru = b"MSH|^~\\&|A|B|C|D|20261121||ORU^R01|1|P|2.5.1\r";
    assert_eq!(Adt::read(oru, NOW, &LocalZone::UTC), Err(AdtError::NotAdt));
}

#[test]
fn as_many_numbers_and_patients_as_the_limits_say_are_taken() {
    let many: Vec<String> = (0..MAX_NUMBERS).map(|n| format!("{n}^^^H^MR")).collect();
    let pid = format!("PID|1||{}||Z^A", many.join("~"));

    let adt = read("A08", &pid).unwrap();

    assert_eq!(adt.persons[0].numbers.len(), MAX_NUMBERS);
    let persons = ["PID|1||1^^^H^MR||Z^A"; MAX_PERSONS].join("\r");
    assert_eq!(read("A08", &persons).unwrap().persons.len(), MAX_PERSONS);
}

#[test]
fn the_time_is_when_it_was_entered_unless_that_lies_ahead() {
    let pid = "PID|1||1^^^H^MR||Z^A";
    let at = |evn: &str| {
        read("A08", &format!("EVN|A08|{evn}\r{pid}"))
            .unwrap()
            .told_at
    };

    assert_eq!(at("20261121070000"), Some(NOW - 5 * 3_600_000));
    assert_eq!(at("20291121070000"), Some(NOW - 4 * 3_600_000));
    assert_eq!(at("20261121"), Some(NOW - 4 * 3_600_000));
}

#[test]
fn other_events_say_nothing_that_records_keep() {
    for event in ["A09", "A11", "A12", "A17", "A20", "A41", "A45", "A60"] {
        assert!(!read(event, "PID|1").unwrap().says_something(), "{event}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let message = [b"MSH|^~\\&|A|B|C|D|20261121||ADT^A40|1|P|2.5.1\rPID|".as_slice(), &bytes].concat();
        drop(Adt::read(&message, NOW, &LocalZone::UTC));
        drop(Adt::read(&bytes, NOW, &LocalZone::UTC));
    }
}

#[test]
fn text_is_read_as_the_channel_says_where_msh_18_does_not() {
    let raw = b"MSH|^~\\&|ADT|H|||20260102030405||ADT^A08|1|P|2.3\rPID|1||4711^^^H^MR||Ko\xb9cielny^Jan\r";
    let family = |character_set| {
        let adt = Adt::read_in((raw, character_set), NOW, &LocalZone::UTC).unwrap();
        match &adt.persons[0].told[0] {
            (Field::Name, Told::Is(name)) => name["family"].as_str().map(str::to_owned),
            _ => None,
        }
    };

    let eastern = wardline_hl7::Charset::from_name(b"8859/2").unwrap();

    assert_eq!(family(Some(eastern)).as_deref(), Some("Košcielny"));
    assert_eq!(family(None).as_deref(), Some("Ko¹cielny"));
}
