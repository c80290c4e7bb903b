use super::*;
use crate::message::Message;
use proptest::prelude::*;

const FILE: &[u8] = b"FHS|^~\\&|LAB|HOSP|EHR|WARD|2026||f.hl7||F1\r\
    BHS|^~\\&|LAB|HOSP|EHR|WARD|2026||||B1\r\
    MSH|^~\\&|LAB||||||ORU^R01|1\rPID|1||9\r\n\r\
    MSH|^~\\&|LAB||||||ORU^R01|2\nOBX|1\n\
    BTS|2\rFTS|1\r";

fn control_ids(envelope: &Envelope<'_>) -> Vec<String> {
    let ids = envelope
        .messages()
        .map(|raw| Message::parse(raw).unwrap().header().control_id().to_vec());
    ids.map(|id| String::from_utf8(id).unwrap()).collect()
}

#[test]
fn p11_a_file_is_cut_into_its_messages_to_the_byte() {
    let envelope = split(FILE).unwrap();

    let messages: Vec<_> = envelope.messages().collect();

    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0], b"MSH|^~\\&|LAB||||||ORU^R01|1\rPID|1||9\r\n\r");
    assert_eq!(messages[1], b"MSH|^~\\&|LAB||||||ORU^R01|2\nOBX|1\n");
    assert_eq!(envelope.warnings, []);
}

#[test]
fn p11_a_second_header_is_told_from_a_line_of_text() {
    let first = "MSH|^~\\&|LAB||||||ORU^R01|1\rOBX|1|TX|||see\r";

    for (more, is_message) in [
        ("MSH|^~\\&|LAB||||||ORU^R01|2\rOBX|1\r", true),
        ("\nMSH*:+;=*LAB******ORU:R01*2\n", true),
        ("MSH is the first segment\r", false),
        ("MSHX|^~\\&|LAB||||||ORU^R01|2\r", false),
        ("MSH|^~\\&|\r", true),
        ("MSH|\r", true),
        ("NTE|1||MSH|^~\\&|LAB||||||ORU^R01|2\r", false),
        ("", false),
    ] {
        let raw = format!("\u{feff}\r\n{first}{more}");

        assert_eq!(holds_several(raw.as_bytes()), is_message, "{more:?}");
    }
}

#[test]
fn p11_the_ids_of_the_envelope_are_kept() {
    let envelope = split(FILE).unwrap();

    assert_eq!(envelope.file.unwrap().control_id(), b"F1");
    assert_eq!(envelope.batches[0].header.unwrap().control_id(), b"B1");
}

#[test]
fn p11_wrong_counts_are_told_and_nothing_is_lost() {
    let raw = b"FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|A\rBTS|3\rFTS|2\r";

    let envelope = split(raw).unwrap();

    assert_eq!(envelope.messages().count(), 1);
    assert_eq!(
        envelope.warnings,
        [
            BatchWarning::MessageCount {
                batch: 0,
                declared: 3,
                found: 1
            },
            BatchWarning::BatchCount {
                declared: 2,
                found: 1
            },
        ]
    );
}

#[test]
fn p11_a_batch_without_messages_is_legal() {
    let envelope = split(b"BHS|^~\\&|LAB\rBTS|0\r").unwrap();

    assert_eq!(envelope.messages().count(), 0);
    assert_eq!(envelope.batches.len(), 1);
    assert_eq!(envelope.warnings, []);
}

#[test]
fn p11_several_batches_stand_in_one_file() {
    let raw = b"FHS|^~\\&\rBHS|^~\\&||||||||||1\rMSH|^~\\&|||||||A|1\rBTS|1\rBHS|^~\\&||||||||||2\rMSH|^~\\&|||||||A|2\rMSH|^~\\&|||||||A|3\rBTS|2\rFTS|2\r";

    let envelope = split(raw).unwrap();

    let counts: Vec<_> = envelope
        .batches
        .iter()
        .map(|batch| batch.messages.len())
        .collect();
    assert_eq!(counts, [1, 2]);
    assert_eq!(control_ids(&envelope), ["1", "2", "3"]);
    assert_eq!(envelope.warnings, []);
}

#[test]
fn p11_messages_without_an_envelope_are_a_batch() {
    let envelope = split(b"\xef\xbb\xbfMSH|^~\\&|||||||A|1\rMSH|^~\\&|||||||A|2").unwrap();

    assert_eq!(control_ids(&envelope), ["1", "2"]);
    assert!(envelope.batches[0].header.is_none());
    assert_eq!(envelope.warnings, []);
}

#[test]
fn p11_a_missing_trailer_is_told() {
    let cut = split(b"BHS|^~\\&|LAB\rMSH|^~\\&|A\r").unwrap();
    let file = split(b"FHS|^~\\&|LAB\rBHS|^~\\&\rMSH|^~\\&|A\rBTS|1\r").unwrap();

    assert_eq!(cut.messages().count(), 1);
    assert_eq!(cut.warnings, [BatchWarning::TrailerMissing]);
    assert_eq!(file.warnings, [BatchWarning::TrailerMissing]);
}

#[test]
fn p11_a_line_that_belongs_to_no_message_is_told() {
    let envelope = split(b"BHS|^~\\&|LAB\rNTE|1\rMSH|^~\\&|A\rBTS|1\r").unwrap();

    assert_eq!(envelope.warnings, [BatchWarning::StrayLine { at: 13 }]);
}

#[test]
fn what_begins_otherwise_is_no_batch() {
    assert_eq!(
        split(b"PID|1\rMSH|^~\\&|A\r").unwrap_err(),
        ParseError::NoHeader { at: 0 }
    );
    assert_eq!(
        split(b"BTS|0\r").unwrap_err(),
        ParseError::NoHeader { at: 0 }
    );
    assert_eq!(split(b"").unwrap_err(), ParseError::Empty);
    assert_eq!(split(b"BHS\r").unwrap_err(), ParseError::FieldSeparator);
    assert!(is_batch(b"\r\nBHS|^~\\&|"));
    assert!(!is_batch(b"MSH|^~\\&|"));
}

#[test]
fn one_message_beyond_the_limit_is_refused() {
    let at_limit = "MSH|^~\\&|\r".repeat(MAX_MESSAGES);
    let beyond = format!("{at_limit}MSH|^~\\&|\r");

    assert!(split(at_limit.as_bytes()).is_ok());
    let refused = split(beyond.as_bytes()).unwrap_err();
    assert_eq!(
        refused,
        ParseError::TooManyMessages {
            max_messages: MAX_MESSAGES
        }
    );
}

#[test]
fn p11_a_batch_is_answered_by_a_batch() {
    let envelope = split(FILE).unwrap();

    let answer = envelope.reply(
        &["MSH|^~\\&|1\rMSA|AA|1\r", "MSH|^~\\&|2\rMSA|AE|2\r"],
        "2027",
        "W9",
    );

    assert_eq!(
        String::from_utf8(answer.clone()).unwrap(),
        "FHS|^~\\&|EHR|WARD|LAB|HOSP|2027||||W9|F1\r\
         BHS|^~\\&|EHR|WARD|LAB|HOSP|2027||||W9|B1\r\
         MSH|^~\\&|1\rMSA|AA|1\rMSH|^~\\&|2\rMSA|AE|2\r\
         BTS|2\rFTS|1\r"
    );
    let read = split(&answer).unwrap();
    assert_eq!(read.warnings, []);
    assert_eq!(
        read.batches[0].header.unwrap().reference_control_id(),
        b"B1"
    );
}

#[test]
fn p11_messages_without_an_envelope_are_answered_one_after_the_other() {
    let envelope = split(b"MSH|^~\\&|A\rMSH|^~\\&|B\r").unwrap();

    assert_eq!(
        envelope.reply(&[b"MSH|1\r", b"MSH|2\r"], "2027", "W9"),
        b"MSH|1\rMSH|2\r"
    );
}

proptest! {
    #[test]
    fn p11_messages_are_whole_whatever_stands_between(
        counts in prop::collection::vec(0usize..4, 1..4), body in "(PID\\|[A-Z]{0,9}\r?\n?){0,3}",
    ) {
        let message = format!("MSH|^~\\&|X\r{body}");
        let message = format!("{}\r", message.trim_end());
        let batches = counts.iter().map(|n| format!("BHS|^~\\&|\r{}BTS|{n}\r", message.repeat(*n)));
        let raw = format!("FHS|^~\\&|\r{}FTS|{}\r", batches.collect::<String>(), counts.len());

        let envelope = split(raw.as_bytes()).unwrap();

        prop_assert_eq!(envelope.messages().count(), counts.iter().sum::<usize>());
        prop_assert!(envelope.messages().all(|found| found == message.as_bytes()));
        prop_assert_eq!(envelope.warnings, []);
    }

    #[test]
    fn any_bytes_are_answered_without_panic(raw in "(MSH|BHS|FHS|BTS|FTS|PID|x|\\||\\^~|\r|\n|[0-9]){0,60}") {
        if let Ok(envelope) = split(raw.as_bytes()) {
            let _answer = envelope.reply(&[b""], "2026", "1");
        }
    }
}
