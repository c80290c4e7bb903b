//! What messaging needs from outside: a store, partners, a clock.

mod clock;
mod partner;
mod store;

pub use clock::{Clock, ManualClock, SystemClock};
pub use partner::{Parcel, Partner, PartnerFactory, SendOutcome};
pub use store::{
    Batch, Direction, DuplicateEntry, MessageState, MessageStore, Page, Query, QueueEntry,
    StoreError, StoreUsage, Write,
};
