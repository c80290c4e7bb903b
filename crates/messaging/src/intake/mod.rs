//! The door: read a message, store it, then say so.
//!
//! `prepare` reads and decides without I/O, `identify` finds whom the message is about, `answer` writes
//! acknowledgements. The order of calls is the order of storing; answers can be waited for side by side.

mod accept;
mod answer;
mod control_id;
mod doubtful_text;
mod frame;
mod identify;
mod prepare;

pub use accept::{Acceptance, AcceptanceResult, Arrival, PendingAcceptance};
pub(crate) use control_id::ControlIds;
pub use doubtful_text::DoubtfulText;
pub(crate) use doubtful_text::DoubtfulTexts;
pub(crate) use identify::search_token;
pub(crate) use prepare::{Prepared, Wish};
