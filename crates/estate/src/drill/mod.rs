//! Drills: an estate is broken on purpose while clients write to it, and what they saw is counted.
//!
//! Clients keep a journal of every acknowledged write. Afterwards it is compared with what the survivors hold. Loss is
//! what a client was told is safe and is not there: the servers' own word is not asked for.
//!
//! Start reading at [`run`]; `faults` is what is broken, `traffic` who writes, `verdict` what is counted.

mod faults;
mod probe;
pub mod report;
mod taken;
mod timeline;
mod traffic;
mod verdict;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use wardline_kernel::Clock;

use crate::EstateError;
use crate::description::Topology;
use crate::lab::Lab;

pub use report::Report;
pub use timeline::Event;
pub use traffic::Pattern;
pub use verdict::PatternVerdict;

use timeline::Timeline;
use traffic::Traffic;

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drill {
    /// A master is killed.
    Failover,
    /// A master is replaced as planned, for maintenance.
    Switchover,
    /// A master hangs: its connections stay open and nothing answers.
    Freeze,
    /// A master is cut off from all other servers; clients still reach it.
    Partition,
    /// A replica is killed.
    ReplicaLoss,
    /// A Sentinel is killed, and then the master.
    SentinelLoss,
    /// Slots move from one master to another.
    Reshard,
    /// Every server is restarted, one after the other.
    RollingRestart,
}

impl Drill {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Failover,
        Self::Switchover,
        Self::Freeze,
        Self::Partition,
        Self::ReplicaLoss,
        Self::SentinelLoss,
        Self::Reshard,
        Self::RollingRestart,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failover => "failover",
            Self::Switchover => "switchover",
            Self::Freeze => "freeze",
            Self::Partition => "partition",
            Self::ReplicaLoss => "replica-loss",
            Self::SentinelLoss => "sentinel-loss",
            Self::Reshard => "reshard",
            Self::RollingRestart => "rolling-restart",
        }
    }

    /// Whether it can be done with these servers.
    fn check(self, topology: Topology) -> Result<(), EstateError> {
        let possible = match self {
            Self::Reshard => topology == Topology::Cluster,
            Self::SentinelLoss => topology == Topology::Sentinel,
            _ => topology != Topology::Standalone,
        };
        if possible {
            Ok(())
        } else {
            Err(EstateError::Description(format!(
                "{} cannot be drilled with this topology",
                self.name()
            )))
        }
    }
}

/// When a client counts a write as acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// When a replica has it too (`WAIT 1`).
    Replicated,
    /// When the master says so.
    Memory,
}

/// How to drill.
#[derive(Clone, Copy, Debug)]
pub struct DrillSpec {
    /// What is broken.
    pub drill: Drill,
    /// When a write counts.
    pub durability: Durability,
    /// Writers of each of the three patterns.
    pub writers: u16,
    /// From one write of a writer to its next, when nothing is slow.
    pub interval: Duration,
    /// Traffic before something is broken and after all is well again.
    pub margin: Duration,
}

impl DrillSpec {
    /// A drill with 4 writers of each pattern, 100 writes a second each.
    pub fn new(drill: Drill) -> Self {
        Self {
            drill,
            durability: Durability::Replicated,
            writers: 4,
            interval: Duration::from_millis(10),
            margin: Duration::from_secs(2),
        }
    }
}

/// Writers of one pattern at most.
pub const MAX_WRITERS: u16 = 64;

/// Drills a lab.
///
/// # Errors
/// [`EstateError`] when the lab is not whole to begin with, or does not become whole again.
pub async fn run(lab: &Lab, spec: &DrillSpec, clock: &dyn Clock) -> Result<Report, EstateError> {
    spec.drill.check(lab.estate().topology)?;
    if spec.writers == 0 || spec.writers > MAX_WRITERS {
        return Err(EstateError::Description(format!(
            "writers: from 1 to {MAX_WRITERS}"
        )));
    }
    lab.wait_until_whole().await?;
    let began_at = clock.now();
    let timeline = Timeline::start();
    let traffic = Traffic::start(lab, spec, &timeline).await?;
    tokio::time::sleep(spec.margin).await;

    let broken = faults::break_it(lab, spec.drill, &timeline, &traffic).await;
    tokio::time::sleep(spec.margin).await;
    let journals = traffic.stop().await;
    let broken = broken?;
    timeline.note("traffic ends");

    let verdicts = verdict::compare(lab, &journals).await?;
    Ok(Report::new(
        lab,
        spec,
        began_at,
        timeline.events(),
        broken,
        verdicts,
    ))
}
