//! The same questions put to three libraries. Each answer is summed up, so that nothing is optimised away.

use std::convert::TryFrom;

use wardline_hl7::{AckMode, Index, Message};

/// A library and the function that reads one message with it.
pub struct Contender {
    /// Name in the table.
    pub name: &'static str,
    /// Reads a message; the result depends on what was found.
    pub read: fn(&str) -> usize,
}

/// What a listener must know before it stores and acknowledges.
pub const READ_FOR_ACCEPTING: [Contender; 3] = [
    Contender {
        name: "wardline-hl7",
        read: accept_wardline,
    },
    Contender {
        name: "hl7-parser 0.3",
        read: accept_hl7_parser,
    },
    Contender {
        name: "rust-hl7 0.5",
        read: accept_rust_hl7,
    },
];

/// Every level of every segment.
pub const READ_WHOLE: [Contender; 3] = [
    Contender {
        name: "wardline-hl7",
        read: index_wardline,
    },
    Contender {
        name: "hl7-parser 0.3",
        read: whole_hl7_parser,
    },
    Contender {
        name: "rust-hl7 0.5",
        read: whole_rust_hl7,
    },
];

/// Everything that `messaging` asks of an incoming message.
pub fn accept_wardline(text: &str) -> usize {
    let message = Message::parse(text.as_bytes()).expect("a sample");
    let header = message.header();
    let routing = message.routing();
    let fields = [
        header.sending_application(),
        header.sending_facility(),
        header.receiving_application(),
        header.receiving_facility(),
        header.message_code(),
        header.trigger_event(),
        header.control_id(),
        header.version().bytes(),
    ];
    let header_bytes: usize = fields.iter().map(|field| field.len()).sum();
    let is_original = usize::from(AckMode::of(header) == AckMode::Original);
    let patients: usize = routing
        .patients()
        .map(|id| id.id.len() + id.authority.len())
        .sum();
    let merged: usize = routing.merged_patients().map(|id| id.id.len()).sum();
    let orders: usize = routing
        .order_numbers()
        .map(|order| order.identifier.id.len())
        .sum();
    let visit = routing
        .visit()
        .or(routing.account())
        .map_or(0, |id| id.id.len());
    let effect =
        usize::from(routing.patient_effect() == wardline_hl7::routing::PatientEffect::Single);
    header_bytes + is_original + patients + merged + orders + visit + effect
}

/// The whole index.
pub fn index_wardline(text: &str) -> usize {
    Index::of(&Message::parse(text.as_bytes()).expect("a sample")).len()
}

fn accept_hl7_parser(text: &str) -> usize {
    let message = hl7_parser::Message::parse(text).expect("a sample");
    let header = message.segment("MSH").expect("a header");
    let fields = [3, 4, 5, 6, 9, 10, 12, 15, 16, 18];
    let header_bytes: usize = fields
        .iter()
        .filter_map(|n| header.field(*n))
        .map(|field| field.raw_value().len())
        .sum();
    let patient = message.segment("PID").and_then(|pid| pid.field(3));
    let visit = message.segment("PV1").and_then(|pv1| pv1.field(19));
    let ids = [patient, visit]
        .into_iter()
        .flatten()
        .map(|field| field.raw_value().len());
    header_bytes + ids.sum::<usize>()
}

fn whole_hl7_parser(text: &str) -> usize {
    hl7_parser::Message::parse(text)
        .expect("a sample")
        .segments()
        .count()
}

fn accept_rust_hl7(text: &str) -> usize {
    let message = rusthl7::message::Message::try_from(text).expect("a sample");
    let field = |segment: &str, number: usize| {
        let found = message
            .segments
            .iter()
            .find(|s| s.fields.first().is_some_and(|f| f.source == segment));
        found
            .and_then(|segment| segment.fields.get(number))
            .map_or(0, |field| field.value().len())
    };
    // Its fields of MSH count from the segment name, one less than in the standard.
    [2, 3, 4, 5, 8, 9, 11, 14, 15, 17]
        .iter()
        .map(|n| field("MSH", *n))
        .sum::<usize>()
        + field("PID", 3)
        + field("PV1", 19)
}

fn whole_rust_hl7(text: &str) -> usize {
    rusthl7::message::Message::try_from(text)
        .expect("a sample")
        .segments
        .len()
}

/// Whether wardline-hl7 and hl7-parser find the same in every component of a sample, so that like is held against
/// like.
pub fn agree(text: &str) -> bool {
    let ours = Message::parse(text.as_bytes()).expect("a sample");
    let theirs = hl7_parser::Message::parse(text).expect("a sample");
    let ours = ours.segments().flat_map(|segment| {
        // MSH-1 and MSH-2 are told in other ways.
        let skipped = if segment.name() == "MSH" { 2 } else { 0 };
        let fields = segment
            .fields()
            .skip(skipped)
            .flat_map(|(_, field)| field.repetitions());
        fields
            .flat_map(|repetition| repetition.components())
            .map(|c| c.value().written())
            .collect::<Vec<_>>()
    });
    let theirs = theirs.segments().flat_map(|segment| {
        let skipped = if segment.name == "MSH" { 2 } else { 0 };
        let fields = segment
            .fields()
            .skip(skipped)
            .flat_map(|field| field.repeats());
        fields
            .flat_map(|repeat| repeat.components())
            .map(|c| c.raw_value().as_bytes())
            .collect::<Vec<_>>()
    });
    let not_empty = |value: &&[u8]| !value.is_empty();
    ours.filter(not_empty).eq(theirs.filter(not_empty))
}
