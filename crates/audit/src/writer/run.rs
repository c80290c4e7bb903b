//! The writer at work, on a thread of its own.

use std::collections::BTreeMap;

use tokio::sync::mpsc;
use wardline_kernel::{Clock as _, SteadyClock, StoreError, UnixMillis, answer_all};

use super::batch::Batch;
use super::{Call, Recorded, Told, WriterParts};
use crate::error::NotRecorded;
use crate::model::{Event, EventKind, Seq};
use crate::port::{Commit, Committed, Head, RowKey, StoredCheckpoint};
use crate::rules::Observed;
use crate::sealing::Tokens;
use crate::service::itself;
use crate::signing::Checkpoint;

/// Leaves in one commit, after which no more calls are taken into it: some megabytes.
const MAX_LEAVES: usize = 1_024;
/// A step back of the clock that is recorded, in milliseconds. Smaller ones are what time servers do.
const CLOCK_STEP_MS: u64 = 1_000;
/// A step forward that is recorded, beyond the time that passed here: a machine that slept makes one too.
const CLOCK_LEAP_MS: u64 = 60 * 60 * 1_000;

type Answer = wardline_kernel::Answer<Told>;
/// Where the events of a call came to stand, and the events.
type Placed = (Recorded, Vec<Event>);

/// The writer.
pub(crate) struct Writer {
    parts: WriterParts,
    /// What the trail ends with; `None` when a commit failed and it has to be read again.
    head: Option<Head>,
    checkpointed: u64,
    /// The clock's time of the last batch, for telling a step once.
    clock_at: UnixMillis,
    /// The same by a clock that nobody sets; `None` before the first batch.
    steady_at: Option<u64>,
    steady: SteadyClock,
}

impl Writer {
    pub(crate) fn new(mut parts: WriterParts) -> Self {
        let head = std::mem::take(&mut parts.head);
        Self {
            checkpointed: parts.checkpointed,
            clock_at: head.last_at,
            steady_at: None,
            steady: SteadyClock::default(),
            head: Some(head),
            parts,
        }
    }

    /// Writes until nobody can ask any more.
    pub(crate) async fn run(mut self, mut waiting: mpsc::Receiver<Call>) {
        while let Some(first) = waiting.recv().await {
            let mut leaves = first.asked.leaves_at_least();
            let mut calls = vec![first];
            while leaves < MAX_LEAVES
                && let Ok(next) = waiting.try_recv()
            {
                leaves += next.asked.leaves_at_least();
                calls.push(next);
            }
            self.write(calls).await;
        }
    }

    async fn write(&mut self, calls: Vec<Call>) {
        let (answers, result) = match self.draw(calls).await {
            Ok((commit, answers)) => (answers, self.commit(commit).await),
            Err((answers, error)) => (answers, Err(error)),
        };
        // Whoever asked may have gone; what was asked is in the trail all the same.
        let of_each = |(answer, (recorded, events))| {
            let told = Told {
                result: result.clone().map(|()| recorded),
                _events: events,
            };
            (answer, told)
        };
        answer_all(answers.into_iter().map(of_each));
    }

    async fn draw(
        &mut self,
        calls: Vec<Call>,
    ) -> Result<(Commit, Vec<(Answer, Placed)>), (Vec<(Answer, Placed)>, NotRecorded)> {
        let (asked, answers): (Vec<_>, Vec<_>) = calls
            .into_iter()
            .map(|call| (call.asked, call.answer))
            .unzip();
        let mut places = Vec::with_capacity(asked.len());
        match self.fill(asked, &mut places).await {
            Ok(commit) => Ok((commit, answers.into_iter().zip(places).collect())),
            Err(error) => {
                let nowhere = answers.into_iter().map(|answer| {
                    let recorded = Recorded {
                        first: Seq(0),
                        records: 0,
                    };
                    (answer, (recorded, Vec::new()))
                });
                Err((nowhere.collect(), error))
            }
        }
    }

    async fn fill(
        &mut self,
        asked: Vec<super::Asked>,
        places: &mut Vec<Placed>,
    ) -> Result<Commit, NotRecorded> {
        let head = self.known_head().await?;
        let now = self.parts.clock.now();
        let at = now.max(head.last_at);
        let mut alerts = BTreeMap::new();
        let mut batch = Batch::new(&self.parts.sealer, head, at)?;
        if let Some(kind) = self.clock_step(now) {
            let event = itself(kind);
            batch.add(&event, &Tokens::of(&event, &self.parts.sealer))?;
        }
        let (mut rows, mut removals, mut checkpoint) = (Vec::new(), Vec::new(), false);
        for asked in asked {
            let first = batch.next();
            for event in &asked.events {
                let seq = batch.next();
                let tokens = Tokens::of(event, &self.parts.sealer);
                batch.add(event, &tokens)?;
                // By the clock, not the trail: its time stands still for as long as the clock was ahead, and with it would
                // the day by which alerts are told apart.
                let observed = Observed::of(event, tokens, now, seq);
                for alert in self.parts.rules.observe(&observed) {
                    alerts.entry(alert.id).or_insert(alert);
                }
            }
            let recorded = Recorded {
                first,
                records: batch.next().0 - first.0,
            };
            places.push((recorded, asked.events));
            rows.extend(asked.rows);
            removals.extend(asked.removals);
            checkpoint |= asked.checkpoint;
        }
        let mut commit = batch.commit;
        for alert in alerts.into_values() {
            let key = RowKey::Alert(alert.id.0);
            if self.parts.store.row(key).await?.is_none() {
                let sealed = self.parts.sealer.seal_row(at, &alert.id.0, &alert)?;
                rows.push((key, Some(sealed.into())));
            }
        }
        commit.rows = rows;
        commit.removals = removals;
        commit.checkpoint = self.checkpoint_of(&commit.head, checkpoint);
        self.clock_at = now;
        self.steady_at = Some(self.steady.now());
        Ok(commit)
    }

    /// What the clock did since the last batch that time does not do.
    fn clock_step(&self, now: UnixMillis) -> Option<EventKind> {
        if now.saturating_add(CLOCK_STEP_MS) < self.clock_at {
            return Some(EventKind::ClockWentBack);
        }
        let passed = self.steady.now().saturating_sub(self.steady_at?);
        let leap = now.saturating_sub(self.clock_at).saturating_sub(passed);
        (leap > CLOCK_LEAP_MS).then_some(EventKind::ClockWentForward)
    }

    fn checkpoint_of(&self, head: &Head, asked: bool) -> Option<StoredCheckpoint> {
        let size = head.tree.size();
        let new = size.saturating_sub(self.checkpointed);
        let is_due = new >= self.parts.checkpoint_every_records;
        (is_due || (asked && new > 0)).then(|| {
            let checkpoint = Checkpoint {
                origin: self.parts.keys.origin().to_owned(),
                size,
                root: head.tree.root(),
            };
            let note = self.parts.keys.sign(&checkpoint);
            StoredCheckpoint { size, note }
        })
    }

    async fn commit(&mut self, commit: Commit) -> Result<(), NotRecorded> {
        let is_empty = commit.leaves.is_empty()
            && commit.rows.is_empty()
            && commit.removals.is_empty()
            && commit.checkpoint.is_none();
        if is_empty {
            return Ok(());
        }
        let head = commit.head.clone();
        let checkpointed = commit.checkpoint.as_ref().map(|checkpoint| checkpoint.size);
        // Until the store has answered, nobody knows what the trail ends with.
        self.head = None;
        match self.parts.store.commit(commit).await? {
            Committed::Done => {
                self.head = Some(head);
                self.checkpointed = checkpointed.unwrap_or(self.checkpointed);
                Ok(())
            }
            Committed::Conflict { size } => {
                tracing::error!(size, "another process writes to this audit trail");
                let why = "another process writes to this audit trail: only one may";
                Err(StoreError::Unavailable(why.to_owned()).into())
            }
        }
    }

    async fn known_head(&mut self) -> Result<Head, NotRecorded> {
        if let Some(head) = &self.head {
            return Ok(head.clone());
        }
        let head = self.parts.store.head().await?.unwrap_or_default();
        self.head = Some(head.clone());
        Ok(head)
    }
}

impl super::Asked {
    /// At least so many leaves; patients may make it more.
    fn leaves_at_least(&self) -> usize {
        let patients: usize = self.events.iter().map(|event| event.patients.len()).sum();
        self.events.len() + patients / crate::model::PATIENTS_PER_LEAF + self.removals.len()
    }
}
