//! What happens to sessions, as those who watch are told.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::{Expiry, Placement, SessionId};

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EndCause {
    /// A limit of time.
    Expired(Expiry),
    /// Somebody ended it.
    Revoked,
    /// Its user began another and had as many as are allowed.
    Displaced,
}

/// What happened to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// It began.
    Created,
    /// It was locked.
    Locked,
    /// It was unlocked.
    Unlocked,
    /// It has a new token, and perhaps another role.
    Renewed,
    /// It ended.
    Ended(EndCause),
}

impl EventKind {
    /// Its name: `created`, `locked`, `unlocked`, `renewed`, `expired`, `revoked`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::Renewed => "renewed",
            Self::Ended(EndCause::Expired(_)) => "expired",
            Self::Ended(EndCause::Revoked | EndCause::Displaced) => "revoked",
        }
    }

    /// More of it, where there is more: `idle`, `absolute`, `displaced`.
    pub fn detail(self) -> Option<&'static str> {
        match self {
            Self::Ended(EndCause::Expired(Expiry::Idle)) => Some("idle"),
            Self::Ended(EndCause::Expired(Expiry::Absolute)) => Some("absolute"),
            Self::Ended(EndCause::Displaced) => Some("displaced"),
            _ => None,
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        self.detail()
            .map_or(Ok(()), |detail| write!(f, " ({detail})"))
    }
}

/// One thing that happened. It names no person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the order of events: of this process, where a later one's is always greater, or of all instances that share
    /// a store.
    pub sequence: u64,
    /// When it happened.
    pub at: UnixMillis,
    /// To which session.
    pub id: SessionId,
    /// Its role, department and portal: after a renewal the new ones.
    pub placement: Arc<Placement>,
    /// What.
    pub kind: EventKind,
    /// The session's version after it. What happened to one session at nearly the same time may be told in another
    /// order: the greater version is what holds, and nothing is greater than that of an end.
    pub version: u32,
}
