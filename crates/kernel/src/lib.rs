//! What every capability shares, and nothing else: what time it is and what clocks on
//! the wall show, whether those can be believed, what a store may answer, when a failure is
//! news, and how one who works for many answers them.

mod answer;
mod clock;
mod clock_trust;
mod local_zone;
mod spell;
mod store_error;

pub use answer::{Answer, Answered, answer, answer_all, gather_answers_here, gathers_here};
pub use clock::{Clock, ManualClock, SteadyClock, SystemClock, UnixMillis};
pub use clock_trust::{ClockTrust, Standing, Trust};
pub use local_zone::LocalZone;
pub use spell::{Change, Spell};
pub use store_error::StoreError;
