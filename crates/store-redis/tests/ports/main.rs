//! The ports on real servers: the contract of each, order under leases, repetition, and what survives a kill.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod access;
mod audit;
mod beds;
mod canary;
mod crash;
mod estates;
mod full;
mod large;
mod lease;
mod messaging;
mod patients;
mod relay;
mod remembered;
mod repeated;
mod server;
mod session_events;
mod session_log;
mod sessions;
mod takeover;
mod takeover_time;
mod wrapped_keys;
