//! The running totals of channels and destinations, written with every batch that changes them.

use std::collections::BTreeMap;

use crate::model::{ChannelCounters, ChannelName, DestinationCounters, Queue};
use crate::port::{MessageStore, StoreError, Write};

/// All totals.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub(crate) channels: BTreeMap<ChannelName, ChannelCounters>,
    pub(crate) destinations: BTreeMap<Queue, DestinationCounters>,
}

impl Totals {
    /// As the store has them.
    pub(super) async fn stored(store: &dyn MessageStore) -> Result<Self, StoreError> {
        let channels = store.channel_counters().await?;
        Ok(Self::new(channels, store.destination_counters().await?))
    }

    pub(crate) fn new(channels: Vec<ChannelCounters>, queues: Vec<DestinationCounters>) -> Self {
        Self {
            channels: channels
                .into_iter()
                .map(|c| (c.channel.clone(), c))
                .collect(),
            destinations: queues.into_iter().map(|c| (c.queue.clone(), c)).collect(),
        }
    }

    /// A channel's totals; zero for one that was never used.
    pub fn channel(&self, channel: &ChannelName) -> ChannelCounters {
        self.channels
            .get(channel)
            .cloned()
            .unwrap_or_else(|| ChannelCounters::new(channel.clone()))
    }

    /// Messages that wait for a destination.
    pub fn waiting(&self, queue: &Queue) -> u64 {
        self.destinations
            .get(queue)
            .map_or(0, |counters| counters.waiting)
    }

    /// A destination's totals; zero for one that was never used.
    pub fn destination(&self, queue: &Queue) -> DestinationCounters {
        self.destinations
            .get(queue)
            .cloned()
            .unwrap_or_else(|| DestinationCounters::new(queue.clone()))
    }
}

/// Totals as a batch will leave them; they replace the old ones only when it was committed.
pub(super) struct Draft<'a> {
    committed: &'a Totals,
    changed: Totals,
}

impl<'a> Draft<'a> {
    pub(super) fn new(committed: &'a Totals) -> Self {
        Self {
            committed,
            changed: Totals::default(),
        }
    }

    pub(super) fn channel(&mut self, name: &ChannelName) -> &mut ChannelCounters {
        let committed = self.committed;
        self.changed
            .channels
            .entry(name.clone())
            .or_insert_with(|| committed.channel(name))
    }

    pub(super) fn destination(&mut self, queue: &Queue) -> &mut DestinationCounters {
        let committed = self.committed;
        self.changed
            .destinations
            .entry(queue.clone())
            .or_insert_with(|| committed.destination(queue))
    }

    pub(super) fn writes(&self) -> impl Iterator<Item = Write> + '_ {
        let channels = self
            .changed
            .channels
            .values()
            .cloned()
            .map(Write::PutChannelCounters);
        let queues = self
            .changed
            .destinations
            .values()
            .cloned()
            .map(Write::PutDestinationCounters);
        channels.chain(queues)
    }

    pub(super) fn into_changed(self) -> Totals {
        self.changed
    }
}

impl Totals {
    pub(super) fn apply(&mut self, changed: Totals) {
        self.channels.extend(changed.channels);
        self.destinations.extend(changed.destinations);
    }
}
