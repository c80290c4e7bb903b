//! Patients' records: sealed field by field, versioned, found by blind indexes, erased by destroying a key.
//!
//! - [`adt`] reads what a registration system says of who a patient is; `operations/feed` makes steps of it.
//! - [`model`] is what a record consists of: a closed list of fields, each of one data type of
//!   [`access`](wardline_access), extension fields with a declared type, notes with labels.
//! - [`Patients`] is the service; `operations/` has one file for each thing it does.
//! - [`port`] is what has to be stored, and its contract. Everything that a store is given is sealed or blind.
//!
//! Knows nothing of HTTP, sockets, engines, and decides nothing on access: whoever calls asks the guard first, and
//! reads by the data types that were permitted. Why it is so: `docs/decisions/0013-records.md`.

pub mod adt;
mod deidentify;
mod error;
mod index;
mod keys;
mod manifest;
pub mod model;
mod operations;
pub mod port;
mod sealing;
mod service;

pub use deidentify::{Dates, Deidentified};
pub use error::OperationError;
pub use operations::{
    FeedError, Find, Found, KeyUsage, MAX_FINDS, Past, Query, Rewrapped, Selection, Step, Written,
};
pub use service::{Patients, PatientsParts, Settings};
