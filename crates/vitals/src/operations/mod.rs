//! What can be asked of live beds: one file per operation.

mod acknowledge;
mod assign_nurses;
mod beds;
mod distribute;
mod receive;
mod record_vitals;
mod set_bed;
mod set_care;
mod tick;
mod tidy;
mod told;
mod trend;

pub use assign_nurses::{NoNursesVersion, NursesVersion};
pub use beds::{BedFilter, BedPage, MAX_BEDS_LISTED};
pub use distribute::SetAside;
pub(crate) use distribute::StoredAside;
pub use receive::{MAX_MESSAGE_BYTES, Received};
pub use record_vitals::{
    ItemError, ItemProblem, MAX_ITEMS, RecordedVitals, VitalsError, VitalsItem, Whose,
};
pub use set_bed::Housekeeping;
