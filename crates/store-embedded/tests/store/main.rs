//! The embedded store from outside: the contract of its port, and what disks and processes do to it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod access;
mod audit;
mod backup;
mod beds;
mod contract;
mod crash;
mod damage;
mod full_disk;
mod life;
mod patients;
mod sessions;
mod support;
