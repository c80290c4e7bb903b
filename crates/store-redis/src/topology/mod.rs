//! Which server is asked: one task follows the topology and publishes routes; calls read them and never wait for it.

mod attention;
mod board;
mod cluster;
mod cluster_view;
mod scout;
mod sentinel;
mod standalone;

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

pub(crate) use board::{Board, Hint, Routes};

use crate::settings::{Address, Settings, Topology};
use crate::transport::{Dialer, Node};

/// Begins to follow the topology. It ends when the handle is dropped.
pub(crate) fn follow(settings: &Arc<Settings>, board: &Arc<Board>) -> AbortOnDropHandle<()> {
    let follower = Follower {
        dialer: Dialer::of(settings),
        settings: Arc::clone(settings),
        board: Arc::clone(board),
    };
    let following = async move {
        match follower.settings.topology.clone() {
            Topology::Standalone { address } => standalone::follow(&follower, &address).await,
            Topology::Sentinel {
                sentinels,
                master,
                login,
            } => sentinel::follow(&follower, sentinels, master, login).await,
            Topology::Cluster { seeds } => cluster::follow(&follower, seeds).await,
        }
    };
    AbortOnDropHandle::new(tokio::spawn(following))
}

/// What every topology needs.
struct Follower {
    dialer: Dialer,
    settings: Arc<Settings>,
    board: Arc<Board>,
}

/// Who of these servers has been promoted in a master's place, if anybody has. Asks all of them at once.
async fn heir_among(dialer: &Dialer, node: &Arc<Node>, others: Vec<Address>) -> Option<Address> {
    let mut asked = JoinSet::new();
    for address in others {
        let (dialer, node) = (dialer.clone(), Arc::clone(node));
        asked.spawn(async move {
            let is_heir = node.is_inherited_by(&dialer, &address).await;
            is_heir.then_some(address)
        });
    }
    while let Some(found) = asked.join_next().await {
        if let Ok(Some(heir)) = found {
            return Some(heir);
        }
    }
    None
}
