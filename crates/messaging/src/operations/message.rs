//! One message: its part in clear, its body, what became of it everywhere.

use bytes::Bytes;

use crate::Messaging;
use crate::error::OperationError;
use crate::model::{
    AttemptResult, DeadLetter, Delivery, DeliveryState, DestinationName, MessageId, MessageRecord,
    Queue, UnixMillis,
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
    /// `NoSuchMessage`; the store failed.
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

    /// A message's bytes and the answers that its sender got. PHI.
    ///
    /// # Errors
    /// `NoSuchMessage`; `Sealed` when the bytes do not open; the store failed.
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
        let open = |sealed: &Vec<u8>| self.0.sealer.open_note(&queue, record.id, sealed).ok();
        let attempts = delivery.attempts.iter().map(|attempt| AttemptView {
            at: attempt.at,
            took_ms: attempt.took_ms,
            result: attempt.result,
            detail: attempt.detail.clone(),
            answer: attempt.answer.as_ref().and_then(open),
        });
        Ok(DeliveryView {
            attempts: attempts.collect(),
            reason: delivery.reason.as_ref().and_then(open),
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
        self.sealer.open_body(id, &sealed)
    }
}
