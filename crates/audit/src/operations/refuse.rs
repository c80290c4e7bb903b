//! Records refusals. The same one, again and again, is counted: see [`refusals`](crate::refusals).

use std::sync::PoisonError;

use crate::error::NotRecorded;
use crate::model::Event;
use crate::refusals::{Met, Refusals};
use crate::service::Audit;
use crate::writer::MAX_EVENTS;

impl Audit {
    /// Records a refusal, and returns when it is durable; or, when the same was recorded often enough, when it is durable
    /// that it is counted. An error means that nothing may be answered but that it cannot be recorded.
    ///
    /// # Errors
    /// [`NotRecorded`]
    pub async fn record_refusal(&self, refusal: Event) -> Result<(), NotRecorded> {
        let repeats = match self.refusals(|refusals| refusals.meet(&refusal, self.now())) {
            Met::Counted if self.is_running() => return Ok(()),
            Met::Counted => return Err(NotRecorded::Closed),
            Met::Record(repeats) => repeats,
        };
        let told = Event { repeats, ..refusal };
        self.record_one(told.clone()).await?;
        self.refusals(|refusals| refusals.recorded(&told, self.now()));
        Ok(())
    }

    /// Records the numbers of refusals that were counted for a minute. The service does so by itself.
    ///
    /// # Errors
    /// [`NotRecorded`]; the numbers are kept, and what is refused meanwhile is not counted.
    pub async fn record_counted(&self) -> Result<(), NotRecorded> {
        let due = self.refusals(|refusals| refusals.due(self.now()));
        self.record_numbers(due).await
    }

    /// The same of all that were counted; none is counted any more.
    pub(crate) async fn record_last_counted(&self) -> Result<(), NotRecorded> {
        let due = self.refusals(|refusals| refusals.close(self.now()));
        self.record_numbers(due).await
    }

    async fn record_numbers(&self, due: Vec<Event>) -> Result<(), NotRecorded> {
        let mut failed = None;
        for some in due.chunks(MAX_EVENTS) {
            if let Err(error) = self.record(some.to_vec()).await {
                self.refusals(|refusals| refusals.give_back(some.to_vec()));
                failed = Some(error);
            }
        }
        failed.map_or(Ok(()), Err)
    }

    fn refusals<T>(&self, ask: impl FnOnce(&mut Refusals) -> T) -> T {
        let refusals = self.0.refusals.lock();
        ask(&mut refusals.unwrap_or_else(PoisonError::into_inner))
    }
}
