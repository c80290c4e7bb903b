//! Sending a changed copy in a dead letter's place.

use bytes::Bytes;
use wardline_hl7::{Charset, Edit, Header, Message, Path};

use crate::Messaging;
use crate::error::OperationError;
use crate::intake::{Prepared, Wish};
use crate::ledger::{Outcome, Step};
use crate::model::{Disposition, MessageId, Queue};

/// What is changed.
#[derive(Clone)]
pub enum Change {
    /// Values at paths, as text; it is escaped and encoded as the message is.
    Set(Vec<(Path, String)>),
    /// The whole message.
    Replace(Bytes),
}

impl Messaging {
    /// Stores a changed copy with a new MSH-10 and the original as its parent, and queues it in the dead
    /// letter's place. The original is kept.
    ///
    /// # Errors
    /// `Invalid` when the change cannot be made or its result not be read; `NotDead` when the message is no
    /// dead letter there any more; the store failed.
    pub async fn edit(
        &self,
        queue: &Queue,
        id: MessageId,
        change: Change,
        edited_by: &str,
    ) -> Result<MessageId, OperationError> {
        let changed = match change {
            Change::Replace(raw) => raw,
            Change::Set(values) => self.changed((queue, id), &values).await?,
        };
        let step = self.replacement(queue, id, (&changed, edited_by)).await?;
        match self.0.ledger.submit_one(step).await? {
            Outcome::Stored { id, .. } => Ok(id),
            _ => Err(OperationError::NotDead {
                id,
                queue: queue.clone(),
            }),
        }
    }

    /// What stores a copy of a message with these values, in its place.
    pub(super) async fn replacement_with(
        &self,
        (queue, id): (&Queue, MessageId),
        values: &[(Path, String)],
        edited_by: &str,
    ) -> Result<Step, OperationError> {
        let changed = self.changed((queue, id), values).await?;
        self.replacement(queue, id, (&changed, edited_by)).await
    }

    async fn changed(
        &self,
        (queue, id): (&Queue, MessageId),
        values: &[(Path, String)],
    ) -> Result<Bytes, OperationError> {
        let character_set = self.character_set(&queue.channel);
        set((&self.0.opened_body(id).await?.raw, character_set), values)
    }

    async fn replacement(
        &self,
        queue: &Queue,
        id: MessageId,
        (changed, edited_by): (&[u8], &str),
    ) -> Result<Step, OperationError> {
        let channel = self.0.channel(&queue.channel);
        let channel =
            channel.ok_or_else(|| OperationError::NoSuchChannel(queue.channel.to_string()))?;
        let raw = self.with_new_control_id((changed, channel.character_set()))?;
        let received_at = self.0.clock.now();
        let key = self.0.sealer.key(&channel.name, received_at).await?;
        let wish = Wish {
            channel,
            peer: format!("edit by {edited_by}"),
            received_at,
            raw,
            edit_of: Some((id, queue.destination.clone())),
        };
        let Prepared::Store(append) = self.0.prepare(&wish) else {
            return Err(OperationError::Invalid(
                "the copy cannot be taken: it is an \
                acknowledgement, or the queue is full"
                    .to_owned(),
            ));
        };
        if let Disposition::Quarantined(problem) = &append.disposition {
            return Err(OperationError::Invalid(format!(
                "the copy: {}",
                problem.text
            )));
        }
        Ok(Step::Replace {
            queue: queue.clone(),
            id,
            with: append,
            key,
        })
    }

    fn with_new_control_id(
        &self,
        (raw, character_set): (&[u8], Option<Charset>),
    ) -> Result<Bytes, OperationError> {
        let header = Header::parse(raw).map_err(|e| OperationError::Invalid(e.to_string()))?;
        let mut control_id = self.0.control_ids.next();
        while control_id.as_bytes() == header.control_id() {
            control_id = self.0.control_ids.next();
        }
        let path = Path::field("MSH", 10)
            .ok_or_else(|| OperationError::Invalid("MSH-10 is no path".to_owned()))?;
        set((raw, character_set), &[(path, control_id)])
    }
}

/// The message with other values, in its own character set.
fn set(
    (raw, character_set): (&[u8], Option<Charset>),
    values: &[(Path, String)],
) -> Result<Bytes, OperationError> {
    let message = Message::parse(raw).map_err(|e| OperationError::Invalid(e.to_string()))?;
    let message = message.with_default_charset(character_set);
    let mut edit = Edit::new(&message);
    for (path, value) in values {
        edit.set(path, value)
            .map_err(|e| OperationError::Invalid(format!("{path}: {e}")))?;
    }
    Ok(edit.finish().into())
}
