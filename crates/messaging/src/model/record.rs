//! A message as it is kept: the part in clear, which holds no PHI.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ChannelName, DestinationName, LaneKey, MessageId, UnixMillis};

/// A blind token: keyed HMAC of a normalised identifier, truncated to 128 bits.
pub type Token = [u8; 16];

/// The identifiers that a message can be found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum SearchField {
    /// MSH-10.
    ControlId = 1,
    /// Every identifier in PID-3, PID-18 and MRG-1.
    Patient = 2,
    /// PV1-19.
    Visit = 3,
    /// ORC-2, ORC-3, OBR-2, OBR-3.
    Accession = 4,
}

/// One way to find a message: the field and its blind token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SearchToken {
    /// Which identifier.
    pub field: SearchField,
    /// Its blind token.
    pub token: Token,
}

/// MSH-9 as `ADT^A01`, or `other` where a sender put something else there.
///
/// It is stored in clear and becomes a metric label, so it is limited to what HL7 table 0076 and 0003
/// codes look like: a name that a broken sender puts into MSH-9 must not get into either.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageType(String);

impl MessageType {
    /// From MSH-9.1 and MSH-9.2 as they came.
    pub fn from_components(code: &[u8], event: &[u8]) -> Self {
        let code_like = |b: &[u8]| b.len() == 3 && b.iter().all(u8::is_ascii_alphanumeric);
        match (std::str::from_utf8(code), std::str::from_utf8(event)) {
            (Ok(c), Ok("")) if code_like(code) => Self(c.to_ascii_uppercase()),
            (Ok(c), Ok(e)) if code_like(code) && code_like(event) => Self(format!(
                "{}^{}",
                c.to_ascii_uppercase(),
                e.to_ascii_uppercase()
            )),
            _ => Self("other".to_owned()),
        }
    }

    /// From text such as `ADT^A01` or `ADT`, as people type it in a search.
    pub fn parse(text: &str) -> Self {
        let (code, event) = text.split_once('^').unwrap_or((text, ""));
        Self::from_components(code.as_bytes(), event.as_bytes())
    }

    /// The type as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was wrong with a message, without a word of its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// HL7 table 0357 code, as `101` (required field missing).
    pub code: u16,
    /// Where: an ERR-2 style place such as `MSH-10` or `byte 17`.
    pub place: String,
    /// A sentence that says what to do.
    pub text: String,
}

/// What became of a message at the door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Disposition {
    /// Taken and queued for at least one destination.
    Routed,
    /// Taken; no destination's filter wanted it.
    Unrouted,
    /// Could not be read; answered AR or AE and kept for a person to look at.
    Quarantined(Problem),
}

/// How the message was taken, beyond the usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AcceptedAs {
    /// A message not seen before.
    #[default]
    New,
    /// Its MSH-10 was used by this sender before, for other content.
    ReusedControlId,
    /// Made here by an edit of the parent.
    Edited,
}

/// A message's part in clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRecord {
    /// Place in the order of arrival.
    pub id: MessageId,
    /// Where it came in.
    pub channel: ChannelName,
    /// When it was taken (server's clock).
    pub received_at: UnixMillis,
    /// The sender's network address, without port.
    pub peer: String,
    /// MSH-9.
    pub message_type: MessageType,
    /// Bytes of the message as it came.
    pub size_bytes: u64,
    /// What became of it at the door.
    pub disposition: Disposition,
    /// How it was taken.
    pub accepted_as: AcceptedAs,
    /// The destinations it was queued for.
    pub destinations: Vec<DestinationName>,
    /// The orders that it takes part in: one patient as a rule, several for a merge.
    pub lanes: Vec<LaneKey>,
    /// What it can be found by.
    pub tokens: Vec<SearchToken>,
    /// Blind token of sender and MSH-10; `None` for what has no readable MSH-10.
    pub duplicate_key: Option<Token>,
    /// Keyed hash of the content.
    pub content_hash: Token,
    /// The message that this one was made from.
    pub parent: Option<MessageId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_type_that_is_no_code_is_called_other() {
        assert_eq!(
            MessageType::from_components(b"adt", b"A01").as_str(),
            "ADT^A01"
        );
        assert_eq!(MessageType::from_components(b"ACK", b"").as_str(), "ACK");
        assert_eq!(
            MessageType::from_components(b"SMITH", b"JOHN").as_str(),
            "other"
        );
        assert_eq!(
            MessageType::from_components(b"\xff\xfe\xfd", b"A01").as_str(),
            "other"
        );
    }
}
