//! Which server is asked: one task follows the topology and publishes routes; calls read them and never wait for it.

mod board;
mod standalone;

use std::sync::Arc;

use tokio_util::task::AbortOnDropHandle;

pub(crate) use board::{Board, Hint, Routes};

use crate::settings::{Settings, Topology};
use crate::transport::Dialer;

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
            Topology::Sentinel { .. } | Topology::Cluster { .. } => {}
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
