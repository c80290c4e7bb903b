//! What the gate is asked before a message is shown, or searched for by what identifies a patient.

use wardline_access::guard::{Permit, Subject};
use wardline_access::model::{Action, DataType};
use wardline_hl7::{Charset, Message};
use wardline_messaging::model::MessageId;
use wardline_messaging::operations::{MessageView, SearchRequest};
use wardline_messaging::{OpenedBody, OperationError};

use super::people;
use crate::gate::{Named, TooMany, named_in};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

/// Has it decided and recorded that the caller is shown a message, of each patient whom it names, with why when it
/// said so. Nothing of it may be shown before.
pub(super) async fn read(
    api: &Api,
    caller: &Caller,
    (id, why): (u64, Option<&str>),
    (raw, character_set): (&[u8], Option<Charset>),
) -> Result<(), Problem> {
    let about = why.map_or_else(
        || format!("message {id}"),
        |why| format!("message {id}: {why}"),
    );
    // What cannot be read as a message names nobody.
    let message = Message::parse(raw).map(|read| read.with_default_charset(character_set));
    let named = message.map_or_else(|_| Ok(Named::default()), |message| named_in(&message));
    match named {
        Ok(named) => people::shown(api, caller, named, &about).await,
        Err(TooMany) => Err(people::too_many(api, caller, &about).await),
    }
}

/// What became of a message. When that cannot be read, it is in the trail.
pub(super) async fn message(api: &Api, caller: &Caller, id: u64) -> Result<MessageView, Problem> {
    let read = api.messaging.message(MessageId(id)).await;
    readable(api, caller, id, read).await
}

/// A message, opened. When it does not open, that is in the trail.
pub(super) async fn opened(api: &Api, caller: &Caller, id: u64) -> Result<OpenedBody, Problem> {
    let read = api.messaging.body(MessageId(id)).await;
    readable(api, caller, id, read).await
}

async fn readable<T>(
    api: &Api,
    caller: &Caller,
    id: u64,
    read: Result<T, OperationError>,
) -> Result<T, Problem> {
    let error = match read {
        Ok(read) => return Ok(read),
        Err(error @ OperationError::NoSuchMessage(_)) => return Err(error.into()),
        Err(error) => error,
    };
    let about = format!("message {id}");
    let wanted = people::wanted(Subject::NoPatient, &about);
    Err(api.failed_unasked(caller, wanted, error).await)
}

/// A search, which is recorded before its answer leaves when it was by what identifies a patient.
pub(super) struct Search(Option<Permit>);

/// Has it decided whether the caller may search by what it searches by.
pub(super) async fn search(
    api: &Api,
    caller: &Caller,
    request: &SearchRequest,
) -> Result<Search, Problem> {
    let by = [
        ("patient", &request.patient),
        ("visit", &request.visit),
        ("accession", &request.accession),
    ];
    let by: Vec<&str> = by
        .iter()
        .filter_map(|(field, value)| value.as_ref().map(|_| *field))
        .collect();
    if by.is_empty() {
        return Ok(Search(None));
    }
    let wanted = Wanted {
        action: Action::Search,
        types: &[DataType::Messages],
        subject: Subject::WhoeverIsFound,
        about: format!("messages by {}", by.join(" and ")),
    };
    Ok(Search(Some(api.permit(caller, wanted).await?)))
}

impl Search {
    /// The answer. It names no patient, so none is named in the trail; whose message is opened is.
    pub(super) async fn disclose<T>(self, api: &Api, answer: T) -> Result<T, Problem> {
        match self.0 {
            None => Ok(answer),
            Some(permit) => api.disclose(permit, answer, Vec::new()).await,
        }
    }

    /// Why there is no answer, once that is in the trail.
    pub(super) async fn failed(self, api: &Api, error: OperationError) -> Problem {
        match self.0 {
            None => error.into(),
            Some(permit) => api.failed(permit, Vec::new(), error).await,
        }
    }
}
