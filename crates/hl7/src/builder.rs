//! Writing a new message field by field.

use thiserror::Error;

use crate::charset::{Charset, Unencodable};
use crate::delimiters::Delimiters;
use crate::escape::escape_in;
use crate::path::SegmentName;
use crate::segment::is_header_name;

/// A message under construction. Fields come in ascending order, the same number again is a repetition.
///
/// ```
/// use wardline_hl7::Builder;
///
/// let mut message = Builder::new();
/// message.segment("MSH").field(3, "LAB").field(9, ["ADT", "A01"]).field(10, "7").field(12, "2.5.1");
/// message.segment("PID").field(3, ["1", "", "", "HOSP", "MR"]).field(3, "2").field(5, "DOE & SONS");
///
/// assert_eq!(
///     message.finish()?,
///     b"MSH|^~\\&|LAB||||||ADT^A01|7||2.5.1\rPID|||1^^^HOSP^MR~2||DOE \\T\\ SONS\r"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Builder {
    bytes: Vec<u8>,
    delimiters: Delimiters,
    charset: Charset,
    /// Number of the last field in the open segment.
    field: usize,
    problem: Option<BuildError>,
}

/// What cannot be built. The first problem is kept until [`Builder::finish`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// The first segment is not a header.
    #[error("a message begins with an MSH segment")]
    NoHeader,
    /// Not three or four letters and digits.
    #[error("a segment name is three or four letters and digits")]
    SegmentName,
    /// A field number below the one before, or 0, or MSH-1, MSH-2.
    #[error("field {number} comes after field {last}; fields are given in ascending order")]
    Order {
        /// The field that was given.
        number: usize,
        /// The one before.
        last: usize,
    },
    /// The character set lacks a character.
    #[error(transparent)]
    Unencodable(#[from] Unencodable),
}

/// `""`: the receiver is asked to delete what it has.
#[derive(Clone, Copy, Debug)]
pub struct Null;

/// What a field can hold: text, [`Null`], or an array of components.
pub trait FieldContent {
    /// Appends the content to the open field.
    fn write(self, builder: &mut Builder);
}

/// What a component can hold: text, [`Null`], or an array of sub-components.
pub trait ComponentContent {
    /// Appends the content to the open component.
    fn write(&self, builder: &mut Builder);
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// An empty message with the usual separators in UTF-8.
    pub fn new() -> Self {
        Self::with(Delimiters::STANDARD, Charset::Utf8)
    }

    /// An empty message. Name the character set in MSH-18 as well.
    pub fn with(delimiters: Delimiters, charset: Charset) -> Self {
        Self {
            bytes: Vec::with_capacity(512),
            delimiters,
            charset,
            field: 0,
            problem: None,
        }
    }

    /// Begins a segment. MSH, FHS and BHS get their separators at once.
    pub fn segment(&mut self, name: &str) -> &mut Self {
        let is_header = is_header_name(name.as_bytes());
        if SegmentName::new(name.as_bytes()).is_none() {
            self.fail(BuildError::SegmentName);
        }
        if self.bytes.is_empty() && !is_header {
            self.fail(BuildError::NoHeader);
        }
        self.end_segment();
        self.bytes.extend_from_slice(name.as_bytes());
        self.field = 0;
        if is_header {
            self.bytes.push(self.delimiters.field);
            self.bytes.extend(self.delimiters.encoding_characters());
            self.field = 2;
        }
        self
    }

    /// Sets the `number`th field of the open segment, or adds a repetition to it.
    pub fn field(&mut self, number: usize, content: impl FieldContent) -> &mut Self {
        let is_separator_definition = self.field == 2 && number == 2 && self.is_in_header();
        if number == 0 || number < self.field || is_separator_definition {
            self.fail(BuildError::Order {
                number,
                last: self.field,
            });
            return self;
        }
        if number == self.field {
            self.bytes.push(self.delimiters.repetition);
        } else {
            let missing = number - self.field;
            self.bytes
                .extend(std::iter::repeat_n(self.delimiters.field, missing));
            self.field = number;
        }
        content.write(self);
        self
    }

    /// The message.
    ///
    /// # Errors
    /// The first thing that could not be built.
    pub fn finish(mut self) -> Result<Vec<u8>, BuildError> {
        if self.bytes.is_empty() {
            self.fail(BuildError::NoHeader);
        }
        self.end_segment();
        match self.problem {
            Some(problem) => Err(problem),
            None => Ok(self.bytes),
        }
    }

    fn text(&mut self, text: &str) {
        match self.charset.encode(text) {
            Ok(encoded) => {
                let written = escape_in(&encoded, &self.delimiters, self.charset.scan());
                self.bytes.extend_from_slice(&written);
            }
            Err(error) => self.fail(error.into()),
        }
    }

    fn separate(&mut self, at: usize, separator: u8) {
        if at > 0 {
            self.bytes.push(separator);
        }
    }

    fn is_in_header(&self) -> bool {
        let line = self
            .bytes
            .rsplit(|byte| *byte == b'\r')
            .next()
            .unwrap_or_default();
        line.get(..3).is_some_and(is_header_name)
    }

    fn end_segment(&mut self) {
        if !self.bytes.is_empty() {
            self.bytes.push(b'\r');
        }
    }

    fn fail(&mut self, problem: BuildError) {
        self.problem.get_or_insert(problem);
    }
}

impl FieldContent for &str {
    fn write(self, builder: &mut Builder) {
        builder.text(self);
    }
}

impl FieldContent for &String {
    fn write(self, builder: &mut Builder) {
        builder.text(self);
    }
}

impl FieldContent for Null {
    fn write(self, builder: &mut Builder) {
        builder.bytes.extend_from_slice(b"\"\"");
    }
}

impl<C: ComponentContent, const N: usize> FieldContent for [C; N] {
    fn write(self, builder: &mut Builder) {
        self.as_slice().write(builder);
    }
}

impl<C: ComponentContent> FieldContent for &[C] {
    fn write(self, builder: &mut Builder) {
        for (at, component) in self.iter().enumerate() {
            builder.separate(at, builder.delimiters.component);
            component.write(builder);
        }
    }
}

impl ComponentContent for &str {
    fn write(&self, builder: &mut Builder) {
        builder.text(self);
    }
}

impl ComponentContent for Null {
    fn write(&self, builder: &mut Builder) {
        builder.bytes.extend_from_slice(b"\"\"");
    }
}

impl<const N: usize> ComponentContent for [&str; N] {
    fn write(&self, builder: &mut Builder) {
        // A message without this level holds the first sub-component only.
        let count = if builder.delimiters.subcomponent.is_some() {
            N
        } else {
            1
        };
        for (at, text) in self.iter().take(count).enumerate() {
            builder.separate(at, builder.delimiters.subcomponent.unwrap_or_default());
            builder.text(text);
        }
    }
}

/// Shows the length only: messages are patient data.
impl std::fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Builder([redacted], {} bytes)", self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    fn message() -> Builder {
        let mut message = Builder::new();
        message.segment("MSH");
        message
    }

    #[test]
    fn levels_are_arrays() {
        let mut built = message();
        built
            .segment("PID")
            .field(3, [["1", ""], ["a", "b"]])
            .field(5, Null)
            .field(6, ["x", "y"]);

        assert_eq!(
            built.finish().unwrap(),
            b"MSH|^~\\&\rPID|||1&^a&b||\"\"|x^y\r"
        );
    }

    #[test]
    fn the_separators_of_the_message_are_used_and_escaped() {
        let own = Delimiters {
            field: b'*',
            component: b':',
            ..Delimiters::STANDARD
        };
        let mut built = Builder::with(own, Charset::Latin1);
        built.segment("MSH").field(3, ["ü*", "|"]);

        assert_eq!(built.finish().unwrap(), b"MSH*:~\\&*\xfc\\F\\:|\r");
    }

    #[test]
    fn what_is_built_reads_back() {
        let mut built = message();
        built.field(10, "id").field(12, "2.5");
        built.segment("NTE").field(3, "two\nlines | and \\ more");
        let raw = built.finish().unwrap();

        let read = Message::parse(&raw).unwrap();

        assert_eq!(read.header().control_id(), b"id");
        let text = read.value(&"NTE-3".parse().unwrap()).bytes().unwrap();
        assert_eq!(read.decode(text), "two\nlines | and \\ more");
    }

    #[test]
    fn the_first_problem_is_told_at_the_end() {
        assert_eq!(Builder::new().finish(), Err(BuildError::NoHeader));
        let mut built = Builder::new();
        built.segment("PID");
        assert_eq!(built.finish(), Err(BuildError::NoHeader));
        let mut built = message();
        built.segment("PI").field(0, "x");
        assert_eq!(built.finish(), Err(BuildError::SegmentName));
        let mut built = message();
        built.segment("PID").field(5, "x").field(3, "y");
        assert_eq!(
            built.finish(),
            Err(BuildError::Order { number: 3, last: 5 })
        );
        let mut built = message();
        built.field(2, "^~");
        assert_eq!(
            built.finish(),
            Err(BuildError::Order { number: 2, last: 2 })
        );
        let mut built = Builder::with(Delimiters::STANDARD, Charset::Ascii);
        built.segment("MSH").field(3, "ü");
        assert_eq!(built.finish(), Err(BuildError::Unencodable(Unencodable)));
    }
}
