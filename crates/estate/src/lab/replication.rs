//! A master with replicas and Sentinels: who is master, and how fast Sentinels look.

use std::net::SocketAddr;

use super::Lab;
use crate::description::{Node, Topology};
use crate::follow::master_named_by;
use crate::{EstateError, Role, quicken};

impl Lab {
    /// The nodes that take writes now, as the estate itself says.
    ///
    /// # Errors
    /// [`EstateError`] when nobody who knows can be asked.
    pub async fn masters(&self) -> Result<Vec<Node>, EstateError> {
        match self.estate.topology {
            Topology::Standalone => Ok(self.estate.nodes.clone()),
            Topology::Sentinel => {
                let named = self.named_master().await?;
                Ok(self.node_at(named).cloned().into_iter().collect())
            }
            Topology::Cluster => self.cluster_masters().await,
        }
    }

    /// Where the master is that most Sentinels name.
    pub(super) async fn named_master(&self) -> Result<SocketAddr, EstateError> {
        let mut votes: Vec<SocketAddr> = Vec::new();
        let mut last_error = None;
        for sentinel in &self.estate.sentinels {
            match self.ask_sentinel(sentinel).await {
                Ok(named) => votes.extend(named),
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
        quicken::quicken(&mut link).await
    }
}
