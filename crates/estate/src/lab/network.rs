//! The network of a lab: addresses of the loopback, or a namespace for each server, so that one can be cut off from the
//! others while clients still reach it.
//!
//! Namespaces need root and `ip` (Debian: iproute2). Everything that is made carries the lab's number in its name, and
//! is removed by that name.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::process::{Command, Output};

use serde::{Deserialize, Serialize};

use super::Lab;
use crate::EstateError;
use crate::description::{Estate, Node};

/// The network of a lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// Addresses out of 127.0.0.0/8.
    Loopback,
    /// A namespace for each server, joined by a bridge; addresses out of 10.231.N.0/24, with this N.
    Namespaces(u8),
}

/// The bridge's own address ends with this: from there clients come.
const BRIDGE: u8 = 254;

impl Network {
    /// Namespaces where this machine allows them, else the loopback.
    pub fn best() -> Self {
        (0..8)
            .map(|_try| fastrand::u8(1..=250))
            .find(|number| make_bridge(*number).is_ok())
            .map_or(Self::Loopback, Self::Namespaces)
    }

    /// What stands before a server's command.
    pub(super) fn prefix(self, node: &Node) -> Vec<String> {
        match self {
            Self::Loopback => Vec::new(),
            Self::Namespaces(number) => {
                let namespace = namespace(number, node);
                ["ip", "netns", "exec", &namespace]
                    .map(str::to_owned)
                    .into()
            }
        }
    }

    /// Makes what the servers need.
    pub(super) fn make(self, estate: &Estate) -> Result<(), EstateError> {
        for node in estate.nodes.iter().chain(&estate.sentinels) {
            self.make_for(node)?;
        }
        Ok(())
    }

    /// Makes what one server needs.
    pub(super) fn make_for(self, node: &Node) -> Result<(), EstateError> {
        let (Self::Namespaces(number), IpAddr::V4(ip)) = (self, node.address.ip()) else {
            return Ok(());
        };
        let (namespace, outside) = (namespace(number, node), outside(number, ip));
        let address = format!("{ip}/24");
        for words in [
            vec!["netns", "add", &namespace],
            vec!["-n", &namespace, "link", "set", "lo", "up"],
            vec![
                "link", "add", &outside, "type", "veth", "peer", "name", "eth0", "netns",
                &namespace,
            ],
            vec!["link", "set", &outside, "master", &bridge(number), "up"],
            vec!["-n", &namespace, "addr", "add", &address, "dev", "eth0"],
            vec!["-n", &namespace, "link", "set", "eth0", "up"],
        ] {
            ip_command(&words)?;
        }
        Ok(())
    }

    /// Removes what was made. Nobody is told of what is not there any more.
    pub(super) fn remove(self, estate: &Estate) {
        let Self::Namespaces(number) = self else {
            return;
        };
        for node in estate.nodes.iter().chain(&estate.sentinels) {
            drop(ip_command(&["netns", "del", &namespace(number, node)]));
        }
        drop(ip_command(&["link", "del", &bridge(number)]));
    }
}

impl Lab {
    /// Whether servers can be cut off from each other.
    pub fn can_be_cut(&self) -> bool {
        matches!(self.network, Network::Namespaces(_))
    }

    /// Cuts a server off from all other servers of the lab. Clients on this machine still reach it.
    ///
    /// # Errors
    /// [`EstateError`] when the lab has no namespaces or a route cannot be set.
    pub fn cut_off(&self, name: &str) -> Result<(), EstateError> {
        self.route(name, "add")
    }

    /// Lets a server that was cut off reach the others again.
    ///
    /// # Errors
    /// [`EstateError`] when it was not cut off.
    pub fn join_again(&self, name: &str) -> Result<(), EstateError> {
        self.route(name, "del")
    }

    fn route(&self, name: &str, action: &str) -> Result<(), EstateError> {
        let Network::Namespaces(number) = self.network else {
            return Err(EstateError::Description(
                "this lab has no network namespaces: raise it as root with --namespaces".to_owned(),
            ));
        };
        let node = self.node(name)?;
        let own = namespace(number, node);
        for other in self.estate.nodes.iter().chain(&self.estate.sentinels) {
            if other.name == node.name {
                continue;
            }
            for (inside, to) in [(&own, other), (&namespace(number, other), node)] {
                let to = format!("{}/32", to.address.ip());
                ip_command(&["-n", inside, "route", action, "blackhole", &to])?;
            }
        }
        Ok(())
    }
}

fn make_bridge(number: u8) -> Result<(), EstateError> {
    let bridge = bridge(number);
    ip_command(&["link", "add", &bridge, "type", "bridge"])?;
    let address = format!("10.231.{number}.{BRIDGE}/24");
    let made = ip_command(&["addr", "add", &address, "dev", &bridge])
        .and_then(|()| ip_command(&["link", "set", &bridge, "up"]))
        // A machine may allow a bridge and no namespace.
        .and_then(|()| ip_command(&["netns", "add", &bridge]))
        .and_then(|()| ip_command(&["netns", "del", &bridge]));
    if made.is_err() {
        drop(ip_command(&["link", "del", &bridge]));
    }
    made
}

fn bridge(number: u8) -> String {
    format!("wlb{number}")
}

fn outside(number: u8, ip: Ipv4Addr) -> String {
    let [_, _, _, last] = ip.octets();
    format!("wlv{number}-{last}")
}

fn namespace(number: u8, node: &Node) -> String {
    format!("wardline-{number}-{}", node.name)
}

fn ip_command(words: &[&str]) -> Result<(), EstateError> {
    let failed = |source: io::Error| EstateError::Network {
        command: words.join(" "),
        source,
    };
    let Output { status, stderr, .. } = Command::new("ip").args(words).output().map_err(failed)?;
    if status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&stderr).trim().to_owned();
    Err(failed(io::Error::other(said)))
}
