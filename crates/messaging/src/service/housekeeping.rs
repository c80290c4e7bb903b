//! What the service does by itself: watches the room on disk, removes what was kept long enough, runs jobs.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use wardline_kernel::{Change, ClockTrust, Spell, Trust};

use super::{Inner, Messaging, steady};
use crate::channel::Channel;
use crate::error::OperationError;
use crate::ledger::Step;
use crate::model::{Job, UnixMillis};
use crate::port::{Direction, MessageState, Query};
use crate::watch::Cause;

/// How often the room on disk is looked at.
const DISK_INTERVAL: Duration = Duration::from_secs(1);
/// How often old messages and jobs are looked for.
const RETENTION_INTERVAL: Duration = Duration::from_mins(1);
/// Messages, or jobs, removed at a time: few, as what comes in meanwhile waits behind them.
const RETENTION_PAGE: usize = 100;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

impl Messaging {
    /// Starts the tasks that go on until the service stops.
    pub(super) fn keep_house(&self, min_free_bytes: u64, clock: ClockTrust) {
        let tasks = &self.0.tasks;
        let messaging = self.clone();
        tasks.spawn(async move { messaging.watch_disk(min_free_bytes).await });
        let messaging = self.clone();
        tasks.spawn(async move { messaging.keep_retention(clock).await });
        let messaging = self.clone();
        tasks.spawn(async move { messaging.run_jobs().await });
    }

    /// The clock as it can be believed at the start, before anything comes in.
    pub(super) async fn steady_clock(&self) -> Result<ClockTrust, OperationError> {
        let newest = self.newest_message(None).await?;
        let before = match newest {
            Some(newest) => {
                let until = newest.saturating_sub(steady::CAME_LATELY_MS);
                self.newest_message(Some(until)).await?
            }
            None => None,
        };
        let wall = self.0.clock.now();
        let mut clock = steady::at_start(wall, newest, before);
        if clock.look(Duration::ZERO, wall) != Trust::Believed {
            tracing::warn!(
                "the newest message is more than a day from the clock, or came more than four days after the one before, so \
                 the clock may be wrong: no old messages are removed until it has held for a day"
            );
        }
        Ok(clock)
    }

    /// When the newest message came that came before `until`.
    async fn newest_message(
        &self,
        until: Option<UnixMillis>,
    ) -> Result<Option<UnixMillis>, OperationError> {
        let query = Query {
            direction: Direction::NewestFirst,
            received_until: until,
            ..Query::default()
        };
        let mut after = None;
        loop {
            // A page ends after so much work, also without having found any.
            let page = self.0.store.search(&query, after, 1).await?;
            if let Some(record) = page.items.first() {
                return Ok(Some(record.received_at));
            }
            if page.next.is_none() {
                return Ok(None);
            }
            after = page.next;
        }
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

    async fn keep_retention(&self, mut clock: ClockTrust) {
        let began = Instant::now();
        while self.0.pause(RETENTION_INTERVAL).await {
            match clock.look(began.elapsed(), self.0.clock.now()) {
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
            if let Err(error) = self.remove_expired_jobs().await {
                tracing::warn!(%error, "old jobs are not removed now");
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

    /// Removes jobs that ended as long ago as delivered messages of their channel are kept, or of the channel that keeps
    /// them longest where a job is of none that there is. The newest job stays.
    ///
    /// # Errors
    /// The store failed; the rest is removed at the next turn.
    pub async fn remove_expired_jobs(&self) -> Result<u64, OperationError> {
        let (now, channels) = (self.0.clock.now(), self.0.channels());
        let days_of = |channel: &Arc<Channel>| channel.retention.delivered_days;
        let Some(longest) = channels.values().map(days_of).max() else {
            return Ok(0);
        };
        let is_over = |job: &Job| {
            let name = job.selection.channel.as_ref();
            let channel = name.and_then(|name| channels.get(name));
            let days = channel.map_or(longest, days_of);
            job.changed_at < now.saturating_sub(u64::from(days) * DAY_MS)
        };
        let mut removed = 0;
        while !self.0.stop.is_cancelled() {
            let ids = self.0.jobs.ended(is_over, RETENTION_PAGE);
            if ids.is_empty() {
                break;
            }
            let steps = ids.iter().copied().map(Step::RemoveJob).collect();
            self.0.ledger.submit(steps).await?;
            self.0.jobs.forget(&ids);
            removed += ids.len() as u64;
        }
        if removed > 0 {
            tracing::info!(removed, "jobs beyond their retention were removed");
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
