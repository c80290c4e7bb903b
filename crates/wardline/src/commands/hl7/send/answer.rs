//! How a message was answered.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value as Json, json};
use wardline_hl7::Header;
use wardline_hl7::ack::{Ack, AckCode, Outcome as Verdict};

use crate::commands::hl7::character_set::CharacterSetArg;
use crate::commands::hl7::input::Place;
use crate::terminal::harmless;

/// One message, and what became of it.
pub(super) struct Answered {
    /// Where the message came from.
    pub(super) place: Place,
    /// MSH-10, decoded.
    pub(super) control_id: String,
    /// Bytes of the message.
    pub(super) bytes: usize,
    /// From the first byte sent to the answer.
    pub(super) took: Duration,
    /// What came back.
    pub(super) result: AnswerResult,
}

/// What came back.
pub(super) enum AnswerResult {
    /// An acknowledgement.
    Acknowledged {
        /// MSA-1.
        code: AckCode,
        /// MSA-3 or the first error, if it says anything.
        text: Option<String>,
        /// Codes and places of ERR segments.
        errors: Vec<String>,
    },
    /// The message asks for none.
    NotAsked,
    /// None came, or none that can be read: what became of the message is not known.
    Unknown(String),
    /// It was not sent.
    NotSent(String),
}

impl AnswerResult {
    /// Reads an acknowledgement.
    pub(super) fn read(frame: &Bytes, control_id: &[u8]) -> Self {
        match Ack::parse(frame) {
            Ok(ack) if ack.answers(control_id) => Self::Acknowledged {
                code: ack.code,
                text: ack.text,
                errors: ack
                    .errors
                    .iter()
                    .map(|error| {
                        format!("{} {}", error.code, error.location)
                            .trim()
                            .to_owned()
                    })
                    .collect(),
            },
            Ok(_) => Self::Unknown("the answer is to another message (MSA-2)".to_owned()),
            Err(error) => Self::Unknown(error.to_string()),
        }
    }

    /// Whether the receiver has the message, as far as it was asked.
    pub(super) fn is_good(&self) -> bool {
        match self {
            Self::Acknowledged { code, .. } => code.outcome() == Verdict::Accepted,
            Self::NotAsked => true,
            Self::Unknown(_) | Self::NotSent(_) => false,
        }
    }

    /// MSA-1, or what stands in its place.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Acknowledged { code, .. } => code.as_str(),
            Self::NotAsked => "--",
            Self::Unknown(_) => "??",
            Self::NotSent(_) => "!!",
        }
    }

    /// What there is to say besides.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Acknowledged { text, errors, .. } => {
                let text = text.iter().map(|text| harmless(text));
                let errors = errors.iter().map(|error| format!("[{}]", harmless(error)));
                text.chain(errors).collect::<Vec<_>>().join(" ")
            }
            Self::NotAsked => "it asks for no acknowledgement".to_owned(),
            Self::Unknown(reason) => format!("not known what became of it: {reason}"),
            Self::NotSent(reason) => format!("not sent: {reason}"),
        }
    }
}

impl Answered {
    /// As a line of JSON.
    pub(super) fn to_json(&self) -> Json {
        json!({
            "place": self.place.to_string(),
            "control_id": self.control_id,
            "accepted": self.result.is_good(),
            "code": match &self.result {
                AnswerResult::Acknowledged { code, .. } => Some(code.as_str()),
                _ => None,
            },
            "text": self.result.text(),
            "took_ms": self.took.as_secs_f64() * 1_000.0,
        })
    }
}

/// MSH-10 as text; empty when there is none that can be read.
pub(super) fn control_id_text(message: &[u8], character_set: CharacterSetArg) -> String {
    // The header's own bytes are enough: a body that cannot be read is sent all the same.
    let Ok(header) = Header::parse(message) else {
        return String::new();
    };
    let head = character_set.read(header.segment().bytes());
    head.map(|head| head.decode(header.control_id()).into_owned())
        .unwrap_or_default()
}
