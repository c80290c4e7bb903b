//! What messaging needs from outside: a store, partners, a clock.

mod partner;
mod store;

pub use partner::{Parcel, Partner, PartnerFactory, SendOutcome};
pub use store::{
    Batch, Direction, DuplicateEntry, MessageState, MessageStore, Page, Query, QueueEntry,
    StoreUsage, Write,
};
pub use wardline_kernel::{Clock, ManualClock, StoreError, SystemClock};
