//! The port to the log of what happened to sessions, where several instances share a store, and its contract.
//!
//! A store that one process has to itself has no such log: the service tells those who watch what it did. Where instances
//! share a store, the store itself puts down what it does. Each numbered sentence has a test of the same name in
//! `testkit::conformance::session_events`.
//!
//! 1. Everything that is told of a session is in the log once: that it began, was locked, unlocked or renewed, and ended. What
//!    changed nothing is not, and neither are other fields. Versions of one session go up.
//! 2. When a call of the store returned `Ok`, its events come into the log, also when the instance that made it is gone and
//!    never read the log: whoever reads it next brings them there.
//! 3. Everybody who reads the log gets the same events under the same numbers, in the same order. They go up by one, and no
//!    number is given again to another event.
//! 4. What was read survives what an acknowledged change survives.
//! 5. As many events as [`MAX_EVENTS`](crate::MAX_EVENTS) are kept at least. Where some were lost, [`Logged::Lost`] is in
//!    their place, or a number is left out.

use async_trait::async_trait;
use wardline_kernel::{StoreError, UnixMillis};

use crate::model::Event;

/// What happened to sessions, at every instance that shares the store.
#[async_trait]
pub trait EventLog: Send + Sync + 'static {
    /// Up to `limit` entries after the one of number `after`, in order; 0 for those that are kept.
    ///
    /// # Errors
    /// The store failed; nothing is lost by asking again.
    async fn after(&self, after: u64, limit: usize, now: UnixMillis)
    -> Result<LogPage, StoreError>;

    /// Resolves when there may be more, and every now and then.
    async fn changed(&self);
}

/// A part of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage {
    /// The number of the last entry there is. A smaller one than was read before says that the log was emptied and begun
    /// anew.
    pub last: u64,
    /// In order.
    pub entries: Vec<Logged>,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logged {
    /// What happened. Its sequence is its number.
    Event(Event),
    /// What happened here is not known: the log begins, or some could not be kept.
    Lost {
        /// Its number.
        sequence: u64,
    },
}
