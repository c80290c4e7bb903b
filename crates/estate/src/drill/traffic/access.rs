//! How the drill's clients get in: as Wardline itself does, with its own connections, role and certificate.

use std::net::SocketAddr;
use std::num::NonZeroU8;
use std::time::Duration;

use tokio::time::timeout;
use wardline_phi::Sensitive;
use wardline_store_redis::{Address, Durability, Login, Redis, Settings, TlsFiles, Topology};

use crate::drill;
use crate::lab::Lab;
use crate::link::{Credentials, Link, LinkError, LinkTls};
use crate::{EstateError, Role, description};

/// How long a connection to one server may take to be there.
const CONNECT: Duration = Duration::from_millis(500);

/// Connections to single servers, as Wardline's role: to look what they hold, and to write where no client should.
pub(in crate::drill) struct Access {
    tls: Option<LinkTls>,
    password: Sensitive<String>,
}

impl Access {
    /// That to a lab.
    pub(in crate::drill) fn of(lab: &Lab) -> Result<Self, EstateError> {
        let tls = if lab.estate().settings.tls {
            Some(LinkTls::read(&lab.client_certificate(Role::App))?)
        } else {
            None
        };
        Ok(Self {
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
}

/// The product's own connection to a lab.
pub(super) async fn connect(
    lab: &Lab,
    durability: drill::Durability,
) -> Result<Redis, EstateError> {
    let durability = match durability {
        drill::Durability::Replicated => Durability::Replicated {
            replicas: NonZeroU8::MIN,
            timeout: Durability::REPLICA_TIMEOUT,
        },
        drill::Durability::Memory => Durability::Memory,
    };
    let mut settings = settings(lab);
    settings.durability = durability;
    Redis::connect(settings)
        .await
        .map_err(|error| EstateError::Client(error.to_string()))
}

fn settings(lab: &Lab) -> Settings {
    let login = Login {
        user: Role::App.name().to_owned(),
        password_file: lab.password_file(Role::App),
    };
    let addresses = |all: Vec<SocketAddr>| all.into_iter().map(address).collect::<Vec<_>>();
    let data = addresses(lab.data_addresses());
    let topology = match (lab.estate().topology, data.first()) {
        (description::Topology::Standalone, Some(only)) => Topology::Standalone {
            address: only.clone(),
        },
        (description::Topology::Sentinel, _) => Topology::Sentinel {
            sentinels: addresses(lab.sentinel_addresses()),
            master: lab.master_name().to_owned(),
            login: Some(login.clone()),
        },
        _ => Topology::Cluster { seeds: data },
    };
    let mut settings = Settings::new(topology);
    settings.login = Some(login);
    "wardline-drill".clone_into(&mut settings.client_name);
    if lab.estate().settings.tls {
        let files = lab.client_certificate(Role::App);
        settings.tls = Some(TlsFiles {
            ca: files.authority,
            identity: Some((files.certificate, files.key)),
            server_name: None,
        });
    }
    settings
}

fn address(address: SocketAddr) -> Address {
    Address::new(address.ip().to_string(), address.port())
}
