//! One line of a message, and the levels inside it: field, repetition, component, sub-component.
//!
//! Nothing is stored: each question scans the bytes of its own level.

use std::fmt;

use crate::delimiters::Delimiters;
use crate::path::{Letters, Path, is_segment_name};
use crate::scan::{Pieces, Scan};
use crate::value::Value;

/// How the bytes of one message are split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) delimiters: Delimiters,
    pub(crate) scan: Scan,
}

/// A line of the message without its terminator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    bytes: &'a [u8],
    name: &'a [u8],
    form: Form,
}

impl<'a> Segment<'a> {
    pub(crate) fn new(bytes: &'a [u8], name_length: usize, form: Form) -> Self {
        let name = bytes.get(..name_length).unwrap_or_default();
        Self { bytes, name, form }
    }

    /// The name as it is written, `""` for a stray line of text.
    pub fn name(&self) -> &'a str {
        std::str::from_utf8(self.name).unwrap_or_default()
    }

    /// A line that has no segment name: usually a line break in free text that the sender did not escape.
    pub fn is_raw(&self) -> bool {
        self.name.is_empty()
    }

    /// The whole line.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The `number`th field, from 1. In MSH, FHS and BHS field 1 is the separator itself (HL7 v2.5.1 §2.15.9.1).
    pub fn field(&self, number: usize) -> Option<Field<'a>> {
        if number == 0 || self.is_raw() {
            return None;
        }
        let field = self.form.delimiters.field;
        let (bytes, whole) = if self.is_header() {
            match number {
                1 => (self.bytes.get(3..4)?, true),
                _ => (self.form.scan.nth(field, self.bytes, number)?, number == 2),
            }
        } else {
            (self.form.scan.nth(field, self.bytes, number + 1)?, false)
        };
        Some(Field {
            bytes,
            form: self.form,
            whole,
        })
    }

    /// All fields with their numbers, in order.
    pub fn fields(&self) -> impl Iterator<Item = (usize, Field<'a>)> + use<'a> {
        let form = self.form;
        let header = self.is_header();
        let separator = header.then(|| self.bytes.get(3..4)).flatten();
        let first = separator.map(|bytes| {
            (
                1,
                Field {
                    bytes,
                    form,
                    whole: true,
                },
            )
        });
        let line = if self.is_raw() {
            None
        } else {
            Some(self.bytes)
        };
        let rest = line
            .into_iter()
            .flat_map(move |line| Pieces::new(form.scan, Some(form.delimiters.field), line))
            .enumerate()
            .skip(1)
            .map(move |(at, bytes)| {
                let number = if header { at + 1 } else { at };
                (
                    number,
                    Field {
                        bytes,
                        form,
                        whole: header && number == 2,
                    },
                )
            });
        first.into_iter().chain(rest)
    }

    /// What the segment says at the field, repetition, component and sub-component of `path`.
    #[inline]
    pub fn value(&self, path: &Path) -> Value<'a> {
        let Some(number) = path.field else {
            return Value::of(self.bytes);
        };
        let field = self.field(usize::from(number));
        field.map_or(Value::Absent, |field| field.value_at(path))
    }

    /// Value of the `component`th component of the first repetition of a field.
    #[inline]
    pub(crate) fn component(&self, field: usize, component: usize) -> Value<'a> {
        let field = self.field(field);
        let component = field.and_then(|field| field.first_repetition().component(component));
        component.map_or(Value::Absent, |component| component.value())
    }

    /// The form of the message this line belongs to.
    pub(crate) fn form(&self) -> Form {
        self.form
    }

    #[inline]
    pub(crate) fn is_named(&self, name: &[u8]) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn is_header(&self) -> bool {
        is_header_name(self.name)
    }
}

/// Whether field 1 of the segment is its separator.
pub(crate) fn is_header_name(name: &[u8]) -> bool {
    [b"MSH", b"FHS", b"BHS"]
        .iter()
        .any(|header| name.eq_ignore_ascii_case(*header))
}

/// A name of three or four letters as one word, upper case.
#[inline]
pub(crate) fn letters(name: Option<&[u8]>) -> Letters {
    let mut letters = match name {
        Some([a, b, c]) => [*a, *b, *c, 0],
        Some([a, b, c, d]) => [*a, *b, *c, *d],
        _ => [0; 4],
    };
    letters.make_ascii_uppercase();
    letters
}

/// Length of the segment name that `line` begins with; 0 for a stray line of text.
///
/// Any three or four letters and digits before a field separator are a name, in any case. Without a separator
/// only three upper-case ones are: a lone word of text is more likely than a lone lower-case segment.
#[inline]
pub(crate) fn name_length(line: &[u8], field_separator: u8) -> usize {
    let named = |length: usize| {
        line.get(length) == Some(&field_separator)
            && line.get(..length).is_some_and(is_segment_name)
    };
    let bare =
        || line.len() == 3 && is_segment_name(line) && !line.iter().any(u8::is_ascii_lowercase);
    match () {
        () if named(3) || bare() => 3,
        () if named(4) => 4,
        () => 0,
    }
}

/// A field with all its repetitions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    bytes: &'a [u8],
    form: Form,
    /// MSH-1 and MSH-2 hold separators and are never split.
    whole: bool,
}

impl<'a> Field<'a> {
    /// The whole field.
    pub fn value(&self) -> Value<'a> {
        Value::of(self.bytes)
    }

    /// Its repetitions; an empty field has one empty repetition.
    pub fn repetitions(&self) -> impl Iterator<Item = Repetition<'a>> + use<'a> {
        let form = self.form;
        let whole = self.whole;
        let separator = (!whole).then_some(form.delimiters.repetition);
        Pieces::new(form.scan, separator, self.bytes).map(move |bytes| Repetition {
            bytes,
            form,
            whole,
        })
    }

    /// The `number`th repetition, from 1.
    #[inline]
    pub fn repetition(&self, number: usize) -> Option<Repetition<'a>> {
        let bytes = self.split(self.form.delimiters.repetition, number)?;
        Some(Repetition {
            bytes,
            form: self.form,
            whole: self.whole,
        })
    }

    #[inline]
    fn first_repetition(&self) -> Repetition<'a> {
        let bytes = self
            .split(self.form.delimiters.repetition, 1)
            .unwrap_or_default();
        Repetition {
            bytes,
            form: self.form,
            whole: self.whole,
        }
    }

    pub(crate) fn value_at(&self, path: &Path) -> Value<'a> {
        if path.repetition.is_none() && path.component.is_none() {
            return self.value();
        }
        let repetition = self.repetition(path.repetition.map_or(1, usize::from));
        let Some(component) = path.component.map(usize::from) else {
            return repetition.map_or(Value::Absent, |repetition| repetition.value());
        };
        let component = repetition.and_then(|repetition| repetition.component(component));
        match path.subcomponent.map(usize::from) {
            None => component.map_or(Value::Absent, |component| component.value()),
            Some(number) => {
                component.map_or(Value::Absent, |component| component.subcomponent(number))
            }
        }
    }

    #[inline]
    fn split(&self, separator: u8, number: usize) -> Option<&'a [u8]> {
        match number {
            0 => None,
            1 if self.whole => Some(self.bytes),
            _ if self.whole => None,
            _ => self.form.scan.nth(separator, self.bytes, number),
        }
    }
}

/// One repetition of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Repetition<'a> {
    bytes: &'a [u8],
    form: Form,
    whole: bool,
}

impl<'a> Repetition<'a> {
    /// The whole repetition.
    pub fn value(&self) -> Value<'a> {
        Value::of(self.bytes)
    }

    /// Its components, at least one.
    pub fn components(&self) -> impl Iterator<Item = Component<'a>> + use<'a> {
        let form = self.form;
        let whole = self.whole;
        let separator = (!whole).then_some(form.delimiters.component);
        Pieces::new(form.scan, separator, self.bytes).map(move |bytes| Component {
            bytes,
            form,
            whole,
        })
    }

    /// The `number`th component, from 1. Component 1 of a value without components is the value.
    #[inline]
    pub fn component(&self, number: usize) -> Option<Component<'a>> {
        let bytes = match number {
            0 => return None,
            1 if self.whole => self.bytes,
            _ if self.whole => return None,
            _ => self
                .form
                .scan
                .nth(self.form.delimiters.component, self.bytes, number)?,
        };
        Some(Component {
            bytes,
            form: self.form,
            whole: self.whole,
        })
    }
}

/// One component of a repetition.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Component<'a> {
    bytes: &'a [u8],
    form: Form,
    whole: bool,
}

impl<'a> Component<'a> {
    /// The whole component.
    pub fn value(&self) -> Value<'a> {
        Value::of(self.bytes)
    }

    /// Its sub-components, at least one.
    pub fn subcomponents(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let separator = self.form.delimiters.subcomponent.filter(|_| !self.whole);
        Pieces::new(self.form.scan, separator, self.bytes).map(Value::of)
    }

    /// The `number`th sub-component, from 1.
    #[inline]
    pub fn subcomponent(&self, number: usize) -> Value<'a> {
        let separator = self.form.delimiters.subcomponent.filter(|_| !self.whole);
        match (number, separator) {
            (1, None) => self.value(),
            (0, _) | (_, None) => Value::Absent,
            (_, Some(separator)) => {
                Value::of_option(self.form.scan.nth(separator, self.bytes, number))
            }
        }
    }
}

/// Shows name and length only: lines are patient data.
impl fmt::Debug for Segment<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Segment({}, [redacted], {} bytes)",
            self.name(),
            self.bytes.len()
        )
    }
}

macro_rules! redact {
    ($($level:ident),*) => {$(
        /// Shows the length only.
        impl fmt::Debug for $level<'_> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}([redacted], {} bytes)", stringify!($level), self.bytes.len())
            }
        }
    )*};
}
redact!(Field, Repetition, Component);
