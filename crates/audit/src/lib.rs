//! The audit trail: who did what to whose records, written down durably before anything leaves, in a form that cannot
//! be altered unnoticed.
//!
//! [`Audit`] is the service; [`Audit::record`] the way in. Start reading at `model/event.rs`, what a caller tells, and
//! `model/leaf.rs`, the bytes that it becomes. `tree` and `signing` make the trail evident; `verify` is the check that a
//! third party can make; `rules` raise alerts; `port` is the store's contract; `operations` what can be done. Knows
//! nothing of HTTP or engines.

mod error;
pub mod fhir;
mod figures;
pub mod model;
pub mod operations;
pub mod port;
mod refusals;
pub mod rules;
mod sealing;
mod service;
pub mod settings;
pub mod signing;
pub mod tree;
pub mod verify;
mod writer;

pub use error::{KeyFailure, NotRecorded, OperationError};
pub use figures::{AlertsStanding, Figures};
pub use refusals::{ONE_BY_ONE, STRETCH_MS};
pub use sealing::Content;
pub use service::{Audit, AuditParts};
pub use settings::Settings;
pub use writer::{MAX_EVENTS, Recorded};
