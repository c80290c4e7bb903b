//! Live beds from outside: on the plain model of its store, with a clock moved by hand.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod beds;
mod contract;
mod failures;
mod feeds;
mod numbers;
mod restart;
mod scene;
mod scores;
mod stream;
mod values;
