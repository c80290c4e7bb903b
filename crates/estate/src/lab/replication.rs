//! A master with replicas and Sentinels: who is master, and how a server that comes back learns of it.

use std::net::SocketAddr;

use super::Lab;
use crate::description::{Node, Topology};
use crate::link::{Link, list_of, text_of};
use crate::{EstateError, Role, files};

/// How often Sentinels ask their servers during a failover, and tell each other, in milliseconds. 1,000 and 2,000 are the
/// server's own; a failover by them takes up to a second longer. Sentinel forgets this when it restarts.
const QUICK: [&str; 6] = [
    "SENTINEL",
    "DEBUG",
    "INFO-PERIOD",
    "1000",
    "PUBLISH-PERIOD",
    "250",
];

impl Lab {
    /// The nodes that take writes now, as the estate itself says.
    ///
    /// # Errors
    /// [`EstateError`] when nobody who knows can be asked.
    pub async fn masters(&self) -> Result<Vec<Node>, EstateError> {
        match self.estate.topology {
            Topology::Standalone => Ok(self.estate.nodes.clone()),
            Topology::Sentinel => {
                let named = self.named_master(None).await?;
                Ok(self.node_at(named).cloned().into_iter().collect())
            }
            Topology::Cluster => self.cluster_masters().await,
        }
    }

    /// Where the master is that most Sentinels name; `besides` is not asked about as an answer.
    pub(super) async fn named_master(
        &self,
        besides: Option<SocketAddr>,
    ) -> Result<SocketAddr, EstateError> {
        let mut votes: Vec<SocketAddr> = Vec::new();
        let mut last_error = None;
        for sentinel in &self.estate.sentinels {
            match self.ask_sentinel(sentinel).await {
                Ok(Some(named)) if Some(named) != besides => votes.push(named),
                Ok(_) => {}
                Err(error) => last_error = Some(error),
            }
        }
        let count = |named: &SocketAddr| votes.iter().filter(|vote| *vote == named).count();
        let most = votes.iter().max_by_key(|named| count(named)).copied();
        most.ok_or_else(|| {
            last_error.unwrap_or(EstateError::NotWhole {
                seconds: 0,
                lacking: "a master that a Sentinel names".to_owned(),
            })
        })
    }

    async fn ask_sentinel(&self, sentinel: &Node) -> Result<Option<SocketAddr>, EstateError> {
        let mut link = self.link(sentinel.address, Role::Admin).await?;
        master_named_by(&mut link, self.master_name()).await
    }

    /// Has all Sentinels look more often.
    pub(super) async fn quicken_sentinels(&self) -> Result<(), EstateError> {
        for sentinel in &self.estate.sentinels {
            self.quicken_sentinel(sentinel).await?;
        }
        Ok(())
    }

    /// Has a Sentinel look more often; to be done each time one starts.
    pub(super) async fn quicken_sentinel(&self, sentinel: &Node) -> Result<(), EstateError> {
        let mut link = self.link(sentinel.address, Role::Admin).await?;
        link.call(&QUICK).await?;
        Ok(())
    }

    /// Writes into a node's configuration whose replica it is to begin as: that of the master whom Sentinels name. A
    /// server that starts as the master it was takes writes that nobody will keep, until a Sentinel tells it otherwise
    /// (measured: 10 s).
    pub(super) async fn follow_named_master(&self, node: &Node) -> Result<(), EstateError> {
        let named = self.named_master(None).await?;
        let path = self.estate.configuration_of(node).join("redis.conf");
        let text = files::read(&path)?;
        files::write(
            &path,
            &following(&text, (named != node.address).then_some(named)),
        )
    }
}

/// The master that a Sentinel names.
///
/// # Errors
/// [`EstateError::Link`] when it does not answer.
pub(super) async fn master_named_by(
    link: &mut Link,
    name: &str,
) -> Result<Option<SocketAddr>, EstateError> {
    let answer = link
        .call(&["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name])
        .await?;
    let words: Vec<String> = list_of(&answer).iter().filter_map(text_of).collect();
    Ok(match words.as_slice() {
        [ip, port] => ip
            .parse()
            .ok()
            .zip(port.parse().ok())
            .map(|(ip, port)| SocketAddr::new(ip, port)),
        _ => None,
    })
}

/// A `redis.conf` in which the node is replica of this master, or nobody's.
fn following(text: &str, master: Option<SocketAddr>) -> String {
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| !line.starts_with("replicaof ") && !line.starts_with("slaveof "))
        .map(str::to_owned)
        .collect();
    if let Some(master) = master {
        lines.push(format!("replicaof {} {}", master.ip(), master.port()));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_comes_back_follows_the_master_of_now_and_no_other() {
        let text = "port 0\nreplicaof 127.0.0.1 6379\nmaxmemory 1mb\n";

        let changed = following(text, Some("127.0.0.2:6380".parse().unwrap()));
        let freed = following(&changed, None);

        assert_eq!(changed, "port 0\nmaxmemory 1mb\nreplicaof 127.0.0.2 6380\n");
        assert_eq!(freed, "port 0\nmaxmemory 1mb\n");
    }
}
