//! What is broken, step by step, and put right again.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Drill;
use super::probe::Probe;
use super::taken::Taken;
use super::timeline::Timeline;
use super::traffic::Traffic;
use crate::EstateError;
use crate::description::{Node, Topology};
use crate::lab::{Lab, Switchover};
use wardline_store_redis::Tag;

/// How long something stays broken after clients could go on.
const HOLD: Duration = Duration::from_secs(2);
/// How long a partition lasts.
const PARTITION: Duration = Duration::from_secs(12);
/// How long a new master may take, in seconds.
const PROMOTION_SECONDS: u64 = 60;
/// How often it is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// Slots that are moved besides those that are written to.
const SLOTS_BESIDES: u16 = 50;

/// What was done, and what it left.
#[derive(Clone, Debug, Default)]
pub(super) struct Broken {
    /// How it was broken, in words.
    pub(super) method: String,
    /// Writes that a master took which was none any more, of a client that hears of no change.
    pub(super) stale_writes: Option<u64>,
    /// Writes of the drill's own writers that a master did after it was cut off, or came back.
    pub(super) own_stale_writes: Option<u64>,
    /// How long writers were paused, of a planned change.
    pub(super) paused_ms: Option<u64>,
}

impl Broken {
    fn by(method: &str) -> Self {
        Self {
            method: method.to_owned(),
            ..Self::default()
        }
    }
}

/// Breaks it and puts it right.
pub(super) async fn break_it(
    lab: &Lab,
    drill: Drill,
    timeline: &Timeline,
    traffic: &Traffic,
) -> Result<Broken, EstateError> {
    let scene = Scene {
        lab,
        timeline,
        tags: &traffic.tags,
    };
    let broken = match drill {
        Drill::Failover => scene.failover().await?,
        Drill::Switchover => scene.switchover().await?,
        Drill::Freeze => scene.freeze(HOLD).await?,
        Drill::Partition => scene.partition().await?,
        Drill::ReplicaLoss => scene.replica_loss().await?,
        Drill::SentinelLoss => scene.sentinel_loss().await?,
        Drill::Reshard => scene.reshard().await?,
        Drill::RollingRestart => scene.rolling_restart().await?,
    };
    lab.wait_until_whole().await?;
    timeline.note("the estate is whole");
    Ok(broken)
}

struct Scene<'a> {
    lab: &'a Lab,
    timeline: &'a Timeline,
    tags: &'a [Tag],
}

impl Scene<'_> {
    async fn failover(&self) -> Result<Broken, EstateError> {
        let victim = self.victim().await?;
        self.timeline.note(format!("{} is killed", victim.name));
        self.lab.kill(&victim.name)?;
        self.promotion(&victim).await?;
        let mut broken = Broken::by("SIGKILL");
        self.comes_back(&victim, &mut broken).await?;
        Ok(broken)
    }

    /// Starts a server again as its supervisor would, and counts what it takes as if it were still master.
    async fn comes_back(&self, node: &Node, broken: &mut Broken) -> Result<(), EstateError> {
        sleep(HOLD).await;
        let probe = Probe::start(self.lab, node.address, self.tag())?;
        self.timeline.note(format!("{} starts again", node.name));
        self.lab.restart(&node.name).await?;
        self.lab.wait_until_whole().await?;
        broken.stale_writes = Some(probe.taken());
        broken.own_stale_writes = Some(Taken::by(self.lab, node).await?.count().await?);
        Ok(())
    }

    async fn switchover(&self) -> Result<Broken, EstateError> {
        let victim = self.victim().await?;
        self.timeline
            .note(format!("{} is to be replaced as planned", victim.name));
        let done = self.switch(&victim).await?;
        let mut broken = Broken::by("planned");
        broken.paused_ms = Some(done.paused_ms);
        Ok(broken)
    }

    async fn switch(&self, victim: &Node) -> Result<Switchover, EstateError> {
        let done = self.lab.switch_over(&victim.name).await?;
        self.timeline.note(format!(
            "{} took over from {} after {} ms of pause",
            done.new_master, victim.name, done.paused_ms
        ));
        Ok(done)
    }

    async fn freeze(&self, hold: Duration) -> Result<Broken, EstateError> {
        let victim = self.victim().await?;
        self.timeline.note(format!("{} hangs", victim.name));
        self.lab.freeze(&victim.name)?;
        self.promotion(&victim).await?;
        sleep(hold).await;
        let probe = Probe::start(self.lab, victim.address, self.tag())?;
        self.timeline.note(format!("{} goes on", victim.name));
        self.lab.thaw(&victim.name)?;
        self.lab.wait_until_whole().await?;
        let mut broken = Broken::by("SIGSTOP");
        broken.stale_writes = Some(probe.taken());
        Ok(broken)
    }

    async fn partition(&self) -> Result<Broken, EstateError> {
        if !self.lab.can_be_cut() {
            let mut broken = self.freeze(PARTITION).await?;
            "SIGSTOP, as this lab has no network namespaces".clone_into(&mut broken.method);
            return Ok(broken);
        }
        let victim = self.victim().await?;
        self.timeline.note(format!(
            "{} is cut off from all other servers; clients reach it",
            victim.name
        ));
        let mut taken = Taken::by(self.lab, &victim).await?;
        let cut = Instant::now();
        self.lab.cut_off(&victim.name)?;
        taken.begin().await?;
        self.promotion(&victim).await?;
        let probe = Probe::start(self.lab, victim.address, self.tag())?;
        sleep(PARTITION.saturating_sub(cut.elapsed())).await;
        let own = taken.count().await?;
        self.timeline.note(format!(
            "{} is back on the network; nobody keeps what it took: {own} writes of these writers, {} of a client that \
             hears of no change",
            victim.name,
            probe.taken()
        ));
        self.lab.join_again(&victim.name)?;
        self.lab.wait_until_whole().await?;
        let mut broken = Broken::by("routes in network namespaces");
        broken.stale_writes = Some(probe.taken());
        broken.own_stale_writes = Some(own);
        Ok(broken)
    }

    async fn replica_loss(&self) -> Result<Broken, EstateError> {
        let master = self.victim().await?;
        let masters = self.lab.masters().await?;
        let nodes = self.lab.estate().nodes.iter();
        // In a Cluster a replica of the very shard that is written to.
        let candidates: Vec<&Node> = nodes.filter(|node| !masters.contains(node)).collect();
        let of_shard = candidates.iter().find(|node| node.shard == master.shard);
        let Some(victim) = of_shard.or(candidates.first()) else {
            return Err(EstateError::Description("there is no replica".to_owned()));
        };
        self.timeline
            .note(format!("{}, a replica, is killed", victim.name));
        self.lab.kill(&victim.name)?;
        sleep(HOLD * 2).await;
        self.timeline.note(format!("{} starts again", victim.name));
        self.lab.restart(&victim.name).await?;
        Ok(Broken::by("SIGKILL"))
    }

    async fn sentinel_loss(&self) -> Result<Broken, EstateError> {
        let Some(sentinel) = self.lab.estate().sentinels.first() else {
            return Err(EstateError::Description("there is no Sentinel".to_owned()));
        };
        self.timeline.note(format!("{} is killed", sentinel.name));
        self.lab.kill(&sentinel.name)?;
        sleep(HOLD).await;
        let broken = self.failover_without_waiting().await?;
        self.timeline
            .note(format!("{} starts again", sentinel.name));
        self.lab.restart(&sentinel.name).await?;
        Ok(broken)
    }

    async fn failover_without_waiting(&self) -> Result<Broken, EstateError> {
        let victim = self.victim().await?;
        self.timeline.note(format!("{} is killed", victim.name));
        self.lab.kill(&victim.name)?;
        self.promotion(&victim).await?;
        sleep(HOLD).await;
        self.timeline.note(format!("{} starts again", victim.name));
        self.lab.restart(&victim.name).await?;
        Ok(Broken::by("SIGKILL"))
    }

    async fn reshard(&self) -> Result<Broken, EstateError> {
        let source = self.victim().await?;
        let masters = self.lab.masters().await?;
        let Some(target) = masters.iter().find(|node| node.name != source.name) else {
            return Err(EstateError::Description("there is one master".to_owned()));
        };
        let written: Vec<u16> = self.tags.iter().map(Tag::slot).collect();
        self.timeline.note(format!(
            "slots that are written to, and {SLOTS_BESIDES} others, move from {} to {}",
            source.name, target.name
        ));
        let mut moved = self
            .lab
            .move_slots(&source.name, &target.name, &written)
            .await?;
        moved += self
            .lab
            .reshard(&source.name, &target.name, SLOTS_BESIDES)
            .await?;
        self.timeline.note(format!("{moved} slots have moved"));
        Ok(Broken::by("CLUSTER SETSLOT and MIGRATE"))
    }

    async fn rolling_restart(&self) -> Result<Broken, EstateError> {
        let masters = self.lab.masters().await?;
        let all = &self.lab.estate().nodes;
        for node in all.iter().filter(|node| !masters.contains(node)) {
            self.restart(node).await?;
        }
        for master in &masters {
            self.switch(master).await?;
            self.lab.wait_until_whole().await?;
            self.restart(master).await?;
        }
        for sentinel in &self.lab.estate().sentinels {
            self.restart(sentinel).await?;
        }
        Ok(Broken::by("SIGTERM, a master only after a planned change"))
    }

    async fn restart(&self, node: &Node) -> Result<(), EstateError> {
        self.timeline.note(format!("{} restarts", node.name));
        self.lab.stop(&node.name).await?;
        self.lab.restart(&node.name).await?;
        self.lab.wait_until_whole().await
    }

    fn tag(&self) -> &str {
        self.tags.first().map_or("b:drill", Tag::as_str)
    }

    fn slot(&self) -> u16 {
        self.tags.first().map_or(0, Tag::slot)
    }

    /// The master of what is written first.
    async fn victim(&self) -> Result<Node, EstateError> {
        self.lab.owner_of(self.slot(), None).await
    }

    /// Waits until somebody else is master, as the estate says.
    async fn promotion(&self, victim: &Node) -> Result<(), EstateError> {
        let slot = self.slot();
        let deadline = Instant::now() + Duration::from_secs(PROMOTION_SECONDS);
        loop {
            let owner = self.lab.owner_of(slot, Some(&victim.name)).await;
            if let Ok(owner) = owner
                && owner.name != victim.name
            {
                let by = match self.lab.estate().topology {
                    Topology::Sentinel => "the Sentinels say",
                    _ => "the other nodes say",
                };
                self.timeline
                    .note(format!("{} is master, {by}", owner.name));
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(EstateError::NotWhole {
                    seconds: PROMOTION_SECONDS,
                    lacking: format!("a successor of {}", victim.name),
                });
            }
            sleep(LOOK_AGAIN).await;
        }
    }
}
