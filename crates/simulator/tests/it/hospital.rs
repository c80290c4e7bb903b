use std::collections::BTreeSet;

use wardline_hl7::{Message, Path};
use wardline_simulator::hospital::{Event, Hospital};

fn story() -> impl Iterator<Item = Event> {
    let mut hospital = Hospital::new(21, 50);
    std::iter::from_fn(move || Some(hospital.next_event())).take(3_000)
}

fn text(message: &Message<'_>, path: &str) -> String {
    let path: Path = path.parse().unwrap();
    message.text(&path).unwrap_or_default().into_owned()
}

#[test]
fn the_parser_reads_every_message_without_a_warning() {
    for event in story() {
        let message = Message::parse(&event.bytes).unwrap();

        assert_eq!(message.header().control_id(), event.control_id.as_bytes());
        assert_eq!(message.header().message_type(), event.message_type);
        assert_eq!(message.warnings(), [], "{}", event.message_type);
        assert_eq!(text(&message, "ZWL-1"), event.place.key);
    }
}

#[test]
fn names_beyond_ascii_come_through_in_every_character_set() {
    let mut seen = BTreeSet::new();

    for event in story() {
        let message = Message::parse(&event.bytes).unwrap();
        let name = text(&message, "PID-5.2");
        assert!(!name.contains('\u{FFFD}'), "{}", event.application.tag());
        if !name.is_ascii() {
            seen.insert(text(&message, "MSH-18"));
        }
    }

    assert_eq!(
        seen,
        BTreeSet::from(["8859/1".to_owned(), "UNICODE UTF-8".to_owned()])
    );
}

#[test]
fn several_versions_of_the_standard_are_spoken() {
    let versions: BTreeSet<String> = story()
        .map(|event| text(&Message::parse(&event.bytes).unwrap(), "MSH-12"))
        .collect();

    let expected = ["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8"];
    assert_eq!(versions, BTreeSet::from(expected.map(str::to_owned)));
}
