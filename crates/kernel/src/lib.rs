//! What every capability shares, and nothing else: what time it is, and what a store may answer.

mod clock;
mod store_error;

pub use clock::{Clock, ManualClock, SystemClock, UnixMillis};
pub use store_error::StoreError;
