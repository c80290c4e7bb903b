//! How Redis is, for `/readyz` and metrics.

use std::time::Duration;

use crate::settings::Address;

/// How Redis is as a whole.
#[derive(Clone, Debug)]
pub struct State {
    /// `standalone`, `sentinel` or `cluster`.
    pub topology: &'static str,
    /// Every slot has a server that is connected, and writes that are to be confirmed have their replicas.
    pub is_ready: bool,
    /// For how long that some slot has had no server; `None` while all have.
    pub away_for: Option<Duration>,
    /// What is wrong, in words; nothing when it is ready.
    pub problems: Vec<String>,
    /// The masters.
    pub masters: Vec<NodeState>,
    /// Sentinels that look at their master seldom: nobody told them after their start how often to (`wardline redis quicken`),
    /// or it failed. A failover takes longer with them, and may be made twice.
    pub seldom: Vec<Address>,
}

/// How one master is.
#[derive(Clone, Debug)]
pub struct NodeState {
    /// Where it is.
    pub address: Address,
    /// Replicas that are in line.
    pub replicas: usize,
    /// Bytes by which the best replica is behind, as the master knew about a second ago at most; `None` without
    /// replicas.
    pub lag_bytes: Option<u64>,
}
