//! The check that nothing in the trail was altered, removed, added or moved. Needs no key but the public ones that
//! check signatures; what it does a third party can do with `docs/guides/audit.md` in hand.

mod archived;
mod finding;
#[cfg(test)]
mod tests;
mod verifier;

pub(crate) use archived::signed;
pub use archived::verify_archive;
pub use finding::{Fault, Finding};
pub use verifier::{Progress, Verifier};
