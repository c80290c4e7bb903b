//! The audit trail.
pub mod model;
pub mod signing;
pub mod tree;
