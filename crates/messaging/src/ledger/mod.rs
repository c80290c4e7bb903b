//! The ledger: the one writer of the store.
//!
//! Everything that changes what is stored goes through here as a list of [`Step`]s. The ledger takes
//! what comes while the last batch is being written, settles what is a repeat, gives ids in order,
//! seals, and commits it as one batch (group commit), so that many senders share one sync to disk.
//! Messages come with a key that is held: the ledger waits for no key service.
//! Only after the commit does it answer, feed the dispatchers and tell of events. A batch is drawn upon
//! the one that is being committed, and falls with it.
//!
//! It runs on a thread of its own: sealing and syncing never hold up the connections.

mod batch;
mod bell;
mod flight;
mod handle;
mod open;
mod queues;
mod run;
mod step;
mod totals;

pub(crate) use handle::LedgerHandle;
pub(crate) use queues::Queues;
pub(crate) use run::{LedgerParts, RunningLedger};
pub(crate) use step::{Append, Outcome, Settle, Step, Verdict};
pub use totals::Totals;
