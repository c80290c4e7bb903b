//! A message as a tree: segments, fields, repetitions, components and sub-components that hold something.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value as Json;
use wardline_hl7::segment::{Component, Field, Repetition};
use wardline_hl7::{Charset, Message, Segment, Value, Warning};

use crate::terminal::harmless;

/// Characters of one value that the tree shows; documents in OBX-5 have millions.
const MAX_SHOWN_CHARACTERS: usize = 200;

/// Writes the tree for people. What is absent or empty is left out.
pub(super) fn write(out: &mut impl Write, message: &Message<'_>) -> io::Result<()> {
    let mut occurrences = Occurrences::default();
    for segment in message.segments() {
        if segment.is_raw() {
            writeln!(out, "(text outside of any segment)")?;
            writeln!(out, "  {}", shown(message, segment.bytes()))?;
            continue;
        }
        let name = occurrences.name(&segment);
        writeln!(out, "{name}")?;
        for (number, field) in segment.fields() {
            write_field(out, message, &format!("{name}-{number}"), &field)?;
        }
    }
    Ok(())
}

/// A message as JSON. Each field is a list of repetitions, each a list of components, each a text, a list of
/// sub-components, or null for `""`.
#[derive(Serialize)]
pub(super) struct MessageTree {
    message_type: String,
    control_id: String,
    version: String,
    charset: &'static str,
    bytes: usize,
    warnings: Vec<String>,
    segments: Vec<SegmentTree>,
}

/// A segment as JSON: its fields by number, or the text of a line that belongs to no segment.
#[derive(Serialize)]
#[serde(untagged)]
enum SegmentTree {
    Segment {
        path: String,
        fields: BTreeMap<usize, Json>,
    },
    Text {
        text: String,
    },
}

/// The message for programs. What is absent or empty is left out.
pub(super) fn to_json(message: &Message<'_>) -> MessageTree {
    let mut occurrences = Occurrences::default();
    let header = message.header();
    MessageTree {
        message_type: header.message_type(),
        control_id: message.decode(header.control_id()).into_owned(),
        version: message.decode(header.version().bytes()).into_owned(),
        charset: message.charset().name(),
        bytes: message.raw().len(),
        warnings: warnings(message).collect(),
        segments: message
            .segments()
            .map(|segment| segment_json(message, &segment, &mut occurrences))
            .collect(),
    }
}

fn segment_json(
    message: &Message<'_>,
    segment: &Segment<'_>,
    occurrences: &mut Occurrences,
) -> SegmentTree {
    if segment.is_raw() {
        return SegmentTree::Text {
            text: message.decode(segment.bytes()).into_owned(),
        };
    }
    let fields = segment
        .fields()
        .filter(|(_, field)| !field.value().says_nothing())
        .map(|(number, field)| (number, field_json(message, &field)))
        .collect();
    SegmentTree::Segment {
        path: occurrences.name(segment),
        fields,
    }
}

/// What was odd about a message, in words.
pub(super) fn warnings(message: &Message<'_>) -> impl Iterator<Item = String> {
    let charset = message.charset();
    message
        .warnings()
        .iter()
        .map(move |odd| warning(odd, charset))
}

fn warning(warning: &Warning, read_as: Charset) -> String {
    match warning {
        Warning::ByteOrderMark => "begins with a byte order mark".to_owned(),
        Warning::StrayText { at, bytes } => {
            format!("{bytes} bytes of text outside of any segment at byte {at}")
        }
        Warning::SecondHeader { at } => format!("another header inside the message at byte {at}"),
        Warning::UnknownCharset => {
            format!(
                "MSH-18 names no known character set; read as {}",
                read_as.name()
            )
        }
        Warning::NotUtf8 => {
            "MSH-18 names no character set, and the bytes are not UTF-8; read as Windows-1252"
                .to_owned()
        }
        Warning::BrokenUtf8 => {
            "text is read as UTF-8, and some bytes are not: they are shown as replacements"
                .to_owned()
        }
        other => format!("{other:?}"),
    }
}

fn write_field(
    out: &mut impl Write,
    message: &Message<'_>,
    path: &str,
    field: &Field<'_>,
) -> io::Result<()> {
    let repetitions: Vec<_> = field.repetitions().collect();
    for (at, repetition) in repetitions.iter().enumerate() {
        let path = if repetitions.len() > 1 {
            format!("{path}[{}]", at + 1)
        } else {
            path.to_owned()
        };
        write_repetition(out, message, &path, repetition)?;
    }
    Ok(())
}

fn write_repetition(
    out: &mut impl Write,
    message: &Message<'_>,
    path: &str,
    repetition: &Repetition<'_>,
) -> io::Result<()> {
    let components: Vec<_> = repetition.components().collect();
    for (at, component) in components.iter().enumerate() {
        let parts: Vec<_> = component.subcomponents().collect();
        let path = match (components.len(), parts.len()) {
            (1, 1) => path.to_owned(),
            _ => format!("{path}.{}", at + 1),
        };
        for (at, part) in parts.iter().enumerate() {
            let path = if parts.len() > 1 {
                format!("{path}.{}", at + 1)
            } else {
                path.clone()
            };
            match part {
                Value::Absent | Value::Empty => {}
                Value::Null => writeln!(out, "  {path:<14} \"\" (delete)")?,
                Value::Bytes(bytes) => writeln!(out, "  {path:<14} {}", shown(message, bytes))?,
            }
        }
    }
    Ok(())
}

fn field_json(message: &Message<'_>, field: &Field<'_>) -> Json {
    let repetition = |repetition: Repetition<'_>| {
        let component = |component: Component<'_>| {
            let mut parts: Vec<Json> = component
                .subcomponents()
                .map(|part| part_json(message, part))
                .collect();
            if parts.len() == 1 {
                parts.pop().unwrap_or_default()
            } else {
                Json::Array(parts)
            }
        };
        Json::Array(repetition.components().map(component).collect())
    };
    Json::Array(field.repetitions().map(repetition).collect())
}

fn part_json(message: &Message<'_>, part: Value<'_>) -> Json {
    match part {
        Value::Null => Json::Null,
        other => Json::String(message.decode(other.written()).into_owned()),
    }
}

fn shown(message: &Message<'_>, bytes: &[u8]) -> String {
    let head = bytes.get(..MAX_SHOWN_CHARACTERS * 4).unwrap_or(bytes);
    let text = message.decode(head);
    let short: String = text.chars().take(MAX_SHOWN_CHARACTERS).collect();
    if short.len() < text.len() || head.len() < bytes.len() {
        format!("{}... ({} bytes)", harmless(&short), bytes.len())
    } else {
        harmless(&short)
    }
}

/// Counts segments by name, so that each is shown as a path that `hl7 get` takes.
#[derive(Default)]
struct Occurrences(Vec<(String, usize)>);

impl Occurrences {
    fn name(&mut self, segment: &Segment<'_>) -> String {
        let name = segment.name().to_ascii_uppercase();
        if let Some((_, count)) = self.0.iter_mut().find(|(known, _)| *known == name) {
            *count += 1;
            format!("{name}[{count}]")
        } else {
            self.0.push((name.clone(), 1));
            name
        }
    }
}
