//! The ledger at work: it draws one batch while the one before is being committed.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;
use tokio_util::sync::CancellationToken;

use super::batch::Context;
use super::bell::Bell;
use super::flight::{Flight, Landed, Landing};
use super::handle::{Call, LedgerHandle, MAX_WAITING_CALLS};
use super::open::{Closed, Open};
use super::queues::Queues;
use super::totals::Totals;
use crate::error::OperationError;
use crate::model::MessageId;
use crate::port::{Clock, MessageStore, StoreError};
use crate::sealing::Sealer;
use crate::watch::{Cause, Watch};

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
    landing: Landing,
    /// As they will be when all that was drawn is committed.
    totals: Totals,
    next_id: MessageId,
    calls: Calls,
    /// Calls that look at what a batch changes that is not committed yet.
    waiting: Vec<Call>,
    flight: Option<Flight>,
    /// A commit failed, and may have been written all the same: totals are as the store has them.
    is_in_doubt: bool,
    /// Nobody can ask for anything any more.
    drained: bool,
}

/// The calls that come in.
struct Calls {
    calls: mpsc::Receiver<Call>,
    bell: Arc<Bell>,
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
        let totals = Totals::stored(parts.store.as_ref()).await?;
        let next_id = parts.store.last_message_id().await?.next();
        let totals = Arc::new(RwLock::new(totals));
        let (sender, calls) = mpsc::channel(MAX_WAITING_CALLS);
        let stop = CancellationToken::new();
        let bell = Arc::<Bell>::default();
        let ledger = Ledger {
            landing: Landing {
                totals: Arc::clone(&totals),
                watch: Arc::clone(&parts.watch),
                queues: Arc::clone(&parts.queues),
            },
            totals: totals
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            parts,
            next_id,
            calls: Calls {
                calls,
                bell: Arc::clone(&bell),
            },
            waiting: Vec::new(),
            flight: None,
            is_in_doubt: false,
            drained: false,
        };
        let (runtime, stopping) = (tokio::runtime::Handle::current(), stop.clone());
        let thread = std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || runtime.block_on(ledger.run(stopping)))
            .map_err(|error| StoreError::Unavailable(format!("no thread to write on: {error}")))?;
        Ok(Self {
            handle: LedgerHandle::new(sender, bell),
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

impl Calls {
    /// The next call; `None` when there will be no more. May be broken off and begun again.
    async fn recv(&mut self) -> Option<Call> {
        // Towards the end the channel itself knows best whether somebody is about to put a call there.
        while !self.calls.is_closed() {
            match self.calls.try_recv() {
                Ok(call) => return Some(call),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => self.bell.rung().await,
            }
        }
        self.calls.recv().await
    }

    fn is_closed(&self) -> bool {
        self.calls.is_closed()
    }
}

impl Ledger {
    async fn run(mut self, stop: CancellationToken) {
        while let Some(first) = self.first_calls(&stop).await {
            if let Err(error) = self.end_doubt().await {
                let answers = first.into_iter().map(|call| call.split().1);
                self.landing.fail(answers, &error);
                continue;
            }
            match self.draw(first).await {
                Some(closed) => self.launch(closed),
                None => self.doubt(),
            }
        }
    }

    /// A commit failed: what was drawn upon it is not counted.
    fn doubt(&mut self) {
        self.totals = self.landing.totals();
        self.is_in_doubt = true;
    }

    /// Reads the totals again after a commit that failed: a server whose answer was lost has counted what it holds messages
    /// of, and what is counted wrong here would be written over that.
    async fn end_doubt(&mut self) -> Result<(), StoreError> {
        if self.is_in_doubt {
            self.totals = Totals::stored(self.parts.store.as_ref()).await?;
            self.landing.put_totals(self.totals.clone());
            self.is_in_doubt = false;
        }
        Ok(())
    }

    /// The calls that a batch begins with; `None` when there will be no more.
    async fn first_calls(&mut self, stop: &CancellationToken) -> Option<Vec<Call>> {
        loop {
            if self.flight.is_none() && !self.waiting.is_empty() {
                return Some(std::mem::take(&mut self.waiting));
            }
            if self.flight.is_none() && self.drained {
                return None;
            }
            tokio::select! {
                biased;
                landed = Flight::ends(&mut self.flight) => {
                    // Those who wait for it are told; no other batch was drawn upon it yet.
                    if self.land(landed).is_err() {
                        self.doubt();
                    }
                }
                call = self.calls.recv(), if !self.drained => match call {
                    Some(call) => return Some(vec![call]),
                    None => self.drained = true,
                },
                () = stop.cancelled(), if !self.calls.is_closed() => self.calls.calls.close(),
            }
        }
    }

    /// Draws a batch from these calls, and from those that come until the batch before is committed. `None`
    /// when that one failed: what was drawn upon it fails with it.
    async fn draw(&mut self, first: Vec<Call>) -> Option<Closed> {
        let context = Context {
            store: self.parts.store.as_ref(),
            sealer: &self.parts.sealer,
            totals: &self.totals,
            now: self.parts.clock.now(),
        };
        let pending = self.flight.as_ref().map(Flight::pending);
        let mut open = Open::new(context, self.next_id, pending);
        let mut more = first;
        loop {
            while open.has_room()
                && let Ok(call) = self.calls.calls.try_recv()
            {
                open.take_room(&call);
                more.push(call);
            }
            let must_wait = open.add(std::mem::take(&mut more)).await;
            self.waiting.extend(must_wait);
            if self.flight.is_none() {
                return Some(open.close());
            }
            tokio::select! {
                biased;
                landed = Flight::ends(&mut self.flight) => match self.land(landed) {
                    Ok(()) => {
                        open.nothing_pending();
                        more = std::mem::take(&mut self.waiting);
                    }
                    Err(error) => {
                        self.landing.fail(open.give_up(), &error);
                        return None;
                    }
                },
                call = self.calls.recv(), if open.has_room() && !self.calls.is_closed() => {
                    if let Some(call) = call {
                        open.take_room(&call);
                        more.push(call);
                    }
                }
            }
        }
    }

    fn land(&self, landed: Landed) -> Result<(), StoreError> {
        let committed = self.landing.land(landed);
        if committed.is_ok() && self.calls.calls.is_empty() {
            self.parts.watch.available(Cause::Overload);
        }
        committed
    }

    /// Hands a batch to the store.
    fn launch(&mut self, closed: Closed) {
        match closed.drawn {
            Ok(drawn) => {
                // Ids of a batch that fails are not given again: part of it may be on disk.
                self.next_id = drawn.next_id;
                self.totals.apply(drawn.totals.clone());
                self.flight = Some(Flight::new(&self.parts.store, drawn, closed.answers));
            }
            Err(error) => {
                let answers = closed.answers.into_iter().map(|(answer, _)| answer);
                self.landing.fail(answers, &error);
            }
        }
    }
}
