//! What sessions need from outside.

mod answers;
mod decide;
mod log;
mod store;

pub use answers::{
    Answer, Ask, AtLimit, Change, Changed, CreateLimits, Created, Ended, Filter, Found, Live,
    NewSession, Page, Record, Roles, State, Stored,
};
pub use decide::Admission;
pub use log::{EventLog, LogPage, Logged};
pub use store::{SessionStore, TOLD_FOR_MS, WRITE_BEHIND_INTERVAL};
