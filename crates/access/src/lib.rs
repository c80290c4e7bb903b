//! Who may do what with patients' data, and why.
//!
//! - [`policy`] decides: policies in Cedar, read from files, validated when loaded. Start at `policies/`, the files.
//! - [`guard`] is the one way to protected data: decide, record, and only then give out.
//! - [`identity`] is users, service accounts and API keys; a [`model::Principal`] comes from there alone.
//! - [`emergency`] is break-glass: requested, used, revoked, reviewed.
//! - [`approvals`] is what another person must approve first.
//! - [`model`] is what they speak of, [`port`] what they need from outside.
//!
//! Knows nothing of HTTP, of sessions' stores, of the trail's form. Why it is so: `docs/decisions/`.

pub mod approvals;
pub mod emergency;
mod error;
pub mod guard;
pub mod identity;
pub mod model;
pub mod policy;
pub mod port;
mod rows;
mod standings;

pub use approvals::Approvals;
pub use emergency::Emergencies;
pub use error::{AccessError, RandomFailed};
pub use guard::Guard;
pub use identity::Identities;
pub use standings::KeptStandings;
