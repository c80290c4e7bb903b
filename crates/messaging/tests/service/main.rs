//! The service as its faces use it, on the model of its store, with partners that do as a test says.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod acceptance;
mod character_set;
mod dead_letters;
mod delivery;
mod jobs;
mod keys;
mod logged;
mod overload;
mod retention;
mod scene;
mod unheard;
