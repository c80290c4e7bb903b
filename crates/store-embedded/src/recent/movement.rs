//! Moving what was stored lately into the index tables, on a thread of its own, one generation at a time.

use std::sync::Arc;
use std::thread::JoinHandle;

use wardline_messaging::model::MessageId;
use wardline_messaging::port::StoreError;

use super::Entries;
use crate::engine::{Engine, Table};
use crate::open::Opened;

/// The move under way, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Movement(Option<Running>);

#[derive(Debug)]
struct Running {
    thread: JoinHandle<Result<(), StoreError>>,
    last_id: MessageId,
}

impl Movement {
    /// Begins a move when enough was stored, and ends one that is done. Waits only when more than twice enough
    /// is held in memory. Gives the id up to which the tables hold everything, when that has changed.
    ///
    /// # Errors
    /// The tables could not be written: the engine must be opened again.
    pub(crate) fn look(&mut self, opened: &Arc<Opened>) -> Result<Option<MessageId>, StoreError> {
        let mut moved = None;
        let must_end = opened.recent.is_due(2);
        let has_ended = |running: &Running| running.thread.is_finished();
        if self.0.as_ref().is_some_and(has_ended) || must_end {
            moved = self.end(opened)?;
        }
        if self.0.is_none() && opened.recent.is_due(1) {
            self.begin(opened)?;
        }
        Ok(moved)
    }

    /// Moves all there is, and waits for it.
    ///
    /// # Errors
    /// As [`Movement::look`].
    pub(crate) fn move_all(
        &mut self,
        opened: &Arc<Opened>,
    ) -> Result<Option<MessageId>, StoreError> {
        let earlier = self.end(opened)?;
        self.begin(opened)?;
        Ok(self.end(opened)?.or(earlier))
    }

    /// Waits for what is being done, whatever comes of it. The engine is not let go before.
    pub(crate) fn wait(&mut self) {
        if let Some(running) = self.0.take() {
            drop(running.thread.join());
        }
    }

    fn begin(&mut self, opened: &Arc<Opened>) -> Result<(), StoreError> {
        let Some(entries) = opened.recent.begin_move() else {
            return Ok(());
        };
        let last_id = entries.last_id();
        let engine = opened.engine.clone();
        let thread = std::thread::Builder::new().name("store-index".to_owned());
        let thread = thread
            .spawn(move || write(&engine, &entries))
            .map_err(|error| StoreError::Unavailable(format!("no thread to index on: {error}")))?;
        self.0 = Some(Running { thread, last_id });
        Ok(())
    }

    /// Waits for the move under way.
    ///
    /// # Errors
    /// As [`Movement::look`].
    pub(crate) fn end(&mut self, opened: &Arc<Opened>) -> Result<Option<MessageId>, StoreError> {
        let Some(running) = self.0.take() else {
            return Ok(None);
        };
        let written = running.thread.join().unwrap_or_else(|_| {
            let why = "indexing ended by a panic of the engine";
            Err(StoreError::Unavailable(why.to_owned()))
        });
        written?;
        opened.recent.end_move();
        Ok(Some(running.last_id))
    }
}

/// Writes entries into their tables. Doing it again changes nothing.
pub(crate) fn write(engine: &Engine, entries: &Entries) -> Result<(), StoreError> {
    engine.bring_in(Table::Tokens, entries.token_rows())?;
    engine.bring_in(Table::Postings, entries.posting_rows())?;
    engine.bring_in(Table::Duplicates, entries.duplicate_rows()?.into_iter())
}
