//! What may be written later: activity, and the removal of what expired. It goes in steps, so that what must be
//! written now never waits for more than one of them.

use wardline_kernel::{StoreError, UnixMillis};
use wardline_sessions::model::SessionId;

use super::{Answering, Running};
use crate::engine::{Durability, Row};
use crate::sessions::image::SHARDS;
use crate::sessions::rows;

/// Sessions in one step: some milliseconds.
const STEP: usize = 2_048;

/// Writing that is under way.
pub(super) struct Behind {
    answers: Vec<Answering<()>>,
    /// Shards whose activity was taken.
    shards: usize,
    /// What is to be removed; taken once all activity is written, so that no row of it comes after.
    graves: Option<Vec<SessionId>>,
}

impl Behind {
    pub(super) fn new(answers: Vec<Answering<()>>) -> Self {
        Self {
            answers,
            shards: 0,
            graves: None,
        }
    }

    /// Writes a step. `None` when that was the last one, or failed: what could not be written is written the next
    /// time.
    pub(super) fn step(mut self, running: &Running) -> Option<Self> {
        match self.write(running) {
            Ok(false) => return Some(self),
            Ok(true) => self.answer(&Ok(())),
            Err(error) => self.answer(&Err(error)),
        }
        None
    }

    /// Writes a step; `true` when there is nothing left.
    fn write(&mut self, running: &Running) -> Result<bool, StoreError> {
        if self.shards < SHARDS {
            self.write_activity(running)?;
            return Ok(false);
        }
        let graves = self
            .graves
            .get_or_insert_with(|| running.image.take_graves());
        let some = graves.split_off(graves.len().saturating_sub(STEP));
        if some.is_empty() {
            return Ok(true);
        }
        let rows = some.iter().flat_map(|id| rows::remove(*id)).collect();
        if let Err(error) = running.write(rows, Durability::Written) {
            let unwritten = std::mem::take(graves).into_iter();
            running.image.bury(unwritten.chain(some));
            return Err(error);
        }
        Ok(false)
    }

    fn write_activity(&mut self, running: &Running) -> Result<(), StoreError> {
        let mut activity: Vec<(SessionId, UnixMillis)> = Vec::new();
        while self.shards < SHARDS && activity.len() < STEP {
            activity.extend(running.image.take_activity(self.shards));
            self.shards += 1;
        }
        if activity.is_empty() {
            return Ok(());
        }
        let rows = activity.iter().map(|(id, at)| rows::put_activity(*id, *at));
        let rows: Result<Vec<Row>, _> = rows.collect();
        let written = rows.and_then(|rows| running.write(rows, Durability::Written));
        if written.is_err() {
            let ids = activity.into_iter().map(|(id, _)| id);
            running.image.activity_unwritten(ids);
        }
        written
    }

    fn answer(self, written: &Result<(), StoreError>) {
        for answer in self.answers {
            // Whoever asked may have gone.
            drop(answer.send(written.clone()));
        }
    }
}
