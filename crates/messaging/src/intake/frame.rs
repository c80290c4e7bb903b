//! What one MLLP frame holds: a message, a batch, or messages that follow one another without an envelope.

use bytes::Bytes;
use wardline_hl7::batch::{self, BatchWarning};
use wardline_hl7::{Fault, Header, Outcome, Path, ack::ErrorCode};

use super::accept::{Acceptance, AcceptanceResult};
use crate::channel::Channel;
use crate::service::Inner;

/// A frame, cut.
pub(super) enum Frame {
    /// One message, or what is to be refused as one.
    Message,
    /// The messages of a batch, and where its envelope contradicts itself.
    Batch(Vec<Bytes>, Vec<BatchWarning>),
    /// Messages without an envelope. MLLP has one answer for a frame, so they get one.
    Run(Vec<Bytes>),
    /// There is another header in it, and where the messages begin and end is not clear.
    Unclear,
}

/// What the sender of an unclear frame is told.
pub(super) const UNCLEAR: &str = "the frame holds another message header (MSH), and where its messages end is not clear; send each message in a \
     frame of its own, or as a batch (BHS)";
const ONE_NOT_STORED: &str = "a message of the frame could not be stored";
const ONE_REFUSED: &str = "a message of the frame was refused; send each in a frame of its own";

impl Frame {
    pub(super) fn of(payload: &Bytes) -> Self {
        let is_batch = batch::is_batch(payload);
        if !is_batch && !batch::holds_several(payload) {
            return Self::Message;
        }
        let Ok(envelope) = batch::split(payload) else {
            // What calls itself a batch and is none is refused as a message is.
            return if is_batch {
                Self::Message
            } else {
                Self::Unclear
            };
        };
        let messages: Vec<Bytes> = envelope.messages().map(|m| payload.slice_ref(m)).collect();
        if is_batch {
            Self::Batch(messages, envelope.warnings)
        } else if envelope.warnings.is_empty() && messages.iter().all(|message| is_whole(message)) {
            Self::Run(messages)
        } else {
            Self::Unclear
        }
    }
}

/// A line of text may begin like a header: a message says what it is, and has an id.
fn is_whole(message: &[u8]) -> bool {
    Header::parse(message)
        .is_ok_and(|header| !header.message_code().is_empty() && header.field(10).bytes().is_some())
}

impl Inner {
    /// One answer for messages that came in one frame without an envelope, to the first of them: that all are taken, or
    /// what became of the worst. A sender that sends the frame again gets the stored ones recognised as repeats.
    pub(super) fn answer_run(
        &self,
        channel: &Channel,
        payload: &[u8],
        parts: Vec<Acceptance>,
    ) -> Acceptance {
        let worst = parts.iter().map(|part| part.result).max();
        let result = worst.unwrap_or(AcceptanceResult::Ignored);
        let answers = match result {
            AcceptanceResult::Ignored | AcceptanceResult::Stored | AcceptanceResult::Duplicate => {
                let mut answers = parts.into_iter().map(|part| part.answers);
                answers.find(|one| !one.is_empty()).unwrap_or_default()
            }
            AcceptanceResult::TryLater => self.try_later(channel, payload, ONE_NOT_STORED),
            AcceptanceResult::Refused | AcceptanceResult::Quarantined => {
                let fault = Fault {
                    location: Path::field("MSH", 1),
                    ..Fault::new(ErrorCode::ApplicationInternal, ONE_REFUSED)
                };
                self.answers(channel, payload, Outcome::Rejected, &fault)
            }
        };
        Acceptance { answers, result }
    }
}
