//! What every capability shares, and nothing else: what time it is, what a store may answer, and when a failure is news.

mod clock;
mod spell;
mod store_error;

pub use clock::{Clock, ManualClock, SystemClock, UnixMillis};
pub use spell::{Change, Spell};
pub use store_error::StoreError;
