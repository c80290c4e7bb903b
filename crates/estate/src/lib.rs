//! Running Redis for Wardline: what an administrator does to have a hardened estate, and to know that it holds.
//!
//! - [`description`] is an estate as one typed description; [`render`] makes the files of each node out of it:
//!   `redis.conf`, `sentinel.conf`, `users.acl`.
//! - [`acl`] says what each [`Role`] may do on a data node and on a Sentinel; [`secrets`] holds their passwords.
//! - [`certificates`] is the authority of an estate.
//! - [`link`] is the connection of an administrator to one node.
//! - [`lab`] raises a whole estate on this machine out of the same description, and breaks it on purpose.
//!
//! It knows nothing of what Wardline stores. It must never print a secret.

pub mod acl;
pub mod certificates;
pub mod description;
mod error;
mod files;
pub mod lab;
pub mod link;
pub mod render;
mod role;
pub mod secrets;
mod version;

pub use error::EstateError;
pub use role::Role;
pub use version::{ServerVersion, VersionError};
