//! The ledger at work: gather, write, answer.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::batch::{Context, Draw, Drawn};
use super::handle::{Call, LedgerHandle, MAX_WAITING_CALLS};
use super::queues::Queues;
use super::step::Outcome;
use super::totals::Totals;
use crate::error::OperationError;
use crate::model::MessageId;
use crate::port::{Clock, MessageStore, StoreError};
use crate::sealing::Sealer;
use crate::watch::{Cause, Watch};

/// Calls in one batch at most.
const MAX_BATCH_CALLS: usize = 1_024;
/// Bytes of messages after which a batch is closed.
const MAX_BATCH_BYTES: usize = 8 * 1024 * 1024;

/// What a ledger is made of.
pub(crate) struct LedgerParts {
    pub(crate) store: Arc<dyn MessageStore>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) watch: Arc<Watch>,
    pub(crate) queues: Arc<Queues>,
}

/// The ledger; its thread ends when it is stopped.
pub(crate) struct Ledger {
    parts: LedgerParts,
    totals: Arc<RwLock<Totals>>,
    next_id: MessageId,
    calls: mpsc::Receiver<Call>,
    waiting: VecDeque<Call>,
}

/// A ledger that runs.
pub(crate) struct RunningLedger {
    pub(crate) handle: LedgerHandle,
    pub(crate) totals: Arc<RwLock<Totals>>,
    stop: CancellationToken,
    thread: std::thread::JoinHandle<()>,
}

impl RunningLedger {
    /// Reads where the store stands and starts the ledger's thread.
    ///
    /// # Errors
    /// The store cannot be read, or the system gives no thread.
    pub(crate) async fn start(parts: LedgerParts) -> Result<Self, OperationError> {
        let totals = Totals::new(
            parts.store.channel_counters().await?,
            parts.store.destination_counters().await?,
        );
        let next_id = parts.store.last_message_id().await?.next();
        let totals = Arc::new(RwLock::new(totals));
        let (sender, calls) = mpsc::channel(MAX_WAITING_CALLS);
        let stop = CancellationToken::new();
        let ledger = Ledger {
            parts,
            totals: Arc::clone(&totals),
            next_id,
            calls,
            waiting: VecDeque::new(),
        };
        let (runtime, stopping) = (tokio::runtime::Handle::current(), stop.clone());
        let thread = std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || runtime.block_on(ledger.run(stopping)))
            .map_err(|error| StoreError::Unavailable(format!("no thread to write on: {error}")))?;
        Ok(Self {
            handle: LedgerHandle::new(sender),
            totals,
            stop,
            thread,
        })
    }

    /// Whether its thread has not ended.
    pub(crate) fn is_running(&self) -> bool {
        !self.thread.is_finished()
    }

    /// Writes what was handed in, then ends.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        let thread = self.thread;
        let joined = tokio::task::spawn_blocking(move || thread.join()).await;
        if !matches!(joined, Ok(Ok(()))) {
            tracing::error!("the ledger's thread ended by a panic");
        }
    }
}

impl Ledger {
    async fn run(mut self, stop: CancellationToken) {
        loop {
            if self.waiting.is_empty() {
                let call = tokio::select! {
                    biased;
                    call = self.calls.recv() => call,
                    () = stop.cancelled(), if !self.calls.is_closed() => {
                        self.calls.close();
                        continue;
                    }
                };
                match call {
                    Some(call) => self.waiting.push_back(call),
                    None => return,
                }
            }
            self.gather();
            self.write_one_batch().await;
        }
    }

    /// Takes along what has come while the last batch was written.
    fn gather(&mut self) {
        let mut bytes: usize = self.waiting.iter().map(Call::weight).sum();
        while self.waiting.len() < MAX_BATCH_CALLS && bytes < MAX_BATCH_BYTES {
            let Ok(call) = self.calls.try_recv() else {
                return;
            };
            bytes += call.weight();
            self.waiting.push_back(call);
        }
    }

    async fn write_one_batch(&mut self) {
        let calls = std::mem::take(&mut self.waiting);
        let mut answers = Vec::with_capacity(calls.len());
        let written = self.draw_and_commit(calls, &mut answers).await;
        match written {
            Ok(outcomes) => {
                self.parts.watch.available(Cause::Store);
                if self.calls.is_empty() {
                    self.parts.watch.available(Cause::Overload);
                }
                for (answer, outcomes) in answers.into_iter().zip(outcomes) {
                    answer.give(Ok(outcomes));
                }
            }
            Err(error) => {
                self.parts
                    .watch
                    .unavailable(Cause::Store, &error.to_string());
                for answer in answers {
                    answer.give(Err(error.clone()));
                }
            }
        }
    }

    /// Puts the calls into a batch, but those that must wait for it, and commits it. `answers` gets those
    /// who wait for the outcome, whether it comes to one or not.
    async fn draw_and_commit(
        &mut self,
        calls: VecDeque<Call>,
        answers: &mut Vec<super::handle::Answer>,
    ) -> Result<Vec<Vec<Outcome>>, StoreError> {
        let before = self
            .totals
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let context = Context {
            store: self.parts.store.as_ref(),
            sealer: &self.parts.sealer,
            totals: &before,
            now: self.parts.clock.now(),
        };
        let mut draw = Draw::new(context, self.next_id);
        let mut failed = draw
            .learn_duplicates(calls.iter().flat_map(|call| call.steps.iter()))
            .await
            .err();
        let mut outcomes = Vec::with_capacity(calls.len());
        for call in calls {
            if failed.is_none() && draw.must_wait(&call.steps) {
                self.waiting.push_back(call);
                continue;
            }
            let (steps, answer) = call.split();
            answers.push(answer);
            if failed.is_none() {
                match draw.add(steps).await {
                    Ok(of_call) => outcomes.push(of_call),
                    Err(error) => failed = Some(error),
                }
            }
        }
        if let Some(error) = failed {
            return Err(as_store_error(error));
        }
        let drawn = draw.finish();
        self.commit(drawn).await?;
        Ok(outcomes)
    }

    async fn commit(&mut self, drawn: Drawn) -> Result<(), StoreError> {
        // Ids of a batch that failed are not given again: part of it may be on disk.
        self.next_id = drawn.next_id;
        if !drawn.batch.writes.is_empty() {
            let committed = self.parts.store.commit(drawn.batch).await;
            if let Err(error) = committed {
                // The batch may be on disk nevertheless: only the queues themselves know.
                let queued = drawn.consequences.queued.iter();
                let requeued = drawn.consequences.requeued.iter();
                for (queue, _) in queued.chain(requeued) {
                    if let Some(feed) = self.parts.queues.feed(queue) {
                        feed.lost();
                    }
                }
                return Err(error);
            }
        }
        self.totals
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .apply(drawn.totals);
        for (queue, entry) in drawn.consequences.queued {
            if let Some(feed) = self.parts.queues.feed(&queue) {
                feed.push(entry);
            }
        }
        for (queue, entry) in drawn.consequences.requeued {
            if let Some(feed) = self.parts.queues.feed(&queue) {
                feed.requeued(entry);
            }
        }
        for event in drawn.consequences.events {
            self.parts.watch.tell(event);
        }
        Ok(())
    }
}

fn as_store_error(error: OperationError) -> StoreError {
    match error {
        OperationError::Store(error) => error,
        other => StoreError::Unavailable(other.to_string()),
    }
}
