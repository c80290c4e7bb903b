//! What every server and every Sentinel says of itself, asked when somebody wants to see it.
//!
//! [`Redis::state`] says at once what this process knows; a survey goes out and asks, over connections of its own, which
//! it closes again. A server that does not answer is part of what is found.

mod ask;
mod info;

use std::collections::BTreeSet;

use tokio::task::JoinSet;

use crate::promises::Finding;
use crate::redis_handle::Redis;
use crate::settings::{Address, Durability, Topology};
use crate::topology::Routes;
use crate::transport::Dialer;

use ask::Asker;
pub(crate) use info::{Fields, fields};
pub use info::{Line, ServerSays};

/// Servers that are asked at most; Sentinels as many again.
pub const MAX_SURVEYED: usize = 64;
/// Ranges of slots of one server that are told at most.
pub const MAX_SLOT_RANGES: usize = 256;

/// What servers and Sentinels say of themselves.
#[derive(Clone, Debug)]
pub struct Survey {
    /// `standalone`, `sentinel` or `cluster`.
    pub topology: &'static str,
    /// What an acknowledged write has come through.
    pub durability: Durability,
    /// What is wrong, in words, as far as this process knows; nothing when it is ready.
    pub problems: Vec<String>,
    /// Servers that hold data: masters first, then by address.
    pub servers: Vec<ServerSeen>,
    /// The Sentinels of the settings.
    pub sentinels: Vec<SentinelSeen>,
    /// Slots of a Cluster that no server has.
    pub slots_without_server: usize,
    /// What does not keep what the settings promise; why it could not be looked at, if so.
    pub findings: Result<Vec<Finding>, String>,
    /// There were more servers than [`MAX_SURVEYED`], and these were not asked.
    pub is_cut_short: bool,
}

/// What was found of a server.
#[derive(Clone, Debug)]
pub struct ServerSeen {
    /// Where it is.
    pub address: Address,
    /// Wardline is connected to it as to a master.
    pub is_followed: bool,
    /// What it says, or why it says nothing.
    pub says: Result<ServerSays, String>,
    /// First and last of each range of slots it has, of a master of a Cluster.
    pub slots: Vec<(u16, u16)>,
    /// Whether its master counts it among those in line; `None` of one that has no master that answers.
    pub is_in_line: Option<bool>,
    /// Bytes that it is behind, as its master knows.
    pub behind_bytes: Option<u64>,
}

/// What was found of a Sentinel.
#[derive(Clone, Debug)]
pub struct SentinelSeen {
    /// Where it is.
    pub address: Address,
    /// What it says, or why it says nothing.
    pub says: Result<SentinelSays, String>,
}

/// What a Sentinel says of the master.
#[derive(Clone, Debug)]
pub struct SentinelSays {
    /// Whom it names.
    pub master: Address,
    /// What it thinks of it: `master`, `master,s_down` and the like.
    pub flags: String,
    /// How many Sentinels must agree that the master is down.
    pub quorum: u64,
    /// Other Sentinels that it knows.
    pub others: u64,
    /// Whether enough of them can be reached for a failover, in its own words.
    pub can_fail_over: Result<(), String>,
    /// Replicas that it knows, also ones that are down.
    pub replicas: Vec<Address>,
}

impl Redis {
    /// Asks every server and every Sentinel how it is. It takes a few round trips, and at most three times as long as a
    /// connection and an answer may take.
    pub async fn survey(&self) -> Survey {
        let settings = self.settings();
        let asker = Asker::new(settings);
        let state = self.state();
        let routes = self.routes();
        let mut seats = seats(&routes);
        let mut addresses: BTreeSet<Address> =
            seats.iter().map(|seat| seat.address.clone()).collect();
        addresses.extend(self.masters().iter().flat_map(|node| node.known_replicas()));
        let mut sentinels = Vec::new();
        match &settings.topology {
            Topology::Standalone { address } => {
                addresses.insert(address.clone());
            }
            Topology::Cluster { seeds } => {
                if addresses.is_empty() {
                    addresses.extend(seeds.iter().cloned());
                }
                let any = seats.iter().map(|seat| &seat.address).chain(seeds).take(3);
                addresses.extend(asker.cluster_nodes(any).await);
            }
            Topology::Sentinel {
                sentinels: named,
                master,
                login,
            } => {
                let dialer = Dialer::of(settings).with_login(login.clone());
                sentinels = asker.sentinels(&dialer, named, master).await;
                let known = sentinels.iter().filter_map(|seen| seen.says.as_ref().ok());
                addresses.extend(
                    known.flat_map(|says| {
                        [vec![says.master.clone()], says.replicas.clone()].concat()
                    }),
                );
            }
        }
        let mut servers = ask_all(&asker, &addresses, &mut seats).await;
        // Replicas that only their master knew of.
        let told: BTreeSet<Address> = servers
            .iter()
            .filter_map(|server| server.says.as_ref().ok())
            .flat_map(|says| says.line.iter().map(|line| line.address.clone()))
            .filter(|address| !addresses.contains(address))
            .collect();
        servers.extend(ask_all(&asker, &told, &mut seats).await);
        let is_cut_short = addresses.len() + told.len() > MAX_SURVEYED;
        servers.truncate(MAX_SURVEYED);
        stand_in_line(&mut servers);
        servers.sort_by_key(|server| (!server.is_master(), server.address.clone()));
        Survey {
            topology: state.topology,
            durability: settings.durability,
            problems: state.problems,
            servers,
            sentinels,
            slots_without_server: slots_without_server(&routes),
            findings: self
                .verify_promises()
                .await
                .map_err(|failure| failure.to_string()),
            is_cut_short,
        }
    }
}

impl ServerSeen {
    /// Whether it is a master: as it says itself, or as Wardline takes it while it says nothing.
    pub fn is_master(&self) -> bool {
        self.says
            .as_ref()
            .map_or(self.is_followed || !self.slots.is_empty(), |says| {
                says.master.is_none()
            })
    }
}

/// A place that the routes have for a master.
struct Seat {
    address: Address,
    is_followed: bool,
    slots: Vec<(u16, u16)>,
}

fn seats(routes: &Routes) -> Vec<Seat> {
    match routes {
        Routes::One(node) => node
            .iter()
            .map(|node| Seat {
                address: node.address().clone(),
                is_followed: true,
                slots: Vec::new(),
            })
            .collect(),
        Routes::Slots { owners, nodes } => (0..)
            .zip(nodes)
            .map(|(at, seat)| Seat {
                address: seat.address.clone(),
                is_followed: seat.node.is_ok(),
                slots: ranges(owners, at),
            })
            .collect(),
    }
}

/// The slots that have this owner, as ranges.
fn ranges(owners: &[u16], owner: u16) -> Vec<(u16, u16)> {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for (slot, _) in (0..).zip(owners).filter(|(_, of)| **of == owner) {
        let is_full = ranges.len() == MAX_SLOT_RANGES;
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == slot => *last = slot,
            _ if is_full => break,
            _ => ranges.push((slot, slot)),
        }
    }
    ranges
}

fn slots_without_server(routes: &Routes) -> usize {
    let Routes::Slots { owners, nodes } = routes else {
        return 0;
    };
    let has_server = |owner: &&u16| {
        let seat = nodes.get(usize::from(**owner));
        seat.is_some_and(|seat| seat.node.is_ok())
    };
    owners.len() - owners.iter().filter(has_server).count()
}

async fn ask_all(
    asker: &Asker,
    addresses: &BTreeSet<Address>,
    seats: &mut Vec<Seat>,
) -> Vec<ServerSeen> {
    let mut asked = JoinSet::new();
    for address in addresses.iter().take(MAX_SURVEYED) {
        let (asker, address) = (asker.clone(), address.clone());
        asked.spawn(async move {
            let says = asker.server(&address).await;
            (address, says)
        });
    }
    let mut servers = Vec::new();
    while let Some(done) = asked.join_next().await {
        let Ok((address, says)) = done else { continue };
        let seat = seats.iter().position(|seat| seat.address == address);
        let seat = seat.map(|at| seats.swap_remove(at));
        servers.push(ServerSeen {
            is_followed: seat.as_ref().is_some_and(|seat| seat.is_followed),
            slots: seat.map(|seat| seat.slots).unwrap_or_default(),
            is_in_line: None,
            behind_bytes: None,
            address,
            says,
        });
    }
    servers
}

/// Gives each replica what its master knows of it.
fn stand_in_line(servers: &mut [ServerSeen]) {
    let masters: Vec<(Address, u64, Vec<Line>)> = servers
        .iter()
        .filter_map(|server| Some((server, server.says.as_ref().ok()?)))
        .filter(|(_, says)| says.master.is_none())
        .map(|(server, says)| (server.address.clone(), says.offset, says.line.clone()))
        .collect();
    for server in servers {
        let lines = masters
            .iter()
            .flat_map(|(_, offset, line)| line.iter().map(move |line| (*offset, line)));
        let own = lines
            .filter(|(_, line)| line.address == server.address)
            .max_by_key(|(_, line)| line.is_online);
        if let Some((offset, line)) = own {
            server.is_in_line = Some(line.is_online);
            server.behind_bytes = Some(offset.saturating_sub(line.offset));
        } else if !server.is_master() && !masters.is_empty() {
            server.is_in_line = Some(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_told_as_ranges_of_one_owner() {
        let owners = [0, 0, 1, 0, 0, 0, 1];

        assert_eq!(ranges(&owners, 0), [(0, 1), (3, 5)]);
        assert_eq!(ranges(&owners, 1), [(2, 2), (6, 6)]);
        assert_eq!(ranges(&owners, 2), []);
    }

    #[test]
    fn ranges_beyond_the_limit_are_left_out() {
        let torn = |ranges: usize| {
            (0..ranges * 2)
                .map(|at| u16::from(at % 2 == 1))
                .collect::<Vec<_>>()
        };

        assert_eq!(ranges(&torn(MAX_SLOT_RANGES), 0).len(), MAX_SLOT_RANGES);
        assert_eq!(ranges(&torn(MAX_SLOT_RANGES + 1), 0).len(), MAX_SLOT_RANGES);
    }
}
