//! One MLLP frame: a message, or a batch of them, stored and then answered.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use wardline_hl7::ack::ErrorCode;
use wardline_hl7::batch::{self, BatchWarning};
use wardline_hl7::{Fault, Outcome as AckOutcome, Path};
use wardline_phi::KeyRingError;

use super::frame::Frame;
use super::prepare::{Prepared, Wish};
use crate::Messaging;
use crate::channel::Channel;
use crate::error::OperationError;
use crate::ledger::{Outcome, Step};
use crate::model::{Disposition, UnixMillis};
use crate::sealing::HeldKey;
use crate::watch::{Cause, Health};

/// From this size on a message is read on a thread for long work.
const LARGE_BYTES: usize = 1024 * 1024;

/// What came in one MLLP frame.
#[derive(Clone)]
pub struct Arrival {
    /// Where it came in.
    pub channel: Arc<Channel>,
    /// The sender's network address, without port.
    pub peer: String,
    /// The frame's content.
    pub payload: Bytes,
}

/// What the sender is told.
#[derive(Clone)]
pub struct Acceptance {
    /// Messages to send back, each in a frame of its own, in this order; there may be none.
    pub answers: Vec<Bytes>,
    /// What became of it; of a batch, what became of the worst of its messages.
    pub result: AcceptanceResult,
}

/// What became of an arrival, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AcceptanceResult {
    /// It is an acknowledgement: neither stored nor answered.
    Ignored,
    /// Stored durably.
    Stored,
    /// A repeat of a stored message; it gets that one's answer.
    Duplicate,
    /// Refused by configuration; the sender must not send it again.
    Refused,
    /// Could not be read; kept for a person to look at.
    Quarantined,
    /// Not stored; the sender is to send it again.
    TryLater,
}

/// An arrival that has its place in the order and is being stored.
pub type PendingAcceptance = Pin<Box<dyn Future<Output = Acceptance> + Send>>;

/// When an arrival came in, and the key of its channel then, or why there is none, in words for its sender.
type Sealing = (UnixMillis, Result<HeldKey, &'static str>);

/// What is answered for one message when all goes well.
struct Expected {
    raw: Bytes,
    answers: Vec<Bytes>,
    result: AcceptanceResult,
}

/// One message of an arrival on its way.
enum Part {
    Stored(Expected),
    Told(Acceptance),
}

impl Messaging {
    /// Takes in one frame. Once this returns the frame has its place behind all earlier ones; the returned
    /// future ends when it is durable, with the answers. Messages of a batch are stored together or not at all.
    pub async fn accept(&self, arrival: Arrival) -> PendingAcceptance {
        let (parts, appends) = match self.read(&arrival).await {
            Ok(read) => read,
            Err(acceptance) => return Box::pin(std::future::ready(acceptance)),
        };
        if appends.is_empty() {
            let messaging = self.clone();
            return Box::pin(
                async move { messaging.finish(&arrival, parts, Ok(Vec::new())).await },
            );
        }
        let queued = self.0.ledger.enqueue(appends).await;
        if matches!(queued, Err(OperationError::Overloaded)) {
            self.0.watch.unavailable(Cause::Overload, OVERLOAD);
        }
        let messaging = self.clone();
        Box::pin(async move {
            let outcomes = match queued {
                Ok(written) => written.await,
                Err(error) => Err(error),
            };
            messaging.finish(&arrival, parts, outcomes).await
        })
    }

    /// The answer to a frame that was longer than the channel takes, from the first bytes of it.
    pub fn refuse_oversized(&self, channel: &Channel, head: &[u8]) -> Vec<Bytes> {
        let limit = channel.listener.max_message_bytes;
        let text = format!("the message is longer than this channel takes: {limit} bytes");
        let fault = Fault::new(ErrorCode::ApplicationInternal, &text);
        self.0.answers(channel, head, AckOutcome::Rejected, &fault)
    }

    /// Cuts a batch, reads the messages. `Err` is an answer at once.
    async fn read(&self, arrival: &Arrival) -> Result<(Vec<Part>, Vec<Step>), Acceptance> {
        if let Some(why) = self.why_not_now() {
            let answers = self.0.try_later(&arrival.channel, &arrival.payload, &why);
            return Err(Acceptance {
                answers,
                result: AcceptanceResult::TryLater,
            });
        }
        let received_at = self.0.clock.now();
        let key = self.0.sealer.key(&arrival.channel.name, received_at).await;
        let why = |error: OperationError| {
            // The keeper of the keys tells aloud; here it would be once for every message.
            tracing::debug!(%error, channel = %arrival.channel.name, "there is no key to seal with");
            reason(&error)
        };
        let sealing = (received_at, key.map_err(why));
        if arrival.payload.len() < LARGE_BYTES {
            return Ok(self.read_all(arrival, sealing));
        }
        let (messaging, shared) = (self.clone(), arrival.clone());
        tokio::task::spawn_blocking(move || messaging.read_all(&shared, sealing))
            .await
            .map_err(|_| {
                let answers = self.0.try_later(
                    &arrival.channel,
                    &arrival.payload,
                    "reading it was broken off",
                );
                Acceptance {
                    answers,
                    result: AcceptanceResult::TryLater,
                }
            })
    }

    fn why_not_now(&self) -> Option<String> {
        if self.0.watch.health() == Health::Stopping {
            return Some("this system is stopping".to_owned());
        }
        self.0.watch.disk_is_low()
    }

    fn read_all(&self, arrival: &Arrival, (received_at, key): Sealing) -> (Vec<Part>, Vec<Step>) {
        let payload = &arrival.payload;
        let frame = Frame::of(payload);
        let is_unclear = matches!(frame, Frame::Unclear);
        let messages = match frame {
            Frame::Batch(messages, warnings) => {
                warn_of(arrival, &warnings);
                messages
            }
            Frame::Run(messages) => messages,
            Frame::Message | Frame::Unclear => vec![payload.clone()],
        };
        let (mut parts, mut steps) = (Vec::new(), Vec::new());
        for raw in messages {
            let wish = Wish {
                channel: Arc::clone(&arrival.channel),
                peer: arrival.peer.clone(),
                received_at,
                raw: raw.clone(),
                edit_of: None,
            };
            let told = |answers, result| Part::Told(Acceptance { answers, result });
            let prepared = if is_unclear {
                self.0.prepare_unclear(&wish)
            } else {
                self.0.prepare(&wish)
            };
            parts.push(match (prepared, key) {
                (Prepared::Ignore, _) => told(Vec::new(), AcceptanceResult::Ignored),
                (Prepared::TryLater(answers), _) => told(answers, AcceptanceResult::TryLater),
                (Prepared::Store(_), Err(why)) => {
                    Part::Told(self.not_now(&arrival.channel, &raw, why))
                }
                (Prepared::Store(append), Ok(key)) => {
                    let result = match append.disposition {
                        Disposition::Quarantined(_) => AcceptanceResult::Quarantined,
                        Disposition::Routed | Disposition::Unrouted => AcceptanceResult::Stored,
                    };
                    let answers = append.answers.clone();
                    steps.push(Step::Append { append, key });
                    Part::Stored(Expected {
                        raw,
                        answers,
                        result,
                    })
                }
            });
        }
        (parts, steps)
    }

    /// Puts the answers together once it is known what became of the messages.
    async fn finish(
        &self,
        arrival: &Arrival,
        parts: Vec<Part>,
        outcomes: Result<Vec<Outcome>, OperationError>,
    ) -> Acceptance {
        let mut outcomes = outcomes.map(Vec::into_iter);
        let mut told = Vec::with_capacity(parts.len());
        for part in parts {
            let one = match part {
                Part::Told(acceptance) => acceptance,
                Part::Stored(expected) => {
                    let outcome = match &mut outcomes {
                        Ok(outcomes) => outcomes.next().ok_or("it is not known what became of it"),
                        Err(error) => Err(reason(error)),
                    };
                    self.finish_one(&arrival.channel, expected, outcome).await
                }
            };
            told.push(one);
        }
        if told.len() > 1 && !batch::is_batch(&arrival.payload) {
            return self.0.answer_run(&arrival.channel, &arrival.payload, told);
        }
        let mut all = Acceptance {
            answers: Vec::new(),
            result: AcceptanceResult::Ignored,
        };
        for one in told {
            all.answers.extend(one.answers);
            all.result = all.result.max(one.result);
        }
        self.wrap_batch(arrival, all)
    }

    async fn finish_one(
        &self,
        channel: &Channel,
        expected: Expected,
        outcome: Result<Outcome, &'static str>,
    ) -> Acceptance {
        let Expected {
            raw,
            answers,
            result,
        } = expected;
        match outcome {
            Ok(Outcome::Stored { .. }) => Acceptance { answers, result },
            Ok(Outcome::Duplicate { id }) => match self.0.opened_body(id).await {
                Ok(body) => Acceptance {
                    answers: body.answers,
                    result: AcceptanceResult::Duplicate,
                },
                Err(error) => {
                    tracing::error!(%error, %id, "the answer to a repeat cannot be read");
                    let why = "the stored answer cannot be read now";
                    let answers = self.0.try_later(channel, &raw, why);
                    Acceptance {
                        answers,
                        result: AcceptanceResult::TryLater,
                    }
                }
            },
            Ok(Outcome::ReuseRefused) => {
                let location = Path::field("MSH", 10);
                let fault = Fault {
                    location,
                    ..Fault::new(ErrorCode::DuplicateKeyIdentifier, REUSED)
                };
                let answers = self.0.answers(channel, &raw, AckOutcome::Rejected, &fault);
                Acceptance {
                    answers,
                    result: AcceptanceResult::Refused,
                }
            }
            Ok(Outcome::Done | Outcome::NotApplicable) => {
                self.not_now(channel, &raw, "it is not known what became of it")
            }
            Err(why) => self.not_now(channel, &raw, why),
        }
    }

    fn not_now(&self, channel: &Channel, raw: &[u8], why: &str) -> Acceptance {
        let answers = self.0.try_later(channel, raw, why);
        Acceptance {
            answers,
            result: AcceptanceResult::TryLater,
        }
    }

    /// A batch is answered by a batch where the channel says so, and where it held no message to answer.
    fn wrap_batch(&self, arrival: &Arrival, mut all: Acceptance) -> Acceptance {
        let payload = &arrival.payload;
        let is_wrapped = arrival.channel.acknowledgement.per_batch
            || (all.answers.is_empty() && all.result == AcceptanceResult::Ignored);
        let envelope = (is_wrapped && batch::is_batch(payload)).then(|| batch::split(payload));
        if let Some(Ok(envelope)) = envelope {
            all.answers = vec![self.0.batch_answer(&envelope, &all.answers)];
        }
        all
    }
}

const OVERLOAD: &str =
    "more messages come than the disk takes; senders are told to try again later";
const REUSED: &str =
    "MSH-10 was used before for another message; this channel takes each control id once";

/// Tells of a batch whose envelope contradicts itself; its messages are taken as they are. One line, however many places
/// there are.
fn warn_of(arrival: &Arrival, warnings: &[BatchWarning]) {
    if let Some(first) = warnings.first() {
        let (channel, peer, places) = (&arrival.channel.name, &arrival.peer, warnings.len());
        tracing::warn!(%channel, %peer, places, ?first, "a batch contradicts itself");
    }
}

/// Why a message was not stored, in words for its sender.
fn reason(error: &OperationError) -> &'static str {
    match error {
        OperationError::Overloaded => "too many messages are waiting to be stored",
        OperationError::Stopping => "this system is stopping",
        OperationError::Store(crate::port::StoreError::Full) => "the store is full",
        OperationError::Key(KeyRingError::Provider(_)) => {
            "the key service gives no key to seal it with"
        }
        _ => "the store is not available",
    }
}
