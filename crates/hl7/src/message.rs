//! A message over the bytes as they came: where its lines are, and what stands at a path.
//!
//! Parsing is one pass that looks for line ends. Fields are found when asked for; whoever asks for most of
//! them builds an [`Index`](crate::Index) once.

use std::borrow::Cow;
use std::fmt;

use crate::charset::Charset;
use crate::error::ParseError;
use crate::escape;
use crate::header::{Header, byte_order_mark, is_blank};
use crate::path::{Letters, Path, SegmentName};
use crate::segment::{Form, Segment, letters, name_length};
use crate::value::Value;

/// Warnings kept per message; more of the same are not worth memory.
const MAX_WARNINGS: usize = 16;

/// Bounds on what is read. Beyond them [`Message::parse_within`] refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest message in bytes; never more than `u32::MAX`.
    pub max_bytes: usize,
    /// Most lines; each takes 12 bytes of memory.
    pub max_segments: usize,
}

impl Default for Limits {
    /// 256 MiB and a million segments.
    fn default() -> Self {
        Self {
            max_bytes: 256 << 20,
            max_segments: 1_000_000,
        }
    }
}

/// Something a strict sender would not have sent, and that was read nevertheless. Holds positions only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The message begins with a UTF-8 byte order mark.
    ByteOrderMark,
    /// A line without a segment name, kept as a raw segment.
    StrayText {
        /// Where the line begins.
        at: usize,
        /// Its length in bytes.
        bytes: usize,
    },
    /// Another MSH, FHS or BHS inside the message; the first one counts.
    SecondHeader {
        /// Where it begins.
        at: usize,
    },
    /// MSH-18 names no known character set; text is read in the default one.
    UnknownCharset,
    /// MSH-18 names no character set, or ASCII, and the bytes are not UTF-8; text is read as Windows-1252.
    NotUtf8,
    /// Text is read as UTF-8, and some bytes are not: they are replaced. MSH-18 names UTF-8; or no known set, or ASCII, and other
    /// bytes are characters of UTF-8, as where a field was cut amid a character.
    BrokenUtf8,
}

/// An HL7 v2 message, borrowed.
#[derive(Clone)]
pub struct Message<'a> {
    raw: &'a [u8],
    header: Header<'a>,
    form: Form,
    charset: Charset,
    spans: Vec<Span>,
    warnings: Vec<Warning>,
}

/// Where a line is, without its terminator.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
    name: Letters,
}

impl<'a> Message<'a> {
    /// Reads a message within the default [`Limits`].
    ///
    /// # Errors
    /// Only when there is no MSH, its separators are unusable, or a limit is passed. Anything else that is odd
    /// is kept, and told in [`warnings`](Self::warnings).
    pub fn parse(raw: &'a [u8]) -> Result<Self, ParseError> {
        Self::parse_within(raw, Limits::default())
    }

    /// Reads a message within `limits`.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_within(raw: &'a [u8], limits: Limits) -> Result<Self, ParseError> {
        let longest = limits
            .max_bytes
            .min(usize::try_from(u32::MAX).unwrap_or(usize::MAX));
        if raw.len() > longest {
            return Err(ParseError::TooLong { max_bytes: longest });
        }
        let header = Header::parse(raw)?;
        let charset = header.charset();
        let mut message = Self {
            raw,
            form: header.segment().form(),
            charset: Charset::default(),
            spans: Vec::with_capacity(16),
            warnings: Vec::new(),
            header,
        };
        if byte_order_mark(raw) > 0 {
            message.warn(Warning::ByteOrderMark);
        }
        if charset.is_err() {
            message.warn(Warning::UnknownCharset);
        }
        let is_utf8 = || std::str::from_utf8(raw).is_ok();
        match charset {
            Ok(None | Some(Charset::Ascii)) if !is_utf8() => {
                if is_mostly_utf8(raw) {
                    message.warn(Warning::BrokenUtf8);
                } else {
                    message.warn(Warning::NotUtf8);
                    message.read_as(Charset::WINDOWS_1252);
                }
            }
            Ok(Some(Charset::Utf8)) | Err(_) if !is_utf8() => message.warn(Warning::BrokenUtf8),
            Ok(Some(charset)) => message.read_as(charset),
            Ok(None) | Err(_) => {}
        }
        message.find_segments(limits.max_segments)?;
        Ok(message)
    }

    /// Reads text as `default` where MSH-18 names no character set, an unknown one, or ASCII and the bytes are not UTF-8.
    ///
    /// Without this call text is read as UTF-8 there; or as Windows-1252 where bytes beyond ASCII are there, fewer of them are
    /// UTF-8 than are not and no unknown set is named, as senders of early versions write it without saying so. Its letters are those of ISO-8859-1.
    /// `None` changes nothing.
    pub fn with_default_charset(mut self, default: impl Into<Option<Charset>>) -> Self {
        let Some(default) = default.into() else {
            return self;
        };
        let is_told = match self.header.charset() {
            Ok(Some(Charset::Ascii)) => self.charset == Charset::Ascii,
            Ok(told) => told.is_some(),
            Err(_) => false,
        };
        if !is_told {
            self.read_as(default);
            let settled = [Warning::NotUtf8, Warning::BrokenUtf8];
            self.warnings.retain(|warning| !settled.contains(warning));
        }
        self
    }

    /// The bytes as they came.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// What MSH says.
    pub fn header(&self) -> &Header<'a> {
        &self.header
    }

    /// The character set that text is read in.
    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// What was odd, in order; at most sixteen.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Lines in order, MSH first, stray lines of text included, blank lines left out.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = Segment<'a>> + ExactSizeIterator {
        self.spans.iter().map(|span| self.segment_at(*span))
    }

    /// The `occurrence`th segment of that name, from 1.
    #[inline]
    pub fn segment(&self, name: &str, occurrence: usize) -> Option<Segment<'a>> {
        self.find(SegmentName::new(name.as_bytes())?.letters(), occurrence)
    }

    /// What the message says at `path`: absent, empty, null, or bytes as they are written.
    #[inline]
    pub fn value(&self, path: &Path) -> Value<'a> {
        match self.find(path.segment.letters(), path.occurrence()) {
            Some(segment) => segment.value(path),
            None => Value::Absent,
        }
    }

    /// The value at `path` as text: character set decoded, escapes replaced. None unless there is a value, so
    /// ask [`value`](Self::value) to tell empty from null.
    ///
    /// A value that still holds separators is returned in HL7 notation with its escapes, as they could not be
    /// told apart otherwise; free text in OBX-5 is taken whole. The content of ED and RP values (OBX-5) is
    /// never unescaped.
    pub fn text(&self, path: &Path) -> Option<Cow<'a, str>> {
        let segment = self.find(path.segment.letters(), path.occurrence())?;
        let bytes = segment.value(path).bytes()?;
        let literal = path.is_separator_definition()
            || match observation_type(&segment, path) {
                Some(b"ED" | b"RP") => true,
                Some(b"TX" | b"FT" | b"ST") => false,
                _ => self
                    .form
                    .scan
                    .any(bytes, |byte| self.form.delimiters.separates(byte)),
            };
        Some(if literal {
            self.charset.decode(bytes).text
        } else {
            self.decode(bytes)
        })
    }

    /// Text of the bytes of one element: escapes replaced, character set decoded.
    pub fn decode<'b>(&self, element: &'b [u8]) -> Cow<'b, str> {
        let form = self.form;
        match escape::unescape_in(element, &form.delimiters, form.scan) {
            Cow::Borrowed(bytes) => self.charset.decode(bytes).text,
            Cow::Owned(bytes) => Cow::Owned(self.charset.decode(&bytes).text.into_owned()),
        }
    }

    /// How the message is split.
    pub(crate) fn form(&self) -> Form {
        self.form
    }

    /// Segments with the offset they begin at and their name as one word.
    pub(crate) fn placed_segments(&self) -> impl Iterator<Item = (u32, Letters, Segment<'a>)> {
        self.spans
            .iter()
            .map(|span| (span.start, span.name, self.segment_at(*span)))
    }

    /// Segments of that name in order.
    pub(crate) fn named(&self, name: Letters) -> impl Iterator<Item = Segment<'a>> {
        let named = self.spans.iter().filter(move |span| span.name == name);
        named.map(|span| self.segment_at(*span))
    }

    #[inline]
    fn find(&self, name: Letters, occurrence: usize) -> Option<Segment<'a>> {
        self.named(name).nth(occurrence.checked_sub(1)?)
    }

    fn segment_at(&self, span: Span) -> Segment<'a> {
        let bytes = self
            .raw
            .get(offset(span.start)..offset(span.end))
            .unwrap_or_default();
        let name_length = span
            .name
            .iter()
            .position(|letter| *letter == 0)
            .unwrap_or(4);
        Segment::new(bytes, name_length, self.form)
    }

    fn read_as(&mut self, charset: Charset) {
        self.charset = charset;
        self.form.scan = charset.scan();
    }

    fn find_segments(&mut self, max_segments: usize) -> Result<(), ParseError> {
        let first_end = self.header.body_at();
        let first_start = first_end - self.header.segment().bytes().len();
        self.push(first_start, first_end, 3);
        let body = self.raw.get(first_end..).unwrap_or_default();
        let mut start = first_end;
        for at in memchr::memchr2_iter(b'\r', b'\n', body) {
            self.line(start, first_end + at);
            start = first_end + at + 1;
            if self.spans.len() > max_segments {
                return Err(ParseError::TooManySegments { max_segments });
            }
        }
        self.line(start, self.raw.len());
        if self.spans.len() > max_segments {
            return Err(ParseError::TooManySegments { max_segments });
        }
        Ok(())
    }

    #[inline]
    fn line(&mut self, start: usize, end: usize) {
        let line = self.raw.get(start..end).unwrap_or_default();
        let Some(first) = line.first() else { return };
        if is_blank(*first) && line.iter().all(|byte| is_blank(*byte)) {
            return;
        }
        let name_length = name_length(line, self.form.delimiters.field);
        if name_length == 0 {
            self.warn(Warning::StrayText {
                at: start,
                bytes: line.len(),
            });
        } else if matches!(line, [b'M', b'S', b'H', ..] | [b'F' | b'B', b'H', b'S', ..]) {
            self.warn(Warning::SecondHeader { at: start });
        }
        self.push(start, end, name_length);
    }

    fn push(&mut self, start: usize, end: usize, name_length: usize) {
        // Both fit: the length of the message was checked against u32 before.
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else {
            return;
        };
        let name = letters(self.raw.get(offset(start)..offset(start) + name_length));
        self.spans.push(Span { start, end, name });
    }

    fn warn(&mut self, warning: Warning) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(warning);
        }
    }
}

/// Shows the message type and sizes only: messages are patient data.
impl fmt::Debug for Message<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Message")
            .field("message_type", &self.header.message_type())
            .field("bytes", &self.raw.len())
            .field("segments", &self.spans.len())
            .finish_non_exhaustive()
    }
}

/// Whether bytes that are not UTF-8 throughout are UTF-8 that was cut here and there, and not text of one byte a character in
/// which two happen to make one, as the end of `„Fuß“` does in Windows-1252. A byte that UTF-8 never holds is no cut and counts
/// twice.
fn is_mostly_utf8(raw: &[u8]) -> bool {
    let (mut characters, mut broken) = (0_usize, 0_usize);
    for chunk in raw.utf8_chunks() {
        characters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += match chunk.invalid() {
            [] => 0,
            [0xc0 | 0xc1 | 0xf5..=0xff, ..] => 2,
            _ => 1,
        };
    }
    characters >= broken && characters > 0
}

/// OBX-2, when `path` is in OBX-5.
fn observation_type<'a>(segment: &Segment<'a>, path: &Path) -> Option<&'a [u8]> {
    if path.field != Some(5) || !segment.is_named(b"OBX") {
        return None;
    }
    segment.component(2, 1).bytes()
}

/// A stored offset as an index. Wardline runs on 64-bit targets, where it always fits.
#[inline]
pub(crate) fn offset(stored: u32) -> usize {
    usize::try_from(stored).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
