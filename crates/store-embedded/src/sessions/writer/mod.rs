//! The thread that changes sessions: it decides on the image, writes rows, then changes the image.
//!
//! What gathers while a batch is synced is the next batch: one sync for all. Two changes of one user's sessions are
//! never in the same batch, so that each is decided on what the one before left.

mod batch;
mod behind;
mod step;

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

use tokio::sync::oneshot;
use wardline_kernel::StoreError;

use super::image::Image;
use crate::engine::{Durability, Row};
use crate::writer::Task;
use batch::Batch;
use behind::Behind;
pub(super) use step::{Answering, Asked, Step};

/// Changes in one batch at most: some 500 kB of rows.
const MAX_STEPS: usize = 512;

/// What is asked of the thread.
pub(super) enum Request {
    Step(Step),
    /// Write what is behind.
    WriteBehind(Answering<()>),
}

/// The running thread.
pub(crate) struct SessionWriter {
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

impl SessionWriter {
    /// Starts the thread, which writes by way of the store's writer.
    pub(crate) fn start(image: Arc<Image>, store: Sender<Task>) -> std::io::Result<Self> {
        let (requests, waiting) = mpsc::channel();
        let thread = std::thread::Builder::new().name("session-writer".to_owned());
        let thread = thread.spawn(move || Running { image, store }.run(&waiting))?;
        Ok(Self {
            requests: Some(requests),
            thread: Some(thread),
        })
    }

    /// Hands a request over. The channel has no bound of its own: every caller waits for its answer, so there are
    /// never more requests than callers.
    pub(super) fn hand_over(&self, request: Request) -> Result<(), StoreError> {
        let handed_over = self
            .requests
            .as_ref()
            .is_some_and(|requests| requests.send(request).is_ok());
        if handed_over { Ok(()) } else { Err(ended()) }
    }

    /// Takes no more requests. With `wait`, what was handed over is done when this returns.
    pub(crate) fn stop(&mut self, wait: bool) {
        self.requests = None;
        if let Some(thread) = self.thread.take()
            && wait
        {
            drop(thread.join());
        }
    }
}

fn ended() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}

/// The thread's own.
struct Running {
    image: Arc<Image>,
    store: Sender<Task>,
}

impl Running {
    fn run(self, waiting: &Receiver<Request>) {
        let (mut deferred, mut behind): (Vec<Step>, Option<Behind>) = (Vec::new(), None);
        let mut asked_behind = Vec::new();
        loop {
            let mut steps = std::mem::take(&mut deferred);
            let is_idle = steps.is_empty() && behind.is_none() && asked_behind.is_empty();
            let mut next = if is_idle {
                let Ok(first) = waiting.recv() else { return };
                Some(first)
            } else {
                waiting.try_recv().ok()
            };
            while let Some(request) = next {
                match request {
                    Request::Step(step) => steps.push(step),
                    Request::WriteBehind(answer) => asked_behind.push(answer),
                }
                let is_full = steps.len() >= MAX_STEPS;
                next = if is_full {
                    None
                } else {
                    waiting.try_recv().ok()
                };
            }
            deferred = self.serve(steps);
            if behind.is_none() && !asked_behind.is_empty() {
                behind = Some(Behind::new(std::mem::take(&mut asked_behind)));
            }
            behind = behind.and_then(|behind| behind.step(&self));
        }
    }

    /// Does what can be done in one batch; the rest is given back, in its order.
    fn serve(&self, steps: Vec<Step>) -> Vec<Step> {
        let mut batch = Batch::new(&self.image);
        let deferred = steps.into_iter().filter_map(|step| batch.take(step));
        let deferred = deferred.collect();
        batch.commit(|rows| self.write(rows, Durability::Synced));
        deferred
    }

    fn write(&self, rows: Vec<Row>, durability: Durability) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        let task = Task::Rows {
            rows,
            durability,
            answer,
        };
        self.store.send(task).map_err(|_| ended())?;
        answered.blocking_recv().map_err(|_| ended())?
    }
}
