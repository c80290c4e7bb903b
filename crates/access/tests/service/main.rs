//! Identities and emergency accesses through what is public: nobody gets anywhere but by proving who it is.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod administering;
mod approvals;
mod contract;
mod emergency;
mod identity;
mod keys;
mod scene;
