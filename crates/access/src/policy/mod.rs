//! Policy: which policies there are, what they say of one question, why.
//!
//! - [`PolicySet`] is read from files and refused as a whole when anything is wrong with it.
//! - [`Engine`] answers questions by it and remembers the answers until anything changes.
//! - [`Facts`] is all that a question consists of besides the data type. No ids are in it.
//! - [`explain`] puts a decision into words, [`Answer`] the answer to a question of a reviewer; [`matrix`] is all answers
//!   as a table.

mod answer;
mod cache;
mod cedar;
mod decision;
mod engine;
mod explain;
mod facts;
mod lint;
mod load;
mod matrix;
mod reach;
#[cfg(test)]
mod tests;

pub use answer::{Answer, question};
pub use decision::{Decision, Outcome, PolicySetHash, Reason, Reasons};
pub use engine::Engine;
pub use explain::{Explained, explain, told_to_the_user};
pub use facts::Facts;
pub use lint::{Finding, lint, lint_in_force};
pub use load::{MAX_POLICIES, MAX_SOURCE_BYTES, PolicyError, PolicySet};
pub use matrix::{ACTIONS, OfWhom, Right, matrix};
pub use reach::readers_of_phi;
