//! Finding messages by their identifiers, without scanning.

use crate::Messaging;
use crate::error::OperationError;
use crate::intake::search_token;
use crate::model::{
    ChannelName, Disposition, MessageId, MessageRecord, MessageType, Queue, SearchField,
    SearchToken, UnixMillis,
};
use crate::port::{Direction, MessageState, Page, Query};

/// Messages on one page at most.
pub(super) const MAX_PAGE: usize = 500;

/// What to look for, in clear; every part given must match. It is turned into blind tokens at once.
#[derive(Clone, Default)]
pub struct SearchRequest {
    /// Received on this channel.
    pub channel: Option<ChannelName>,
    /// Of this type; `ADT` stands for every ADT event.
    pub message_type: Option<MessageType>,
    /// In this state.
    pub state: Option<MessageState>,
    /// MSH-10.
    pub control_id: Option<String>,
    /// A patient's number: PID-3 (PID-2 where it holds none), PID-18, MRG-1, MRG-3.
    pub patient: Option<String>,
    /// A visit's number: PV1-19, MRG-5.
    pub visit: Option<String>,
    /// An order's number: ORC-2, ORC-3, OBR-2, OBR-3, OBR-18.
    pub accession: Option<String>,
    /// Received at this time or later.
    pub received_from: Option<UnixMillis>,
    /// Received before this time.
    pub received_until: Option<UnixMillis>,
}

/// A message in a list.
#[derive(Clone, Debug)]
pub struct MessageSummary {
    /// Its part in clear.
    pub record: MessageRecord,
    /// Its state.
    pub state: MessageState,
}

impl Messaging {
    /// A page of the messages that match, newest first.
    ///
    /// # Errors
    /// `Invalid` when an identifier holds no letter or digit; the store failed.
    pub async fn search(
        &self,
        request: &SearchRequest,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<MessageSummary>, OperationError> {
        let query = Query {
            channel: request.channel.clone(),
            message_type: request.message_type.clone(),
            state: request.state,
            tokens: self.tokens(request)?,
            received_from: request.received_from,
            received_until: request.received_until,
            direction: Direction::NewestFirst,
        };
        let page = self
            .0
            .store
            .search(&query, cursor, limit.clamp(1, MAX_PAGE))
            .await?;
        let mut items = Vec::with_capacity(page.items.len());
        for record in page.items {
            let state = self.state_of(&record).await?;
            items.push(MessageSummary { record, state });
        }
        Ok(Page {
            items,
            next: page.next,
        })
    }

    /// The blind tokens of the identifiers in a request.
    pub(super) fn tokens(
        &self,
        request: &SearchRequest,
    ) -> Result<Vec<SearchToken>, OperationError> {
        let identifiers = [
            (SearchField::ControlId, "control_id", &request.control_id),
            (SearchField::Patient, "patient", &request.patient),
            (SearchField::Visit, "visit", &request.visit),
            (SearchField::Accession, "accession", &request.accession),
        ];
        let mut tokens = Vec::new();
        for (field, name, value) in identifiers {
            let Some(value) = value else { continue };
            let token = search_token(field, value.trim().as_bytes(), &self.0.index);
            let token = token.ok_or_else(|| {
                OperationError::Invalid(format!("{name}: expected letters or digits"))
            })?;
            tokens.push(token);
        }
        Ok(tokens)
    }

    /// What a person sees as a message's state.
    pub(super) async fn state_of(
        &self,
        record: &MessageRecord,
    ) -> Result<MessageState, OperationError> {
        let at_rest = match record.disposition {
            Disposition::Routed => MessageState::Done,
            Disposition::Unrouted => MessageState::Unrouted,
            Disposition::Quarantined(_) => MessageState::Quarantined,
        };
        let store = &self.0.store;
        let mut state = at_rest;
        let written = store
            .deliveries(record.id)
            .await?
            .into_iter()
            .map(|(name, _)| name);
        for destination in record.destinations.iter().cloned().chain(written) {
            let queue = Queue {
                channel: record.channel.clone(),
                destination,
            };
            if store.is_queued(&queue, record.id).await? {
                return Ok(MessageState::Waiting);
            }
            if store.dead_letter(&queue, record.id).await?.is_some() {
                state = MessageState::Dead;
            }
        }
        Ok(state)
    }
}
