//! What access needs from outside.

mod facts;
mod recorder;
mod sessions;
mod standings;
mod store;
mod witness;

pub use facts::{CareFacts, FactsError};
pub use recorder::{RecordError, Recorder, Touched};
pub use sessions::{SessionCheck, SessionFacts};
pub use standings::Standings;
pub use store::{AccessStore, Kind, MAX_PAGE, Put, Row};
pub use witness::{EmergencyEvent, EmergencyStep, Witness};
