//! Giving room back when the oldest messages are gone.
//!
//! Records and bodies come in the order of their ids, so the engine never merges their files for their own sake,
//! and what marks rows as removed may stay above them for good. But messages are removed oldest first, as a rule:
//! files that hold nothing else than messages below the oldest one that is left are thrown away whole.

use std::sync::Arc;
use std::thread::JoinHandle;

use wardline_messaging::model::MessageId;

use crate::engine::Table;
use crate::keys;
use crate::open::Opened;

/// Ids that are gone before files are looked at again: some megabytes of bodies.
const AT_LEAST: u64 = 8 * 1024;

/// Throws files away on a thread of its own, one look at a time.
#[derive(Debug, Default)]
pub(crate) struct Reclaim {
    done_below: MessageId,
    running: Option<JoinHandle<()>>,
}

impl Reclaim {
    /// Looks at files if enough was removed since the last look.
    pub(crate) fn look(&mut self, opened: &Arc<Opened>) {
        let lowest = opened.published.lowest();
        let is_due = lowest.0.saturating_sub(self.done_below.0) >= AT_LEAST;
        if !is_due
            || self
                .running
                .as_ref()
                .is_some_and(|running| !running.is_finished())
        {
            return;
        }
        self.done_below = lowest;
        let opened = Arc::clone(opened);
        let thread = std::thread::Builder::new().name("store-reclaim".to_owned());
        match thread.spawn(move || drop_below(&opened, lowest)) {
            Ok(running) => self.running = Some(running),
            Err(error) => tracing::warn!(%error, "room is not given back: no thread"),
        }
    }

    /// Waits for what is being done. The engine is not let go before.
    pub(crate) fn wait(&mut self) {
        if let Some(running) = self.running.take() {
            drop(running.join());
        }
    }
}

fn drop_below(opened: &Opened, lowest: MessageId) {
    for table in [Table::Records, Table::Bodies] {
        if let Err(error) = opened
            .engine
            .drop_files_below(table, &keys::message(lowest))
        {
            tracing::warn!(%error, "room is not given back");
        }
    }
}
