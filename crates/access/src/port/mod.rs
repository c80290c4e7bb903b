//! What access needs from outside.

mod facts;
mod recorder;

pub use facts::{CareFacts, FactsError};
pub use recorder::{RecordError, Recorder, Touched};
