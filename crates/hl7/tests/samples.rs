//! Real messages: every sample is read, addressed, framed and left as it is, to the byte.

#![expect(
    clippy::unwrap_used,
    reason = "what is missing or unreadable fails the test"
)]

use std::fs;
use std::path::PathBuf;

use wardline_hl7::ack::{Ack, AckCode, Outcome, Reply};
use wardline_hl7::message::Warning;
use wardline_hl7::mllp::{Decoder, Event};
use wardline_hl7::routing::PatientEffect;
use wardline_hl7::{Edit, Index, Message, Path, batch, mllp};

fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/hl7");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let messages = files.filter(|path| path.extension().is_some_and(|end| end == "hl7"));
    let name = |path: &PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    let mut samples: Vec<_> = messages
        .map(|path| (name(&path), fs::read(path).unwrap()))
        .collect();
    samples.sort();
    assert!(samples.len() > 50, "the samples are missing");
    samples
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

/// The paths of all fields with their occurrence counted.
fn fields(message: &Message<'_>) -> Vec<(Path, Vec<u8>)> {
    let mut seen: Vec<String> = Vec::new();
    let mut fields = Vec::new();
    for segment in message.segments().filter(|segment| !segment.is_raw()) {
        let name = segment.name().to_ascii_uppercase();
        seen.push(name.clone());
        let occurrence = seen.iter().filter(|other| **other == name).count();
        for (number, field) in segment.fields() {
            let path = path(&format!("{name}[{occurrence}]-{number}"));
            fields.push((path, field.value().written().to_vec()));
        }
    }
    fields
}

#[test]
fn every_sample_is_read_with_its_type_and_control_id() {
    for (name, raw) in samples() {
        let message = Message::parse(&raw).unwrap_or_else(|error| panic!("{name}: {error}"));

        assert!(!message.header().message_code().is_empty(), "{name}");
        assert!(!message.header().control_id().is_empty(), "{name}");
        assert!(message.header().version().is_at_least(2, 1), "{name}");
        assert!(message.header().timestamp().is_ok(), "{name}");
    }
}

#[test]
fn no_sample_has_anything_odd_but_its_byte_order_mark() {
    for (name, raw) in samples() {
        let message = Message::parse(&raw).unwrap();

        assert!(
            message
                .warnings()
                .iter()
                .all(|w| *w == Warning::ByteOrderMark),
            "{name}"
        );
    }
}

#[test]
fn p9_every_field_of_every_sample_set_to_itself_changes_no_byte() {
    for (name, raw) in samples() {
        let message = Message::parse(&raw).unwrap();
        let mut edit = Edit::new(&message);

        for (path, written) in fields(&message)
            .iter()
            .filter(|(path, _)| !["MSH-1", "MSH-2"].contains(&path.to_string().as_str()))
        {
            edit.set_written(path, written).unwrap();
        }

        assert_eq!(edit.finish(), raw, "{name}");
    }
}

#[test]
fn p9_a_change_of_one_field_of_a_sample_changes_nothing_else() {
    for (name, raw) in samples() {
        let message = Message::parse(&raw).unwrap();
        let mut edit = Edit::new(&message);

        edit.set(&path("MSH-10"), "NEW ID").unwrap();

        let id = message.header().control_id();
        let at = id.as_ptr().addr() - raw.as_ptr().addr();
        let expected = [&raw[..at], b"NEW ID", &raw[at + id.len()..]].concat();
        assert_eq!(edit.finish(), expected, "{name}");
    }
}

#[test]
fn index_and_message_agree_on_every_field_of_every_sample() {
    for (name, raw) in samples() {
        let message = Message::parse(&raw).unwrap();
        let index = Index::of(&message);

        for (path, _) in fields(&message) {
            for path in [
                path,
                path.component(1),
                path.component(2),
                path.in_repetition(2),
            ] {
                assert_eq!(index.value(&path), message.value(&path), "{name} {path}");
            }
        }
    }
}

#[test]
fn p9_every_sample_travels_through_frames_to_the_byte() {
    let samples = samples();
    let mut stream = Vec::new();
    for (name, raw) in &samples {
        mllp::encode_into(raw, &mut stream).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let mut decoder = Decoder::default();
    let mut received = Vec::new();

    for mut chunk in stream.chunks(1000) {
        while let Some(event) = decoder.decode(&mut chunk) {
            received.push(event);
        }
    }

    let sent: Vec<_> = samples
        .into_iter()
        .map(|(_, raw)| Event::Frame(raw.into()))
        .collect();
    assert_eq!(received, sent);
}

#[test]
fn a3_every_sample_is_answered_and_the_answer_matches_it() {
    for (name, raw) in samples() {
        let header = wardline_hl7::Header::parse(&raw).unwrap();

        let ack = Reply::to(&header, AckCode::Aa).write("20260102030405+0000", "W1");

        let read = Ack::parse(&ack).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read.code.outcome(), Outcome::Accepted, "{name}");
        assert_eq!(read.control_id, header.control_id(), "{name}");
        let answer = Message::parse(&ack).unwrap();
        assert_eq!(
            answer.header().receiving_application(),
            header.sending_application(),
            "{name}"
        );
        assert!(answer.header().is_acknowledgement(), "{name}");
    }
}

#[test]
fn merges_among_the_samples_are_told_apart() {
    let merges: Vec<_> = samples()
        .into_iter()
        .filter(|(_, raw)| {
            Message::parse(raw).unwrap().routing().patient_effect() == PatientEffect::Merge
        })
        .map(|(name, _)| name)
        .collect();

    // A06 and A07 change the class of a visit and name in MRG the account that ends.
    let expected = [
        "ADT-A06-01",
        "ADT-A07-01",
        "ADT-A40-01",
        "ADT-A41-01",
        "ADT-A45-01",
        "ADT-A47-01",
    ];
    assert_eq!(merges, expected);
}

#[test]
fn the_merge_sample_names_both_patients() {
    let samples = samples();
    let (_, raw) = samples
        .iter()
        .find(|(name, _)| name == "ADT-A40-01")
        .unwrap();
    let message = Message::parse(raw).unwrap();

    let survivor = message.routing().patients().next().unwrap();
    let merged = message.routing().merged_patients().next().unwrap();

    assert_eq!(
        (survivor.id, survivor.authority, survivor.type_code),
        (&b"12345"[..], &b"BCBS"[..], &b"MR"[..])
    );
    assert_eq!(merged.id, b"56789");
}

#[test]
fn p11_all_samples_in_one_batch_are_cut_apart_again() {
    let bare = |raw: &[u8]| raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw).to_vec();
    let samples: Vec<_> = samples()
        .iter()
        .map(|(_, raw)| [bare(raw), b"\r".to_vec()].concat())
        .collect();
    let trailer = format!("BTS|{}\r", samples.len());
    let raw = [
        b"BHS|^~\\&|\r".to_vec(),
        samples.concat(),
        trailer.into_bytes(),
    ]
    .concat();

    let envelope = batch::split(&raw).unwrap();

    assert_eq!(
        envelope.messages().map(<[u8]>::to_vec).collect::<Vec<_>>(),
        samples
    );
    assert_eq!(envelope.warnings, []);
}
