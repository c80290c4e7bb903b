//! Messages in, stored, acknowledged; out in order, never lost.
//!
//! [`Messaging`] is the service. `model` is what it speaks of, `port` what it needs from outside, `channel`
//! how people describe feeds. A message comes in by `intake`, is written by `ledger` (the one writer), goes
//! out by `delivery`, and is looked at and decided on by `operations`.

pub mod channel;
mod delivery;
mod error;
mod intake;
mod ledger;
pub mod model;
pub mod operations;
pub mod port;
mod sealing;
mod service;
mod watch;

pub use delivery::{AttemptCounts, CircuitState, DestinationLive, LastError};
pub use error::OperationError;
pub use intake::{Acceptance, AcceptanceResult, Arrival, DoubtfulText, PendingAcceptance};
pub use ledger::Totals;
pub use sealing::OpenedBody;
pub use service::{Messaging, MessagingParts};
pub use watch::{EventStream, Health};
