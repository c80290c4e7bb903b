//! Running Redis for Wardline: what an administrator does to have a hardened estate, and to know that it holds.
//!
//! - [`description`] is an estate as one typed description; [`render`] makes the files of each node out of it:
//!   `redis.conf`, `sentinel.conf`, `users.acl`.
//! - [`acl`] says what each [`Role`] may do on a data node and on a Sentinel; [`secrets`] holds their passwords.
//! - [`certificates`] is the authority of an estate.
//! - [`link`] is the connection of an administrator to one node.
//! - [`follow`] says whose replica a node is to be before it starts; [`status`] how an estate is.
//! - [`lab`] raises a whole estate on this machine out of the same description, and breaks it on purpose; [`drill`] does so under
//!   traffic and counts what its clients saw.
//!
//! It knows nothing of what Wardline stores. It must never print a secret.

pub mod acl;
pub mod backup;
pub mod certificates;
pub mod description;
pub mod drill;
mod error;
mod files;
pub mod follow;
pub mod lab;
pub mod link;
pub mod quicken;
pub mod render;
mod role;
pub mod rotation;
pub mod secrets;
pub mod status;
mod version;

pub use error::EstateError;
pub use role::Role;
pub use version::{SERVER_VARIABLE, ServerVersion, VersionError, server_program};
