//! Live beds: who lies where, what the devices say, how fresh that is, and what it scores.
//!
//! [`census`] is who lies where, from ADT messages; [`chart`] is what is known of one patient. [`LiveBeds`] joins
//! them: it takes messages, stores what they change through its [`port`], and shows every bed as it is now
//! ([`watch`]). What can be asked of it is in [`operations`]. None of it is a primary alarm.

pub mod census;
pub mod chart;
mod error;
pub mod freshness;
pub mod model;
pub mod news2;
pub mod observation;
pub mod operations;
pub mod port;
pub mod reading;
pub mod score;
mod sealing;
mod service;
pub mod trend;
pub mod units;
pub mod watch;

pub use error::{OperationError, ReceiveError};
pub use service::{LiveBeds, LiveBedsParts, MAX_TOLD, Settings, ToldBand, ToldKind};
