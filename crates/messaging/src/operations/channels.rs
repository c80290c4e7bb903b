//! Channels and destinations as they are now.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::Messaging;
use crate::channel::{Channel, Destination};
use crate::delivery::DestinationLive;
use crate::error::OperationError;
use crate::intake::DoubtfulText;
use crate::ledger::Totals;
use crate::model::{
    ChannelCounters, ChannelName, DestinationCounters, MessageId, Queue, UnixMillis,
};

/// A channel as it is now.
#[derive(Clone, Debug)]
pub struct ChannelView {
    /// Its name.
    pub name: ChannelName,
    /// Its configuration; `None` when its file is gone and only stored messages are left.
    pub definition: Option<Arc<Channel>>,
    /// Its totals.
    pub counters: ChannelCounters,
    /// How many messages of it may not read as they were written.
    pub doubtful_text: DoubtfulText,
    /// Its destinations, those included that are gone from its file.
    pub destinations: Vec<DestinationView>,
}

/// A destination as it is now.
#[derive(Clone, Debug)]
pub struct DestinationView {
    /// Its queue.
    pub queue: Queue,
    /// Its configuration; `None` when it is gone.
    pub definition: Option<Destination>,
    /// Its totals.
    pub counters: DestinationCounters,
    /// Its dispatcher's state; `None` when it is gone.
    pub live: Option<DestinationLive>,
    /// The message that waits longest, and since when.
    pub oldest_waiting: Option<(MessageId, UnixMillis)>,
}

impl Messaging {
    /// All channels in order of their names.
    ///
    /// # Errors
    /// The store failed.
    pub async fn channels(&self) -> Result<Vec<ChannelView>, OperationError> {
        let totals = self.0.totals();
        let stored = self.0.store.queues().await?;
        let configured = self.0.channels();
        let names: BTreeSet<ChannelName> = configured
            .keys()
            .chain(stored.iter().map(|queue| &queue.channel))
            .chain(totals.channels.keys())
            .cloned()
            .collect();
        let mut views = Vec::with_capacity(names.len());
        for name in names {
            let definition = configured.get(&name).cloned();
            views.push(self.view(name, definition, &stored, &totals).await?);
        }
        Ok(views)
    }

    /// One channel.
    ///
    /// # Errors
    /// `NoSuchChannel` when it was never configured nor used; the store failed.
    pub async fn channel(&self, name: &ChannelName) -> Result<ChannelView, OperationError> {
        let totals = self.0.totals();
        let stored = self.0.store.queues().await?;
        let definition = self.0.channel(name);
        let is_known = definition.is_some()
            || totals.channels.contains_key(name)
            || stored.iter().any(|queue| queue.channel == *name);
        if !is_known {
            return Err(OperationError::NoSuchChannel(name.to_string()));
        }
        self.view(name.clone(), definition, &stored, &totals).await
    }

    async fn view(
        &self,
        name: ChannelName,
        definition: Option<Arc<Channel>>,
        stored: &[Queue],
        totals: &Totals,
    ) -> Result<ChannelView, OperationError> {
        let configured: Vec<Destination> = definition
            .as_ref()
            .map_or_else(Vec::new, |channel| channel.destinations.clone());
        let of_channel = stored.iter().filter(|queue| queue.channel == name).cloned();
        let queues: BTreeSet<Queue> = configured
            .iter()
            .map(|d| Queue {
                channel: name.clone(),
                destination: d.name.clone(),
            })
            .chain(of_channel)
            .collect();
        let mut destinations = Vec::with_capacity(queues.len());
        for queue in queues {
            let oldest = self.0.store.queued(&queue, MessageId(0), 1).await?;
            destinations.push(DestinationView {
                definition: configured
                    .iter()
                    .find(|d| d.name == queue.destination)
                    .cloned(),
                counters: totals.destination(&queue),
                live: self.0.dispatchers.live(&queue),
                oldest_waiting: oldest.first().map(|entry| (entry.id, entry.received_at)),
                queue,
            });
        }
        Ok(ChannelView {
            counters: totals.channel(&name),
            doubtful_text: self.0.doubtful_texts.of(&name),
            name,
            definition,
            destinations,
        })
    }
}
