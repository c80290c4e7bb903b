//! What the edge tells of the store, whichever kind it is: whether it can be reached, and what stands behind it.

use std::sync::Arc;
use std::time::Duration;

/// How the store is, as far as this process knows without asking it.
#[derive(Clone, Debug, Default)]
pub struct StoreCondition {
    /// What is wrong, in words; nothing when all is well. Never anything of a patient, nor a secret.
    pub problems: Vec<String>,
    /// For how long it has been away; `None` while it is there.
    pub away_for: Option<Duration>,
    /// Servers that have what a write is acknowledged for, beside the one that took it: the fewest of any shard. `None`
    /// for a store on this machine.
    pub replicas: Option<usize>,
    /// Bytes that the best of them is behind, at the shard where that is most.
    pub lag_bytes: Option<u64>,
    /// Sentinels that look at their master seldom, as nobody told them how often to; `None` where there are none.
    pub seldom_sentinels: Option<usize>,
    /// Sessions whose checks are answered without asking it; `None` where nothing is remembered.
    pub remembered: Option<RememberedSessions>,
    /// For how long the log of what happened to sessions may have lacked something; zero where one process has the store to
    /// itself.
    pub session_log_behind: Duration,
}

/// What is remembered of sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RememberedSessions {
    /// Sessions now.
    pub sessions: usize,
    /// Checks that the store was not asked for, since the process started.
    pub checks: u64,
    /// Whether every change is heard of just now. Otherwise the store is asked.
    pub hears_all: bool,
}

/// Asks how the store is.
pub type StoreWatch = Arc<dyn Fn() -> StoreCondition + Send + Sync>;

/// For a store on this machine, which says how it is by what it answers.
pub fn store_here() -> StoreWatch {
    Arc::new(StoreCondition::default)
}
