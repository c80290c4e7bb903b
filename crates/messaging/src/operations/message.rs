//! One message: its part in clear, its body, what became of it everywhere.

use bytes::Bytes;
use wardline_hl7::Charset;

use crate::Messaging;
use crate::error::OperationError;
use crate::model::{
    AttemptResult, ChannelName, DeadLetter, Delivery, DeliveryState, DestinationName, MessageId,
    MessageRecord, Queue, UnixMillis,
};
use crate::port::MessageState;
use crate::sealing::OpenedBody;

/// A message with all that is in clear.
#[derive(Clone, Debug)]
pub struct MessageView {
    /// Its part in clear.
    pub record: MessageRecord,
    /// Its state.
    pub state: MessageState,
    /// What became of it at each destination.
    pub deliveries: Vec<DeliveryView>,
}

/// A message at one destination.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    /// Where.
    pub destination: DestinationName,
    /// Its state there.
    pub state: DeliveryState,
    /// All attempts; `attempts` holds the last of them.
    pub attempt_count: u32,
    /// The last attempts, oldest first.
    pub attempts: Vec<AttemptView>,
    /// When the state was reached; `None` while it waits for its first attempt.
    pub changed_at: Option<UnixMillis>,
    /// Why it waits for a person.
    pub dead_letter: Option<DeadLetter>,
    /// A person's reason. PHI: it may name a patient.
    pub reason: Option<Bytes>,
}

/// One attempt.
#[derive(Clone, Debug)]
pub struct AttemptView {
    /// When it began.
    pub at: UnixMillis,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
    /// How it ended.
    pub result: AttemptResult,
    /// What the transport said.
    pub detail: String,
    /// The partner's answer. PHI: partners quote what they refuse.
    pub answer: Option<Bytes>,
}

impl Messaging {
    /// A message and what became of it.
    ///
    /// # Errors
    /// `NoSuchMessage`; `Key` when an answer's or a reason's key cannot be had now; the store failed.
    pub async fn message(&self, id: MessageId) -> Result<MessageView, OperationError> {
        let record = self.0.record(id).await?;
        let state = self.state_of(&record).await?;
        let written = self.0.store.deliveries(id).await?;
        let mut names = record.destinations.clone();
        for (name, _) in &written {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let mut deliveries = Vec::with_capacity(names.len());
        for name in names {
            let delivery = written
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, d)| d.clone());
            deliveries.push(self.delivery_view(&record, name, delivery).await?);
        }
        Ok(MessageView {
            record,
            state,
            deliveries,
        })
    }

    /// How text of a channel's messages is read where MSH-18 does not say, when the channel says it.
    pub fn character_set(&self, channel: &ChannelName) -> Option<Charset> {
        self.0.channel(channel)?.character_set()
    }

    /// A message's bytes and the answers that its sender got. PHI.
    ///
    /// # Errors
    /// `NoSuchMessage`; `Sealed` when the bytes do not open; `Key` when their key cannot be had now; the store failed.
    pub async fn body(&self, id: MessageId) -> Result<OpenedBody, OperationError> {
        self.0.opened_body(id).await
    }

    async fn delivery_view(
        &self,
        record: &MessageRecord,
        destination: DestinationName,
        delivery: Option<Delivery>,
    ) -> Result<DeliveryView, OperationError> {
        let queue = Queue {
            channel: record.channel.clone(),
            destination,
        };
        let dead_letter = self.0.store.dead_letter(&queue, record.id).await?;
        let changed_at = delivery.as_ref().map(|delivery| delivery.changed_at);
        let delivery = delivery.unwrap_or_else(|| Delivery::waiting(record.received_at));
        let place = (&queue, record.id);
        let mut attempts = Vec::with_capacity(delivery.attempts.len());
        for attempt in &delivery.attempts {
            attempts.push(AttemptView {
                at: attempt.at,
                took_ms: attempt.took_ms,
                result: attempt.result,
                detail: attempt.detail.clone(),
                answer: self.0.opened_note(place, attempt.answer.as_ref()).await?,
            });
        }
        Ok(DeliveryView {
            attempts,
            reason: self.0.opened_note(place, delivery.reason.as_ref()).await?,
            state: delivery.state,
            attempt_count: delivery.attempt_count,
            changed_at,
            dead_letter,
            destination: queue.destination,
        })
    }
}

impl crate::service::Inner {
    pub(super) async fn record(&self, id: MessageId) -> Result<MessageRecord, OperationError> {
        self.store
            .record(id)
            .await?
            .ok_or(OperationError::NoSuchMessage(id))
    }

    pub(crate) async fn opened_body(&self, id: MessageId) -> Result<OpenedBody, OperationError> {
        let sealed = self
            .store
            .body(id)
            .await?
            .ok_or(OperationError::NoSuchMessage(id))?;
        self.sealer.open_body(id, &sealed).await
    }

    /// `None` also for a note that does not open as it is: the rest of the message is shown without it.
    async fn opened_note(
        &self,
        place: (&Queue, MessageId),
        sealed: Option<&Vec<u8>>,
    ) -> Result<Option<Bytes>, OperationError> {
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        match self.sealer.open_note(place, sealed).await {
            Ok(note) => Ok(Some(note)),
            Err(OperationError::Sealed(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
