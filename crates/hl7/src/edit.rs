//! Changing a message at a path, every other byte staying as it came.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

use crate::charset::{Charset, Unencodable};
use crate::error::ParseError;
use crate::escape::escape_in;
use crate::message::Message;
use crate::path::Path;
use crate::scan::{Pieces, Scan};
use crate::segment::{Segment, is_header_name};

/// A message that is being changed. Each change is one pass over the message.
///
/// ```
/// use wardline_hl7::{Edit, Message};
///
/// let raw = b"MSH|^~\\&|LAB\nPID|1||4711\n";
/// let mut edit = Edit::new(&Message::parse(raw)?);
/// edit.set(&"PID-5.2".parse()?, "Ann & Bob")?;
///
/// assert_eq!(edit.finish(), b"MSH|^~\\&|LAB\nPID|1||4711||^Ann \\T\\ Bob\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Edit {
    bytes: Vec<u8>,
    /// What text is in where MSH-18 names no set.
    charset: Charset,
}

/// Why a place cannot be set.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EditError {
    /// The path names no field.
    #[error("{0} is a whole segment; name a field of it, as in PID-5")]
    NotAField(Path),
    /// The path names MSH-1 or MSH-2.
    #[error("{0} defines the separators of the message and cannot be changed")]
    Separators(Path),
    /// There is no such segment.
    #[error("the message has no segment for {0}")]
    NoSegment(Path),
    /// The message has no separator for this level.
    #[error("the message has no sub-component separator, so {0} has no place in it")]
    NoSuchLevel(Path),
    /// The text does not fit into the character set.
    #[error(transparent)]
    Unencodable(#[from] Unencodable),
    /// Written bytes would end the segment or the MLLP frame.
    #[error("the bytes for {0} hold a line end or an MLLP frame mark")]
    BreaksLine(Path),
    /// An earlier change left something that cannot be read: the header was emptied by hand.
    #[error(transparent)]
    Unreadable(#[from] ParseError),
}

impl Edit {
    /// Starts from a message, whose bytes are copied once. Where MSH-18 names no character set, text is written in the one
    /// that the message was read in ([`Message::with_default_charset`]).
    pub fn new(message: &Message<'_>) -> Self {
        Self {
            bytes: message.raw().to_vec(),
            charset: message.charset(),
        }
    }

    /// Sets text: it is encoded in the character set of the message and escaped. Missing fields, repetitions
    /// and components before the place are added empty. `PID-3` replaces the field with all its repetitions,
    /// `PID-3.1` a component of the first.
    ///
    /// # Errors
    /// When there is no such place, or the character set lacks a character. Nothing is changed then.
    pub fn set(&mut self, path: &Path, text: &str) -> Result<&mut Self, EditError> {
        let message = self.message()?;
        let encoded = message.charset().encode(text)?;
        let form = message.form();
        let written = escape_in(&encoded, &form.delimiters, form.scan).into_owned();
        self.replace(path, &written)
    }

    /// Sets bytes that are HL7 notation already, separators and escapes included.
    ///
    /// # Errors
    /// As [`set`](Self::set), and when the bytes would end the segment.
    pub fn set_written(&mut self, path: &Path, written: &[u8]) -> Result<&mut Self, EditError> {
        if written
            .iter()
            .any(|byte| matches!(byte, b'\r' | b'\n' | 0x0b | 0x1c))
        {
            return Err(EditError::BreaksLine(*path));
        }
        self.replace(path, written)
    }

    /// Sets `""`: the receiver is asked to delete its value.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn set_null(&mut self, path: &Path) -> Result<&mut Self, EditError> {
        self.replace(path, b"\"\"")
    }

    /// Empties the place: the receiver is told nothing about it.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn clear(&mut self, path: &Path) -> Result<&mut Self, EditError> {
        self.replace(path, b"")
    }

    /// The message as it stands.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The changed message.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    fn message(&self) -> Result<Message<'_>, ParseError> {
        Ok(Message::parse(&self.bytes)?.with_default_charset(self.charset))
    }

    fn replace(&mut self, path: &Path, written: &[u8]) -> Result<&mut Self, EditError> {
        let message = self.message()?;
        let place = Place::find(&message, path)?;
        // A value that is emptied where nothing is needs no separators.
        if written.is_empty() && !place.padding.is_empty() {
            return Ok(self);
        }
        let Place { range, padding } = place;
        self.bytes
            .splice(range, padding.into_iter().chain(written.iter().copied()));
        Ok(self)
    }
}

/// Where a path is in the bytes, and the separators that are missing before it.
struct Place {
    range: Range<usize>,
    padding: Vec<u8>,
}

impl Place {
    fn find(message: &Message<'_>, path: &Path) -> Result<Self, EditError> {
        if path.is_separator_definition() {
            return Err(EditError::Separators(*path));
        }
        let field = path.field_number().ok_or(EditError::NotAField(*path))?;
        let segment = message.segment(path.segment_name(), path.occurrence());
        let segment = segment.ok_or(EditError::NoSegment(*path))?;
        let form = message.form();
        let raw = message.raw();
        let mut place = Self {
            range: range_of(&segment, raw),
            padding: Vec::new(),
        };
        // Piece 1 of a line is its name; in a header the separator itself counts as field 1.
        let first = usize::from(!is_header_name(segment.name().as_bytes()));
        place.descend(raw, form.scan, form.delimiters.field, field + first);
        let inner = [path.repetition, path.component, path.subcomponent];
        let Some(deepest) = inner.iter().rposition(Option::is_some) else {
            return Ok(place);
        };
        let separators = [
            Some(form.delimiters.repetition),
            Some(form.delimiters.component),
            form.delimiters.subcomponent,
        ];
        for (number, separator) in inner.iter().zip(separators).take(deepest + 1) {
            let number = number.map_or(1, usize::from);
            match separator {
                Some(separator) => place.descend(raw, form.scan, separator, number),
                None if number == 1 => {}
                None => return Err(EditError::NoSuchLevel(*path)),
            }
        }
        Ok(place)
    }

    /// Narrows to the `number`th piece (from 1), or to the end with the separators that lead to it.
    fn descend(&mut self, raw: &[u8], scan: Scan, separator: u8, number: usize) {
        let whole = raw.get(self.range.clone()).unwrap_or_default();
        let mut start = self.range.start;
        let mut count = 0;
        for piece in Pieces::new(scan, Some(separator), whole) {
            count += 1;
            if count == number {
                self.range = start..start + piece.len();
                return;
            }
            start += piece.len() + 1;
        }
        self.padding
            .extend(std::iter::repeat_n(separator, number - count));
        self.range = self.range.end..self.range.end;
    }
}

/// Where a line is in the message that it was borrowed from.
fn range_of(segment: &Segment<'_>, raw: &[u8]) -> Range<usize> {
    let line = segment.bytes();
    let start = line.as_ptr().addr() - raw.as_ptr().addr();
    start..start + line.len()
}

/// Shows the length only: messages are patient data.
impl fmt::Debug for Edit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Edit([redacted], {} bytes)", self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RAW: &[u8] = b"\xef\xbb\xbfMSH|^~\\&|LAB|HOSP|||||ADT^A08|7|P|2.5\r\nPID|1||A^^^H&1&ISO^MR~B||DOE^JANE|||F||\r\n\r\nstray\nOBX|1|TX|||first\nOBX|2|TX|||second";

    fn path(text: &str) -> Path {
        text.parse().unwrap()
    }

    fn changed(at: &str, text: &str) -> Result<String, EditError> {
        let mut edit = Edit::new(&Message::parse(RAW).unwrap());
        edit.set(&path(at), text)?;
        Ok(String::from_utf8(edit.finish()).unwrap())
    }

    fn with(from: &str, to: &str) -> String {
        let raw = String::from_utf8(RAW.to_vec()).unwrap();
        assert!(raw.contains(from));
        raw.replace(from, to)
    }

    #[test]
    fn p9_only_the_named_place_changes() {
        assert_eq!(changed("PID-5.1", "ROE"), Ok(with("DOE", "ROE")));
        assert_eq!(changed("MSH-10", "8"), Ok(with("A08|7|", "A08|8|")));
        assert_eq!(changed("PID-3[2].1", "C"), Ok(with("~B|", "~C|")));
        assert_eq!(changed("PID-3.4.2", "9"), Ok(with("H&1&ISO", "H&9&ISO")));
        assert_eq!(changed("PID-3", "C"), Ok(with("A^^^H&1&ISO^MR~B", "C")));
        assert_eq!(changed("PID-3[1]", "C"), Ok(with("A^^^H&1&ISO^MR~", "C~")));
        assert_eq!(changed("OBX[2]-5", "third"), Ok(with("second", "third")));
    }

    #[test]
    fn what_is_missing_before_the_place_is_added_empty() {
        assert_eq!(changed("PID-5.4", "X"), Ok(with("DOE^JANE", "DOE^JANE^^X")));
        assert_eq!(changed("PID-12", "X"), Ok(with("|F||", "|F||||X")));
        assert_eq!(changed("PID-3[4].2.2", "X"), Ok(with("~B|", "~B~~^&X|")));
        assert_eq!(
            changed("OBX-8[2].2.3", "X"),
            Ok(with("first", "first|||~^&&X"))
        );
    }

    #[test]
    fn p7_text_is_escaped_and_written_bytes_are_not() {
        assert_eq!(changed("PID-5.1", "a|b^c"), Ok(with("DOE", r"a\F\b\S\c")));
        let mut edit = Edit::new(&Message::parse(RAW).unwrap());

        edit.set_written(&path("PID-5"), b"ROE^JIM").unwrap();

        assert_eq!(edit.bytes(), with("DOE^JANE", "ROE^JIM").as_bytes());
        let refused = edit.set_written(&path("PID-5"), b"a\rPID|2").map(|_| ());
        assert_eq!(refused, Err(EditError::BreaksLine(path("PID-5"))));
    }

    #[test]
    fn p5_null_and_empty_can_be_written() {
        let mut edit = Edit::new(&Message::parse(RAW).unwrap());

        edit.set_null(&path("PID-5.2"))
            .unwrap()
            .clear(&path("PID-8"))
            .unwrap();

        let expected = with("JANE|||F|", "\"\"||||");
        assert_eq!(edit.finish(), expected.as_bytes());
    }

    #[test]
    fn emptying_what_is_not_there_changes_nothing() {
        let mut edit = Edit::new(&Message::parse(RAW).unwrap());

        edit.clear(&path("PID-30.4")).unwrap();

        assert_eq!(edit.finish(), RAW);
    }

    #[test]
    fn what_cannot_be_set_is_told() {
        assert_eq!(
            changed("MSH-1", "#"),
            Err(EditError::Separators(path("MSH-1")))
        );
        assert_eq!(
            changed("MSH-2.1", "#"),
            Err(EditError::Separators(path("MSH-2.1")))
        );
        assert_eq!(changed("PID", "x"), Err(EditError::NotAField(path("PID"))));
        assert_eq!(
            changed("PV1-2", "x"),
            Err(EditError::NoSegment(path("PV1-2")))
        );
        assert_eq!(
            changed("OBX[3]-5", "x"),
            Err(EditError::NoSegment(path("OBX[3]-5")))
        );
    }

    #[test]
    fn p8_text_is_written_in_the_character_set_of_the_message() {
        let raw = b"MSH|^~\\&|||||||ADT^A08|7|P|2.5||||||8859/1\rPID|||1||x\r";
        let mut edit = Edit::new(&Message::parse(raw).unwrap());

        edit.set(&path("PID-5"), "Müller").unwrap();

        assert!(edit.bytes().ends_with(b"PID|||1||M\xfcller\r"));
        assert!(edit.set(&path("PID-5"), "山").is_err());
    }

    #[test]
    fn text_is_written_in_the_set_that_the_message_was_read_in_unless_msh_18_names_one() {
        let raw = b"MSH|^~\\&|||||||ADT^A08|7|P|2.5\rPID|||1||x\r";
        let eastern = Charset::from_name(b"8859/2").unwrap();
        let message = Message::parse(raw).unwrap().with_default_charset(eastern);
        let mut edit = Edit::new(&message);

        edit.set(&path("PID-5"), "Łoś").unwrap();
        edit.set(&path("PID-9"), "š").unwrap();
        assert!(edit.bytes().ends_with(b"PID|||1||\xa3o\xb6||||\xb9\r"));
        edit.set(&path("MSH-18"), "UNICODE UTF-8").unwrap();
        edit.set(&path("PID-5"), "Ł").unwrap();

        assert!(edit.bytes().ends_with(b"PID|||1||\xc5\x81||||\xb9\r"));
    }

    /// The second byte of 許 is a backslash, that of 兄 a circumflex.
    #[test]
    fn a_character_that_holds_the_byte_of_a_separator_is_left_whole() {
        let raw = b"MSH|^~\\&|||||||ADT^A08|7|P|2.5\rPID|||1||\xa5\x5e^A||19600101\r";
        let big5 = Charset::from_name(b"BIG-5").unwrap();
        let message = Message::parse(raw).unwrap().with_default_charset(big5);
        let mut edit = Edit::new(&message);

        edit.set(&path("PID-5.2"), "許").unwrap();

        let expected = b"PID|||1||\xa5\x5e^\xb3\x5c||19600101\r";
        assert!(edit.bytes().ends_with(expected));
    }

    fn any_path() -> impl Strategy<Value = Path> {
        let segment = prop_oneof![Just("MSH"), Just("PID"), Just("OBX"), Just("OBX[2]")];
        let inner = (
            1..4u16,
            proptest::option::of((1..6u16, proptest::option::of(1..4u16))),
        );
        (segment, 3..14u16, proptest::option::of(inner)).prop_map(|(segment, field, inner)| {
            let mut path: Path = format!("{segment}-{field}").parse().unwrap();
            if let Some((repetition, inner)) = inner {
                path.repetition = Some(repetition);
                path.component = inner.map(|(component, _)| component);
                path.subcomponent = inner.and_then(|(_, subcomponent)| subcomponent);
            }
            path
        })
    }

    proptest! {
        #[test]
        fn what_is_set_is_read_back(at in any_path(), text in "[ -~äß]{1,12}") {
            prop_assume!(text != "\"\"");
            let mut edit = Edit::new(&Message::parse(RAW).unwrap());

            edit.set(&at, &text).unwrap();

            let message = Message::parse(edit.bytes()).unwrap();
            let value = message.value(&at).bytes().unwrap();
            prop_assert_eq!(message.decode(value), text);
        }

        #[test]
        fn p9_an_edit_leaves_every_byte_around_it(at in any_path(), text in "[A-Z]{1,12}") {
            let message = Message::parse(RAW).unwrap();
            let before = Place::find(&message, &at).unwrap().range;
            let mut edit = Edit::new(&message);

            edit.set(&at, &text).unwrap();

            prop_assert!(edit.bytes().starts_with(&RAW[..before.start]));
            prop_assert!(edit.bytes().ends_with(&RAW[before.end..]));
        }
    }
}
