//! How many connections there may be: all together, and from one address.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Counts connections.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    all: Arc<Semaphore>,
    of_address: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
    most_of_address: usize,
}

/// A connection's place; given back when dropped.
#[derive(Debug)]
pub(crate) struct Connected {
    of: Connections,
    address: IpAddr,
    _permit: OwnedSemaphorePermit,
}

impl Connected {
    /// Of which address it is.
    pub(crate) fn address(&self) -> IpAddr {
        self.address
    }
}

impl Connections {
    /// At most `most` connections. One address gets at most half of them, so that it cannot keep all others out.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(most)),
            of_address: Arc::default(),
            most_of_address: most.div_ceil(2),
        }
    }

    /// Waits until another connection may be accepted: those that wait stay in the system's backlog.
    pub(crate) async fn room(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.all).acquire_owned().await.ok()
    }

    /// Takes a place for a connection from `address`; `None` when that address has its share.
    pub(crate) fn enter(&self, permit: OwnedSemaphorePermit, address: IpAddr) -> Option<Connected> {
        let mut counts = self
            .of_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_insert(0);
        if *count >= self.most_of_address {
            return None;
        }
        *count += 1;
        Some(Connected {
            of: self.clone(),
            address,
            _permit: permit,
        })
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        let mut counts = self
            .of
            .of_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let left = counts.get_mut(&self.address).map(|count| {
            *count = count.saturating_sub(1);
            *count
        });
        if left == Some(0) {
            counts.remove(&self.address);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[tokio::test]
    async fn one_address_gets_half_of_the_connections() {
        let connections = Connections::new(4);
        let (greedy, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::V4(Ipv4Addr::LOCALHOST));
        let mut open = Vec::new();
        for _ in 0..2 {
            let permit = connections.room().await.unwrap();
            open.push(connections.enter(permit, greedy).unwrap());
        }

        let permit = connections.room().await.unwrap();
        assert!(connections.enter(permit, greedy).is_none());
        let permit = connections.room().await.unwrap();
        assert!(connections.enter(permit, other).is_some());

        open.clear();
        let permit = connections.room().await.unwrap();
        assert!(connections.enter(permit, greedy).is_some());
    }
}
