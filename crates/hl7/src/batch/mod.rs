//! Batches and files of messages: `[FHS] { [BHS] { message } [BTS] } [FTS]` (HL7 v2.5.1 §2.10.3).
//!
//! A batch is cut into its messages, each the bytes as they came. What the envelope claims is kept beside them
//! and checked, never trusted.

mod reply;

use std::fmt;

use crate::charset::Charset;
use crate::delimiters::Delimiters;
use crate::error::ParseError;
use crate::header::{Header, start_of_text};
use crate::segment::{Form, Segment};

/// Most messages in one file.
pub const MAX_MESSAGES: usize = 100_000;

/// A file or batch, cut into messages.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    /// FHS, if there is one.
    pub file: Option<EnvelopeHeader<'a>>,
    /// The batches in order; messages outside of BHS and BTS are a batch without header.
    pub batches: Vec<Batch<'a>>,
    /// Where the envelope contradicts itself.
    pub warnings: Vec<BatchWarning>,
}

/// The messages of one batch.
#[derive(Clone)]
pub struct Batch<'a> {
    /// BHS, if there is one.
    pub header: Option<EnvelopeHeader<'a>>,
    /// Each message with all its bytes up to the next one. A batch without messages is legal.
    pub messages: Vec<&'a [u8]>,
}

/// FHS or BHS: the same fields under two names.
#[derive(Clone, Copy)]
pub struct EnvelopeHeader<'a> {
    segment: Segment<'a>,
    delimiters: Delimiters,
}

/// A contradiction in an envelope. The messages are there nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BatchWarning {
    /// BTS-1 differs from the number of messages.
    MessageCount {
        /// Which batch, from 0.
        batch: usize,
        /// What BTS-1 says.
        declared: u64,
        /// How many there are.
        found: usize,
    },
    /// FTS-1 differs from the number of batches.
    BatchCount {
        /// What FTS-1 says.
        declared: u64,
        /// How many there are.
        found: usize,
    },
    /// A BHS without its BTS, or an FHS without its FTS: perhaps the end is missing.
    TrailerMissing,
    /// A line that belongs to no message.
    StrayLine {
        /// Where it begins.
        at: usize,
    },
}

/// Whether the bytes begin with a file or batch header.
pub fn is_batch(raw: &[u8]) -> bool {
    let start = start_of_text(raw).unwrap_or_default();
    matches!(raw.get(start..start + 3), Some(b"FHS" | b"BHS"))
}

/// Whether a message is followed by another header without an envelope around them: a further line begins with MSH and the
/// first one's field separator, or with an MSH that can be read and says what it is.
pub fn holds_several(raw: &[u8]) -> bool {
    let start = start_of_text(raw).unwrap_or_default();
    let text = raw.get(start..).unwrap_or_default();
    let begins_line = |at: &usize| {
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        matches!(before, Some(b'\r' | b'\n'))
    };
    let is_header = |at: usize| {
        let line = text.get(at..).unwrap_or_default();
        let is_alike = line.get(3).is_some() && line.get(3) == text.get(3);
        is_alike || Header::parse(line).is_ok_and(|header| !header.message_code().is_empty())
    };
    memchr::memmem::find_iter(text, b"MSH")
        .filter(begins_line)
        .any(is_header)
}

/// Cuts a file, a batch, or a plain run of messages.
///
/// # Errors
/// When there is neither an envelope nor a message, a header has no usable separators, or there are more than
/// [`MAX_MESSAGES`].
pub fn split(raw: &[u8]) -> Result<Envelope<'_>, ParseError> {
    let start = start_of_text(raw)?;
    let text = raw.get(start..).unwrap_or_default();
    if !matches!(
        Mark::of(text),
        Some(Mark::File | Mark::Batch | Mark::Message)
    ) {
        return Err(ParseError::NoHeader { at: start });
    }
    let mut cutter = Cutter::new(raw);
    let mut line = start;
    while line < raw.len() {
        let rest = raw.get(line..).unwrap_or_default();
        let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        cutter.line(line, rest.get(..end).unwrap_or_default())?;
        line += end + 1;
    }
    Ok(cutter.finish())
}

impl<'a> Envelope<'a> {
    /// All messages in order.
    pub fn messages(&self) -> impl Iterator<Item = &'a [u8]> {
        self.batches
            .iter()
            .flat_map(|batch| batch.messages.iter().copied())
    }
}

impl<'a> EnvelopeHeader<'a> {
    /// FHS-11 or BHS-11.
    pub fn control_id(&self) -> &'a [u8] {
        self.written(11)
    }

    /// FHS-12 or BHS-12: the control id of what this answers.
    pub fn reference_control_id(&self) -> &'a [u8] {
        self.written(12)
    }

    /// The header as a segment.
    pub fn segment(&self) -> Segment<'a> {
        self.segment
    }

    fn read(line: &'a [u8]) -> Result<Self, ParseError> {
        let (delimiters, _) = Delimiters::read(line)?;
        let form = Form {
            delimiters,
            scan: Charset::default().scan(),
        };
        Ok(Self {
            segment: Segment::new(line, 3, form),
            delimiters,
        })
    }

    fn written(&self, number: usize) -> &'a [u8] {
        self.segment
            .field(number)
            .map(|field| field.value().written())
            .unwrap_or_default()
    }
}

/// Lines that give a file its shape.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    File,
    Batch,
    Message,
    BatchTrailer,
    FileTrailer,
}

impl Mark {
    fn of(line: &[u8]) -> Option<Self> {
        // A letter or digit after the name makes it another word.
        if line.get(3).is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        match line.get(..3)? {
            b"FHS" => Some(Self::File),
            b"BHS" => Some(Self::Batch),
            b"MSH" => Some(Self::Message),
            b"BTS" => Some(Self::BatchTrailer),
            b"FTS" => Some(Self::FileTrailer),
            _ => None,
        }
    }
}

/// Gathers messages line by line.
struct Cutter<'a> {
    raw: &'a [u8],
    envelope: Envelope<'a>,
    /// Where the open message begins.
    open_message: Option<usize>,
    is_batch_open: bool,
    message_count: usize,
    file_is_closed: bool,
}

impl<'a> Cutter<'a> {
    fn new(raw: &'a [u8]) -> Self {
        let envelope = Envelope {
            file: None,
            batches: Vec::new(),
            warnings: Vec::new(),
        };
        Self {
            raw,
            envelope,
            open_message: None,
            is_batch_open: false,
            message_count: 0,
            file_is_closed: false,
        }
    }

    fn line(&mut self, at: usize, line: &'a [u8]) -> Result<(), ParseError> {
        let Some(mark) = Mark::of(line) else {
            if self.open_message.is_none() && !line.trim_ascii().is_empty() {
                self.warn(BatchWarning::StrayLine { at });
            }
            return Ok(());
        };
        self.end_message(at);
        match mark {
            Mark::File => {
                self.envelope.file = Some(EnvelopeHeader::read(line)?);
                self.file_is_closed = false;
            }
            Mark::Batch => self.begin_batch(Some(EnvelopeHeader::read(line)?)),
            Mark::Message => {
                self.message_count += 1;
                if self.message_count > MAX_MESSAGES {
                    return Err(ParseError::TooManyMessages {
                        max_messages: MAX_MESSAGES,
                    });
                }
                if !self.is_batch_open {
                    self.begin_batch(None);
                }
                self.open_message = Some(at);
            }
            Mark::BatchTrailer => self.end_batch(line),
            Mark::FileTrailer => {
                let found = self.envelope.batches.len();
                if let Some(declared) = declared_count(line)
                    && usize::try_from(declared) != Ok(found)
                {
                    self.warn(BatchWarning::BatchCount { declared, found });
                }
                self.file_is_closed = true;
            }
        }
        Ok(())
    }

    fn begin_batch(&mut self, header: Option<EnvelopeHeader<'a>>) {
        if self.is_batch_open
            && self
                .envelope
                .batches
                .last()
                .is_some_and(|b| b.header.is_some())
        {
            self.warn(BatchWarning::TrailerMissing);
        }
        self.envelope.batches.push(Batch {
            header,
            messages: Vec::new(),
        });
        self.is_batch_open = true;
    }

    fn end_batch(&mut self, trailer: &[u8]) {
        self.is_batch_open = false;
        let Some(batch) = self.envelope.batches.len().checked_sub(1) else {
            return;
        };
        let found = self
            .envelope
            .batches
            .last()
            .map_or(0, |last| last.messages.len());
        if let Some(declared) = declared_count(trailer)
            && usize::try_from(declared) != Ok(found)
        {
            self.warn(BatchWarning::MessageCount {
                batch,
                declared,
                found,
            });
        }
    }

    fn end_message(&mut self, at: usize) {
        let Some(start) = self.open_message.take() else {
            return;
        };
        if let (Some(message), Some(batch)) =
            (self.raw.get(start..at), self.envelope.batches.last_mut())
        {
            batch.messages.push(message);
        }
    }

    fn finish(mut self) -> Envelope<'a> {
        self.end_message(self.raw.len());
        let open = self.envelope.batches.last().filter(|_| self.is_batch_open);
        let batch_is_cut = open.is_some_and(|batch| batch.header.is_some());
        let file_is_cut = self.envelope.file.is_some() && !self.file_is_closed;
        if batch_is_cut || file_is_cut {
            self.warn(BatchWarning::TrailerMissing);
        }
        self.envelope
    }

    fn warn(&mut self, warning: BatchWarning) {
        const MAX_WARNINGS: usize = 16;
        if self.envelope.warnings.len() < MAX_WARNINGS {
            self.envelope.warnings.push(warning);
        }
    }
}

/// Field 1 of a trailer, whatever its separator; none when it is empty or no number.
fn declared_count(trailer: &[u8]) -> Option<u64> {
    let (separator, rest) = trailer.get(3..)?.split_first()?;
    let count = rest.split(|byte| byte == separator).next()?;
    std::str::from_utf8(count).ok()?.trim().parse().ok()
}

/// Shows sizes only: messages are patient data.
impl fmt::Debug for Batch<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Batch({} messages)", self.messages.len())
    }
}

/// Shows the length only.
impl fmt::Debug for EnvelopeHeader<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "EnvelopeHeader({:?})", self.segment)
    }
}

#[cfg(test)]
mod tests;
