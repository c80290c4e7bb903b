//! A whole estate on this machine: real servers, made out of the same description as a real estate, with its own
//! authority, passwords and addresses. For tests, for trying, and to be broken on purpose.
//!
//! ```text
//! DIR/ca/            the authority            DIR/secrets/ROLE      passwords
//! DIR/nodes/clients/ certificates of clients  DIR/nodes/NODE/       configuration, users, certificate
//! DIR/data/NODE/     data, log, pid           DIR/lab.json          the description and what runs
//! ```
//!
//! A lab ends what it started and nothing else.

mod cluster;
mod members;
mod network;
mod process;
mod record;
mod replication;
mod restore;
mod rotation;
mod slots;
mod spec;
mod switchover;
mod whole;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;
use wardline_kernel::SystemClock;

use crate::certificates::{self, Authority, CertificateFiles};
use crate::description::{Estate, Node, Topology};
use crate::link::{Credentials, Link, LinkTls};
use crate::secrets::Secrets;
use crate::{EstateError, Role, files, follow, render};

pub use cluster::Member;
pub use network::Network;
pub use process::Identity;
use process::Process;
pub use spec::{DATA_PORT, LabSpec, SENTINEL_PORT};
pub use switchover::Switchover;

/// How long an estate may take to be whole, in seconds.
pub const WHOLE_SECONDS: u64 = 60;
/// How often it is looked at while waiting.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// An estate that runs on this machine. Dropping it ends its servers, unless it was [left running](Lab::leave_running).
pub struct Lab {
    estate: Estate,
    directory: PathBuf,
    redis_server: PathBuf,
    network: Network,
    secrets: Secrets,
    tls: Option<LinkTls>,
    processes: Vec<Process>,
    ends_with_us: bool,
}

impl Lab {
    /// Raises a lab and waits until it is whole: replicas are in sync, Sentinels know each other, all slots are served.
    ///
    /// # Errors
    /// [`EstateError`]; what was started is ended again.
    pub async fn up(spec: LabSpec) -> Result<Self, EstateError> {
        files::folder(&spec.directory)?;
        let directory = spec
            .directory
            .canonicalize()
            .map_err(crate::error::at("find", &spec.directory))?;
        let spec = LabSpec { directory, ..spec };
        let estate = spec.describe()?;
        let lab = Self::prepare(estate, &spec)?;
        for process in &lab.processes {
            process.start()?;
        }
        lab.keep_record()?;
        for node in lab.estate.nodes.iter().chain(&lab.estate.sentinels) {
            lab.answering(node).await?;
        }
        match lab.estate.topology {
            Topology::Standalone => {}
            Topology::Sentinel => lab.quicken_sentinels().await?,
            Topology::Cluster => lab.form_cluster().await?,
        }
        lab.wait_until_whole().await?;
        Ok(lab)
    }

    /// Writes all files of a lab; nothing runs yet.
    fn prepare(estate: Estate, spec: &LabSpec) -> Result<Self, EstateError> {
        let directory = &spec.directory;
        let secrets = Secrets::read_or_make(&directory.join("secrets"))?;
        let authority = Authority::open_or_make(&directory.join("ca"), &estate.name, &SystemClock)?;
        let places = &estate.places.configuration;
        render::write_all(&estate, &secrets, places)?;
        certificates::issue_all(&authority, &estate, places, &SystemClock)?;
        for node in estate.nodes.iter().chain(&estate.sentinels) {
            files::folder(&estate.data_of(node))?;
        }
        let lab = Self::assemble(estate, directory, &spec.redis_server, spec.network, secrets)?;
        lab.network.make(&lab.estate)?;
        Ok(lab)
    }

    fn assemble(
        estate: Estate,
        directory: &Path,
        program: &Path,
        network: Network,
        secrets: Secrets,
    ) -> Result<Self, EstateError> {
        let admin = CertificateFiles::in_folder(
            &estate.places.configuration.join("clients"),
            Role::Admin.name(),
        );
        let tls = if estate.settings.tls {
            Some(LinkTls::read(&admin)?)
        } else {
            None
        };
        let processes = estate
            .nodes
            .iter()
            .map(|node| process_of(&estate, node, program, network, false))
            .chain(
                estate
                    .sentinels
                    .iter()
                    .map(|node| process_of(&estate, node, program, network, true)),
            )
            .collect();
        Ok(Self {
            directory: directory.to_owned(),
            redis_server: program.to_owned(),
            network,
            tls,
            secrets,
            processes,
            ends_with_us: true,
            estate,
        })
    }

    /// The description that it was made from.
    pub fn estate(&self) -> &Estate {
        &self.estate
    }

    /// The lab's folder.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where the data nodes listen.
    pub fn data_addresses(&self) -> Vec<SocketAddr> {
        self.estate.nodes.iter().map(|node| node.address).collect()
    }

    /// Where the Sentinels listen.
    pub fn sentinel_addresses(&self) -> Vec<SocketAddr> {
        let sentinels = self.estate.sentinels.iter();
        sentinels.map(|node| node.address).collect()
    }

    /// The name that Sentinels know the master by.
    pub fn master_name(&self) -> &str {
        &self.estate.name
    }

    /// The files of a role's client certificate; they are there with and without TLS.
    pub fn client_certificate(&self, role: Role) -> CertificateFiles {
        CertificateFiles::in_folder(&self.clients(), role.name())
    }

    /// The folder with the certificates of clients.
    pub fn clients(&self) -> PathBuf {
        self.estate.places.configuration.join("clients")
    }

    /// A role's password.
    pub fn password(&self, role: Role) -> &str {
        self.secrets.expose(role)
    }

    /// The file that holds a role's password.
    pub fn password_file(&self, role: Role) -> PathBuf {
        self.directory.join("secrets").join(role.name())
    }

    /// A connection to a node as this role.
    ///
    /// # Errors
    /// [`EstateError::Link`] when it does not answer or does not let the role in.
    pub async fn link(&self, address: SocketAddr, role: Role) -> Result<Link, EstateError> {
        let credentials = Credentials {
            user: role.name(),
            password: self.secrets.expose(role),
        };
        Ok(Link::connect(address, self.tls.as_ref(), credentials).await?)
    }

    /// The node of this name.
    ///
    /// # Errors
    /// [`EstateError::NoNode`], naming those there are.
    pub fn node(&self, name: &str) -> Result<&Node, EstateError> {
        let mut all = self.estate.nodes.iter().chain(&self.estate.sentinels);
        all.find(|node| node.name == name)
            .ok_or_else(|| EstateError::NoNode {
                name: name.to_owned(),
                known: self
                    .processes
                    .iter()
                    .map(|p| p.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }

    /// The node at this address, if it is one of ours.
    pub fn node_at(&self, address: SocketAddr) -> Option<&Node> {
        let mut all = self.estate.nodes.iter().chain(&self.estate.sentinels);
        all.find(|node| node.address == address)
    }

    /// Ends a server at once, as a power failure would.
    ///
    /// # Errors
    /// [`EstateError::NoNode`].
    pub fn kill(&self, name: &str) -> Result<(), EstateError> {
        self.process(name)?.kill();
        self.keep_record()
    }

    /// Asks a server to end, as its supervisor would, and waits for it.
    ///
    /// # Errors
    /// [`EstateError::NoNode`].
    pub async fn stop(&self, name: &str) -> Result<(), EstateError> {
        self.process(name)?.stop().await;
        self.keep_record()
    }

    /// Stops a server without ending it: its connections stay open, and nothing answers.
    ///
    /// # Errors
    /// [`EstateError::NoNode`].
    pub fn freeze(&self, name: &str) -> Result<(), EstateError> {
        self.process(name)?.signal(Signal::STOP);
        Ok(())
    }

    /// Lets a frozen server go on.
    ///
    /// # Errors
    /// [`EstateError::NoNode`].
    pub fn thaw(&self, name: &str) -> Result<(), EstateError> {
        self.process(name)?.signal(Signal::CONT);
        Ok(())
    }

    /// Starts a server that was ended, and waits until it answers. With Sentinels it begins as replica of whom they name
    /// now, never as the master that it was.
    ///
    /// # Errors
    /// [`EstateError`] when it does not start.
    pub async fn restart(&self, name: &str) -> Result<(), EstateError> {
        let process = self.process(name)?;
        let node = self.node(name)?;
        if process.identity().is_some() {
            return Ok(());
        }
        if self.estate.topology == Topology::Sentinel && self.estate.nodes.contains(node) {
            follow::before_start(&self.estate, name).await?;
        }
        process.start()?;
        self.keep_record()?;
        self.answering(node).await?;
        if self.estate.sentinels.contains(node) {
            self.quicken_sentinel(node).await?;
        }
        Ok(())
    }

    /// Whether the server of this name runs.
    ///
    /// # Errors
    /// [`EstateError::NoNode`].
    pub fn is_running(&self, name: &str) -> Result<bool, EstateError> {
        Ok(self.process(name)?.identity().is_some())
    }

    /// Loads a library of functions on every master, in place of one of the same name.
    ///
    /// # Errors
    /// [`EstateError::Link`] when a master refuses it.
    pub async fn load_functions(&self, text: &str) -> Result<(), EstateError> {
        for master in self.masters().await? {
            let mut link = self.link(master.address, Role::Admin).await?;
            link.call(&["FUNCTION", "LOAD", "REPLACE", text]).await?;
        }
        Ok(())
    }

    /// Whether any of its servers runs.
    pub fn runs(&self) -> bool {
        self.processes
            .iter()
            .any(|process| process.identity().is_some())
    }

    /// Lets the servers run on when this value goes. [`Lab::open`] finds them again.
    pub fn leave_running(mut self) {
        self.ends_with_us = false;
    }

    /// Ends all servers, and their network. The folder stays.
    pub fn down(&self) {
        for process in &self.processes {
            process.kill();
        }
        self.network.remove(&self.estate);
    }

    fn process(&self, name: &str) -> Result<&Process, EstateError> {
        self.node(name)?;
        let mut all = self.processes.iter();
        all.find(|process| process.name == name)
            .ok_or_else(|| EstateError::NoNode {
                name: name.to_owned(),
                known: String::new(),
            })
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if self.ends_with_us {
            self.down();
        }
    }
}

fn process_of(
    estate: &Estate,
    node: &Node,
    program: &Path,
    network: Network,
    sentinel: bool,
) -> Process {
    let folder = estate.configuration_of(node);
    let file = if sentinel {
        "sentinel.conf"
    } else {
        "redis.conf"
    };
    let mut arguments = network.prefix(node);
    arguments.push(program.to_string_lossy().into_owned());
    arguments.push(folder.join(file).to_string_lossy().into_owned());
    if sentinel {
        arguments.push("--sentinel".to_owned());
    }
    Process::new(
        &node.name,
        arguments,
        &estate.data_of(node).join("server.log"),
    )
}
