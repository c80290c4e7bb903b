//! Who may do what with patients' data, and why.
//!
//! - [`policy`] decides: policies in Cedar, read from files, validated when loaded. Start at `policies/`, the files.
//! - [`guard`] is the one way to protected data: decide, record, and only then give out.
//! - [`model`] is what both speak of, [`port`] what they need from outside.
//!
//! Knows nothing of HTTP, of sessions' stores, of the trail's form. Why it is so: `docs/decisions/`.

pub mod emergency;
mod error;
pub mod guard;
pub mod model;
pub mod policy;
pub mod port;

pub use error::RandomFailed;
