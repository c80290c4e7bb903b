//! One connection to an MLLP receiver: write a frame, read the answer that belongs to it.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout, timeout_at};
use wardline_hl7::ack::Ack;
use wardline_hl7::mllp::{Decoder, Event, Limits, Stall};
use wardline_messaging::port::SendOutcome;

use super::super::wire::{Glance, Wire};
use super::letter::{Answers, Letter, Verdict};

/// Bytes of an answer at most.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;
/// Bytes of garbage before an answer at most.
const MAX_GARBAGE_BYTES: usize = 4096;
/// Messages whose late answers are recognised on the same connection.
const REMEMBERED: usize = 16;
/// How long the CR after an FS may be late, before the frame counts as ended without it.
const CARRIAGE_RETURN_GRACE: Duration = Duration::from_secs(2);
/// How long an error is waited for when the message asks for no other answer.
const ERROR_GRACE: Duration = Duration::from_secs(1);
/// How long an answer is looked for when the receiver closed while the message was being written.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// Reads of what came on an idle connection, before it counts as unusable.
const MAX_IDLE_READS: usize = 16;
const CHUNK_BYTES: usize = 4096;

/// A connection with its framing state.
pub(super) struct Connection {
    wire: Wire,
    decoder: Decoder,
    frames: VecDeque<Bytes>,
    /// Control ids of messages that were settled here: later answers to them are stale, not foreign.
    settled: VecDeque<Bytes>,
    /// An answer is outstanding, or the stream is out of step.
    broken: bool,
}

/// How an exchange ended.
pub(super) enum Ended {
    /// No byte of the message left; another connection may be tried.
    NothingLeft(String),
    /// The message was sent, at least in part.
    With(SendOutcome),
}

/// Why no frame came.
enum NoFrame {
    Closed(String),
    TooLate,
    NotMllp,
}

impl Connection {
    pub(super) fn new(wire: Wire) -> Self {
        let limits = Limits {
            max_message_bytes: MAX_ANSWER_BYTES,
            max_garbage_bytes: MAX_GARBAGE_BYTES,
        };
        Self {
            wire,
            decoder: Decoder::new(limits),
            frames: VecDeque::new(),
            settled: VecDeque::new(),
            broken: false,
        }
    }

    /// Whether the connection may carry another message: nothing is outstanding, nothing half read.
    pub(super) fn is_at_rest(&self) -> bool {
        !self.broken && self.frames.is_empty() && !self.decoder.is_mid_frame()
    }

    /// Looks whether the other end closed while the connection was idle. Late answers to earlier messages
    /// are read and dropped; anything else that came makes the connection unusable.
    pub(super) async fn still_stands(&mut self) -> bool {
        for _ in 0..MAX_IDLE_READS {
            match self.wire.glance() {
                Glance::Quiet => return self.is_at_rest(),
                Glance::Closed => return false,
                Glance::Data => {}
            }
            match self.read_if_ready().await {
                Some(Ok(0) | Err(_)) => return false,
                Some(Ok(_)) => {}
                // The runtime has not yet seen what the socket holds.
                None => tokio::task::yield_now().await,
            }
            if !self.drop_stale_frames() {
                return false;
            }
        }
        false
    }

    /// Sends a message and waits for its answer, both within `limit`.
    pub(super) async fn exchange(&mut self, letter: &Letter, limit: Duration) -> Ended {
        let deadline = Instant::now() + limit;
        self.broken = true;
        if let Err(ended) = self.write(letter, deadline, limit).await {
            return ended;
        }
        let outcome = match letter.waits_for {
            Answers::OnlyErrors => {
                let deadline = deadline.min(Instant::now() + ERROR_GRACE);
                match self.answer(letter, deadline, limit).await {
                    Err(NoFrame::TooLate) => Ok(SendOutcome::Accepted {
                        answer: Bytes::new(),
                    }),
                    other => other,
                }
            }
            Answers::One | Answers::CommitThenApplication => {
                self.answer(letter, deadline, limit).await
            }
        };
        let outcome = outcome.unwrap_or_else(|none| SendOutcome::Unknown {
            detail: none.detail(limit),
        });
        self.broken = matches!(
            outcome,
            SendOutcome::Unknown { .. } | SendOutcome::Unreadable { .. }
        );
        self.remember(letter.control_id.clone());
        Ended::With(outcome)
    }

    async fn write(
        &mut self,
        letter: &Letter,
        deadline: Instant,
        limit: Duration,
    ) -> Result<(), Ended> {
        let out = self.wire.bytes_out();
        let before = out.get();
        let writing = async {
            self.wire.write_all(&letter.frame).await?;
            self.wire.flush().await
        };
        let detail = match timeout_at(deadline, writing).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => format!("writing failed: {error}"),
            Err(_) => format!(
                "the receiver did not take the message within {} s",
                limit.as_secs()
            ),
        };
        if out.get() == before {
            return Err(Ended::NothingLeft(detail));
        }
        // A receiver that refuses early (a message too long, say) answers and closes before it has read all.
        let last_words = deadline
            .max(Instant::now())
            .min(Instant::now() + LAST_WORDS);
        match self.answer(letter, last_words, limit).await {
            Ok(outcome) => Err(Ended::With(outcome)),
            Err(_) => Err(Ended::With(SendOutcome::Unknown { detail })),
        }
    }

    /// The answer to the letter; stale ones before it are passed over.
    async fn answer(
        &mut self,
        letter: &Letter,
        deadline: Instant,
        limit: Duration,
    ) -> Result<SendOutcome, NoFrame> {
        let mut committed = false;
        loop {
            let frame = match self.next_frame(deadline).await {
                Ok(frame) => frame,
                Err(none) if committed => {
                    let detail = format!("accepted (CA), but then: {}", none.detail(limit));
                    return Ok(SendOutcome::Unknown { detail });
                }
                Err(none) => return Err(none),
            };
            let stale = frame.clone();
            match letter.judge(frame) {
                Verdict::Final(outcome) => return Ok(outcome),
                Verdict::Committed => committed = true,
                Verdict::Nothing => {}
                Verdict::About(other) if self.was_settled(&other) => {}
                Verdict::About(_) => {
                    let detail = "MSA-2 of the answer is not the message's MSH-10".to_owned();
                    return Ok(SendOutcome::Unreadable {
                        answer: stale,
                        detail,
                    });
                }
            }
        }
    }

    async fn next_frame(&mut self, deadline: Instant) -> Result<Bytes, NoFrame> {
        let mut chunk = [0; CHUNK_BYTES];
        loop {
            if let Some(frame) = self.frames.pop_front() {
                return Ok(frame);
            }
            let reading = timeout_at(deadline, self.wire.read(&mut chunk));
            let read = match self.decoder.stall() {
                Some(Stall::CarriageReturnMissing { .. }) => {
                    match timeout(CARRIAGE_RETURN_GRACE, reading).await {
                        Ok(read) => read,
                        Err(_) => return self.decoder.take_unterminated().ok_or(NoFrame::TooLate),
                    }
                }
                _ => reading.await,
            };
            let count = match read {
                Err(_) => return Err(NoFrame::TooLate),
                Ok(Ok(0)) => {
                    let closed =
                        || NoFrame::Closed("the receiver closed the connection".to_owned());
                    return self.decoder.take_unterminated().ok_or_else(closed);
                }
                Ok(Err(error)) => return Err(NoFrame::Closed(format!("reading failed: {error}"))),
                Ok(Ok(count)) => count,
            };
            self.decode(chunk.get(..count).unwrap_or_default())?;
        }
    }

    fn decode(&mut self, mut bytes: &[u8]) -> Result<(), NoFrame> {
        while let Some(event) = self.decoder.decode(&mut bytes) {
            match event {
                Event::Frame(frame) => self.frames.push_back(frame),
                Event::Restarted { .. } => {}
                Event::TooLong { .. } | Event::TooMuchGarbage => return Err(NoFrame::NotMllp),
            }
        }
        Ok(())
    }

    /// Takes in what can be read now, without waiting.
    async fn read_if_ready(&mut self) -> Option<io::Result<usize>> {
        let mut chunk = [0; CHUNK_BYTES];
        let read = self.wire.read_if_ready(&mut chunk).await?;
        let filled = read.as_ref().map_or(0, |count| *count);
        if self
            .decode(chunk.get(..filled).unwrap_or_default())
            .is_err()
        {
            self.broken = true;
        }
        Some(read)
    }

    fn drop_stale_frames(&mut self) -> bool {
        while let Some(frame) = self.frames.pop_front() {
            let is_stale = Ack::parse(&frame).is_ok_and(|ack| self.was_settled(ack.control_id));
            if !is_stale {
                tracing::warn!(
                    bytes = frame.len(),
                    "receiver sent what answers no message of ours"
                );
                return false;
            }
        }
        true
    }

    fn was_settled(&self, control_id: &[u8]) -> bool {
        self.settled
            .iter()
            .any(|settled| settled.trim_ascii() == control_id.trim_ascii())
    }

    fn remember(&mut self, control_id: Bytes) {
        if self.settled.len() == REMEMBERED {
            self.settled.pop_front();
        }
        self.settled.push_back(control_id);
    }
}

impl NoFrame {
    fn detail(self, limit: Duration) -> String {
        match self {
            Self::Closed(detail) => format!("{detail} before it answered"),
            Self::TooLate => format!("no acknowledgement within {} s", limit.as_secs()),
            Self::NotMllp => "the receiver's answer is no MLLP frame, or is too long".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Shutdown;

    use socket2::SockRef;
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::outbound::wire::Counted;

    #[tokio::test]
    async fn a_write_that_fails_before_its_first_byte_leaves_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        SockRef::from(&socket).shutdown(Shutdown::Write).unwrap();
        let mut connection = Connection::new(Wire::Plain(Counted::new(socket)));
        let letter = Letter::new(&Bytes::from_static(b"MSH|^~\\&|A||||||ADT|7\r"), true).unwrap();

        let ended = connection.exchange(&letter, Duration::from_secs(5)).await;

        assert!(matches!(ended, Ended::NothingLeft(_)));
    }
}
