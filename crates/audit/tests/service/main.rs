//! The audit trail from outside, on the store in memory.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod archiving;
mod clock;
mod contract;
mod evidence;
mod keeping;
mod recording;
mod refusing;
mod reporting;
mod scene;
mod searching;
