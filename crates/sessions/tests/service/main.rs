//! The service on the store in memory, with a clock moved by hand.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod contract;
mod events;
mod keys;
mod life;
mod limits;
mod model;
mod scene;
