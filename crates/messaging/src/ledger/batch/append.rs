//! Storing a message: is it a repeat, which id does it get, who gets it.

use super::Draw;
use crate::error::OperationError;
use crate::ledger::step::{Append, Outcome};
use crate::model::{AcceptedAs, Disposition, EventKind, MessageId, MessageRecord, Queue};
use crate::port::{DuplicateEntry, QueueEntry, Write};
use crate::sealing::HeldKey;

/// What a control id that was used before means for a new message.
enum Use {
    First,
    Repeat(MessageId),
    Reuse,
}

impl Draw<'_> {
    pub(super) fn append(
        &mut self,
        append: Append,
        key: HeldKey,
    ) -> Result<Outcome, OperationError> {
        let accepted_as = match self.use_of_control_id(&append) {
            Use::Repeat(id) => {
                self.totals.channel(&append.channel).duplicates += 1;
                return Ok(Outcome::Duplicate { id });
            }
            Use::Reuse if append.refuse_reused_control_id => return Ok(Outcome::ReuseRefused),
            Use::Reuse => AcceptedAs::ReusedControlId,
            Use::First => append.accepted_as,
        };

        let id = self.next_id;
        let sealer = self.context.sealer;
        let body = sealer.seal_body(key, id, &append.answers, &append.raw)?;
        self.next_id = id.next();
        if let Some(key) = append.duplicate_key {
            let entry = DuplicateEntry {
                id,
                content_hash: append.content_hash,
                received_at: append.received_at,
            };
            self.duplicates.insert(key, entry);
        }
        self.count(&append, id, accepted_as);
        self.queue(&append, id);
        self.writes.push(Write::PutMessage {
            record: record(append, id, accepted_as),
            body,
        });
        Ok(Outcome::Stored { id, accepted_as })
    }

    fn use_of_control_id(&self, append: &Append) -> Use {
        let known = append
            .duplicate_key
            .filter(|_| append.duplicate_window_ms > 0)
            .and_then(|key| self.duplicates.get(&key))
            .filter(|known| {
                append.received_at.saturating_sub(known.received_at) <= append.duplicate_window_ms
            });
        match known {
            None => Use::First,
            Some(known) if known.content_hash == append.content_hash => Use::Repeat(known.id),
            Some(_) => Use::Reuse,
        }
    }

    fn count(&mut self, append: &Append, id: MessageId, accepted_as: AcceptedAs) {
        let channel = self.totals.channel(&append.channel);
        channel.received += 1;
        channel.last_received_at = Some(append.received_at);
        match append.disposition {
            Disposition::Routed => {}
            Disposition::Unrouted => channel.unrouted += 1,
            Disposition::Quarantined(_) => {
                channel.quarantined += 1;
                let channel = append.channel.clone();
                self.consequences
                    .events
                    .push(EventKind::Quarantined { channel, id });
            }
        }
        if accepted_as == AcceptedAs::ReusedControlId {
            let channel = append.channel.clone();
            self.consequences
                .events
                .push(EventKind::ControlIdReused { channel, id });
        }
    }

    fn queue(&mut self, append: &Append, id: MessageId) {
        for destination in &append.destinations {
            let queue = Queue {
                channel: append.channel.clone(),
                destination: destination.clone(),
            };
            let entry = QueueEntry {
                id,
                lanes: append.lanes.clone(),
                received_at: append.received_at,
            };
            self.totals.destination(&queue).waiting += 1;
            self.writes.push(Write::Enqueue {
                queue: queue.clone(),
                entry: entry.clone(),
            });
            self.consequences.queued.push((queue, entry));
        }
    }
}

fn record(append: Append, id: MessageId, accepted_as: AcceptedAs) -> MessageRecord {
    MessageRecord {
        id,
        channel: append.channel,
        received_at: append.received_at,
        peer: append.peer,
        message_type: append.message_type,
        size_bytes: append.raw.len() as u64,
        disposition: append.disposition,
        accepted_as,
        destinations: append.destinations,
        lanes: append.lanes,
        tokens: append.tokens,
        duplicate_key: append.duplicate_key,
        content_hash: append.content_hash,
        parent: append.parent,
    }
}
