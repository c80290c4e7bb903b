//! A message or an answer as parsed values, masked unless the caller may see them.
//!
//! What is shown is bounded: a message of many megabytes is read whole by its bytes, not by this.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use wardline_hl7::segment::{Field, Repetition};
use wardline_hl7::{Charset, Message, Segment, Value};
use wardline_phi::mask::{self, Reveal};

/// Values shown at most, characters of one, and bytes of all together.
const MOST_VALUES: usize = 5_000;
const LONGEST_VALUE: usize = 4_096;
const MOST_BYTES: usize = 1024 * 1024;
/// Characters shown of what is not HL7.
const LONGEST_TEXT: usize = 65_536;

/// Fields that say what kind of message it is and how it was answered. They are all that is shown of a message
/// without the scope `phi`.
const IN_CLEAR: [(&str, &[usize]); 3] = [
    ("MSH", &[1, 2, 3, 4, 5, 6, 9, 11, 12, 15, 16, 17, 18]),
    ("MSA", &[1]),
    ("ERR", &[2, 3, 4]),
];

/// A message or an answer, parsed.
#[derive(Default, Serialize, ToSchema)]
pub(super) struct Content {
    /// Its segments in order; empty when it is not HL7.
    segments: Vec<SegmentValues>,
    /// What is not HL7, as text; not shown without the scope `phi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Whether there is more than is shown here; the raw message has it all.
    truncated: bool,
}

/// A segment.
#[derive(Serialize, ToSchema)]
struct SegmentValues {
    /// Its name; empty for a stray line of text.
    #[schema(example = "PID")]
    name: String,
    /// What it says; what is empty is left out.
    values: Vec<PathValue>,
}

/// A value at its path.
#[derive(Serialize, ToSchema)]
pub(super) struct PathValue {
    #[schema(example = "PID-3[2].4.1")]
    pub(super) path: String,
    /// The text; not there for null (`""`: the receiver is asked to delete what it has).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
}

/// Where a value stands: the place of its segment, then field, repetition, component and part. It is the same whether
/// the path names the only one of its kind or the first of several.
pub(super) type PathKey = (SegmentKey, [usize; 4]);

/// The first place of a segment's name in the message, the name, and which one of this name it is.
pub(super) type SegmentKey = (usize, String, usize);

impl Content {
    pub(super) fn of(bytes: &[u8], masked: bool) -> Self {
        Self::of_message((bytes, None), masked)
    }

    /// The same of a message of a channel, which may say how text is read where MSH-18 does not.
    pub(super) fn of_message(
        (bytes, character_set): (&[u8], Option<Charset>),
        masked: bool,
    ) -> Self {
        match Message::parse(bytes).map(|read| read.with_default_charset(character_set)) {
            Ok(message) => Reader {
                message: &message,
                masked,
                shown: Self::default(),
                count: 0,
                bytes: 0,
            }
            .read(),
            Err(_) => Self::of_text(bytes, masked),
        }
    }

    /// Whether there is more than is shown here.
    pub(super) fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Every value with its place.
    pub(super) fn into_values(self) -> impl Iterator<Item = (PathKey, PathValue)> {
        let mut known: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let segments = self.segments.into_iter().enumerate();
        segments.flat_map(move |(place, segment)| {
            let (first, nth) = known.entry(segment.name.clone()).or_insert((place, 0));
            *nth += 1;
            let key = (*first, segment.name, *nth);
            let values = segment.values.into_iter();
            values.map(move |value| ((key.clone(), numbers(&value.path)), value))
        })
    }

    fn of_text(bytes: &[u8], masked: bool) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let shown: String = text.chars().take(LONGEST_TEXT).collect();
        let truncated = shown.len() < text.len();
        Self {
            segments: Vec::new(),
            text: (!masked).then_some(shown),
            truncated,
        }
    }
}

struct Reader<'m, 'a> {
    message: &'m Message<'a>,
    masked: bool,
    shown: Content,
    count: usize,
    bytes: usize,
}

impl<'a> Reader<'_, 'a> {
    fn read(mut self) -> Content {
        let mut occurrences: BTreeMap<&'a str, usize> = BTreeMap::new();
        for segment in self.message.segments() {
            let occurrence = occurrences.entry(segment.name()).or_insert(0);
            *occurrence += 1;
            let values = self.segment(&segment, *occurrence);
            self.shown.segments.push(SegmentValues {
                name: segment.name().to_owned(),
                values,
            });
            if self.is_full() {
                self.shown.truncated = true;
                break;
            }
        }
        self.shown
    }

    fn segment(&mut self, segment: &Segment<'a>, occurrence: usize) -> Vec<PathValue> {
        let mut values = Vec::new();
        if segment.is_raw() {
            self.push(
                &mut values,
                String::new(),
                Value::of(segment.bytes()),
                Show::Masked,
            );
            return values;
        }
        let nth = if occurrence > 1 {
            format!("[{occurrence}]")
        } else {
            String::new()
        };
        let clear = IN_CLEAR.iter().find(|(name, _)| *name == segment.name());
        for (number, field) in segment.fields() {
            let show = match clear {
                Some((_, fields)) if fields.contains(&number) => Show::Clear,
                Some(("MSH", _)) if number == 10 => Show::End,
                _ => Show::Masked,
            };
            let path = format!("{}{nth}-{number}", segment.name());
            self.field(&mut values, &path, &field, show);
            if self.is_full() {
                break;
            }
        }
        values
    }

    fn field(&mut self, values: &mut Vec<PathValue>, path: &str, field: &Field<'a>, show: Show) {
        let several = field.repetitions().nth(1).is_some();
        for (at, repetition) in field.repetitions().enumerate() {
            let path = if several {
                format!("{path}[{}]", at + 1)
            } else {
                path.to_owned()
            };
            self.repetition(values, &path, &repetition, show);
            if self.is_full() {
                return;
            }
        }
    }

    fn repetition(
        &mut self,
        values: &mut Vec<PathValue>,
        path: &str,
        repetition: &Repetition<'a>,
        show: Show,
    ) {
        let several = repetition.components().nth(1).is_some();
        for (at, component) in repetition.components().enumerate() {
            let path = if several {
                format!("{path}.{}", at + 1)
            } else {
                path.to_owned()
            };
            let has_parts = component.subcomponents().nth(1).is_some();
            for (part, value) in component.subcomponents().enumerate() {
                let path = if has_parts {
                    format!("{path}.{}", part + 1)
                } else {
                    path.clone()
                };
                self.push(values, path, value, show);
                if self.is_full() {
                    return;
                }
            }
        }
    }

    fn push(&mut self, values: &mut Vec<PathValue>, path: String, value: Value<'a>, show: Show) {
        let value = match value {
            Value::Absent | Value::Empty => return,
            Value::Null => None,
            Value::Bytes(bytes) => Some(self.shown_text(&path, bytes, show)),
        };
        self.count += 1;
        self.bytes += path.len() + value.as_ref().map_or(0, String::len);
        values.push(PathValue { path, value });
    }

    fn is_full(&self) -> bool {
        self.count >= MOST_VALUES || self.bytes >= MOST_BYTES
    }

    fn shown_text(&mut self, path: &str, bytes: &[u8], show: Show) -> String {
        // Documents of many megabytes stand in OBX-5: what is not shown is not decoded either.
        let head = bytes.get(..LONGEST_VALUE * 4).unwrap_or(bytes);
        let text = self.message.decode(head);
        match show {
            Show::Clear if self.masked && !is_what_it_should_be(path, &text) => {
                mask::identifier(&text, Reveal::Nothing).into()
            }
            Show::Masked if self.masked => mask::identifier(&text, Reveal::Nothing).into(),
            Show::End if self.masked => mask::identifier(&text, Reveal::LastTwo).into(),
            _ if text.len() <= LONGEST_VALUE => text.into_owned(),
            _ => {
                self.shown.truncated = true;
                text.chars().take(LONGEST_VALUE).collect()
            }
        }
    }
}

/// The numbers of a path: field, repetition, component, part. What a path leaves out is the first.
fn numbers(path: &str) -> [usize; 4] {
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok()).unwrap_or(1);
    let (_, place) = path.split_once('-').unwrap_or_default();
    let mut parts = place.split('.');
    let field = parts.next().unwrap_or_default();
    let (field, repetition) = match field.split_once('[') {
        Some((field, rest)) => (field, rest.strip_suffix(']')),
        None => (field, None),
    };
    let (component, part) = (parts.next(), parts.next());
    [
        number(Some(field)),
        number(repetition),
        number(component),
        number(part),
    ]
}

/// Whether a value that is shown to everybody is a code as it should be. In a message without a CR after its MSH the
/// fields of PID stand in the place of the MSH's last ones.
fn is_what_it_should_be(path: &str, text: &str) -> bool {
    let field = path.split(['[', '.']).next().unwrap_or_default();
    match field {
        "MSH-11" | "ERR-4" => text.len() <= 1,
        // A place or a code; not the words beside it, in which partners quote what they refuse.
        "ERR-2" | "ERR-3" => text.len() <= 3 && text.bytes().all(|b| b.is_ascii_alphanumeric()),
        "MSH-12" => text.len() <= 5 && text.starts_with("2."),
        "MSH-15" | "MSH-16" => matches!(text, "AL" | "NE" | "ER" | "SU"),
        "MSH-17" => text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
        "MSH-18" => Charset::from_name(text.as_bytes()).is_ok(),
        "MSA-1" => text.len() <= 2,
        _ => true,
    }
}

/// What of a value is shown to a caller who may not see patients' data.
#[derive(Clone, Copy)]
enum Show {
    Clear,
    End,
    Masked,
}
