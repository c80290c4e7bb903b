//! An estate as one typed description: which servers there are, where, and what they promise.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{EstateError, ServerVersion, files};

/// Nodes and Sentinels that one description may have.
pub const MAX_NODES: usize = 64;
/// The cluster bus listens this far above the port of a node, as Redis does by itself.
pub const BUS_OFFSET: u16 = 10_000;

/// How the servers of an estate stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Topology {
    /// One server, and nobody to take over.
    Standalone,
    /// A master with replicas, and Sentinels who promote one of them.
    Sentinel,
    /// Shards, each a master with replicas, who promote among themselves.
    Cluster,
}

/// When a server syncs what it has written to its append-only file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppendFsync {
    /// Before each answer.
    Always,
    /// Once a second: a power failure takes up to a second, unless a replica has it.
    Everysec,
}

/// Where a server's output goes and who watches over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Supervision {
    /// systemd starts it and keeps its output.
    Systemd,
    /// Nobody: it writes a log file into its data folder.
    None,
}

/// One server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its name, and that of its folder and certificate.
    pub name: String,
    /// Where it listens, for clients and for the others.
    pub address: SocketAddr,
    /// In a Cluster, the shard that it begins in. The first node of a shard begins as its master.
    #[serde(default)]
    pub shard: u16,
}

/// Folders on the nodes' machines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// Holds a folder for each node with its configuration, users and certificate.
    pub configuration: PathBuf,
    /// Holds a folder for each node with its data. Keep it on an encrypted volume.
    pub data: PathBuf,
}

/// What is the same on all servers. Durations are in the unit of their name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// TLS 1.3 with client certificates. Off only to measure what it costs.
    pub tls: bool,
    /// Memory for data of each node, in MiB. At it, writes are refused; nothing is ever evicted.
    pub max_memory_mib: u64,
    /// When the append-only file is synced.
    pub append_fsync: AppendFsync,
    /// How many replicas must be in reach for a master to take writes. A fence against a master that was cut off; what
    /// was acknowledged is kept by waiting for a replica, not by this. Without replicas it is 0.
    pub min_replicas: u8,
    /// After this silence, in seconds, a replica does not count as in reach.
    pub min_replicas_max_lag_seconds: u8,
    /// Sentinel: silence after which a server counts as down. Less than a second needs Sentinels that look more often than
    /// they do by themselves ([`crate::quicken`]): else they hold a new master for dead before they are connected to it.
    pub down_after_ms: u32,
    /// Sentinel: after a failed attempt the next comes after twice this.
    pub failover_timeout_ms: u32,
    /// Cluster: silence after which a node counts as down. Less is a shorter outage, and more often one for nothing.
    pub node_timeout_ms: u32,
    /// Connections that a node takes.
    pub max_clients: u32,
    /// Who watches over the servers.
    pub supervision: Supervision,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tls: true,
            max_memory_mib: 1024,
            append_fsync: AppendFsync::Everysec,
            min_replicas: 1,
            min_replicas_max_lag_seconds: 2,
            down_after_ms: 700,
            failover_timeout_ms: 10_000,
            node_timeout_ms: 700,
            max_clients: 10_000,
            supervision: Supervision::Systemd,
        }
    }
}

/// An estate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estate {
    /// Its name. Sentinels know the master by it.
    pub name: String,
    /// How its servers stand to each other.
    pub topology: Topology,
    /// Which server it runs.
    #[serde(default)]
    pub server_version: ServerVersion,
    /// Folders on the nodes' machines.
    pub places: Places,
    /// What is the same on all servers.
    #[serde(default)]
    pub settings: Settings,
    /// Servers with data. The first begins as master.
    pub nodes: Vec<Node>,
    /// Sentinels. The majority of them decides.
    #[serde(default)]
    pub sentinels: Vec<Node>,
}

impl Estate {
    /// Reads a description and checks it.
    ///
    /// # Errors
    /// [`EstateError::Description`] with the place and what is wrong.
    pub fn parse(text: &str) -> Result<Self, EstateError> {
        let estate: Self =
            toml::from_str(text).map_err(|error| EstateError::Description(error.to_string()))?;
        estate.check()?;
        Ok(estate)
    }

    /// Reads a description from a file.
    ///
    /// # Errors
    /// [`EstateError::File`] when it cannot be read, [`EstateError::Description`] when it cannot be used.
    pub fn read(path: &Path) -> Result<Self, EstateError> {
        Self::parse(&files::read(path)?)
            .map_err(|error| EstateError::Description(format!("{}: {error}", path.display())))
    }

    /// The node's own folder for configuration.
    pub fn configuration_of(&self, node: &Node) -> PathBuf {
        self.places.configuration.join(&node.name)
    }

    /// The node's own folder for data.
    pub fn data_of(&self, node: &Node) -> PathBuf {
        self.places.data.join(&node.name)
    }

    /// How many Sentinels must agree: the majority.
    pub fn quorum(&self) -> usize {
        self.sentinels.len() / 2 + 1
    }

    /// The master that a node begins under; `None` for one that begins as master.
    pub fn first_master_of(&self, node: &Node) -> Option<&Node> {
        self.nodes
            .iter()
            .find(|other| other.shard == node.shard)
            .filter(|master| master.name != node.name)
    }

    /// Those that begin as masters.
    pub fn first_masters(&self) -> impl Iterator<Item = &Node> {
        self.nodes
            .iter()
            .filter(|node| self.first_master_of(node).is_none())
    }

    /// How many replicas a master must reach to take writes. 0 where it begins with none, and where it begins with
    /// one in a Cluster: after one failover nobody would be left, and the shard would refuse for good.
    pub fn min_replicas_of(&self, node: &Node) -> u8 {
        let replicas = self
            .nodes
            .iter()
            .filter(|other| other.shard == node.shard)
            .count()
            .saturating_sub(1);
        match (self.topology, replicas) {
            (Topology::Standalone, _) | (_, 0) | (Topology::Cluster, 1) => 0,
            _ => self.settings.min_replicas,
        }
    }

    /// Checks what the types do not say.
    ///
    /// # Errors
    /// [`EstateError::Description`], saying what to change.
    pub fn check(&self) -> Result<(), EstateError> {
        let refuse = |what: String| Err(EstateError::Description(what));
        if !is_name(&self.name) {
            return refuse(format!("name: `{}` {NAME_RULE}", self.name));
        }
        if self.nodes.is_empty() {
            return refuse("nodes: there is none".to_owned());
        }
        if self.nodes.len() + self.sentinels.len() > MAX_NODES {
            return refuse(format!("nodes: more than {MAX_NODES} with the sentinels"));
        }
        let mut names = BTreeSet::new();
        let mut addresses = BTreeSet::new();
        for node in self.nodes.iter().chain(&self.sentinels) {
            if !is_name(&node.name) {
                return refuse(format!("nodes: `{}` {NAME_RULE}", node.name));
            }
            if !names.insert(&node.name) {
                return refuse(format!("nodes: two are named `{}`", node.name));
            }
            if !addresses.insert(node.address) {
                return refuse(format!("nodes: two listen at {}", node.address));
            }
            if node.address.ip().is_unspecified() || node.address.port() == 0 {
                return refuse(format!(
                    "nodes: {} listens at {}; name the one address and port that the others reach it by",
                    node.name, node.address
                ));
            }
        }
        self.check_topology()
    }

    fn check_topology(&self) -> Result<(), EstateError> {
        let refuse = |what: &str| Err(EstateError::Description(what.to_owned()));
        let settings = &self.settings;
        if !(500..=60_000).contains(&settings.down_after_ms)
            || !(500..=60_000).contains(&settings.node_timeout_ms)
        {
            return refuse("settings: down_after_ms and node_timeout_ms must be from 500 to 60000");
        }
        if !(1_000..=180_000).contains(&settings.failover_timeout_ms) {
            return refuse("settings: failover_timeout_ms must be from 1000 to 180000");
        }
        match self.topology {
            Topology::Standalone if self.nodes.len() != 1 || !self.sentinels.is_empty() => {
                refuse("topology: standalone is one node and no sentinel")
            }
            Topology::Sentinel
                if self.sentinels.len() < 3 || self.sentinels.len().is_multiple_of(2) =>
            {
                refuse("sentinels: an odd number, three or more, so that a majority can decide")
            }
            Topology::Sentinel if self.nodes.len() < 2 => {
                refuse("nodes: a master and a replica at least; without one nobody can take over")
            }
            Topology::Sentinel if self.nodes.iter().any(|node| node.shard != 0) => {
                refuse("nodes: shards belong to a cluster")
            }
            Topology::Cluster if !self.sentinels.is_empty() => {
                refuse("sentinels: a cluster has none")
            }
            Topology::Cluster if self.first_masters().count() < 3 => {
                refuse("nodes: a cluster has three shards or more, so that a majority can decide")
            }
            Topology::Cluster
                if self
                    .nodes
                    .iter()
                    .any(|node| node.address.port() > u16::MAX - BUS_OFFSET) =>
            {
                refuse("nodes: ports of a cluster are at most 55535; the bus is 10000 above")
            }
            _ => Ok(()),
        }
    }
}

const NAME_RULE: &str = "is no name: use 1 to 40 of a-z, 0-9 and hyphen, beginning with a letter";

fn is_name(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
