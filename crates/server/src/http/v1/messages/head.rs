//! The part of a message that is in clear.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_messaging::model::{self, Disposition, MessageRecord};
use wardline_messaging::operations::MessageSummary;

use super::super::filter::State;
use super::time;

/// A message in a list.
#[derive(Serialize, ToSchema)]
pub(in crate::http::v1) struct MessageItem {
    state: State,
    message: MessageHead,
}

/// The part of a message that holds nothing of a patient.
#[derive(Serialize, ToSchema)]
pub(in crate::http::v1) struct MessageHead {
    /// Place in the order of arrival.
    id: u64,
    channel: String,
    #[schema(format = DateTime)]
    received_at: String,
    /// The sender's network address, or who edited it.
    peer: String,
    /// MSH-9, or `other` where a sender put something else there.
    #[schema(example = "ADT^A01")]
    message_type: String,
    /// Bytes of the message as it came.
    size_bytes: u64,
    accepted_as: AcceptedAs,
    /// What could not be read; there for quarantined messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ReadingProblem>,
    /// The destinations that it was queued for.
    destinations: Vec<String>,
    /// The message that this one is a changed copy of.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<u64>,
}

/// How a message was taken.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AcceptedAs {
    /// A message not seen before.
    New,
    /// Its MSH-10 was used by this sender before, for other content.
    ReusedControlId,
    /// Made here by an edit of the parent.
    Edited,
}

/// What was wrong with a message, without a word of its content.
#[derive(Serialize, ToSchema)]
struct ReadingProblem {
    /// HL7 table 0357.
    code: u16,
    /// Where, as `MSH-10` or `byte 17`.
    place: String,
    /// What to do.
    text: String,
}

impl From<MessageSummary> for MessageItem {
    fn from(summary: MessageSummary) -> Self {
        Self {
            state: summary.state.into(),
            message: summary.record.into(),
        }
    }
}

impl From<MessageRecord> for MessageHead {
    fn from(record: MessageRecord) -> Self {
        Self {
            id: record.id.0,
            channel: record.channel.to_string(),
            received_at: time::text(record.received_at),
            peer: record.peer,
            message_type: record.message_type.to_string(),
            size_bytes: record.size_bytes,
            accepted_as: match record.accepted_as {
                model::AcceptedAs::New => AcceptedAs::New,
                model::AcceptedAs::ReusedControlId => AcceptedAs::ReusedControlId,
                model::AcceptedAs::Edited => AcceptedAs::Edited,
            },
            problem: match record.disposition {
                Disposition::Quarantined(model::Problem { code, place, text }) => {
                    Some(ReadingProblem { code, place, text })
                }
                Disposition::Routed | Disposition::Unrouted => None,
            },
            destinations: record
                .destinations
                .iter()
                .map(ToString::to_string)
                .collect(),
            parent_id: record.parent.map(|id| id.0),
        }
    }
}
