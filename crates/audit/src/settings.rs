//! What a site decides about its trail.

use std::time::Duration;

use crate::rules::RuleSettings;

/// The fewest days that records are kept: six years, two of them leap years (45 CFR 164.316(b)(2)(i) asks six years of
/// documentation; it is the norm to apply it to audit records).
pub const LEAST_RETENTION_DAYS: u32 = 2_192;
/// Seven years, two of them leap years.
pub const DEFAULT_RETENTION_DAYS: u32 = 2_557;

/// The settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A checkpoint is signed at least every so many records.
    pub checkpoint_every_records: u64,
    /// And at least so often, when there are new records.
    pub checkpoint_every: Duration,
    /// How long a caller waits for a place in the queue.
    pub wait: Duration,
    /// Days that records are kept; never less than [`LEAST_RETENTION_DAYS`].
    pub retention_days: u32,
    /// When alerts are raised.
    pub rules: RuleSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            checkpoint_every_records: 1_000,
            checkpoint_every: Duration::from_secs(1),
            wait: Duration::from_secs(5),
            retention_days: DEFAULT_RETENTION_DAYS,
            rules: RuleSettings::default(),
        }
    }
}
