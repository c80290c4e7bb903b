//! Every separator of a message, found in one pass: for who reads most of a message, as a tree view or a mapping.
//!
//! Three flat lists whatever the message holds; nothing is allocated per field.

mod gather;

use std::fmt;

use self::gather::Wanted;
use crate::message::{Message, offset};
use crate::path::{Letters, Path};
use crate::scan::Scan;
use crate::segment::is_header_name;
use crate::value::Value;

/// Where all separators of a message are.
#[derive(Clone)]
pub struct Index<'a> {
    raw: &'a [u8],
    separators: Separators,
    /// Offsets of all separators and segment ends, ascending.
    marks: Vec<u32>,
    /// For each field end in `marks` its place there, ascending.
    field_ends: Vec<u32>,
    segments: Vec<Line>,
}

/// One segment in the index.
#[derive(Clone, Copy)]
struct Line {
    start: u32,
    name: Letters,
    is_header: bool,
    /// Its first entry in `field_ends`: the end of the segment's name.
    first_field_end: u32,
    /// One past its last entry in `field_ends`.
    last_field_end: u32,
}

#[derive(Clone, Copy)]
struct Separators {
    field: u8,
    component: u8,
    repetition: u8,
    subcomponent: Option<u8>,
}

impl<'a> Index<'a> {
    /// Finds all separators of `message`.
    pub fn of(message: &Message<'a>) -> Self {
        let form = message.form();
        let separators = Separators {
            field: form.delimiters.field,
            component: form.delimiters.component,
            repetition: form.delimiters.repetition,
            subcomponent: form.delimiters.subcomponent,
        };
        let raw = message.raw();
        let mut index = Self {
            raw,
            separators,
            marks: Vec::with_capacity(raw.len() / 4),
            field_ends: Vec::with_capacity(raw.len() / 8),
            segments: Vec::with_capacity(message.segments().len()),
        };
        let wanted = Wanted::new(separators.needles());
        for (start, name, segment) in message.placed_segments() {
            let first_field_end = length(&index.field_ends);
            index.add_line(start, segment.bytes(), form.scan, &wanted);
            index.segments.push(Line {
                start,
                name,
                is_header: is_header_name(segment.name().as_bytes()),
                first_field_end,
                last_field_end: length(&index.field_ends),
            });
        }
        index
    }

    /// What the message says at `path`; the same as [`Message::value`].
    pub fn value(&self, path: &Path) -> Value<'a> {
        let Some(line) = self.line(path.segment.letters(), path.occurrence()) else {
            return Value::Absent;
        };
        let Some(field) = path.field_number() else {
            return Value::of(self.between(line.start, self.end_of(line.last_field_end)));
        };
        if line.is_header && field <= 2 {
            return self.separator_definition(line, path);
        }
        let Some(mut span) = self.field(line, field) else {
            return Value::Absent;
        };
        let inner = [path.repetition, path.component, path.subcomponent];
        let Some(deepest) = inner.iter().rposition(Option::is_some) else {
            return Value::of(self.between(span.start, span.end));
        };
        let separators = [
            Some(self.separators.repetition),
            Some(self.separators.component),
            self.separators.subcomponent,
        ];
        for (number, separator) in inner.iter().zip(separators).take(deepest + 1) {
            match self.piece(span, separator, number.map_or(1, usize::from)) {
                Some(piece) => span = piece,
                None => return Value::Absent,
            }
        }
        Value::of(self.between(span.start, span.end))
    }

    /// How many separators and segment ends there are.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether there are none; a message has at least those of MSH.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    fn line(&self, name: Letters, occurrence: usize) -> Option<Line> {
        let mut named = self.segments.iter().filter(|line| line.name == name);
        named.nth(occurrence.checked_sub(1)?).copied()
    }

    fn separator_definition(&self, line: Line, path: &Path) -> Value<'a> {
        let is_first = |number: Option<u16>| number.is_none_or(|number| number == 1);
        if ![path.repetition, path.component, path.subcomponent]
            .into_iter()
            .all(is_first)
        {
            return Value::Absent;
        }
        match path.field {
            Some(1) => Value::of(self.between(line.start + 3, line.start + 4)),
            _ => match self.field(line, 2) {
                Some(span) => Value::of(self.between(span.start, span.end)),
                None => Value::Absent,
            },
        }
    }

    fn field(&self, line: Line, number: usize) -> Option<Span> {
        // The separator of a header is its field 1, so its first written field is number 2.
        let before = if line.is_header {
            number.checked_sub(2)?
        } else {
            number.checked_sub(1)?
        };
        let end_at = offset(line.first_field_end) + before + 1;
        if end_at >= offset(line.last_field_end) {
            return None;
        }
        let first_mark = *self.field_ends.get(end_at - 1)?;
        let last_mark = *self.field_ends.get(end_at)?;
        Some(Span {
            start: self.marks.get(offset(first_mark))? + 1,
            end: *self.marks.get(offset(last_mark))?,
            marks: (first_mark + 1, last_mark),
        })
    }

    /// The `number`th part of `span` between separators of one level.
    fn piece(&self, span: Span, separator: Option<u8>, number: usize) -> Option<Span> {
        let Some(separator) = separator else {
            return (number == 1).then_some(span);
        };
        let mut piece = Span {
            marks: (span.marks.0, span.marks.0),
            ..span
        };
        let mut count = 1;
        for at in span.marks.0..span.marks.1 {
            let mark = *self.marks.get(offset(at))?;
            if self.raw.get(offset(mark)) != Some(&separator) {
                continue;
            }
            if count == number {
                return Some(Span {
                    end: mark,
                    marks: (piece.marks.0, at),
                    ..piece
                });
            }
            count += 1;
            piece = Span {
                start: mark + 1,
                marks: (at + 1, at + 1),
                ..piece
            };
        }
        (count == number).then_some(Span {
            end: span.end,
            marks: (piece.marks.0, span.marks.1),
            ..piece
        })
    }

    fn add_line(&mut self, start: u32, line: &[u8], scan: Scan, wanted: &Wanted) {
        let first = self.marks.len();
        if scan == Scan::Bytes {
            gather::wanted_bytes(line, start, wanted, &mut self.marks);
        } else {
            let plain = scan
                .plain_bytes(line)
                .filter(|(_, byte)| wanted.contains(*byte));
            self.marks
                .extend(plain.filter_map(|(at, _)| Some(start + u32::try_from(at).ok()?)));
        }
        let found = self.marks.get(first..).unwrap_or_default();
        let first = u32::try_from(first).unwrap_or(u32::MAX);
        let ends_field = |mark| self.raw.get(offset(mark)) == Some(&self.separators.field);
        gather::places(found, first, ends_field, &mut self.field_ends);
        // The end of the line ends its last field.
        self.field_ends.push(length(&self.marks));
        self.marks
            .push(start + u32::try_from(line.len()).unwrap_or_default());
    }

    fn end_of(&self, past_field_end: u32) -> u32 {
        let last = offset(past_field_end)
            .checked_sub(1)
            .and_then(|at| self.field_ends.get(at));
        last.and_then(|mark| self.marks.get(offset(*mark)))
            .copied()
            .unwrap_or_default()
    }

    fn between(&self, start: u32, end: u32) -> &'a [u8] {
        self.raw.get(offset(start)..offset(end)).unwrap_or_default()
    }
}

/// A part of a line, and its marks.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
    /// The marks inside, as places in the list.
    marks: (u32, u32),
}

impl Separators {
    /// All separators; where there is none for sub-components, another one twice.
    fn needles(self) -> [u8; 4] {
        let subcomponent = self.subcomponent.unwrap_or(self.field);
        [self.field, self.component, self.repetition, subcomponent]
    }
}

/// Length of a list of places in a message, which fits as the message's own length does.
fn length(list: &[u32]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// Shows sizes only: messages are patient data.
impl fmt::Debug for Index<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Index({} segments, {} marks)",
            self.segments.len(),
            self.marks.len()
        )
    }
}

#[cfg(test)]
mod tests;
