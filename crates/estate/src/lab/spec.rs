//! What lab to raise.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use super::Network;
use crate::description::{
    AppendFsync, BUS_OFFSET, Estate, Node, Places, Settings, Supervision, Topology,
};
use crate::{EstateError, ServerVersion, version};

/// The port of every data node; each has an address of its own.
pub const DATA_PORT: u16 = 6379;
/// The port of every Sentinel.
pub const SENTINEL_PORT: u16 = 26379;
/// How often another range of addresses is tried before giving up.
const MAX_TRIES: usize = 50;
/// Sentinels begin at this last byte of the address.
const FIRST_SENTINEL: u8 = 101;

/// What lab to raise. Begin with [`LabSpec::new`] and change what you want otherwise.
#[derive(Clone, Debug)]
pub struct LabSpec {
    /// How the servers stand to each other.
    pub topology: Topology,
    /// The lab's folder; made when it is not there.
    pub directory: PathBuf,
    /// Masters: 1, or the shards of a Cluster.
    pub masters: u8,
    /// Replicas of each master.
    pub replicas: u8,
    /// Sentinels.
    pub sentinels: u8,
    /// What is the same on all servers; `tls` is there.
    pub settings: Settings,
    /// The network that it is put in.
    pub network: Network,
    /// The server's program: `redis-server`, or what [`WARDLINE_REDIS_SERVER`](crate::SERVER_VARIABLE) names.
    pub redis_server: PathBuf,
}

impl LabSpec {
    /// A lab of the usual size: 1; 1 with 2 replicas and 3 Sentinels; 3 with a replica each.
    pub fn new(topology: Topology, directory: impl AsRef<Path>) -> Self {
        let (masters, replicas, sentinels) = match topology {
            Topology::Standalone => (1, 0, 0),
            Topology::Sentinel => (1, 2, 3),
            Topology::Cluster => (3, 1, 0),
        };
        Self {
            topology,
            directory: directory.as_ref().to_owned(),
            masters,
            replicas,
            sentinels,
            settings: Settings {
                max_memory_mib: 256,
                // Without replicas the disk is all there is.
                append_fsync: match topology {
                    Topology::Standalone => AppendFsync::Always,
                    Topology::Sentinel | Topology::Cluster => AppendFsync::Everysec,
                },
                supervision: Supervision::None,
                ..Settings::default()
            },
            network: Network::Loopback,
            redis_server: version::server_program(),
        }
    }

    /// The description of this lab, at addresses of this machine that nobody uses.
    ///
    /// Each server has an address of its own out of 127.0.0.0/8, as if it were a machine of its own.
    pub(super) fn describe(&self) -> Result<Estate, EstateError> {
        let version = ServerVersion::of_program(&self.redis_server)?;
        if let Network::Namespaces(number) = self.network {
            let estate = self.at([10, 231, number], version);
            estate.check()?;
            return Ok(estate);
        }
        for _try in 0..MAX_TRIES {
            let estate = self.at([127, fastrand::u8(1..=250), fastrand::u8(1..=250)], version);
            if estate.nodes.iter().chain(&estate.sentinels).all(is_free) {
                estate.check()?;
                return Ok(estate);
            }
        }
        Err(EstateError::Description(
            "no free addresses in 127.0.0.0/8 for a lab".to_owned(),
        ))
    }

    fn at(&self, [first, second, third]: [u8; 3], server_version: ServerVersion) -> Estate {
        let address = |last: u8, port: u16| {
            SocketAddr::new(IpAddr::V4(Ipv4Addr::new(first, second, third, last)), port)
        };
        // Masters first, then the replicas of each shard in turn: redis-1..3 are masters of a Cluster.
        let data = u16::from(self.masters) * (1 + u16::from(self.replicas));
        let nodes = (0..data)
            .map(|index| Node {
                name: format!("redis-{}", index + 1),
                address: address(u8::try_from(index + 1).unwrap_or(u8::MAX), DATA_PORT),
                shard: index % u16::from(self.masters.max(1)),
            })
            .collect();
        let sentinels = (0..self.sentinels)
            .map(|index| Node {
                name: format!("sentinel-{}", index + 1),
                address: address(FIRST_SENTINEL.saturating_add(index), SENTINEL_PORT),
                shard: 0,
            })
            .collect();
        Estate {
            name: "wardline".to_owned(),
            topology: self.topology,
            server_version,
            places: Places {
                configuration: self.directory.join("nodes"),
                data: self.directory.join("data"),
            },
            settings: self.settings.clone(),
            nodes,
            sentinels,
        }
    }
}

fn is_free(node: &Node) -> bool {
    let bus = SocketAddr::new(
        node.address.ip(),
        node.address.port().saturating_add(BUS_OFFSET),
    );
    TcpListener::bind(node.address).is_ok() && TcpListener::bind(bus).is_ok()
}
