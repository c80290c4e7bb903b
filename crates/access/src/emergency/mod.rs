//! Break-glass: an emergency access to one patient's record, for who treats, for a short time, watched.
//!
//! It lifts relation, department, the limits of restricted patients, being off shift, and 42 CFR Part 2 (2.51), for
//! seeing. It lifts neither suspension nor the second factor, opens no psychotherapy notes and no trail, and nothing is
//! written, taken away or deleted by it: that is policy (`policies/emergency.cedar`, `policies/limits.cedar`). Here is
//! who gets one, what it is bound to, and what becomes of it.

mod grant;
mod live;
mod notify;
mod outbox;
mod request;
mod review;
mod using;

use std::sync::Arc;

use wardline_kernel::Clock;
use wardline_phi::KeyRing;

use crate::policy::Engine;
use crate::port::{AccessStore, Witness};
use crate::rows::Rows;

pub use grant::{EmergencyDetail, EmergencyView, ReasonCode, Refusal, Review, Verdict};
pub use live::LiveGrant;
pub use notify::TOLD_WITHIN_MS;
pub use outbox::{MAX_NOTICES, Notice, NoticeKind, Told};
pub use request::{EmergencyReason, Granted, Requested};
pub use review::MAX_LISTED;

#[cfg(test)]
pub(crate) use live::LiveGrantParts;

/// An emergency access holds this long at most: 4 hours.
pub const MAX_GRANT_MS: u64 = 4 * 60 * 60_000;
/// How long a second factor counts as proved just now: 60 seconds.
pub const STEP_UP_MS: u64 = 60_000;
/// More than this many in [`CONSPICUOUS_WITHIN_MS`] are conspicuous.
pub const CONSPICUOUS_AFTER: u32 = 3;
/// 24 hours.
pub const CONSPICUOUS_WITHIN_MS: u64 = 24 * 60 * 60_000;
/// Emergency accesses of one user that hold at the same time at most.
pub const MAX_LIVE: u32 = 8;
/// Characters of the free text of the reason `other` at least.
pub const MIN_TEXT_CHARS: usize = 20;
/// Bytes of a free text at most.
pub const MAX_TEXT_BYTES: usize = 2_000;

/// What a site decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmergencySettings {
    /// How long one holds, in milliseconds; at most [`MAX_GRANT_MS`].
    pub grant_ms: u64,
    /// Until when it is to be reviewed, from its request, in milliseconds.
    pub review_ms: u64,
}

impl Default for EmergencySettings {
    fn default() -> Self {
        Self {
            grant_ms: 60 * 60_000,
            review_ms: 24 * 60 * 60_000,
        }
    }
}

/// What the service is made of.
pub struct EmergenciesParts {
    /// Keeps rows.
    pub store: Arc<dyn AccessStore>,
    /// Seals them.
    pub ring: Arc<KeyRing>,
    /// Is told first.
    pub witness: Arc<dyn Witness>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// What the site decided.
    pub settings: EmergencySettings,
    /// Is told when one is taken back, so that what was permitted under it is decided again.
    pub engine: Arc<Engine>,
}

/// Emergency accesses.
pub struct Emergencies {
    rows: Rows,
    witness: Arc<dyn Witness>,
    settings: EmergencySettings,
    engine: Arc<Engine>,
    settled: outbox::SettledNotices,
}

impl Emergencies {
    /// The service over these parts.
    pub fn new(parts: EmergenciesParts) -> Self {
        let settings = EmergencySettings {
            grant_ms: parts.settings.grant_ms.clamp(1, MAX_GRANT_MS),
            ..parts.settings
        };
        Self {
            rows: Rows {
                store: parts.store,
                ring: parts.ring,
                clock: parts.clock,
            },
            witness: parts.witness,
            settings,
            engine: parts.engine,
            settled: outbox::SettledNotices::default(),
        }
    }
}
