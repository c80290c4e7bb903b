//! Reading one message and deciding what is to be stored and answered. No I/O.

use std::sync::Arc;

use bytes::Bytes;
use wardline_hl7::ack::ErrorCode;
use wardline_hl7::charset::CharsetError;
use wardline_hl7::{Fault, Header, Message, Outcome, ParseError, Path};
use wardline_phi::IndexField;

use super::frame::UNCLEAR;
use super::identify::Identity;
use crate::channel::{Channel, ReusedControlId, UnknownCharset};
use crate::ledger::Append;
use crate::model::{
    AcceptedAs, ChannelName, DestinationName, Disposition, MessageId, MessageType, Problem, Token,
    UnixMillis,
};
use crate::service::Inner;

/// A message that is to be taken in.
#[derive(Clone)]
pub(crate) struct Wish {
    pub(crate) channel: Arc<Channel>,
    pub(crate) peer: String,
    /// When it came in: whoever has it stored seals it under the key of that time.
    pub(crate) received_at: UnixMillis,
    pub(crate) raw: Bytes,
    /// The message that it was made from, and the one destination that it is for.
    pub(crate) edit_of: Option<(MessageId, DestinationName)>,
}

/// What is to be done with a message.
pub(crate) enum Prepared {
    /// Store it; these answers are its own once that is done.
    Store(Box<Append>),
    /// Store nothing, answer nothing: it is itself an acknowledgement.
    Ignore,
    /// Store nothing; it cannot be taken now.
    TryLater(Vec<Bytes>),
}

/// Why a message that has a header is not taken as it is.
struct Objection {
    outcome: Outcome,
    fault: Fault<'static>,
}

impl Inner {
    /// Reads a message and decides.
    pub(crate) fn prepare(&self, wish: &Wish) -> Prepared {
        let raw = wish.raw.clone();
        let character_set = wish.channel.character_set();
        let message = Message::parse(&raw).map(|read| read.with_default_charset(character_set));
        match message {
            Ok(message) if message.header().is_acknowledgement() => Prepared::Ignore,
            Ok(message) => match objection(message.header(), &wish.channel) {
                Some(objection) => self.prepare_objected(wish, message.header(), &objection),
                None => self.prepare_readable(wish, &message),
            },
            Err(error) => self.prepare_unreadable(wish, error),
        }
    }

    /// Refuses a frame of which it is not clear where its messages end, and has it kept whole.
    pub(super) fn prepare_unclear(&self, wish: &Wish) -> Prepared {
        match Header::parse(&wish.raw) {
            Ok(header) => {
                let fault = Fault {
                    location: Path::field("MSH", 1),
                    ..Fault::new(ErrorCode::SegmentSequence, UNCLEAR)
                };
                let outcome = Outcome::Rejected;
                self.prepare_objected(wish, &header, &Objection { outcome, fault })
            }
            Err(error) => self.prepare_unreadable(wish, error),
        }
    }

    /// The answers to a message that cannot be taken now, whatever it is.
    pub(super) fn try_later(&self, channel: &Channel, raw: &[u8], why: &str) -> Vec<Bytes> {
        let text = format!("not stored, try again later: {why}");
        let fault = Fault::new(ErrorCode::ApplicationInternal, &text);
        self.answers(channel, raw, Outcome::Error, &fault)
    }

    /// The answers to a message with a fault, from as much of its header as can be read.
    pub(super) fn answers(
        &self,
        channel: &Channel,
        raw: &[u8],
        outcome: Outcome,
        fault: &Fault<'_>,
    ) -> Vec<Bytes> {
        match Header::parse(raw) {
            Ok(header) => self.answers_to(&header, &channel.acknowledgement, outcome, Some(fault)),
            Err(_) => self.answer_to_unreadable(fault),
        }
    }

    fn prepare_readable(&self, wish: &Wish, message: &Message<'_>) -> Prepared {
        let (channel, header) = (&wish.channel, message.header());
        let message_type =
            MessageType::from_components(header.message_code(), header.trigger_event());
        let destinations = match &wish.edit_of {
            Some((_, destination)) => vec![destination.clone()],
            None => routes(channel, message, &message_type),
        };
        let full = destinations.iter().find(|destination| {
            let queue = crate::model::Queue {
                channel: channel.name.clone(),
                destination: (*destination).clone(),
            };
            self.waiting(&queue) >= channel.retention.max_waiting
        });
        if let Some(destination) = full {
            let why = format!("the queue of destination {destination} is full");
            return Prepared::TryLater(self.try_later(channel, &wish.raw, &why));
        }
        self.doubtful_texts.note(wish, message.warnings());
        let identity = Identity::of(message, channel, &self.index);
        let answers = self.answers_to(header, &channel.acknowledgement, Outcome::Accepted, None);
        let disposition = if destinations.is_empty() {
            Disposition::Unrouted
        } else {
            Disposition::Routed
        };
        Prepared::Store(Box::new(Append {
            message_type,
            answers,
            disposition,
            destinations,
            lanes: identity.lanes,
            tokens: identity.tokens,
            duplicate_key: identity.duplicate_key,
            ..self.append(wish)
        }))
    }

    fn prepare_objected(
        &self,
        wish: &Wish,
        header: &Header<'_>,
        objection: &Objection,
    ) -> Prepared {
        let settings = &wish.channel.acknowledgement;
        let answers = self.answers_to(header, settings, objection.outcome, Some(&objection.fault));
        let message_type =
            MessageType::from_components(header.message_code(), header.trigger_event());
        let append = Append {
            message_type,
            ..self.quarantined(wish, &objection.fault, answers)
        };
        Prepared::Store(Box::new(append))
    }

    fn prepare_unreadable(&self, wish: &Wish, error: ParseError) -> Prepared {
        let text = error.to_string();
        let fault = Fault::unreadable(&error, &text);
        let answers = self.answers(&wish.channel, &wish.raw, Outcome::Rejected, &fault);
        Prepared::Store(Box::new(self.quarantined(wish, &fault, answers)))
    }

    /// A message that a person must look at. The same bytes again within the window are a repeat of it.
    fn quarantined(&self, wish: &Wish, fault: &Fault<'_>, answers: Vec<Bytes>) -> Append {
        let append = self.append(wish);
        let parts = [
            wish.channel.name.as_str().as_bytes(),
            b"quarantined",
            &append.content_hash,
        ];
        let duplicate_key = self.index.token_of(IndexField::Dedup, &parts);
        let problem = Problem {
            code: fault.code.as_str().parse().unwrap_or_default(),
            place: fault
                .location
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            text: fault.text.to_owned(),
        };
        Append {
            answers,
            duplicate_key,
            disposition: Disposition::Quarantined(problem),
            ..append
        }
    }

    fn append(&self, wish: &Wish) -> Append {
        let duplicates = &wish.channel.duplicates;
        let is_edit = wish.edit_of.is_some();
        Append {
            channel: wish.channel.name.clone(),
            received_at: wish.received_at,
            peer: wish.peer.clone(),
            message_type: MessageType::from_components(b"", b""),
            raw: wish.raw.clone(),
            answers: Vec::new(),
            disposition: Disposition::Unrouted,
            destinations: Vec::new(),
            lanes: Vec::new(),
            tokens: Vec::new(),
            duplicate_key: None,
            content_hash: self.content_hash(&wish.channel.name, &wish.raw),
            duplicate_window_ms: duplicates.window_seconds.saturating_mul(1_000),
            refuse_reused_control_id: duplicates.reused_control_id == ReusedControlId::Refuse,
            accepted_as: if is_edit {
                AcceptedAs::Edited
            } else {
                AcceptedAs::New
            },
            parent: wish.edit_of.as_ref().map(|(parent, _)| *parent),
        }
    }

    fn content_hash(&self, channel: &ChannelName, raw: &[u8]) -> Token {
        self.index.content_hash(&[channel.as_str().as_bytes(), raw])
    }
}

/// The destinations whose filter admits the message.
fn routes(
    channel: &Channel,
    message: &Message<'_>,
    message_type: &MessageType,
) -> Vec<DestinationName> {
    let admitted = channel
        .destinations
        .iter()
        .filter(|d| d.filter.admits(message, message_type));
    admitted
        .map(|destination| destination.name.clone())
        .collect()
}

fn objection(header: &Header<'_>, channel: &Channel) -> Option<Objection> {
    // `""` is no id either.
    if header.field(10).bytes().is_none() {
        return Some(Objection {
            outcome: Outcome::Error,
            fault: Fault::missing_control_id(),
        });
    }
    let refuses = channel.acknowledgement.unknown_character_set == UnknownCharset::Refuse;
    let text = match header.charset() {
        Ok(_) => return None,
        Err(CharsetError::Unknown | CharsetError::Unread) if !refuses => return None,
        Err(CharsetError::Unknown) => UNKNOWN_CHARSET,
        Err(CharsetError::Unread) => UNREAD_CHARSET,
        Err(_) => WIDE_CHARSET,
    };
    let location = Path::field("MSH", 18);
    let fault = Fault {
        location,
        ..Fault::new(ErrorCode::TableValueNotFound, text)
    };
    Some(Objection {
        outcome: Outcome::Rejected,
        fault,
    })
}

const UNKNOWN_CHARSET: &str =
    "MSH-18 names an unknown character set; send a name of HL7 table 0211 such as UNICODE UTF-8";
const UNREAD_CHARSET: &str = "MSH-18 names a character set that is not read here (CNS 11643-1992, Shift_JIS, ISO-2022-KR and their like); send \
     UNICODE UTF-8";
const WIDE_CHARSET: &str =
    "MSH-18 names UTF-16 or UTF-32, which MLLP cannot carry; send UNICODE UTF-8";
