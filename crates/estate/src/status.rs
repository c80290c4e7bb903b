//! How an estate is: each server's role, replication, memory and slots, and what a person should look at.

use serde::Serialize;

use crate::description::{Node, Topology};
use crate::lab::Lab;
use crate::link::{Info, field_of};
use crate::{EstateError, Role, quicken};

/// A replica that was not heard of for longer lags, in seconds.
const LAG_SECONDS: u64 = 2;
/// From this share of its memory on, a node is named, in percent. At 100 it refuses writes.
const MEMORY_PERCENT: u64 = 75;

/// How an estate is.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// Its name.
    pub name: String,
    /// How its servers stand to each other.
    pub topology: Topology,
    /// Whether nothing is lacking.
    pub whole: bool,
    /// The data nodes.
    pub nodes: Vec<NodeStatus>,
    /// The Sentinels.
    pub sentinels: Vec<SentinelStatus>,
    /// What a person should look at, in words.
    pub warnings: Vec<String>,
}

/// How a data node is.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NodeStatus {
    /// Its name.
    pub name: String,
    /// Where it listens.
    pub address: String,
    /// `master`, `replica`, or `silent` when it does not answer.
    pub role: String,
    /// Whose replica it is.
    pub master: Option<String>,
    /// Replicas that are in sync with it.
    pub replicas_online: u64,
    /// How far it has written or read the stream of replication, in bytes.
    pub offset: u64,
    /// How far behind its master it is, in bytes; of a replica.
    pub behind_bytes: Option<u64>,
    /// Seconds since it last heard of its master; of a replica.
    pub lag_seconds: Option<u64>,
    /// Memory in use, in bytes.
    pub memory_bytes: u64,
    /// Memory that it may use, in bytes; 0 is no limit.
    pub max_memory_bytes: u64,
    /// What it does when that is full.
    pub eviction: String,
    /// Keys that it evicted since it started.
    pub evicted_keys: u64,
    /// Connections of clients.
    pub clients: u64,
    /// Ranges of slots it owns, of a Cluster.
    pub slots: Vec<String>,
}

/// How a Sentinel is.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SentinelStatus {
    /// Its name.
    pub name: String,
    /// Where it listens.
    pub address: String,
    /// The master that it names; none when it does not answer.
    pub master: Option<String>,
    /// What it says of the quorum.
    pub quorum: String,
    /// Whether it looks as often as the estate needs; it forgets that when it ends.
    pub is_quick: bool,
}

/// Looks at every server of a lab.
///
/// # Errors
/// [`EstateError`] when its own files cannot be read; a server that does not answer is part of the answer.
pub async fn look_at(lab: &Lab) -> Result<Status, EstateError> {
    let estate = lab.estate();
    let mut nodes = Vec::new();
    for node in &estate.nodes {
        let silent = NodeStatus {
            name: node.name.clone(),
            address: node.address.to_string(),
            role: "silent".to_owned(),
            ..NodeStatus::default()
        };
        nodes.push(data_node(lab, node).await.unwrap_or(silent));
    }
    let mut sentinels = Vec::new();
    for node in &estate.sentinels {
        let silent = SentinelStatus {
            name: node.name.clone(),
            address: node.address.to_string(),
            master: None,
            quorum: "silent".to_owned(),
            is_quick: true,
        };
        sentinels.push(sentinel(lab, node).await.unwrap_or(silent));
    }
    measure_lag(&mut nodes);
    let lacking = lab.lacking().await;
    let mut warnings = lacking.clone();
    warnings.extend(nodes.iter().flat_map(warnings_of));
    let slow = sentinels.iter().filter(|sentinel| !sentinel.is_quick);
    warnings.extend(slow.map(|sentinel| {
        format!(
            "{} looks too seldom, as it was not told how often: run `wardline redis quicken` there",
            sentinel.name
        )
    }));
    Ok(Status {
        name: estate.name.clone(),
        topology: estate.topology,
        whole: lacking.is_empty(),
        nodes,
        sentinels,
        warnings,
    })
}

async fn data_node(lab: &Lab, node: &Node) -> Result<NodeStatus, EstateError> {
    let mut link = lab.link(node.address, Role::Admin).await?;
    let replication = link.info("replication").await?;
    let memory = link.info("memory").await?;
    let stats = link.info("stats").await?;
    let clients = link.info("clients").await?;
    let is_replica = replication.field("role") == "slave";
    let slots = if lab.estate().topology == Topology::Cluster {
        let view = lab.cluster_view(node.address).await?;
        let own = view.into_iter().find(|member| member.is("myself"));
        own.map(|own| own.slots).unwrap_or_default()
    } else {
        Vec::new()
    };
    Ok(NodeStatus {
        name: node.name.clone(),
        address: node.address.to_string(),
        role: if is_replica { "replica" } else { "master" }.to_owned(),
        master: is_replica.then(|| master_of(lab, &replication)),
        replicas_online: if is_replica { 0 } else { online(&replication) },
        offset: replication.number(if is_replica {
            "slave_repl_offset"
        } else {
            "master_repl_offset"
        }),
        behind_bytes: None,
        lag_seconds: is_replica.then(|| {
            // -1 while it has none.
            let heard = replication.field("master_last_io_seconds_ago");
            heard.parse().unwrap_or(u64::MAX)
        }),
        memory_bytes: memory.number("used_memory"),
        max_memory_bytes: memory.number("maxmemory"),
        eviction: memory.field("maxmemory_policy").to_owned(),
        evicted_keys: stats.number("evicted_keys"),
        clients: clients.number("connected_clients"),
        slots,
    })
}

fn online(replication: &Info) -> u64 {
    let lines = replication.lines();
    let online = lines.filter(|line| line.starts_with("slave") && line.contains("state=online"));
    u64::try_from(online.count()).unwrap_or(u64::MAX)
}

fn master_of(lab: &Lab, replication: &Info) -> String {
    let address = format!(
        "{}:{}",
        replication.field("master_host"),
        replication.field("master_port")
    );
    let node = address
        .parse()
        .ok()
        .and_then(|address| lab.node_at(address));
    node.map_or(address, |node| node.name.clone())
}

async fn sentinel(lab: &Lab, node: &Node) -> Result<SentinelStatus, EstateError> {
    let mut link = lab.link(node.address, Role::Admin).await?;
    let seen = link
        .call(&["SENTINEL", "MASTER", lab.master_name()])
        .await?;
    let address = format!("{}:{}", field_of(&seen, "ip"), field_of(&seen, "port"));
    let known = address
        .parse()
        .ok()
        .and_then(|address| lab.node_at(address));
    let quorum = link
        .text(&["SENTINEL", "CKQUORUM", lab.master_name()])
        .await;
    Ok(SentinelStatus {
        name: node.name.clone(),
        address: node.address.to_string(),
        master: Some(known.map_or(address, |node| node.name.clone())),
        quorum: quorum.unwrap_or_else(|error| error.to_string()),
        is_quick: quicken::is_quick(&mut link).await?,
    })
}

fn measure_lag(nodes: &mut [NodeStatus]) {
    let offsets: Vec<(String, u64)> = nodes
        .iter()
        .map(|node| (node.name.clone(), node.offset))
        .collect();
    for node in nodes {
        let master = node.master.as_ref();
        let of_master = offsets.iter().find(|(name, _)| Some(name) == master);
        node.behind_bytes = of_master.map(|(_, offset)| offset.saturating_sub(node.offset));
    }
}

fn warnings_of(node: &NodeStatus) -> Vec<String> {
    let mut warnings = Vec::new();
    if node.role == "silent" {
        warnings.push(format!("{} does not answer", node.name));
        return warnings;
    }
    if node.lag_seconds.is_some_and(|lag| lag > LAG_SECONDS) {
        warnings.push(format!(
            "{} has not heard of its master for long",
            node.name
        ));
    }
    if node.max_memory_bytes == 0 {
        warnings.push(format!("{} has no limit of memory", node.name));
    } else if node.memory_bytes * 100 >= node.max_memory_bytes * MEMORY_PERCENT {
        warnings.push(format!(
            "{} uses {} % of its memory; at 100 % it refuses writes",
            node.name,
            node.memory_bytes * 100 / node.max_memory_bytes
        ));
    }
    if node.eviction != "noeviction" {
        warnings.push(format!(
            "{} evicts keys ({}): sessions and queued messages would vanish without a word",
            node.name, node.eviction
        ));
    }
    if node.evicted_keys > 0 {
        warnings.push(format!(
            "{} has evicted {} keys",
            node.name, node.evicted_keys
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_fills_up_or_evicts_is_named() {
        let node = NodeStatus {
            name: "redis-1".to_owned(),
            role: "master".to_owned(),
            memory_bytes: 75,
            max_memory_bytes: 100,
            eviction: "allkeys-lru".to_owned(),
            ..NodeStatus::default()
        };
        let below = NodeStatus {
            memory_bytes: 74,
            eviction: "noeviction".to_owned(),
            ..node.clone()
        };

        assert_eq!(warnings_of(&node).len(), 2);
        assert!(warnings_of(&below).is_empty());
    }
}
