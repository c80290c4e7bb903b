//! How the drill's clients get in: as Wardline itself does, with its role and its certificate.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::timeout;

use crate::description::Topology;
use crate::lab::Lab;
use crate::link::{Credentials, Link, LinkError, LinkTls};
use crate::{EstateError, Role};
use wardline_phi::Sensitive;

/// How long a connection of a client may take to be there.
const CONNECT: Duration = Duration::from_millis(500);

/// How the drill's clients get in.
pub(in crate::drill) struct Access {
    pub(super) topology: Topology,
    pub(super) data: Vec<SocketAddr>,
    pub(super) sentinels: Vec<SocketAddr>,
    pub(super) master_name: String,
    /// Sentinels that must agree.
    pub(super) quorum: usize,
    names: Vec<(SocketAddr, String)>,
    tls: Option<LinkTls>,
    password: Sensitive<String>,
}

impl Access {
    /// That to a lab.
    pub(in crate::drill) fn of(lab: &Lab) -> Result<Self, EstateError> {
        let estate = lab.estate();
        let tls = if estate.settings.tls {
            Some(LinkTls::read(&lab.client_certificate(Role::App))?)
        } else {
            None
        };
        Ok(Self {
            topology: estate.topology,
            data: lab.data_addresses(),
            sentinels: lab.sentinel_addresses(),
            master_name: lab.master_name().to_owned(),
            quorum: estate.quorum(),
            names: estate
                .nodes
                .iter()
                .map(|node| (node.address, node.name.clone()))
                .collect(),
            tls,
            password: Sensitive::new(lab.password(Role::App).to_owned()),
        })
    }

    /// A connection to this address.
    pub(in crate::drill) async fn link(&self, address: SocketAddr) -> Result<Link, LinkError> {
        let credentials = Credentials {
            user: Role::App.name(),
            password: self.password.expose(),
        };
        timeout(
            CONNECT,
            Link::connect(address, self.tls.as_ref(), credentials),
        )
        .await
        .map_err(|_elapsed| LinkError::Unreachable {
            address,
            reason: "no connection in time".to_owned(),
        })?
    }

    /// The name of the node at this address.
    pub(super) fn name_of(&self, address: SocketAddr) -> String {
        let named = self.names.iter().find(|(at, _)| *at == address);
        named.map_or_else(|| address.to_string(), |(_, name)| name.clone())
    }
}
