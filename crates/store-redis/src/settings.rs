//! What an administrator says about the Redis to use: where it is, who we are there, what an acknowledgement means.

use std::fmt;
use std::num::NonZeroU8;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Everything that a connection needs to know. Start from [`Settings::new`].
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where Redis is.
    pub topology: Topology,
    /// Who we are to the servers; `None` where no login is asked for.
    pub login: Option<Login>,
    /// TLS 1.3; `None`: in clear, for a socket that leaves no machine.
    pub tls: Option<TlsFiles>,
    /// What an acknowledged write has come through.
    pub durability: Durability,
    /// How long is waited for what.
    pub timeouts: Timeouts,
    /// Commands on their way to one server at most; more wait for [`Timeouts::queue`].
    pub max_in_flight: usize,
    /// What `CLIENT LIST` shows: letters, digits, `-`, `_` and `.`.
    pub client_name: String,
    /// Whether a server without our functions is refused. Not so for who comes to load them.
    pub(crate) demands_functions: bool,
}

impl Settings {
    /// Commands on their way to one server at most, unless set.
    pub const MAX_IN_FLIGHT: usize = 8_192;

    /// One server or estate with everything else at its default.
    pub fn new(topology: Topology) -> Self {
        Self {
            topology,
            login: None,
            tls: None,
            durability: Durability::default(),
            timeouts: Timeouts::default(),
            max_in_flight: Self::MAX_IN_FLIGHT,
            client_name: "wardline".to_owned(),
            demands_functions: true,
        }
    }
}

/// Where Redis is.
#[derive(Clone, Debug)]
pub enum Topology {
    /// One server.
    Standalone {
        /// It.
        address: Address,
    },
    /// A master and its replicas, watched by Sentinels.
    Sentinel {
        /// All Sentinels: each is listened to.
        sentinels: Vec<Address>,
        /// The name under which they watch the master.
        master: String,
        /// Who we are to the Sentinels.
        login: Option<Login>,
    },
    /// A Redis Cluster.
    Cluster {
        /// Nodes to ask for the others.
        seeds: Vec<Address>,
    },
}

/// A host, by name or address, and a port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// A DNS name or an IP address.
    pub host: String,
    /// The TCP port: that of TLS where TLS is used.
    pub port: u16,
}

impl Address {
    /// A host and a port.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// A text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address: expected `host:port`, an IPv6 address in brackets")]
pub struct AddressError;

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (host, port) = text.rsplit_once(':').ok_or(AddressError)?;
        let port = port.parse().map_err(|_| AddressError)?;
        let bracketed = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        let host = match bracketed {
            Some(host) => host,
            None if host.contains(':') => return Err(AddressError),
            None => host,
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_:%".contains(c);
        if port == 0 || host.is_empty() || !host.chars().all(is_plain) {
            return Err(AddressError);
        }
        Ok(Self::new(host, port))
    }
}

/// A user of the server's access list, and the file that holds its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The user's name.
    pub user: String,
    /// A file with the password alone, which nobody but its owner may read. It is read again for each connection,
    /// so a new password needs no restart.
    pub password_file: PathBuf,
}

/// The files of TLS, in PEM form. They are read again for each connection, so new certificates need no restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// Authorities that may have signed the servers' certificates.
    pub ca: PathBuf,
    /// Our certificate chain and private key.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// The name that every server's certificate must hold, where it is not the host that is dialled.
    pub server_name: Option<String>,
}

/// What an acknowledged write has come through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// So many replicas confirmed that they received it (`WAIT`). Fewer: the write is refused, or its outcome is
    /// unknown. This alone survives the loss of a server.
    Replicated {
        /// How many.
        replicas: NonZeroU8,
        /// How long they may take.
        timeout: Duration,
    },
    /// It is on the master's disk. A server that knows `WAITAOF` (Redis 7.2, every Valkey) is asked after each batch;
    /// an older one runs with `appendfsync always`.
    Fsync {
        /// Replicas that must have it on their disks too, at least; then every one that is in line must. 0: it does not
        /// survive a failover. More need servers that know `WAITAOF`.
        replicas: u8,
        /// How long the disks may take: a file that is synced once a second takes up to two.
        timeout: Duration,
    },
    /// The master has it in memory. For tests, and for what may be lost.
    Memory,
}

impl Durability {
    /// How long replicas may take to confirm, unless set.
    pub const REPLICA_TIMEOUT: Duration = Duration::from_secs(1);
    /// How long disks may take to confirm, unless set.
    pub const SYNC_TIMEOUT: Duration = Duration::from_secs(5);
    /// On the disk of the master alone.
    pub const FSYNC: Self = Self::Fsync {
        replicas: 0,
        timeout: Self::SYNC_TIMEOUT,
    };

    /// Replicas that must confirm a write at least.
    pub fn replicas(self) -> u8 {
        match self {
            Self::Replicated { replicas, .. } => replicas.get(),
            Self::Fsync { replicas, .. } => replicas,
            Self::Memory => 0,
        }
    }

    /// How long a write waits for its replicas or disks at most.
    pub(crate) fn patience(self) -> Duration {
        match self {
            Self::Replicated { timeout, .. } | Self::Fsync { timeout, .. } => timeout,
            Self::Memory => Duration::ZERO,
        }
    }

    /// Whether it is on disk before it is acknowledged.
    pub fn is_synced(self) -> bool {
        matches!(self, Self::Fsync { .. })
    }
}

impl Default for Durability {
    fn default() -> Self {
        Self::Replicated {
            replicas: NonZeroU8::MIN,
            timeout: Self::REPLICA_TIMEOUT,
        }
    }
}

/// How long is waited for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection with TLS and login.
    pub connect: Duration,
    /// For an answer; then the connection is given up.
    pub response: Duration,
    /// For room among the commands on their way.
    pub queue: Duration,
    /// Between two looks at a server's role and replicas.
    pub watchdog: Duration,
    /// For the first master, at start.
    pub start: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(1),
            response: Duration::from_secs(1),
            queue: Duration::from_millis(500),
            watchdog: Duration::from_millis(250),
            start: Duration::from_secs(10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written_alike() {
        for text in ["127.0.0.1:6379", "redis-1.ward:26379", "[::1]:7000"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "redis",
            ":6379",
            "redis:",
            "redis:0",
            "redis:65536",
            "::1:6379",
            "redis:6379/0",
            "user@redis:6379",
        ] {
            assert_eq!(text.parse::<Address>(), Err(AddressError), "{text}");
        }
    }
}
