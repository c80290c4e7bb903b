//! When something was observed, as the sender's clock says.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

/// A time with what is known of it. Of a coarse time, its beginning: the value is taken to be older, never
/// fresher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenAt {
    /// The moment, by the sender's clock.
    pub at: UnixMillis,
    /// The smallest unit that was given.
    pub precision: Precision,
    /// Minutes east of Greenwich, when the sender said so.
    pub zone_minutes: Option<i16>,
    /// Where it stood.
    pub source: TimeSource,
}

/// The smallest unit that was given. A time without minutes is no time for a vital sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// To the minute.
    Minute,
    /// To the second.
    Second,
    /// To a fraction of a second.
    Fraction,
}

/// Where a time stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// OBX-14 of the value itself.
    Observation,
    /// OBX-14 of the channel, VMD or MDS that holds it.
    Container,
    /// OBR-7, the beginning of the observations.
    Request,
    /// Given by a program over the API.
    Given,
}
