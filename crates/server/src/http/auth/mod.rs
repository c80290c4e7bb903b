//! Who may do what: tokens, their scopes, and the guard that stands before every route.

mod access;
pub(crate) mod browser;
mod caller;
mod guard;
mod roles;
mod scope;
pub mod token_file;
mod tokens;

pub use scope::Scope;
pub use token_file::TokenFileError;
pub use tokens::{TokenEntry, Tokens};

pub(crate) use access::{AccessTable, PERSON, SCHEME};
pub(crate) use caller::{Caller, Way};
pub(crate) use guard::{Guard, admit};
