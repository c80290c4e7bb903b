//! What the trail speaks of: events, who and whom they concern, and the leaf that an event becomes.

mod event;
mod kind;
mod leaf;
mod names;
mod private;

pub(crate) use event::times;
pub use event::{
    Amount, Event, EventError, MAX_DATA_TYPES, MAX_PATIENTS, MAX_POLICIES, Origin, Repeats,
};
pub use kind::{EventKind, Outcome};
pub use leaf::{LEAF_VERSION, LeafHeader, PATIENTS_PER_LEAF};
pub use names::{
    ApplicationName, DataType, GrantRef, MAX_NAME_BYTES, NameError, PolicyName, Purpose, RequestId,
    RoleName, SessionRef,
};
pub use private::{Note, PatientId, TextError, UserName};

/// The place of a record in the trail, counted from 0: the trail's own, given when it is recorded.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Seq(pub u64);

impl std::fmt::Display for Seq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}
