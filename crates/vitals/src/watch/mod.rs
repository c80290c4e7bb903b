//! What people watch: every bed as it is now, what changed since, and what happened.

mod board;
mod encoded;
mod events;
mod view;

pub use board::{BedStream, Since};
pub use encoded::{Encoded, Moves, Moving};
pub use events::{Event, EventKind, EventStream, MAX_EVENTS};
pub use view::{BandCounts, BedView, Encoding, OccupantView, ReservedView, UnitView};

pub(crate) use board::{Board, patients_of};
pub(crate) use events::Events;
pub(crate) use view::unit_views;
