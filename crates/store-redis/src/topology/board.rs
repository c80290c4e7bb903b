//! Where calls read which server to ask, and leave what they learned on the way.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::attention::Attention;
use crate::failure::{ConnectError, Failure};
use crate::settings::Address;
use crate::transport::Node;

/// Hints that wait at most: they are only hints.
const MAX_HINTS: usize = 64;

/// Which server is asked for which slot.
#[derive(Clone, Debug)]
pub(crate) enum Routes {
    /// One for all, or why there is none.
    One(Result<Arc<Node>, Arc<ConnectError>>),
    /// As the Cluster divides them.
    Slots {
        /// For each slot an index into `nodes`, or [`NOBODY`].
        owners: Arc<Vec<u16>>,
        nodes: Vec<Seat>,
    },
}

/// No server has the slot, as far as is known.
pub(crate) const NOBODY: u16 = u16::MAX;

/// A master of a Cluster, connected or not.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) address: Address,
    pub(crate) node: Result<Arc<Node>, Arc<ConnectError>>,
}

/// What a call learned that the topology should know.
#[derive(Clone, Debug)]
pub(crate) enum Hint {
    /// This server is not the one to ask.
    NotHere,
    /// This one has the slot.
    Moved { slot: u16, address: Address },
    /// This one is to be connected, although no slot is known of it.
    Wanted(Address),
}

/// The place between calls and topology.
#[derive(Debug)]
pub(crate) struct Board {
    routes: RwLock<Arc<Routes>>,
    changed: watch::Sender<u64>,
    hints: mpsc::Sender<Hint>,
    heard: Mutex<Option<mpsc::Receiver<Hint>>>,
    away_since: Mutex<Option<Instant>>,
    /// How often the Sentinels look.
    pub(crate) attention: Attention,
}

impl Board {
    pub(crate) fn new() -> Self {
        let (hints, heard) = mpsc::channel(MAX_HINTS);
        let nobody_yet = ConnectError::NoMaster("no server was found yet".to_owned());
        Self {
            routes: RwLock::new(Arc::new(Routes::One(Err(Arc::new(nobody_yet))))),
            changed: watch::Sender::new(0),
            hints,
            heard: Mutex::new(Some(heard)),
            away_since: Mutex::new(Some(Instant::now())),
            attention: Attention::default(),
        }
    }

    /// The routes as they are now.
    pub(crate) fn routes(&self) -> Arc<Routes> {
        let routes = self.routes.read();
        Arc::clone(&routes.unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other routes up.
    pub(crate) fn publish(&self, routes: Routes) {
        let whole = routes.is_whole();
        *self.routes.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(routes);
        let mut away = self
            .away_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *away = if whole {
            None
        } else {
            Some(away.unwrap_or_else(Instant::now))
        };
        drop(away);
        self.changed.send_modify(|version| *version += 1);
    }

    /// Tells of each change of the routes.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Leaves a hint. One that finds no room is lost: whoever follows looks by itself too.
    pub(crate) fn hint(&self, hint: Hint) {
        drop(self.hints.try_send(hint));
    }

    /// The hints; for the one that follows the topology.
    pub(crate) fn take_hints(&self) -> Option<mpsc::Receiver<Hint>> {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.take()
    }

    /// For how long not every slot has had a server.
    pub(crate) fn away_for(&self) -> Option<Duration> {
        let away = self.away_since.lock();
        away.unwrap_or_else(PoisonError::into_inner)
            .map(|since| since.elapsed())
    }
}

impl Routes {
    /// The server of a slot.
    pub(crate) fn node(&self, slot: u16) -> Result<&Arc<Node>, Failure> {
        match self {
            Self::One(node) => node.as_ref().map_err(away),
            Self::Slots { owners, nodes } => {
                let owner = owners.get(usize::from(slot)).copied().unwrap_or(NOBODY);
                let seat = nodes.get(usize::from(owner)).ok_or_else(|| {
                    Failure::Away(format!("no server of the Cluster has slot {slot}"))
                })?;
                seat.node.as_ref().map_err(away)
            }
        }
    }

    /// Every server that is connected.
    pub(crate) fn connected(&self) -> Vec<&Arc<Node>> {
        match self {
            Self::One(node) => node.iter().collect(),
            Self::Slots { nodes, .. } => nodes.iter().flat_map(|seat| &seat.node).collect(),
        }
    }

    /// The connected server of this address.
    pub(crate) fn at(&self, address: &Address) -> Option<&Arc<Node>> {
        self.connected()
            .into_iter()
            .find(|node| node.address() == address)
    }

    /// Whether every slot has a server that is connected.
    pub(crate) fn is_whole(&self) -> bool {
        match self {
            Self::One(node) => node.is_ok(),
            Self::Slots { owners, nodes } => owners.iter().all(|owner| {
                nodes
                    .get(usize::from(*owner))
                    .is_some_and(|seat| seat.node.is_ok())
            }),
        }
    }

    /// Why a server is not connected, of one that is not.
    pub(crate) fn error(&self) -> Option<Arc<ConnectError>> {
        match self {
            Self::One(node) => node.as_ref().err().cloned(),
            Self::Slots { nodes, .. } => nodes
                .iter()
                .find_map(|seat| seat.node.as_ref().err().cloned()),
        }
    }
}

fn away(error: &Arc<ConnectError>) -> Failure {
    Failure::Away(error.to_string())
}
