//! What MSH says: enough to acknowledge, route and guard against duplicates, even when the body is broken.

use std::fmt;

use crate::charset::{Charset, CharsetError};
use crate::delimiters::Delimiters;
use crate::error::ParseError;
use crate::scan::{Pieces, Scan};
use crate::segment::{Form, Segment};
use crate::timestamp::{Timestamp, TimestampError};
use crate::value::Value;

/// Longest MSH segment. Answers repeat parts of it, so it bounds them too.
pub const MAX_HEADER_BYTES: usize = 64 << 10;
/// Last field of MSH that is kept at hand: MSH-18, the character set.
const LAST_KEPT: usize = 18;
/// MSH-3 is the first field after the two that define the separators.
const FIRST_KEPT: usize = 3;

/// The MSH segment of a message. Values are bytes as they are written, empty when the field is not there.
#[derive(Clone)]
pub struct Header<'a> {
    line: &'a [u8],
    body_at: usize,
    encoding_characters: &'a [u8],
    delimiters: Delimiters,
    fields: [Option<&'a [u8]>; LAST_KEPT - FIRST_KEPT + 1],
}

impl<'a> Header<'a> {
    /// Reads the first segment and nothing else. A byte order mark, blanks and an MLLP start byte before it
    /// are passed over.
    ///
    /// # Errors
    /// When there is no MSH, or MSH-1 and MSH-2 do not define separators.
    pub fn parse(raw: &'a [u8]) -> Result<Self, ParseError> {
        let start = start_of_text(raw)?;
        let text = raw.get(start..).unwrap_or_default();
        match text.get(..3) {
            Some(b"MSH") => {}
            Some(b"FHS" | b"BHS") => return Err(ParseError::BatchEnvelope),
            _ => return Err(ParseError::NoHeader { at: start }),
        }
        let searched = text.get(..=MAX_HEADER_BYTES).unwrap_or(text);
        let end = memchr::memchr2(b'\r', b'\n', searched).unwrap_or(searched.len());
        if end > MAX_HEADER_BYTES {
            return Err(ParseError::HeaderTooLong {
                max_bytes: MAX_HEADER_BYTES,
            });
        }
        let line = text.get(..end).unwrap_or_default();
        let (delimiters, encoding_characters) = Delimiters::read(line)?;
        let mut fields = [None; LAST_KEPT - FIRST_KEPT + 1];
        let after = line.get(4 + encoding_characters.len() + 1..);
        let pieces = after.map(|after| Pieces::new(Scan::Bytes, Some(delimiters.field), after));
        for (slot, piece) in fields.iter_mut().zip(pieces.into_iter().flatten()) {
            *slot = Some(piece);
        }
        Ok(Self {
            line,
            body_at: start + end,
            encoding_characters,
            delimiters,
            fields,
        })
    }

    /// The separators of the message.
    pub fn delimiters(&self) -> &Delimiters {
        &self.delimiters
    }

    /// MSH-2 as it is written.
    pub fn encoding_characters(&self) -> &'a [u8] {
        self.encoding_characters
    }

    /// A field of MSH, MSH-1 being the separator.
    pub fn field(&self, number: usize) -> Value<'a> {
        match number.checked_sub(FIRST_KEPT) {
            Some(kept) if number <= LAST_KEPT => {
                Value::of_option(self.fields.get(kept).copied().flatten())
            }
            _ => self
                .segment()
                .field(number)
                .map_or(Value::Absent, |field| field.value()),
        }
    }

    /// MSH-3, whole.
    pub fn sending_application(&self) -> &'a [u8] {
        self.written(3)
    }

    /// MSH-4, whole.
    pub fn sending_facility(&self) -> &'a [u8] {
        self.written(4)
    }

    /// MSH-5, whole.
    pub fn receiving_application(&self) -> &'a [u8] {
        self.written(5)
    }

    /// MSH-6, whole.
    pub fn receiving_facility(&self) -> &'a [u8] {
        self.written(6)
    }

    /// MSH-7, first component.
    ///
    /// # Errors
    /// When the field holds something else than a time. An absent time is `Ok(None)`.
    pub fn timestamp(&self) -> Result<Option<Timestamp>, TimestampError> {
        match Value::of(self.component(7, 1)) {
            Value::Bytes(bytes) => Timestamp::parse(bytes).map(Some),
            _ => Ok(None),
        }
    }

    /// MSH-8, whole.
    pub fn security(&self) -> &'a [u8] {
        self.written(8)
    }

    /// MSH-9.1, as in `ADT`.
    pub fn message_code(&self) -> &'a [u8] {
        self.component(9, 1)
    }

    /// MSH-9.2, as in `A01`.
    pub fn trigger_event(&self) -> &'a [u8] {
        self.component(9, 2)
    }

    /// MSH-9.3, as in `ADT_A01`.
    pub fn message_structure(&self) -> &'a [u8] {
        self.component(9, 3)
    }

    /// Message code and trigger event as people say them, `ADT^A01`; odd bytes are shown as `?`.
    pub fn message_type(&self) -> String {
        let code = printable(self.message_code());
        match self.trigger_event() {
            [] => code,
            event => format!("{code}^{}", printable(event)),
        }
    }

    /// MSH-10, whole and exact: what MSA-2 echoes.
    pub fn control_id(&self) -> &'a [u8] {
        self.written(10)
    }

    /// MSH-11.1: P production, T training, D debugging.
    pub fn processing_id(&self) -> &'a [u8] {
        self.component(11, 1)
    }

    /// MSH-12.1, as in `2.5.1`.
    pub fn version(&self) -> Version<'a> {
        Version(self.component(12, 1))
    }

    /// MSH-15, when the sender wants an accept acknowledgement.
    pub fn accept_acknowledgment_type(&self) -> &'a [u8] {
        self.written(15)
    }

    /// MSH-16, when the sender wants an application acknowledgement.
    pub fn application_acknowledgment_type(&self) -> &'a [u8] {
        self.written(16)
    }

    /// MSH-18. `Ok(None)` when the sender names no character set.
    ///
    /// # Errors
    /// When it names one that is unknown, or one that MLLP cannot carry.
    pub fn charset(&self) -> Result<Option<Charset>, CharsetError> {
        Charset::from_msh18(self.written(18), self.delimiters.repetition)
    }

    /// Whether this is itself an acknowledgement, which is never acknowledged: MSH-9.1 ACK, NAK or MCF.
    pub fn is_acknowledgement(&self) -> bool {
        matches!(self.message_code(), b"ACK" | b"NAK" | b"MCF")
    }

    /// The MSH segment.
    pub fn segment(&self) -> Segment<'a> {
        let form = Form {
            delimiters: self.delimiters,
            scan: Scan::Bytes,
        };
        Segment::new(self.line, 3, form)
    }

    /// A field as it is written.
    pub(crate) fn written(&self, number: usize) -> &'a [u8] {
        self.field(number).written()
    }

    /// Offset of the terminator of MSH in the message.
    pub(crate) fn body_at(&self) -> usize {
        self.body_at
    }

    fn component(&self, field: usize, component: usize) -> &'a [u8] {
        let written = self.written(field);
        let first = Scan::Bytes
            .nth(self.delimiters.repetition, written, 1)
            .unwrap_or_default();
        Scan::Bytes
            .nth(self.delimiters.component, first, component)
            .unwrap_or_default()
    }
}

/// Shows what routing logs may show, never the identifiers in between.
impl fmt::Debug for Header<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Header")
            .field("message_type", &self.message_type())
            .field("bytes", &self.line.len())
            .finish_non_exhaustive()
    }
}

/// MSH-12.1, compared by its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version<'a>(&'a [u8]);

impl<'a> Version<'a> {
    /// As it is written.
    pub fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// Major and minor number; none when it is not of the form `2.x`.
    pub fn number(self) -> Option<(u8, u8)> {
        let text = std::str::from_utf8(self.0).ok()?;
        let mut numbers = text.trim().split('.').map(str::parse);
        match (numbers.next()?, numbers.next()) {
            (Ok(major), None) => Some((major, 0)),
            (Ok(major), Some(Ok(minor))) => Some((major, minor)),
            _ => None,
        }
    }

    /// Whether the sender speaks this version or a later one. A version that cannot be read is taken as old.
    pub fn is_at_least(self, major: u8, minor: u8) -> bool {
        self.number().is_some_and(|number| number >= (major, minor))
    }
}

/// Offset of the first byte that is not a blank, a control byte or a byte order mark.
pub(crate) fn start_of_text(raw: &[u8]) -> Result<usize, ParseError> {
    let bom = byte_order_mark(raw);
    let text = raw.get(bom..).unwrap_or_default();
    let is_wide = matches!(raw, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
        || matches!(
            text,
            [b'M' | b'F' | b'B', 0, ..] | [0, b'M' | b'F' | b'B', ..]
        )
        || matches!(text, [0, 0, 0, b'M', ..]);
    if is_wide {
        return Err(ParseError::WideCharacters);
    }
    match text.iter().position(|byte| !is_blank(*byte)) {
        Some(0) => Ok(bom),
        // Blanks may also stand before the mark.
        Some(blanks) => {
            let after = text.get(blanks..).unwrap_or_default();
            Ok(bom + blanks + byte_order_mark(after))
        }
        None => Err(ParseError::Empty),
    }
}

/// Length of a UTF-8 byte order mark at the start.
pub(crate) fn byte_order_mark(raw: &[u8]) -> usize {
    if raw.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    }
}

/// Space and control bytes, MLLP's among them.
#[inline]
pub(crate) fn is_blank(byte: u8) -> bool {
    byte <= b' '
}

fn printable(bytes: &[u8]) -> String {
    let shown = bytes.iter().take(32).map(|byte| match byte {
        byte if byte.is_ascii_graphic() => char::from(*byte),
        _ => '?',
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORU: &[u8] = b"MSH|^~\\&|LAB^1.2^ISO|HOSP|EHR|WARD|20260102030405+0100|sec|ORU^R01^ORU_R01|id 7|P^A|2.5.1|9||AL|NE|DE|8859/1\rbroken";

    #[test]
    fn every_field_of_msh_has_its_number() {
        let header = Header::parse(ORU).unwrap();

        assert_eq!(header.field(1), Value::Bytes(b"|"));
        assert_eq!(header.field(2), Value::Bytes(b"^~\\&"));
        assert_eq!(header.sending_application(), b"LAB^1.2^ISO");
        assert_eq!(header.sending_facility(), b"HOSP");
        assert_eq!(header.receiving_application(), b"EHR");
        assert_eq!(header.receiving_facility(), b"WARD");
        assert_eq!(
            header.timestamp().unwrap().unwrap().to_string(),
            "20260102030405+0100"
        );
        assert_eq!(header.security(), b"sec");
        assert_eq!(header.message_code(), b"ORU");
        assert_eq!(header.trigger_event(), b"R01");
        assert_eq!(header.message_structure(), b"ORU_R01");
        assert_eq!(header.control_id(), b"id 7");
        assert_eq!(header.processing_id(), b"P");
        assert_eq!(header.version().bytes(), b"2.5.1");
        assert_eq!(header.field(13), Value::Bytes(b"9"));
        assert_eq!(header.field(14), Value::Empty);
        assert_eq!(header.accept_acknowledgment_type(), b"AL");
        assert_eq!(header.application_acknowledgment_type(), b"NE");
        assert_eq!(header.charset(), Ok(Some(Charset::Latin1)));
        assert_eq!(header.field(19), Value::Absent);
    }

    #[test]
    fn a_header_is_read_although_the_body_is_broken() {
        let raw = b"MSH|^~\\&|LAB||||||ADT^A01|7|P|2.3\r\xff\xfe\x00\x1c garbage";

        assert_eq!(Header::parse(raw).unwrap().control_id(), b"7");
    }

    #[test]
    fn a_short_header_has_empty_fields() {
        let header = Header::parse(b"MSH|^~\\&").unwrap();

        assert_eq!(header.control_id(), b"");
        assert_eq!(header.message_type(), "");
        assert_eq!(header.timestamp(), Ok(None));
        assert_eq!(header.charset(), Ok(None));
    }

    #[test]
    fn p2_a_byte_order_mark_and_blanks_before_msh_are_passed_over() {
        for before in ["\u{feff}", "\r\n", "\x0b", " \u{feff}", "\0\0 "] {
            let raw = format!("{before}MSH|^~\\&|||||||ADT^A01|7");

            assert_eq!(
                Header::parse(raw.as_bytes()).unwrap().control_id(),
                b"7",
                "{before:?}"
            );
        }
    }

    #[test]
    fn f8_utf_16_and_utf_32_are_refused() {
        let utf16_le: Vec<u8> = "MSH|".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16_be: Vec<u8> = "MSH|".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf32_be: Vec<u8> = "MSH|"
            .chars()
            .flat_map(|c| u32::from(c).to_be_bytes())
            .collect();

        for wide in [utf16_le, utf16_be, utf32_be, b"\xff\xfeM\0".to_vec()] {
            assert_eq!(
                Header::parse(&wide).unwrap_err(),
                ParseError::WideCharacters
            );
        }
    }

    #[test]
    fn what_is_no_message_says_why() {
        assert_eq!(Header::parse(b"").unwrap_err(), ParseError::Empty);
        assert_eq!(Header::parse(b" \r\n").unwrap_err(), ParseError::Empty);
        assert_eq!(
            Header::parse(b"\r\nPID|1").unwrap_err(),
            ParseError::NoHeader { at: 2 }
        );
        assert_eq!(
            Header::parse(b"FHS|^~\\&|").unwrap_err(),
            ParseError::BatchEnvelope
        );
        assert_eq!(
            Header::parse(b"MSH").unwrap_err(),
            ParseError::FieldSeparator
        );
    }

    #[test]
    fn one_byte_beyond_the_longest_header_is_refused() {
        let padding = "x".repeat(MAX_HEADER_BYTES - 9);
        let at_limit = format!("MSH|^~\\&|{padding}\r");
        let beyond = format!("MSH|^~\\&|{padding}x\r");

        assert!(Header::parse(at_limit.as_bytes()).is_ok());
        let refused = Header::parse(beyond.as_bytes()).unwrap_err();
        assert_eq!(
            refused,
            ParseError::HeaderTooLong {
                max_bytes: MAX_HEADER_BYTES
            }
        );
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(Version(b"2.10").is_at_least(2, 5));
        assert!(Version(b"2.5.1").is_at_least(2, 5));
        assert!(!Version(b"2.4").is_at_least(2, 5));
        assert!(!Version(b"").is_at_least(2, 1));
        assert!(!Version(b"two").is_at_least(2, 1));
    }

    #[test]
    fn a_debug_line_shows_no_identifier() {
        let shown = format!("{:?}", Header::parse(ORU).unwrap());

        assert!(
            !shown.contains("HOSP") && !shown.contains("id 7"),
            "{shown}"
        );
    }
}
