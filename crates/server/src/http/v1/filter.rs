//! Which messages: the part of a request that searches and jobs share.

use serde::Deserialize;
use utoipa::ToSchema;
use wardline_messaging::model::MessageType;
use wardline_messaging::operations::SearchRequest;
use wardline_messaging::port::MessageState;

use super::{names, time};
use crate::http::auth::{Caller, Scope};
use crate::http::problem::Problem;

/// Identifiers are short; what is longer is none.
const LONGEST_IDENTIFIER: usize = 256;

/// Which messages; every part given must match.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MessageFilter {
    /// Received on this channel.
    #[schema(example = "adt-in", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$")]
    #[serde(default)]
    channel: Option<String>,
    /// Of this type (MSH-9): `ADT^A01`, or `ADT` for every ADT event.
    #[schema(
        example = "ADT^A01",
        pattern = "^([A-Za-z0-9]{3}(\\^[A-Za-z0-9]{3})?|other)$"
    )]
    #[serde(default)]
    message_type: Option<String>,
    /// MSH-10, exactly as it was sent.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 256)]
    control_id: Option<String>,
    /// A number of the patient, such as the MRN (PID-3, PID-18, MRG-1, MRG-3): letters and digits count, case and
    /// punctuation do not. Needs the scope `phi`.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 256)]
    patient: Option<String>,
    /// The visit's number (PV1-19, MRG-5). Needs the scope `phi`.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 256)]
    visit: Option<String>,
    /// An order's number (ORC-2, ORC-3, OBR-2, OBR-3, OBR-18). Needs the scope `phi`.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 256)]
    accession: Option<String>,
    /// Received at this time or later.
    #[schema(format = DateTime)]
    #[serde(default)]
    received_from: Option<String>,
    /// Received before this time.
    #[schema(format = DateTime)]
    #[serde(default)]
    received_until: Option<String>,
}

/// What a person sees as a message's state.
#[derive(Clone, Copy, serde::Serialize, Deserialize, ToSchema)]
#[schema(as = MessageState)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// In at least one queue.
    Waiting,
    /// A dead letter at one destination or more, and waiting nowhere.
    Dead,
    /// Routed, and neither waiting nor dead anywhere.
    Done,
    /// Taken, wanted by no destination.
    Unrouted,
    /// Could not be read.
    Quarantined,
}

impl MessageFilter {
    /// Whether it names a channel.
    pub(super) fn names_channel(&self) -> bool {
        self.channel.is_some()
    }

    /// The filter as the service takes it. Who searches by what identifies a patient learns of the patient, so that
    /// needs the scope `phi`; `within` is the field of the request that the filter is.
    pub(super) fn read(
        self,
        caller: &Caller,
        state: Option<State>,
        within: &str,
    ) -> Result<SearchRequest, Problem> {
        for (field, value, of_patient) in [
            ("control_id", &self.control_id, false),
            ("patient", &self.patient, true),
            ("visit", &self.visit, true),
            ("accession", &self.accession, true),
        ] {
            let Some(value) = value else { continue };
            if of_patient {
                caller.must(Scope::Phi, &format!("{within}{field}"))?;
            }
            if value.is_empty() || value.len() > LONGEST_IDENTIFIER {
                return Err(Problem::invalid(
                    format!("{within}{field}"),
                    "expected 1 to 256 bytes",
                ));
            }
        }
        Ok(SearchRequest {
            channel: names::channel(self.channel.as_deref())?,
            message_type: message_type(self.message_type.as_deref())?,
            state: state.map(MessageState::from),
            control_id: self.control_id,
            patient: self.patient,
            visit: self.visit,
            accession: self.accession,
            received_from: time::read("received_from", self.received_from.as_deref())?,
            received_until: time::read("received_until", self.received_until.as_deref())?,
        })
    }
}

fn message_type(text: Option<&str>) -> Result<Option<MessageType>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let read = MessageType::parse(text);
    // What is no code is stored as `other`, and can be asked for by that name.
    if read.as_str() == "other" && text != "other" {
        return Err(Problem::invalid(
            "message_type",
            "expected a type such as ADT^A01, ADT or other",
        ));
    }
    Ok(Some(read))
}

impl From<State> for MessageState {
    fn from(state: State) -> Self {
        match state {
            State::Waiting => Self::Waiting,
            State::Dead => Self::Dead,
            State::Done => Self::Done,
            State::Unrouted => Self::Unrouted,
            State::Quarantined => Self::Quarantined,
        }
    }
}

impl From<MessageState> for State {
    fn from(state: MessageState) -> Self {
        match state {
            MessageState::Waiting => Self::Waiting,
            MessageState::Dead => Self::Dead,
            MessageState::Done => Self::Done,
            MessageState::Unrouted => Self::Unrouted,
            MessageState::Quarantined => Self::Quarantined,
        }
    }
}
