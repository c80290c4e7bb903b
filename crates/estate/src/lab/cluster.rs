//! A Cluster: how nodes become one, and who owns slots now.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::slots::numbers;
use super::{LOOK_AGAIN, Lab};
use crate::description::{BUS_OFFSET, Node, Topology};
use crate::{EstateError, Role};

/// Hash slots of a Cluster (Redis Cluster specification).
pub(super) const SLOTS: u16 = 16_384;
/// How long gossip may take until all nodes know each other, in seconds.
const GOSSIP_SECONDS: u64 = 30;

/// A line of `CLUSTER NODES`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its id, 40 hexadecimal digits.
    pub id: String,
    /// Where it listens.
    pub address: Option<SocketAddr>,
    /// `master`, `slave`, `fail?`, `fail`, `myself`, ...
    pub flags: Vec<String>,
    /// The id of its master, of a replica.
    pub master: Option<String>,
    /// Whether the node that was asked has a connection to it.
    pub connected: bool,
    /// Ranges of slots, as `0-5460`; migrating ones in brackets.
    pub slots: Vec<String>,
}

impl Member {
    /// Whether it carries this flag.
    pub fn is(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own == flag)
    }

    /// Whether it takes writes for some slots, as far as the one that was asked knows.
    pub fn owns_slots(&self) -> bool {
        self.is("master") && !self.slots.is_empty() && !self.is("fail") && !self.is("noaddr")
    }

    /// Whether it is the one to write to for this slot.
    pub fn serves(&self, slot: u16) -> bool {
        self.owns_slots() && numbers(&self.slots).contains(&slot)
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let id = words.next()?.to_owned();
        let address = words.next()?;
        let address = address.split(['@', ',']).next()?.parse().ok();
        let flags = words.next()?.split(',').map(str::to_owned).collect();
        let master = words.next().filter(|id| *id != "-").map(str::to_owned);
        // Times of the last ping and pong, and the epoch.
        let mut rest = words.skip(3);
        let connected = rest.next() == Some("connected");
        Some(Self {
            id,
            address,
            flags,
            master,
            connected,
            slots: rest.map(str::to_owned).collect(),
        })
    }
}

impl Lab {
    /// How one node sees the Cluster.
    ///
    /// # Errors
    /// [`EstateError::Link`] when it does not answer.
    pub async fn cluster_view(&self, of: SocketAddr) -> Result<Vec<Member>, EstateError> {
        let mut link = self.link(of, Role::Admin).await?;
        let text = link.text(&["CLUSTER", "NODES"]).await?;
        Ok(text.lines().filter_map(Member::parse).collect())
    }

    /// The node to write to for a slot (without a Cluster, the master), as others than `besides` see it.
    ///
    /// # Errors
    /// [`EstateError`] when nobody who can be asked knows one.
    pub async fn owner_of(&self, slot: u16, besides: Option<&str>) -> Result<Node, EstateError> {
        let nobody = || EstateError::NotWhole {
            seconds: 0,
            lacking: format!("an owner of slot {slot}"),
        };
        if self.estate.topology != Topology::Cluster {
            return self.masters().await?.pop().ok_or_else(nobody);
        }
        for node in &self.estate.nodes {
            if Some(node.name.as_str()) == besides || !self.is_running(&node.name)? {
                continue;
            }
            let view = self.cluster_view(node.address).await?;
            let owner = view.iter().find(|member| member.serves(slot));
            if let Some(owner) = owner.and_then(|owner| self.node_at(owner.address?)) {
                return Ok(owner.clone());
            }
        }
        Err(nobody())
    }

    /// The nodes that own slots, as the first that answers sees it.
    pub(super) async fn cluster_masters(&self) -> Result<Vec<Node>, EstateError> {
        let mut last_error = None;
        for node in &self.estate.nodes {
            if self.process(&node.name)?.identity().is_none() {
                continue;
            }
            match self.cluster_view(node.address).await {
                Ok(view) => {
                    return Ok(view
                        .iter()
                        .filter(|member| member.owns_slots())
                        .filter_map(|member| self.node_at(member.address?).cloned())
                        .collect());
                }
                Err(error) => last_error = Some(error),
            }
        }
        Err(last_error.unwrap_or(EstateError::NotWhole {
            seconds: 0,
            lacking: "a node of the cluster that answers".to_owned(),
        }))
    }

    /// Makes one Cluster of nodes that know nothing of each other: epochs, meetings, slots, replicas.
    pub(super) async fn form_cluster(&self) -> Result<(), EstateError> {
        let nodes = &self.estate.nodes;
        let masters: Vec<&Node> = self.estate.first_masters().collect();
        for (epoch, node) in (1_u64..).zip(nodes) {
            let mut link = self.link(node.address, Role::Admin).await?;
            link.call(&["CLUSTER", "SET-CONFIG-EPOCH", &epoch.to_string()])
                .await?;
        }
        for (index, master) in masters.iter().enumerate() {
            let (first, last) = share(index, masters.len());
            let mut link = self.link(master.address, Role::Admin).await?;
            let (first, last) = (first.to_string(), last.to_string());
            link.call(&["CLUSTER", "ADDSLOTSRANGE", &first, &last])
                .await?;
            for other in nodes.iter().filter(|other| other.name != master.name) {
                let ip = other.address.ip().to_string();
                let port = other.address.port();
                let bus = port.saturating_add(BUS_OFFSET);
                link.call(&["CLUSTER", "MEET", &ip, &port.to_string(), &bus.to_string()])
                    .await?;
            }
        }
        self.wait_for_gossip().await?;
        for node in nodes {
            let Some(master) = self.estate.first_master_of(node) else {
                continue;
            };
            let mut link = self.link(master.address, Role::Admin).await?;
            let id = link.text(&["CLUSTER", "MYID"]).await?;
            let mut link = self.link(node.address, Role::Admin).await?;
            link.call(&["CLUSTER", "REPLICATE", &id]).await?;
        }
        Ok(())
    }

    /// Waits until every node knows every other.
    pub(super) async fn wait_for_gossip(&self) -> Result<(), EstateError> {
        let deadline = Instant::now() + Duration::from_secs(GOSSIP_SECONDS);
        loop {
            let mut strangers = Vec::new();
            for node in &self.estate.nodes {
                let view = self.cluster_view(node.address).await?;
                let known = view
                    .iter()
                    .filter(|member| !member.is("handshake") && !member.is("noaddr"))
                    .count();
                if known < self.estate.nodes.len() {
                    strangers.push(node.name.clone());
                }
            }
            if strangers.is_empty() {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(EstateError::NotWhole {
                    seconds: GOSSIP_SECONDS,
                    lacking: format!("nodes that know all others: {}", strangers.join(", ")),
                });
            }
            sleep(LOOK_AGAIN).await;
        }
    }
}

/// The slots of one of so many masters.
fn share(index: usize, masters: usize) -> (u16, u16) {
    let bound = |index: usize| {
        let slots = usize::from(SLOTS) * index / masters.max(1);
        u16::try_from(slots).unwrap_or(SLOTS)
    };
    (bound(index), bound(index + 1).saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_slots_are_shared_out_once() {
        let shares: Vec<(u16, u16)> = (0..3).map(|index| share(index, 3)).collect();

        assert_eq!(shares, [(0, 5460), (5461, 10921), (10922, 16383)]);
    }

    #[test]
    fn a_line_of_cluster_nodes_is_read() {
        let line = "07c3 127.0.0.2:6379@16379,,tls-port=6379,shard-id=69bc myself,slave 1a2b 0 1426238317239 4 connected";

        let member = Member::parse(line).unwrap();

        assert_eq!(member.address, Some("127.0.0.2:6379".parse().unwrap()));
        assert!(member.is("slave") && member.connected && member.slots.is_empty());
        assert_eq!(member.master.as_deref(), Some("1a2b"));
    }
}
