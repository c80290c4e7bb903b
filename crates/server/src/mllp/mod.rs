//! The way in: one MLLP listener per enabled channel (HL7 v2 over TCP or TLS).
//!
//! A connection frames, hands each message to the [`Intake`] in order of arrival, and writes the answers in
//! that order. It stores nothing and decides nothing about a message. Whatever a sender does, memory stays
//! within [`MllpBounds`], other senders are served, and what is wrong is counted by name in [`MllpStats`].
//!
//! Start at [`Listeners`]; `listener` accepts, `admission` says who may stay, `connection` runs a `reader`
//! and a `writer` side by side.

mod admission;
mod alarm;
mod bounds;
mod connection;
mod diagnosis;
mod frame_clock;
mod intake;
mod listener;
mod listeners;
mod log_limit;
mod reader;
mod stats;
mod writer;

pub use bounds::MllpBounds;
pub use diagnosis::FramingFault;
pub use intake::{Intake, PendingAcceptance};
pub use listeners::{ListenError, ListenerState, Listeners};
pub use stats::{MllpStats, Rejection};
