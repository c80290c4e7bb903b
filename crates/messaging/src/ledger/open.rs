//! A batch that still takes calls.

use std::sync::Arc;

use super::batch::{Context, Draw, Drawn, Pending};
use super::handle::{Answer, Call};
use super::step::Outcome;
use crate::error::OperationError;
use crate::model::MessageId;
use crate::port::StoreError;

/// Calls in one batch at most.
const MAX_BATCH_CALLS: usize = 1_024;
/// Bytes of messages after which a batch is closed.
const MAX_BATCH_BYTES: usize = 8 * 1024 * 1024;

/// A batch, with those who wait for it.
pub(super) struct Open<'a> {
    draw: Draw<'a>,
    /// As many outcomes as answers, unless it failed.
    answers: Vec<Answer>,
    outcomes: Vec<Vec<Outcome>>,
    failed: Option<StoreError>,
    calls: usize,
    bytes: usize,
}

/// A batch that takes no more.
pub(super) struct Closed {
    /// The batch, or why there is none.
    pub(super) drawn: Result<Drawn, StoreError>,
    pub(super) answers: Vec<(Answer, Vec<Outcome>)>,
}

impl<'a> Open<'a> {
    pub(super) fn new(
        context: Context<'a>,
        next_id: MessageId,
        pending: Option<Arc<Pending>>,
    ) -> Self {
        Self {
            draw: Draw::new(context, next_id, pending),
            answers: Vec::new(),
            outcomes: Vec::new(),
            failed: None,
            calls: 0,
            bytes: 0,
        }
    }

    pub(super) fn has_room(&self) -> bool {
        self.calls < MAX_BATCH_CALLS && self.bytes < MAX_BATCH_BYTES
    }

    pub(super) fn take_room(&mut self, call: &Call) {
        self.calls += 1;
        self.bytes += call.weight();
    }

    /// Adds calls; gives back those that must wait for the next batch.
    pub(super) async fn add(&mut self, calls: Vec<Call>) -> Vec<Call> {
        let mut must_wait = Vec::new();
        if self.failed.is_none() {
            let steps = calls.iter().flat_map(|call| call.steps.iter());
            let learned = self.draw.learn_duplicates(steps).await;
            self.failed = learned.err().map(as_store_error);
        }
        for call in calls {
            if self.failed.is_none() && self.draw.must_wait(&call.steps) {
                must_wait.push(call);
                continue;
            }
            let (steps, answer) = call.split();
            self.answers.push(answer);
            if self.failed.is_none() {
                match self.draw.add(steps).await {
                    Ok(outcomes) => self.outcomes.push(outcomes),
                    Err(error) => self.failed = Some(as_store_error(error)),
                }
            }
        }
        must_wait
    }

    /// The batch before is committed.
    pub(super) fn nothing_pending(&mut self) {
        self.draw.nothing_pending();
    }

    /// Takes no more calls.
    pub(super) fn close(mut self) -> Closed {
        self.outcomes.resize(self.answers.len(), Vec::new());
        Closed {
            drawn: match self.failed {
                None => Ok(self.draw.finish()),
                Some(error) => Err(error),
            },
            answers: self.answers.into_iter().zip(self.outcomes).collect(),
        }
    }

    /// Gives the batch up; these wait for it.
    pub(super) fn give_up(self) -> Vec<Answer> {
        self.answers
    }
}

fn as_store_error(error: OperationError) -> StoreError {
    match error {
        OperationError::Store(error) => error,
        other => StoreError::Unavailable(other.to_string()),
    }
}
