//! The connection and the adapters against real servers.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot set itself up has failed"
)]

mod cluster;
mod disk;
mod estate;
mod held;
mod journal;
mod promises;
mod sentinel;
mod server;
mod sessions;
mod standalone;
mod survey;
