//! What the service does by itself: watches the room on disk, removes what was kept long enough, runs jobs.

use std::time::Duration;

use tokio::time::Instant;
use wardline_kernel::{Change, Spell};

use super::steady::{SteadyClock, Trust};
use super::{Inner, Messaging};
use crate::channel::Channel;
use crate::error::OperationError;
use crate::ledger::Step;
use crate::model::UnixMillis;
use crate::port::{Direction, MessageState, Query};
use crate::watch::Cause;

/// How often the room on disk is looked at.
const DISK_INTERVAL: Duration = Duration::from_secs(1);
/// How often old messages are looked for.
const RETENTION_INTERVAL: Duration = Duration::from_mins(1);
/// Messages removed at a time: few, as what comes in meanwhile waits behind them.
const RETENTION_PAGE: usize = 100;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

impl Messaging {
    /// Starts the tasks that go on until the service stops.
    pub(super) fn keep_house(&self, min_free_bytes: u64, clock: SteadyClock) {
        let tasks = &self.0.tasks;
        let messaging = self.clone();
        tasks.spawn(async move { messaging.watch_disk(min_free_bytes).await });
        let messaging = self.clone();
        tasks.spawn(async move { messaging.keep_retention(clock).await });
        let messaging = self.clone();
        tasks.spawn(async move { messaging.run_jobs().await });
    }

    /// The clock as it can be believed at the start, before anything comes in.
    pub(super) async fn steady_clock(&self) -> Result<SteadyClock, OperationError> {
        let query = Query {
            direction: Direction::NewestFirst,
            ..Query::default()
        };
        let newest = self.0.store.search(&query, None, 1).await?;
        let newest = newest.items.first().map(|record| record.received_at);
        let wall = self.0.clock.now();
        let mut clock = SteadyClock::start(Instant::now(), wall, newest);
        if clock.look(Instant::now(), wall) != Trust::Believed {
            tracing::warn!(
                "the newest message is more than a day from the clock, so the clock may be wrong: no old messages are \
                 removed until it has held for a day"
            );
        }
        Ok(clock)
    }

    async fn watch_disk(&self, min_free_bytes: u64) {
        let mut spell = Spell::default();
        while self.0.pause(DISK_INTERVAL).await {
            let usage = self.0.store.usage().await;
            match &usage {
                Ok(usage) if usage.free_bytes < min_free_bytes => {
                    let detail = format!(
                        "{} MB are left in the store, and it is to keep {} MB: free space there",
                        usage.free_bytes / 1_000_000,
                        min_free_bytes / 1_000_000
                    );
                    self.0.watch.unavailable(Cause::Disk, &detail);
                }
                Ok(_) => self.0.watch.available(Cause::Disk),
                Err(_) => {}
            }
            if let Some(Change::Began(error)) = spell.tell(usage) {
                tracing::warn!(%error, "the room in the store is not known now");
            }
            if self.0.watch.store_has_failed() {
                self.probe_store().await;
            }
        }
    }

    /// Tries a write, so that a store that works again is known to without waiting for a message: who asks
    /// whether to send may be the reason that none comes.
    async fn probe_store(&self) {
        let channel = self.0.channels().into_keys().next();
        let Some(channel) = channel else { return };
        if let Err(error) = self.0.ledger.submit_one(Step::Probe(channel)).await {
            tracing::debug!(%error, "the store takes no writes yet");
        }
    }

    async fn keep_retention(&self, mut clock: SteadyClock) {
        while self.0.pause(RETENTION_INTERVAL).await {
            match clock.look(Instant::now(), self.0.clock.now()) {
                Trust::Believed => {}
                Trust::Jumped => {
                    tracing::warn!(
                        "the clock has jumped by more than an hour: no old messages are removed until it has held for a day"
                    );
                    continue;
                }
                Trust::Doubted => continue,
            }
            if let Err(error) = self.remove_expired().await {
                tracing::warn!(%error, "old messages are not removed now");
            }
        }
    }

    /// Removes messages that were kept as long as their channel asks. What waits or is a dead letter stays.
    ///
    /// # Errors
    /// The store failed; the rest is removed at the next turn.
    pub async fn remove_expired(&self) -> Result<u64, OperationError> {
        let now = self.0.clock.now();
        let mut removed = 0;
        for channel in self.0.channels().values() {
            let retention = &channel.retention;
            for (state, days) in [
                (MessageState::Done, retention.delivered_days),
                (MessageState::Unrouted, retention.delivered_days),
                (MessageState::Quarantined, retention.quarantined_days),
            ] {
                let until = now.saturating_sub(u64::from(days) * DAY_MS);
                removed += self.remove_older(channel, state, until).await?;
            }
        }
        if removed > 0 {
            tracing::info!(removed, "messages beyond their retention were removed");
        }
        Ok(removed)
    }

    async fn remove_older(
        &self,
        channel: &Channel,
        state: MessageState,
        until: UnixMillis,
    ) -> Result<u64, OperationError> {
        let query = Query {
            channel: Some(channel.name.clone()),
            state: Some(state),
            received_until: Some(until),
            direction: Direction::OldestFirst,
            ..Query::default()
        };
        let (mut removed, mut cursor) = (0, None);
        while !self.0.stop.is_cancelled() {
            let page = self.0.store.search(&query, cursor, RETENTION_PAGE).await?;
            cursor = page.next;
            let steps: Vec<Step> = page
                .items
                .into_iter()
                .map(|record| Step::Remove(Box::new(record)))
                .collect();
            if !steps.is_empty() {
                removed += steps.len() as u64;
                self.0.ledger.submit(steps).await?;
            }
            if cursor.is_none() {
                break;
            }
        }
        Ok(removed)
    }
}

impl Inner {
    /// Waits; `false` when the service stops.
    async fn pause(&self, interval: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(interval) => true,
            () = self.stop.cancelled() => false,
        }
    }
}
