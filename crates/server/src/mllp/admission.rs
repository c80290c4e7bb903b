//! Who may connect to a listener, and how many at once.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wardline_messaging::channel::Listener;

use super::{MllpStats, Rejection};

/// Counts the open connections of one listener.
pub(super) struct Admission {
    process: Arc<Semaphore>,
    stats: Arc<MllpStats>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_peer: BTreeMap<IpAddr, usize>,
}

/// The right to stay; given back when it is dropped.
pub(super) struct Admitted {
    admission: Arc<Admission>,
    peer: IpAddr,
    _process: OwnedSemaphorePermit,
}

impl Admission {
    pub(super) fn new(process: Arc<Semaphore>, stats: Arc<MllpStats>) -> Arc<Self> {
        Arc::new(Self {
            process,
            stats,
            open: Mutex::default(),
        })
    }

    /// Decides from the address alone, before a byte is read.
    pub(super) fn admit(
        self: &Arc<Self>,
        listener: &Listener,
        peer: IpAddr,
    ) -> Result<Admitted, Rejection> {
        let ranges = &listener.allowed_peers;
        if !ranges.is_empty() && !ranges.iter().any(|range| range.contains(peer)) {
            return Err(Rejection::PeerNotAllowed);
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.all >= listener.max_connections {
            return Err(Rejection::ChannelFull);
        }
        let from_peer = open.by_peer.get(&peer).copied().unwrap_or_default();
        if from_peer >= listener.max_connections_per_peer {
            return Err(Rejection::PeerFull);
        }
        let process = Arc::clone(&self.process)
            .try_acquire_owned()
            .map_err(|_| Rejection::ProcessFull)?;
        open.all += 1;
        open.by_peer.insert(peer, from_peer + 1);
        self.stats.opened();
        Ok(Admitted {
            admission: Arc::clone(self),
            peer,
            _process: process,
        })
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = self
            .admission
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        let left = open
            .by_peer
            .get(&self.peer)
            .copied()
            .unwrap_or_default()
            .saturating_sub(1);
        if left == 0 {
            open.by_peer.remove(&self.peer);
        } else {
            open.by_peer.insert(self.peer, left);
        }
        self.admission.stats.closed();
    }
}
