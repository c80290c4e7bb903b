//! Listing what needs a person's decision.

use crate::Messaging;
use crate::error::OperationError;
use crate::model::{
    ChannelName, DeadLetter, DeadReason, DestinationName, MessageId, MessageRecord, Queue,
};
use crate::port::Page;

use super::search::MAX_PAGE;

/// Which dead letters; every part given must match.
#[derive(Clone, Debug, Default)]
pub struct DeadLetterFilter {
    /// Of this channel.
    pub channel: Option<ChannelName>,
    /// At this destination.
    pub destination: Option<DestinationName>,
    /// For this reason.
    pub reason: Option<DeadReason>,
}

/// A dead letter with its message's part in clear.
#[derive(Clone, Debug)]
pub struct DeadLetterView {
    /// The dead letter.
    pub dead: DeadLetter,
    /// Its message.
    pub record: MessageRecord,
}

impl Messaging {
    /// A page of dead letters, by destination and then in order of arrival.
    ///
    /// # Errors
    /// The store failed.
    pub async fn dead_letters(
        &self,
        filter: &DeadLetterFilter,
        cursor: Option<(Queue, MessageId)>,
        limit: usize,
    ) -> Result<Page<DeadLetterView, (Queue, MessageId)>, OperationError> {
        let limit = limit.clamp(1, MAX_PAGE);
        let (from, mut after) = match cursor {
            Some((queue, id)) => (Some(queue), Some(id)),
            None => (None, None),
        };
        let mut items = Vec::new();
        for queue in self.queues_of(filter).await? {
            if from.as_ref().is_some_and(|from| queue < *from) {
                continue;
            }
            let mut position = after.take().filter(|_| from.as_ref() == Some(&queue));
            loop {
                let page = self
                    .0
                    .store
                    .dead_letters(&queue, position, limit - items.len())
                    .await?;
                for dead in page.items {
                    if filter.reason.is_none_or(|reason| reason == dead.reason) {
                        let record = self.0.record(dead.id).await?;
                        items.push(DeadLetterView { dead, record });
                    }
                }
                position = page.next;
                if items.len() >= limit {
                    let next = items.last().map(|view| (queue.clone(), view.dead.id));
                    return Ok(Page { items, next });
                }
                if position.is_none() {
                    break;
                }
            }
        }
        Ok(Page { items, next: None })
    }

    /// The queues that a filter speaks of, in order.
    pub(super) async fn queues_of(
        &self,
        filter: &DeadLetterFilter,
    ) -> Result<Vec<Queue>, OperationError> {
        let mut queues = self.0.store.queues().await?;
        queues.retain(|queue| {
            filter
                .channel
                .as_ref()
                .is_none_or(|channel| *channel == queue.channel)
                && filter
                    .destination
                    .as_ref()
                    .is_none_or(|name| *name == queue.destination)
        });
        queues.sort();
        Ok(queues)
    }
}
