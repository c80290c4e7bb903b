//! Clinicians' and patients' sessions: created, checked in one atomic step, extended by what a person does, locked,
//! renewed, revoked, expired.
//!
//! [`Sessions`] is the service. `model` is what it speaks of; start at `model/life.rs`, the one decision that every
//! check is. `port` is the store's contract, `operations` what can be done, `settings` what a site decides. Knows
//! nothing of HTTP or engines.

mod error;
mod follow;
pub mod model;
pub mod operations;
pub mod port;
mod sealing;
mod service;
pub mod settings;
mod users;
mod watch;

pub use error::OperationError;
pub use service::{Sessions, SessionsParts};
pub use watch::{EventStream, MAX_EVENTS, Told};
