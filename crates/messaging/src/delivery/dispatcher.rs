//! The dispatcher of one destination: reads its durable queue, keeps the order, sends.

mod window;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wardline_kernel::{Change, Spell};

use super::attempt::{Attempted, Courier, Next};
use super::backoff;
use super::circuit::{Change as OfCircuit, Circuit};
use super::feed::Feed;
use super::live::{LastError, Live};
use crate::error::OperationError;
use crate::ledger::{Outcome, Step};
use crate::model::{AttemptResult, EventKind, MessageId};
use crate::port::StoreError;
use crate::watch::Watch;
use window::Window;

/// Commands that may wait for a dispatcher.
const MAX_COMMANDS: usize = 16;
/// Pause after the store could not be read.
const READ_PAUSE: Duration = Duration::from_secs(1);

/// What a dispatcher is made of.
pub(crate) struct DispatcherParts {
    pub(crate) courier: Courier,
    pub(crate) feed: Arc<Feed>,
    pub(crate) watch: Arc<Watch>,
    /// Messages on their way at once; 0 keeps all waiting.
    pub(crate) parallel: usize,
}

/// A dispatcher that runs.
pub(crate) struct DispatcherHandle {
    pub(crate) live: Arc<Live>,
    commands: mpsc::Sender<Command>,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What a person asks of a dispatcher.
enum Command {
    /// Take a waiting message out of the queue by this step.
    TakeOut {
        id: MessageId,
        step: Step,
        answer: oneshot::Sender<Result<Outcome, OperationError>>,
    },
    /// Try the partner now, whatever the circuit says.
    TryNow,
}

impl DispatcherHandle {
    pub(crate) fn start(parts: DispatcherParts) -> Self {
        let live = Arc::<Live>::default();
        let (sender, commands) = mpsc::channel(MAX_COMMANDS);
        let stop = parts.courier.stop.clone();
        let dispatcher = Dispatcher::new(parts, Arc::clone(&live), commands);
        let task = tokio::spawn(dispatcher.run());
        Self {
            live,
            commands: sender,
            stop,
            task: Mutex::new(Some(task)),
        }
    }

    /// Takes a message that waits out of the queue, unless it is on its way.
    ///
    /// # Errors
    /// `NotWaiting` when it is on its way; what the ledger says.
    pub(crate) async fn take_out(
        &self,
        id: MessageId,
        step: Step,
    ) -> Result<Outcome, OperationError> {
        let (answer, answered) = oneshot::channel();
        let command = Command::TakeOut { id, step, answer };
        self.commands
            .send(command)
            .await
            .map_err(|_| OperationError::Stopping)?;
        answered.await.map_err(|_| OperationError::Stopping)?
    }

    /// Asks to try the partner now.
    pub(crate) async fn try_now(&self) {
        if self.commands.send(Command::TryNow).await.is_err() {
            tracing::debug!("the dispatcher has ended");
        }
    }

    /// Nothing more is sent.
    pub(crate) fn begin_to_stop(&self) {
        self.stop.cancel();
    }

    /// Waits until what is on its way has ended; the rest stays queued.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        let task = self
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(task) = task else { return };
        if task.await.is_err() {
            tracing::error!("a dispatcher ended by a panic");
        }
    }
}

struct Dispatcher {
    courier: Arc<Courier>,
    watch: Arc<Watch>,
    window: Window,
    circuit: Circuit,
    parallel: usize,
    on_their_way: JoinSet<Attempted>,
    /// Messages that back off, by when they may go again.
    alarms: BTreeSet<(Instant, MessageId)>,
    /// Messages that may have been taken out of the queue: the store did not say.
    doubtful: BTreeSet<MessageId>,
    random: fastrand::Rng,
    reading: Spell,
    live: Arc<Live>,
    commands: mpsc::Receiver<Command>,
}

impl Dispatcher {
    fn new(parts: DispatcherParts, live: Arc<Live>, commands: mpsc::Receiver<Command>) -> Self {
        let retry = &parts.courier.retry;
        let circuit = Circuit::new(
            retry.circuit_failures,
            Duration::from_millis(retry.first_delay_ms),
            Duration::from_millis(retry.max_delay_ms),
        );
        let store = Arc::clone(&parts.courier.store);
        Self {
            window: Window::new(parts.courier.queue.clone(), store, parts.feed),
            courier: Arc::new(parts.courier),
            watch: parts.watch,
            circuit,
            parallel: parts.parallel,
            on_their_way: JoinSet::new(),
            alarms: BTreeSet::new(),
            doubtful: BTreeSet::new(),
            random: fastrand::Rng::new(),
            reading: Spell::default(),
            live,
            commands,
        }
    }

    async fn run(mut self) {
        let stop = self.courier.stop.clone();
        loop {
            let read_again_at = self.fill_window().await;
            self.send_what_may_go();
            let alarm = self.next_alarm(read_again_at);
            tokio::select! {
                () = stop.cancelled() => break,
                Some(attempted) = self.on_their_way.join_next() => self.take_in(attempted),
                () = self.window.changed() => {}
                Some(command) = self.commands.recv() => self.obey(command).await,
                () = tokio::time::sleep_until(alarm) => {}
            }
            self.take_in_all();
            self.wake_who_backed_off();
            self.show();
        }
        while let Some(attempted) = self.on_their_way.join_next().await {
            self.take_in(attempted);
        }
        self.show();
    }

    /// Reads the queue as far as there is room; says when to try again if the store failed.
    async fn fill_window(&mut self) -> Option<Instant> {
        let filled = self.window.fill().await;
        let read_again_at = filled.is_err().then(|| Instant::now() + READ_PAUSE);
        self.tell_reading(filled);
        read_again_at
    }

    fn tell_reading(&mut self, read: Result<(), StoreError>) {
        let queue = &self.courier.queue;
        match self.reading.tell(read) {
            Some(Change::Began(error)) => {
                tracing::warn!(%error, %queue, "the queue cannot be read now");
            }
            Some(Change::Ended) => tracing::info!(%queue, "the queue is read again"),
            None => {}
        }
    }

    fn send_what_may_go(&mut self) {
        let allowance = self.circuit.allowance(Instant::now(), self.parallel);
        while self.on_their_way.len() < allowance {
            let Some((id, lanes)) = self.window.take_ready() else {
                break;
            };
            let courier = Arc::clone(&self.courier);
            let is_doubtful = self.doubtful.remove(&id);
            self.on_their_way.spawn(async move {
                if is_doubtful && let Err(attempted) = courier.still_queued(id).await {
                    return attempted;
                }
                courier.attempt(id, lanes).await
            });
        }
        self.show();
    }

    fn next_alarm(&self, read_again_at: Option<Instant>) -> Instant {
        let an_hour = Instant::now() + Duration::from_hours(1);
        let first = self.alarms.first().map(|(at, _)| *at);
        [first, self.circuit.retry_at(), read_again_at]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(an_hour)
    }

    fn take_in_all(&mut self) {
        while let Some(attempted) = self.on_their_way.try_join_next() {
            self.take_in(attempted);
        }
    }

    fn take_in(&mut self, attempted: Result<Attempted, tokio::task::JoinError>) {
        let Ok(attempted) = attempted else {
            // Its lanes stay closed until the next start: order over progress.
            tracing::error!(queue = %self.courier.queue, "an attempt ended by a panic");
            return;
        };
        self.judge_partner(&attempted);
        match attempted.next {
            Next::Finished => self.window.finish(attempted.id),
            Next::Abandoned => {}
            Next::KeepTrying => {
                let delay = backoff::delay(&self.courier.retry, attempted.tries, &mut self.random);
                self.window.back_off(attempted.id);
                let is_partner_down = matches!(attempted.result, Some((AttemptResult::NotSent, _)));
                let at = match self.circuit.retry_at() {
                    // The circuit decides when the partner is tried again, not each message.
                    Some(retry_at) if is_partner_down => retry_at,
                    _ => Instant::now() + delay,
                };
                self.alarms.insert((at, attempted.id));
            }
        }
    }

    fn judge_partner(&mut self, attempted: &Attempted) {
        let Some((result, took)) = attempted.result else {
            return;
        };
        let change = match result {
            AttemptResult::NotSent | AttemptResult::Unknown => self.circuit.failed(Instant::now()),
            AttemptResult::Accepted
            | AttemptResult::TryLater
            | AttemptResult::Refused
            | AttemptResult::Unreadable => self.circuit.answered(),
        };
        let at = self.courier.clock.now();
        self.live.change(|live| {
            *live.attempts.by_result.entry(result).or_default() += 1;
            live.attempts.took += took;
            if result != AttemptResult::Accepted {
                live.last_error = Some(LastError {
                    at,
                    detail: attempted.detail.clone(),
                });
            }
        });
        let queue = self.courier.queue.clone();
        match change {
            Some(OfCircuit::Opened) => {
                let detail = attempted.detail.clone();
                self.watch.tell(EventKind::CircuitOpened { queue, detail });
            }
            Some(OfCircuit::Closed) => self.watch.tell(EventKind::CircuitClosed { queue }),
            None => {}
        }
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::TryNow => {
                self.circuit.try_now();
                let waiting = std::mem::take(&mut self.alarms);
                for (_, id) in waiting {
                    self.window.wake(id);
                }
            }
            Command::TakeOut { id, step, answer } => {
                let outcome = if self.window.is_sending(id) {
                    Err(OperationError::NotWaiting {
                        id,
                        queue: self.courier.queue.clone(),
                    })
                } else {
                    self.courier.ledger.submit_one(step).await
                };
                match outcome {
                    Ok(Outcome::Done) => {
                        self.alarms.retain(|(_, waiting)| *waiting != id);
                        // What has ended by now may have come back.
                        self.take_in_all();
                        let taken_out = self.window.take_out(id).await;
                        self.tell_reading(taken_out);
                    }
                    Err(OperationError::Store(_)) => drop(self.doubtful.insert(id)),
                    _ => {}
                }
                if answer.send(outcome).is_err() {
                    tracing::debug!("nobody waits for the outcome any more");
                }
            }
        }
    }

    fn wake_who_backed_off(&mut self) {
        let now = Instant::now();
        while let Some(first) = self.alarms.first().copied().filter(|(at, _)| *at <= now) {
            self.alarms.remove(&first);
            self.window.wake(first.1);
        }
    }

    fn show(&self) {
        let (circuit, in_flight) = (self.circuit.state(), self.on_their_way.len());
        self.live.change(|live| {
            live.circuit = circuit;
            live.in_flight = in_flight;
        });
    }
}
