//! Whether an estate is whole, and waiting for it.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{LOOK_AGAIN, Lab, WHOLE_SECONDS};
use crate::description::{Node, Topology};
use crate::link::{LinkError, field_of};
use crate::{EstateError, Role};

impl Lab {
    /// Waits until the estate is whole.
    ///
    /// # Errors
    /// [`EstateError::NotWhole`] after [`WHOLE_SECONDS`], saying what is lacking.
    pub async fn wait_until_whole(&self) -> Result<(), EstateError> {
        let deadline = Instant::now() + Duration::from_secs(WHOLE_SECONDS);
        loop {
            let lacking = self.lacking().await;
            if lacking.is_empty() {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(EstateError::NotWhole {
                    seconds: WHOLE_SECONDS,
                    lacking: lacking.join("; "),
                });
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// What keeps the estate from being whole, in words; empty when it is.
    pub async fn lacking(&self) -> Vec<String> {
        let mut lacking = Vec::new();
        for process in &self.processes {
            if process.identity().is_none() {
                lacking.push(format!("{} does not run", process.name));
            }
        }
        if !lacking.is_empty() {
            return lacking;
        }
        let looked = match self.estate.topology {
            Topology::Standalone => Ok(()),
            Topology::Sentinel => self.lacking_of_sentinel(&mut lacking).await,
            Topology::Cluster => self.lacking_of_cluster(&mut lacking).await,
        };
        if let Err(error) = looked {
            lacking.push(error.to_string());
        }
        lacking
    }

    async fn lacking_of_sentinel(&self, lacking: &mut Vec<String>) -> Result<(), EstateError> {
        let name = self.master_name();
        let (replicas, peers) = (self.estate.nodes.len() - 1, self.estate.sentinels.len() - 1);
        let master = self.named_master().await?;
        for sentinel in &self.estate.sentinels {
            let mut link = self.link(sentinel.address, Role::Admin).await?;
            let seen = link.call(&["SENTINEL", "MASTER", name]).await?;
            let (ip, port) = (field_of(&seen, "ip"), field_of(&seen, "port"));
            if format!("{ip}:{port}") != master.to_string() {
                lacking.push(format!("{} names another master", sentinel.name));
            }
            for (field, wanted) in [("num-slaves", replicas), ("num-other-sentinels", peers)] {
                if field_of(&seen, field) != wanted.to_string() {
                    lacking.push(format!(
                        "{} sees {field} other than {wanted}",
                        sentinel.name
                    ));
                }
            }
            if field_of(&seen, "flags") != "master" {
                lacking.push(format!("{} says the master is not well", sentinel.name));
            }
            match link.call(&["SENTINEL", "CKQUORUM", name]).await {
                Ok(_) => {}
                Err(LinkError::Refused { detail, .. }) => {
                    lacking.push(format!("{}: {detail}", sentinel.name));
                }
                Err(error) => return Err(error.into()),
            }
        }
        for node in &self.estate.nodes {
            if node.address == master {
                self.lacking_of_master(node, replicas, lacking).await?;
            } else {
                self.lacking_of_replica(node, lacking).await?;
            }
        }
        Ok(())
    }

    async fn lacking_of_cluster(&self, lacking: &mut Vec<String>) -> Result<(), EstateError> {
        for node in &self.estate.nodes {
            let view = self.cluster_view(node.address).await?;
            for member in &view {
                let well = member.is("myself") || member.connected;
                if !well || member.is("fail") || member.is("fail?") || member.is("handshake") {
                    lacking.push(format!("{} does not see all others well", node.name));
                    break;
                }
            }
            let mut link = self.link(node.address, Role::Admin).await?;
            let text = link.text(&["CLUSTER", "INFO"]).await?;
            for wanted in ["cluster_state:ok", "cluster_slots_ok:16384"] {
                if !text.lines().any(|line| line.trim() == wanted) {
                    lacking.push(format!("{}: not {wanted}", node.name));
                }
            }
            let own = view.iter().find(|member| member.is("myself"));
            if own.is_some_and(|own| own.is("slave")) {
                self.lacking_of_replica(node, lacking).await?;
            } else if let Some(own) = own {
                let replicas = view
                    .iter()
                    .filter(|member| member.master.as_ref() == Some(&own.id))
                    .count();
                // A shard begins with the same number of replicas everywhere, and a failover leaves one fewer until
                // the old master is back.
                if own.owns_slots() {
                    self.lacking_of_master(node, replicas, lacking).await?;
                }
            }
        }
        Ok(())
    }

    async fn lacking_of_master(
        &self,
        node: &Node,
        replicas: usize,
        lacking: &mut Vec<String>,
    ) -> Result<(), EstateError> {
        let mut link = self.link(node.address, Role::Admin).await?;
        let info = link.info("replication").await?;
        if info.field("role") != "master" {
            lacking.push(format!("{} is no master", node.name));
        }
        let online = info
            .lines()
            .filter(|line| line.starts_with("slave") && line.contains("state=online"))
            .count();
        if online != replicas {
            lacking.push(format!(
                "{}: {online} of {replicas} replicas are online",
                node.name
            ));
        }
        Ok(())
    }

    async fn lacking_of_replica(
        &self,
        node: &Node,
        lacking: &mut Vec<String>,
    ) -> Result<(), EstateError> {
        let mut link = self.link(node.address, Role::Admin).await?;
        let info = link.info("replication").await?;
        if info.field("role") != "slave" || info.field("master_link_status") != "up" {
            lacking.push(format!("{} does not replicate", node.name));
        }
        Ok(())
    }

    /// Waits until a server answers.
    pub(super) async fn answering(&self, node: &Node) -> Result<(), EstateError> {
        let deadline = Instant::now() + Duration::from_secs(WHOLE_SECONDS);
        loop {
            let process = self.process(&node.name)?;
            if process.identity().is_none() {
                return Err(process.ended());
            }
            let answer = match self.link(node.address, Role::Admin).await {
                Ok(mut link) => link.call(&["PING"]).await.map_err(EstateError::from),
                Err(error) => Err(error),
            };
            match answer {
                Ok(_) => return Ok(()),
                Err(_) if Instant::now() < deadline => sleep(LOOK_AGAIN).await,
                Err(error) => return Err(error),
            }
        }
    }
}
