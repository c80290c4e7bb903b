//! Writing an acknowledgement from a header alone.

use std::fmt;

use super::{AckCode, Fault};
use crate::charset::Charset;
use crate::delimiters::Delimiters;
use crate::error::ParseError;
use crate::escape::escape_in;
use crate::header::Header;
use crate::path::Path;

/// Longest MSA-3 and ERR-8 in characters (ERR-8 since v2.5).
const MAX_TEXT_CHARACTERS: usize = 250;
/// Version of an answer to something that has no readable header.
const FALLBACK_VERSION: &[u8] = b"2.5.1";

/// An acknowledgement to be written.
///
/// ```
/// use wardline_hl7::ack::{AckCode, ErrorCode, Fault, Reply};
/// use wardline_hl7::Header;
///
/// let header = Header::parse(b"MSH|^~\\&|LAB|HOSP|EHR|WARD|20260102||ORU^R01^ORU_R01|77|P|2.5.1\r")?;
/// let fault = Fault::new(ErrorCode::RequiredFieldMissing, "PID-3 is empty").at("PID-3".parse()?);
/// let ack = Reply::to(&header, AckCode::Ae).fault(&fault).write("20260102030405", "W1");
///
/// assert_eq!(
///     String::from_utf8(ack)?,
///     "MSH|^~\\&|EHR|WARD|LAB|HOSP|20260102030405||ACK^R01^ACK|W1|P|2.5.1\r\
///      MSA|AE|77|PID-3 is empty\r\
///      ERR||PID^1^3|101^Required field missing^HL70357|E||||PID-3 is empty\r"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reply<'r> {
    code: AckCode,
    heading: Heading<'r>,
    text: Option<&'r str>,
    faults: Vec<&'r Fault<'r>>,
}

/// What of the received header the answer repeats; fields are as they were written.
#[derive(Clone)]
struct Heading<'r> {
    delimiters: Delimiters,
    encoding_characters: &'r [u8],
    /// That MSH-18 names, or whoever asks for the answer.
    charset: Option<Charset>,
    /// MSH-3 to MSH-6 of the answer.
    parties: [&'r [u8]; 4],
    trigger_event: &'r [u8],
    processing_id: &'r [u8],
    version: &'r [u8],
    is_at_least_2_4: bool,
    is_at_least_2_5: bool,
    msh_18: &'r [u8],
    control_id: &'r [u8],
}

impl<'r> Reply<'r> {
    /// An answer to the message with this header: applications and facilities change places, separators,
    /// MSH-11, MSH-12 and MSH-18 are answered in kind, MSA-2 is MSH-10 to the byte.
    pub fn to(header: &Header<'r>, code: AckCode) -> Self {
        let version = header.version();
        let heading = Heading {
            delimiters: *header.delimiters(),
            encoding_characters: header.encoding_characters(),
            charset: header.charset().ok().flatten(),
            parties: [
                header.receiving_application(),
                header.receiving_facility(),
                header.sending_application(),
                header.sending_facility(),
            ],
            trigger_event: header.trigger_event(),
            processing_id: header.written(11),
            version: header.written(12),
            is_at_least_2_4: version.is_at_least(2, 4),
            is_at_least_2_5: version.is_at_least(2, 5),
            msh_18: header.written(18),
            control_id: header.control_id(),
        };
        Self {
            code,
            heading,
            text: None,
            faults: Vec::new(),
        }
    }

    /// Writes text of ours in `default` where MSH-18 names no character set, or an unknown one; without this call in UTF-8.
    /// `None` changes nothing.
    #[must_use]
    pub fn with_default_charset(mut self, default: impl Into<Option<Charset>>) -> Self {
        let heading = &mut self.heading;
        heading.charset = heading.charset.or(default.into());
        self
    }

    /// A rejection (AR) of something whose header cannot be read: usual separators, v2.5.1, an empty MSA-2.
    /// `fault` is usually [`Fault::unreadable`].
    pub fn unreadable(fault: &'r Fault<'r>) -> Self {
        let heading = Heading {
            delimiters: Delimiters::STANDARD,
            encoding_characters: b"^~\\&",
            charset: Some(Charset::Utf8),
            parties: [b""; 4],
            trigger_event: b"",
            processing_id: b"P",
            version: FALLBACK_VERSION,
            is_at_least_2_4: true,
            is_at_least_2_5: true,
            msh_18: b"",
            control_id: b"",
        };
        Self {
            code: AckCode::Ar,
            heading,
            text: None,
            faults: vec![fault],
        }
    }

    /// An answer to bytes as they came, whether or not they can be read: to their header with `code`, or a
    /// rejection that names the place.
    pub fn write_for(raw: &[u8], code: AckCode, timestamp: &str, control_id: &str) -> Vec<u8> {
        match Header::parse(raw) {
            Ok(header) => Reply::to(&header, code).write(timestamp, control_id),
            Err(error) => Self::write_unreadable(&error, timestamp, control_id),
        }
    }

    /// A rejection (AR) that tells why a message could not be read.
    pub fn write_unreadable(error: &ParseError, timestamp: &str, control_id: &str) -> Vec<u8> {
        let text = error.to_string();
        let fault = Fault::unreadable(error, &text);
        Reply::unreadable(&fault).write(timestamp, control_id)
    }

    /// Sets MSA-3, text for the people who run the sender. Without it the first fault's text stands there.
    pub fn text(mut self, text: &'r str) -> Self {
        self.text = Some(text);
        self
    }

    /// Adds a fault: one ERR segment since v2.5, a repetition of ERR-1 before.
    pub fn fault(mut self, fault: &'r Fault<'r>) -> Self {
        self.faults.push(fault);
        self
    }

    /// Writes the message. `timestamp` is MSH-7 in HL7 form, `control_id` a new id of our own.
    pub fn write(&self, timestamp: &str, control_id: &str) -> Vec<u8> {
        let mut ack = Writer {
            bytes: Vec::with_capacity(256),
            heading: &self.heading,
        };
        self.write_msh(&mut ack, timestamp, control_id);
        self.write_msa(&mut ack);
        if self.heading.is_at_least_2_5 {
            for fault in &self.faults {
                write_err(&mut ack, fault);
            }
        } else if !self.faults.is_empty() {
            self.write_old_err(&mut ack);
        }
        ack.bytes
    }

    fn write_msh(&self, ack: &mut Writer<'_>, timestamp: &str, control_id: &str) {
        let heading = &self.heading;
        ack.literal(b"MSH");
        ack.field(heading.encoding_characters);
        for party in heading.parties {
            ack.field(party);
        }
        ack.field(b"");
        ack.text(timestamp);
        ack.field(b"");
        ack.field(b"ACK");
        if heading.is_at_least_2_4 {
            ack.component(heading.trigger_event);
            ack.component(b"ACK");
        }
        ack.field(b"");
        ack.text(control_id);
        ack.field(heading.processing_id);
        ack.field(heading.version);
        if !heading.msh_18.is_empty() {
            ack.fields(6, heading.msh_18);
        }
        ack.end_segment();
    }

    fn write_msa(&self, ack: &mut Writer<'_>) {
        ack.literal(b"MSA");
        ack.field(self.code.as_str().as_bytes());
        ack.field(self.heading.control_id);
        if let Some(text) = self
            .text
            .or_else(|| self.faults.first().map(|fault| fault.text))
        {
            ack.field(b"");
            ack.text(text);
        }
        ack.end_segment();
    }

    /// Up to v2.4, ERR-1 repeats: segment, sequence, field, code (HL7 v2.4 §2.16.5.1).
    fn write_old_err(&self, ack: &mut Writer<'_>) {
        ack.literal(b"ERR");
        for (at, fault) in self.faults.iter().enumerate() {
            if at == 0 {
                ack.field(b"");
            } else {
                ack.repetition();
            }
            match fault.location {
                Some(path) => ack.location(&path, 3),
                None => ack.components(2),
            }
            ack.component(fault.code.as_str().as_bytes());
            ack.subcomponent(fault.code.meaning());
            ack.subcomponent("HL70357");
        }
        ack.end_segment();
    }
}

/// Since v2.5, one ERR per fault (HL7 v2.5.1 §2.15.5).
fn write_err(ack: &mut Writer<'_>, fault: &Fault<'_>) {
    ack.literal(b"ERR");
    ack.field(b"");
    ack.field(b"");
    if let Some(path) = fault.location {
        ack.location(&path, 6);
    }
    ack.field(fault.code.as_str().as_bytes());
    ack.component(fault.code.meaning().as_bytes());
    ack.component(b"HL70357");
    ack.field(fault.severity.as_str().as_bytes());
    ack.fields(4, b"");
    ack.text(fault.text);
    ack.end_segment();
}

/// Appends pieces with the separators of the received message.
struct Writer<'w> {
    bytes: Vec<u8>,
    heading: &'w Heading<'w>,
}

impl Writer<'_> {
    /// Bytes as they are, except those that would end the segment or the MLLP frame.
    fn literal(&mut self, bytes: &[u8]) {
        let breaks = |byte: &u8| matches!(byte, b'\r' | b'\n' | 0x0b | 0x1c);
        self.bytes.extend(bytes.iter().filter(|byte| !breaks(byte)));
    }

    fn field(&mut self, bytes: &[u8]) {
        self.bytes.push(self.heading.delimiters.field);
        self.literal(bytes);
    }

    /// The `count`th field from here.
    fn fields(&mut self, count: usize, bytes: &[u8]) {
        self.bytes
            .extend(std::iter::repeat_n(self.heading.delimiters.field, count));
        self.literal(bytes);
    }

    fn repetition(&mut self) {
        self.bytes.push(self.heading.delimiters.repetition);
    }

    fn component(&mut self, bytes: &[u8]) {
        self.bytes.push(self.heading.delimiters.component);
        self.literal(bytes);
    }

    fn components(&mut self, count: usize) {
        self.bytes.extend(std::iter::repeat_n(
            self.heading.delimiters.component,
            count,
        ));
    }

    /// Nothing where the message has no such level.
    fn subcomponent(&mut self, text: &str) {
        if let Some(separator) = self.heading.delimiters.subcomponent {
            self.bytes.push(separator);
            self.text(text);
        }
    }

    /// Text of ours: escaped, in the character set of the message, cut to a sane length.
    fn text(&mut self, text: &str) {
        let end = text
            .char_indices()
            .nth(MAX_TEXT_CHARACTERS)
            .map_or(text.len(), |(end, _)| end);
        let cut = text.get(..end).unwrap_or_default();
        if let Ok(encoded) = self.charset().encode(cut) {
            self.escaped(&encoded);
        } else {
            let ascii: String = cut
                .chars()
                .map(|c| if c.is_ascii() { c } else { '?' })
                .collect();
            self.escaped(ascii.as_bytes());
        }
    }

    fn charset(&self) -> Charset {
        self.heading.charset.unwrap_or_default()
    }

    fn escaped(&mut self, encoded: &[u8]) {
        let scan = self.charset().scan();
        let written = escape_in(encoded, &self.heading.delimiters, scan);
        self.bytes.extend_from_slice(&written);
    }

    /// `levels` of data type ERL: segment, its sequence, field, repetition, component, sub-component.
    fn location(&mut self, path: &Path, levels: usize) {
        self.literal(path.segment_name().as_bytes());
        self.component(path.occurrence().to_string().as_bytes());
        let repetition = path.repetition.or(path.component.and(Some(1)));
        let numbers = [path.field, repetition, path.component, path.subcomponent];
        let given = numbers
            .iter()
            .take(levels - 2)
            .take_while(|number| number.is_some())
            .flatten();
        for number in given {
            self.component(number.to_string().as_bytes());
        }
        if levels == 3 && path.field.is_none() {
            self.components(1);
        }
    }

    fn end_segment(&mut self) {
        self.bytes.push(b'\r');
    }
}

/// Shows nothing: the control id stands in it.
impl fmt::Debug for Heading<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Heading([redacted])")
    }
}
