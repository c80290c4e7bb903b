//! Nodes that join a lab and leave it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use redis::Value;
use wardline_kernel::SystemClock;

use super::{Lab, process_of};
use crate::certificates::{Authority, CertificateFiles, Purpose};
use crate::description::{BUS_OFFSET, Node, Topology};
use crate::{EstateError, Role, files, render};

impl Lab {
    /// Adds a data node: a replica of `replica_of`, or in a Cluster an empty master when that is not given. Waits until it
    /// is in. Answers its name.
    ///
    /// # Errors
    /// [`EstateError`] when it cannot be made, started or let in.
    pub async fn add_node(&mut self, replica_of: Option<&str>) -> Result<String, EstateError> {
        let master = match (self.estate.topology, replica_of) {
            (Topology::Standalone, _) => {
                return Err(EstateError::Description(
                    "a standalone server has no other nodes".to_owned(),
                ));
            }
            (Topology::Sentinel, _) => Some(self.node_of_master().await?),
            (Topology::Cluster, Some(name)) => Some(self.node(name)?.clone()),
            (Topology::Cluster, None) => None,
        };
        let node = self.new_node(master.as_ref())?;
        self.install(&node)?;
        self.estate.nodes.push(node.clone());
        let process = process_of(&self.estate, &node, &self.redis_server, self.network, false);
        process.start()?;
        self.processes.push(process);
        self.keep_record()?;
        self.answering(&node).await?;
        if self.estate.topology == Topology::Cluster {
            self.join_cluster(&node, master.as_ref()).await?;
        }
        self.wait_until_whole().await?;
        Ok(node.name)
    }

    /// Takes a data node out: no master, and in a Cluster none that owns slots. Its data stays in the folder.
    ///
    /// # Errors
    /// [`EstateError::Description`] when it is still needed.
    pub async fn remove_node(&mut self, name: &str) -> Result<(), EstateError> {
        let node = self.node(name)?.clone();
        if !self.estate.nodes.contains(&node) {
            return Err(EstateError::Description(format!("{name} is a Sentinel")));
        }
        if self.masters().await?.contains(&node) {
            return Err(EstateError::Description(format!(
                "{name} is a master: switch over, or move its slots to another, before it goes"
            )));
        }
        let id = match self.estate.topology {
            Topology::Cluster => {
                let mut link = self.link(node.address, Role::Admin).await?;
                Some(link.text(&["CLUSTER", "MYID"]).await?)
            }
            _ => None,
        };
        self.process(name)?.kill();
        self.estate.nodes.retain(|other| other.name != name);
        self.processes.retain(|process| process.name != name);
        self.keep_record()?;
        match id {
            Some(id) => {
                for other in &self.estate.nodes {
                    let mut link = self.link(other.address, Role::Admin).await?;
                    link.call(&["CLUSTER", "FORGET", &id]).await?;
                }
            }
            None => {
                // A Sentinel forgets a server only when it forgets all it has learned.
                for sentinel in &self.estate.sentinels {
                    let mut link = self.link(sentinel.address, Role::Admin).await?;
                    link.call(&["SENTINEL", "RESET", self.master_name()])
                        .await?;
                }
            }
        }
        Ok(())
    }

    async fn node_of_master(&self) -> Result<Node, EstateError> {
        let mut masters = self.masters().await?;
        masters.pop().ok_or_else(|| EstateError::NotWhole {
            seconds: 0,
            lacking: "a master".to_owned(),
        })
    }

    /// The next name and address; its shard is that of its master.
    fn new_node(&self, master: Option<&Node>) -> Result<Node, EstateError> {
        let no_room = || EstateError::Description("a lab has at most 99 data nodes".to_owned());
        let number = self
            .estate
            .nodes
            .iter()
            .filter_map(|node| node.name.strip_prefix("redis-")?.parse::<u8>().ok())
            .max()
            .unwrap_or(0)
            + 1;
        let first = self.estate.nodes.first().ok_or_else(no_room)?.address;
        let IpAddr::V4(ip) = first.ip() else {
            return Err(no_room());
        };
        let [a, b, c, _] = ip.octets();
        if number > 99 {
            return Err(no_room());
        }
        let shards = self.estate.nodes.iter().map(|node| node.shard + 1).max();
        Ok(Node {
            name: format!("redis-{number}"),
            address: SocketAddr::new(Ipv4Addr::new(a, b, c, number).into(), first.port()),
            shard: master.map_or(shards.unwrap_or(0), |master| master.shard),
        })
    }

    /// Files of a node that is not in the description yet.
    fn install(&self, node: &Node) -> Result<(), EstateError> {
        let mut estate = self.estate.clone();
        estate.nodes.push(node.clone());
        estate.check()?;
        let places = &estate.places.configuration;
        render::write_data_node(&estate, &self.secrets, node, places)?;
        let authority =
            Authority::open_or_make(&self.directory.join("ca"), &estate.name, &SystemClock)?;
        let certificate =
            CertificateFiles::in_folder(&estate.configuration_of(node).join("tls"), "node");
        let purpose = Purpose::Node(node.address.ip());
        authority.issue(&node.name, &purpose, &certificate, &SystemClock)?;
        files::folder(&estate.data_of(node))?;
        self.network.make_for(node)
    }

    async fn join_cluster(&self, node: &Node, master: Option<&Node>) -> Result<(), EstateError> {
        let port = node.address.port();
        let words = [
            node.address.ip().to_string(),
            port.to_string(),
            port.saturating_add(BUS_OFFSET).to_string(),
        ];
        if let Some(member) = self.estate.nodes.first() {
            let mut link = self.link(member.address, Role::Admin).await?;
            let [ip, port, bus] = &words;
            link.call(&["CLUSTER", "MEET", ip, port, bus]).await?;
        }
        self.wait_for_gossip().await?;
        self.copy_functions_to(node).await?;
        if let Some(master) = master {
            let mut link = self.link(master.address, Role::Admin).await?;
            let id = link.text(&["CLUSTER", "MYID"]).await?;
            let mut link = self.link(node.address, Role::Admin).await?;
            link.call(&["CLUSTER", "REPLICATE", &id]).await?;
        }
        Ok(())
    }

    /// Functions do not travel with slots: a master that begins empty needs them before it owns any.
    async fn copy_functions_to(&self, node: &Node) -> Result<(), EstateError> {
        let Some(source) = self.masters().await?.into_iter().next() else {
            return Ok(());
        };
        let mut link = self.link(source.address, Role::Admin).await?;
        let Value::BulkString(functions) = link.call(&["FUNCTION", "DUMP"]).await? else {
            return Ok(());
        };
        let mut link = self.link(node.address, Role::Admin).await?;
        let words: [&[u8]; 4] = [b"FUNCTION", b"RESTORE", &functions, b"REPLACE"];
        link.call(&words).await?;
        Ok(())
    }
}
