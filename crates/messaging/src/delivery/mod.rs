//! Ordered delivery: one dispatcher per destination, a lane per patient.
//!
//! `lanes` decides what may go (no I/O), `dispatcher` runs it, `attempt` sends one message and has the
//! ledger write what became of it, `circuit` and `backoff` say when to leave a partner alone, `feed`
//! carries new work from the ledger.

mod attempt;
mod backoff;
mod circuit;
mod dispatcher;
mod feed;
mod lanes;
mod live;
mod reading;

pub(crate) use attempt::Courier;
pub use circuit::CircuitState;
pub(crate) use dispatcher::{DispatcherHandle, DispatcherParts};
pub(crate) use feed::Feed;
pub use live::{AttemptCounts, DestinationLive, LastError};
