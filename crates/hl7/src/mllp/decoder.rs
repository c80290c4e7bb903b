//! Finding frames in a byte stream, however it was cut.
//!
//! Each byte is looked at once. What is held is what arrived of the open frame, never more than the limit, and
//! nothing between frames.

use std::fmt;

use bytes::{Bytes, BytesMut};
use thiserror::Error;

use super::{CARRIAGE_RETURN, END_BLOCK, START_BLOCK};

/// Bytes of a frame beyond the limit that are kept, so that its header can be answered.
const KEPT_HEAD_BYTES: usize = 4096;

/// Bounds of a [`Decoder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest message in bytes.
    pub max_message_bytes: usize,
    /// Most bytes of garbage between two frames before [`Event::TooMuchGarbage`].
    pub max_garbage_bytes: usize,
}

impl Default for Limits {
    /// 64 MiB and 64 KiB.
    fn default() -> Self {
        Self {
            max_message_bytes: 64 << 20,
            max_garbage_bytes: 64 << 10,
        }
    }
}

/// What the stream held.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// A whole message.
    Frame(Bytes),
    /// A message beyond the limit. It is passed over up to its end; answer it with a rejection.
    TooLong {
        /// Its first bytes, enough for a header.
        head: Bytes,
    },
    /// A new frame began inside an open one, which was dropped.
    Restarted {
        /// How much of the open frame had arrived.
        dropped_bytes: usize,
    },
    /// More garbage between frames than the limit: this is no MLLP peer, close the connection. Told once per
    /// gap.
    TooMuchGarbage,
}

/// Why a frame that is open for too long does not end.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Stall {
    /// The end was not sent at all.
    #[error(
        "the frame has no end: FS (0x1C) and CR (0x0D) are missing after {received_bytes} bytes"
    )]
    EndBlockMissing {
        /// How much of the frame arrived.
        received_bytes: usize,
    },
    /// FS was sent and CR was not. [`Decoder::take_unterminated`] gives the message.
    #[error("the frame ends with FS (0x1C) but CR (0x0D) is missing after {received_bytes} bytes")]
    CarriageReturnMissing {
        /// How much of the frame arrived, without FS.
        received_bytes: usize,
    },
    /// A message beyond the limit is being passed over and does not end.
    #[error("the frame is beyond the limit and has no end")]
    TooLongWithoutEnd,
}

/// What was seen on a connection so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Whole messages.
    pub frames: u64,
    /// Bytes outside frames other than CR, LF, NUL, tab and space.
    pub garbage_bytes: u64,
    /// CR, LF, NUL, tab and space outside frames.
    pub padding_bytes: u64,
    /// FS bytes outside frames: a peer that forgets VT sends its messages into the gap.
    pub missing_starts: u64,
    /// Frames whose FS was not followed by CR.
    pub missing_carriage_returns: u64,
    /// Frames beyond the limit.
    pub too_long: u64,
    /// Open frames that a new start cut off.
    pub restarts: u64,
}

/// Cuts a byte stream into messages. One per connection and direction.
pub struct Decoder {
    limits: Limits,
    state: State,
    /// Content of the open frame; empty in any other state.
    partial: BytesMut,
    garbage_in_gap: usize,
    counters: Counters,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Outside a frame.
    Gap,
    /// In a frame.
    Open,
    /// In a frame, the last byte was FS.
    Ending,
    /// In a frame beyond the limit.
    Discarding,
    /// In a frame beyond the limit, the last byte was FS.
    DiscardEnding,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Decoder {
    /// A decoder at the start of a connection.
    pub fn new(limits: Limits) -> Self {
        let partial = BytesMut::new();
        Self {
            limits,
            state: State::Gap,
            partial,
            garbage_in_gap: 0,
            counters: Counters::default(),
        }
    }

    /// Reads `input` up to the next event and moves its start behind what was read. `None` means that all of it
    /// was read. Call again until then:
    ///
    /// ```
    /// use wardline_hl7::mllp::{Decoder, Event};
    ///
    /// let mut decoder = Decoder::default();
    /// let mut chunk: &[u8] = b"\x0bMSH|one\r\x1c\r\x0bMSH|two\r\x1c\r\x0bMS";
    /// let mut messages = Vec::new();
    /// while let Some(event) = decoder.decode(&mut chunk) {
    ///     if let Event::Frame(message) = event {
    ///         messages.push(message);
    ///     }
    /// }
    /// assert_eq!(messages, ["MSH|one\r", "MSH|two\r"]);
    /// ```
    pub fn decode(&mut self, input: &mut &[u8]) -> Option<Event> {
        while !input.is_empty() {
            let event = match self.state {
                State::Gap => self.skip_gap(input),
                State::Open => self.read_content(input),
                State::Ending => self.read_end(input),
                State::Discarding => self.discard(input),
                State::DiscardEnding => self.discard_end(input),
            };
            if event.is_some() {
                return event;
            }
        }
        None
    }

    /// Whether a frame is open: a mid-frame timeout applies, not the idle one.
    pub fn is_mid_frame(&self) -> bool {
        self.state != State::Gap
    }

    /// Names what is missing when nothing came for too long in a frame.
    pub fn stall(&self) -> Option<Stall> {
        let received_bytes = self.partial.len();
        match self.state {
            State::Gap => None,
            State::Open => Some(Stall::EndBlockMissing { received_bytes }),
            State::Ending => Some(Stall::CarriageReturnMissing { received_bytes }),
            State::Discarding | State::DiscardEnding => Some(Stall::TooLongWithoutEnd),
        }
    }

    /// Takes a message whose FS came and whose CR did not, after a timeout or at the end of the connection.
    pub fn take_unterminated(&mut self) -> Option<Bytes> {
        if self.state != State::Ending {
            return None;
        }
        self.counters.missing_carriage_returns += 1;
        Some(self.finish())
    }

    /// Takes the content of an open frame that will not end, to keep it as evidence, and waits for a new frame.
    pub fn take_partial(&mut self) -> Bytes {
        self.enter_gap();
        std::mem::take(&mut self.partial).freeze()
    }

    /// What was seen so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Bytes of memory held for the open frame.
    pub fn buffered_bytes(&self) -> usize {
        self.partial.capacity()
    }

    fn skip_gap(&mut self, input: &mut &[u8]) -> Option<Event> {
        let start = memchr::memchr(START_BLOCK, input);
        let gap = take(input, start.unwrap_or(input.len()));
        let padding = gap.iter().filter(|byte| is_padding(**byte)).count();
        let garbage = gap.len() - padding;
        let ends = memchr::memchr_iter(END_BLOCK, gap).count();
        self.counters.missing_starts += count(ends);
        self.counters.padding_bytes += count(padding);
        self.counters.garbage_bytes += count(garbage);
        if start.is_some() {
            take(input, 1);
            self.state = State::Open;
        }
        let limit = self.limits.max_garbage_bytes;
        let was_told = self.garbage_in_gap > limit;
        self.garbage_in_gap = self.garbage_in_gap.saturating_add(garbage);
        (self.garbage_in_gap > limit && !was_told).then_some(Event::TooMuchGarbage)
    }

    fn read_content(&mut self, input: &mut &[u8]) -> Option<Event> {
        let mark = memchr::memchr2(START_BLOCK, END_BLOCK, input);
        let length = mark.unwrap_or(input.len());
        if self.partial.len() + length > self.limits.max_message_bytes {
            return Some(self.too_long(input));
        }
        // A frame that lies whole in one chunk is copied once, into memory of its own size.
        let whole = input.get(length..length + 2) == Some(&[END_BLOCK, CARRIAGE_RETURN]);
        if whole && self.partial.is_empty() {
            let message = Bytes::copy_from_slice(take(input, length));
            take(input, 2);
            self.counters.frames += 1;
            self.enter_gap();
            return Some(Event::Frame(message));
        }
        self.partial.extend_from_slice(take(input, length));
        match take(input, 1) {
            [START_BLOCK] => self.restart(),
            [END_BLOCK] => {
                self.state = State::Ending;
                None
            }
            _ => None,
        }
    }

    fn read_end(&mut self, input: &mut &[u8]) -> Option<Event> {
        match input.first() {
            Some(&CARRIAGE_RETURN) => {
                take(input, 1);
                Some(Event::Frame(self.finish()))
            }
            // The peer forgot CR: a new frame or a lone line feed follows.
            Some(&START_BLOCK | b'\n') => {
                self.counters.missing_carriage_returns += 1;
                Some(Event::Frame(self.finish()))
            }
            // FS inside the message is content.
            _ if self.partial.len() < self.limits.max_message_bytes => {
                self.partial.extend_from_slice(&[END_BLOCK]);
                self.state = State::Open;
                None
            }
            _ => Some(self.too_long(input)),
        }
    }

    fn discard(&mut self, input: &mut &[u8]) -> Option<Event> {
        let mark = memchr::memchr2(START_BLOCK, END_BLOCK, input);
        take(input, mark.unwrap_or(input.len()));
        match take(input, 1) {
            [START_BLOCK] => self.state = State::Open,
            [END_BLOCK] => self.state = State::DiscardEnding,
            _ => {}
        }
        None
    }

    fn discard_end(&mut self, input: &mut &[u8]) -> Option<Event> {
        match input.first() {
            Some(&CARRIAGE_RETURN) => {
                take(input, 1);
                self.enter_gap();
            }
            Some(&b'\n') => self.enter_gap(),
            _ => self.state = State::Discarding,
        }
        None
    }

    fn too_long(&mut self, input: &[u8]) -> Event {
        let missing = KEPT_HEAD_BYTES.saturating_sub(self.partial.len());
        self.partial.truncate(KEPT_HEAD_BYTES);
        let mut head = std::mem::take(&mut self.partial).to_vec();
        head.extend(
            input
                .iter()
                .take(missing)
                .take_while(|byte| !is_mark(**byte)),
        );
        self.counters.too_long += 1;
        self.state = State::Discarding;
        Event::TooLong { head: head.into() }
    }

    fn restart(&mut self) -> Option<Event> {
        let dropped_bytes = std::mem::take(&mut self.partial).len();
        // A doubled start byte cuts nothing off.
        if dropped_bytes == 0 {
            return None;
        }
        self.counters.restarts += 1;
        Some(Event::Restarted { dropped_bytes })
    }

    fn finish(&mut self) -> Bytes {
        self.counters.frames += 1;
        self.enter_gap();
        std::mem::take(&mut self.partial).freeze()
    }

    fn enter_gap(&mut self) {
        self.state = State::Gap;
        self.garbage_in_gap = 0;
    }
}

/// Shows state and sizes only: frames are patient data.
impl fmt::Debug for Decoder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Decoder")
            .field("state", &self.state)
            .field("received_bytes", &self.partial.len())
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}

/// Shows sizes only: frames are patient data.
impl fmt::Debug for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(message) => write!(formatter, "Frame([redacted], {} bytes)", message.len()),
            Self::TooLong { head } => {
                write!(
                    formatter,
                    "TooLong([redacted], {} bytes of head)",
                    head.len()
                )
            }
            Self::Restarted { dropped_bytes } => {
                write!(formatter, "Restarted({dropped_bytes} bytes dropped)")
            }
            Self::TooMuchGarbage => formatter.write_str("TooMuchGarbage"),
        }
    }
}

/// Cuts the first `length` bytes off `input`, or what there is.
fn take<'i>(input: &mut &'i [u8], length: usize) -> &'i [u8] {
    let (taken, rest) = input.split_at(length.min(input.len()));
    *input = rest;
    taken
}

fn is_padding(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | b'\t' | b' ' | 0)
}

fn is_mark(byte: u8) -> bool {
    byte == START_BLOCK || byte == END_BLOCK
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
