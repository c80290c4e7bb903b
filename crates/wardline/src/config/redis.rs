//! `[redis]`: where Redis is, who Wardline is there, and what an acknowledgement is worth.

use std::num::NonZeroU8;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Value;
use wardline_store_redis::{Address, Durability, Login, Settings, Timeouts, TlsFiles, Topology};

use super::section::section;
use super::value::{Kind, Setting, words};

/// The longest name of a user, a host or a master, in bytes.
const MAX_NAME_BYTES: usize = 255;

section! {
    /// The Redis that everything is kept in with `store.kind = "redis"`. Everything in it is sealed.
    pub struct Redis in "redis" {
        /// `standalone` for one server, `sentinel` for a master with replicas that Sentinels watch, `cluster`.
        topology: TopologyWord = "standalone";
        /// The server, all Sentinels, or some nodes of the Cluster, as `host:port` separated by commas or as a list.
        addresses: Addresses = "127.0.0.1:6379";
        /// The name that the Sentinels know the master by.
        sentinel_master: Name = "wardline";
        /// The user on the servers. Empty: no login is asked for.
        user: Name = "";
        /// The file with that user's password alone, readable by its owner only. It is read again for each connection.
        password_file: Option<PathBuf> = "";
        /// The user that writes the audit trail, when `user` may not: it appends and removes nothing. `wardline redis render`
        /// and the lab make it as `audit`. Empty: `user` writes the trail too.
        audit_user: Name = "";
        /// The file with that user's password alone, readable by its owner only.
        audit_password_file: Option<PathBuf> = "";
        /// The user on the Sentinels. Empty: no login is asked for.
        sentinel_user: Name = "";
        /// The file with that user's password alone, readable by its owner only.
        sentinel_password_file: Option<PathBuf> = "";
        /// PEM file of the authorities that may have signed the servers' certificates. It turns TLS 1.3 on. All files
        /// of TLS are read again for each connection.
        ca_file: Option<PathBuf> = "";
        /// PEM file with the client certificate's chain, leaf first.
        certificate_file: Option<PathBuf> = "";
        /// PEM file with the client certificate's private key, readable by its owner only.
        key_file: Option<PathBuf> = "";
        /// The name that every server's certificate must hold. Empty: that of the host that is dialled.
        server_name: Name = "";
        /// Allows servers beyond this machine without TLS. Only in a network that nobody else is in.
        allow_plain_text: bool = "false";
        /// What an acknowledged write has come through: `replicated` (so many replicas have it, which alone survives
        /// the loss of a server), `fsync` (it is on the master's disk: asked for by `WAITAOF` where the server knows it,
        /// else the server runs with `appendfsync always`), or `memory` (the master has it in memory; for tests).
        durability: DurabilityWord = "replicated";
        /// Replicas that confirm a write before it is acknowledged.
        replicas: u64 [1..=16] = "1";
        /// Milliseconds that they may take; later the write counts as not made, and its sender tries again.
        replica_timeout_ms: u64 [50..=60_000] = "1000";
        /// With `fsync`: replicas that must have a write on their disks too. 0: the master's suffices. More need servers
        /// that know `WAITAOF` (Redis 7.2, Valkey).
        fsync_replicas: u64 [0..=16] = "0";
        /// Milliseconds that disks may take to confirm; later the write counts as not made. A file that is synced once a
        /// second takes up to two.
        fsync_timeout_ms: u64 [50..=60_000] = "5000";
        /// Milliseconds that a server may take to answer before its connection is given up.
        response_timeout_ms: u64 [50..=60_000] = "1000";
        /// Milliseconds after which another instance takes over from one that died. It lasts longer than a failover of Redis,
        /// and is the same for all instances.
        lease_ms: u64 [2_000..=60_000] = "5000";
        /// Below this many bytes that the fullest server may still take (`maxmemory`), messages are answered AE (try
        /// again later) instead of being accepted, so that what is stored can still be delivered and removed.
        min_free_bytes: u64 [1_048_576..=1_099_511_627_776] = "67108864";
        /// Live sessions that an instance remembers, so that a check of one needs no answer from Redis; about 300 bytes
        /// each. What another instance ends is refused within a second all the same. 0: Redis is asked for each check.
        remembered_sessions: usize [0..=10_000_000] = "262144";
        /// Commands on their way to one server at most; more wait.
        max_in_flight: usize [1..=1_000_000] = "8192";
        /// The folder that `wardline redis drill --report` writes to. The console and the API show the newest reports in
        /// it. Not set: none are shown.
        drill_reports: Option<PathBuf> = "";
    }
}

/// What everything is kept in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreKind {
    /// A folder on this machine.
    #[default]
    Embedded,
    /// Redis.
    Redis,
}

words!(StoreKind, "\"embedded\" or \"redis\"", {
    "embedded" => Embedded, "redis" => Redis,
});

/// How the servers stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopologyWord {
    /// One server.
    Standalone,
    /// A master with replicas that Sentinels watch.
    Sentinel,
    /// A Redis Cluster.
    Cluster,
}

words!(TopologyWord, "\"standalone\", \"sentinel\" or \"cluster\"", {
    "standalone" => Standalone, "sentinel" => Sentinel, "cluster" => Cluster,
});

/// What an acknowledged write has come through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurabilityWord {
    /// Replicas have it.
    Replicated,
    /// It is on the master's disk.
    Fsync,
    /// The master has it in memory.
    Memory,
}

words!(DurabilityWord, "\"replicated\", \"fsync\" or \"memory\"", {
    "replicated" => Replicated, "fsync" => Fsync, "memory" => Memory,
});

/// Hosts and ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses(pub Vec<Address>);

impl Setting for Addresses {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str =
        "hosts and ports, such as \"redis-1:6379, redis-2:6379\" or \"[::1]:6379\"";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        let texts: Vec<&str> = match value {
            Value::Array(items) => items.iter().map(Value::as_str).collect::<Option<_>>()?,
            Value::String(text) => text.split(',').collect(),
            _ => return None,
        };
        let addresses = texts.into_iter().map(|text| text.trim().parse().ok());
        let addresses: Vec<_> = addresses.collect::<Option<_>>()?;
        (!addresses.is_empty()).then_some(Self(addresses))
    }

    fn to_value(&self) -> Option<Value> {
        let texts: Vec<String> = self.0.iter().map(Address::to_string).collect();
        Some(Value::String(texts.join(", ")))
    }
}

/// A name; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    fn given(&self) -> Option<String> {
        Some(self.0.clone()).filter(|name| !name.is_empty())
    }
}

impl Setting for Name {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "a name without spaces of at most 255 bytes";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        let text = value.as_str()?;
        let fits = text.len() <= MAX_NAME_BYTES && text.chars().all(|c| c.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    fn to_value(&self) -> Option<Value> {
        Some(Value::String(self.0.clone()))
    }
}

impl Redis {
    /// What the settings mean to the store.
    ///
    /// # Errors
    /// A sentence that names the settings which do not go together.
    pub fn settings(&self, node: &str) -> Result<Settings, String> {
        let login = login("redis.user", &self.user, self.password_file.as_ref())?;
        let mut settings = Settings::new(self.topology()?);
        settings.login = login;
        settings.tls = self.tls()?;
        settings.durability = self.durability();
        settings.timeouts = Timeouts {
            response: Duration::from_millis(self.response_timeout_ms),
            ..Timeouts::default()
        };
        settings.max_in_flight = self.max_in_flight;
        settings.client_name = format!("wardline-{node}");
        if settings.tls.is_none() && !self.allow_plain_text {
            self.only_this_machine()?;
        }
        Ok(settings)
    }

    /// The same for the audit trail's own connection, when it has one.
    ///
    /// # Errors
    /// As [`settings`](Self::settings).
    pub fn audit_settings(&self, node: &str) -> Result<Option<Settings>, String> {
        let file = self.audit_password_file.as_ref();
        let Some(login) = login("redis.audit_user", &self.audit_user, file)? else {
            return Ok(None);
        };
        let mut settings = self.settings(node)?;
        settings.login = Some(login);
        settings.client_name = format!("wardline-{node}-audit");
        Ok(Some(settings))
    }

    fn topology(&self) -> Result<Topology, String> {
        let addresses = self.addresses.0.clone();
        match (self.topology, addresses.as_slice()) {
            (TopologyWord::Standalone, [address]) => Ok(Topology::Standalone {
                address: address.clone(),
            }),
            (TopologyWord::Standalone, _) => Err(
                "redis.addresses names several servers, and redis.topology is standalone: name one, or set the topology"
                    .to_owned(),
            ),
            (TopologyWord::Sentinel, _) => Ok(Topology::Sentinel {
                sentinels: addresses,
                master: self
                    .sentinel_master
                    .given()
                    .ok_or("redis.sentinel_master is empty: give the name in sentinel.conf")?,
                login: login(
                    "redis.sentinel_user",
                    &self.sentinel_user,
                    self.sentinel_password_file.as_ref(),
                )?,
            }),
            (TopologyWord::Cluster, _) => Ok(Topology::Cluster { seeds: addresses }),
        }
    }

    fn tls(&self) -> Result<Option<TlsFiles>, String> {
        let identity = match (&self.certificate_file, &self.key_file) {
            (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
            (None, None) => None,
            _ => {
                return Err(
                    "redis.certificate_file and redis.key_file go together: set both or none"
                        .to_owned(),
                );
            }
        };
        match (&self.ca_file, identity) {
            (Some(ca), identity) => Ok(Some(TlsFiles {
                ca: ca.clone(),
                identity,
                server_name: self.server_name.given(),
            })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(
                "redis.certificate_file is set without redis.ca_file: set the authority of the servers"
                    .to_owned(),
            ),
        }
    }

    fn durability(&self) -> Durability {
        match self.durability {
            DurabilityWord::Replicated => Durability::Replicated {
                replicas: u8::try_from(self.replicas)
                    .ok()
                    .and_then(NonZeroU8::new)
                    .unwrap_or(NonZeroU8::MIN),
                timeout: Duration::from_millis(self.replica_timeout_ms),
            },
            DurabilityWord::Fsync => Durability::Fsync {
                replicas: u8::try_from(self.fsync_replicas).unwrap_or(u8::MAX),
                timeout: Duration::from_millis(self.fsync_timeout_ms),
            },
            DurabilityWord::Memory => Durability::Memory,
        }
    }

    /// Whether every server that is named is on this machine.
    pub fn is_on_this_machine(&self) -> bool {
        self.only_this_machine().is_ok()
    }

    fn only_this_machine(&self) -> Result<(), String> {
        let is_here = |address: &&Address| {
            address.host == "localhost"
                || address
                    .host
                    .parse::<std::net::IpAddr>()
                    .is_ok_and(|ip| ip.is_loopback())
        };
        match self.addresses.0.iter().find(|address| !is_here(address)) {
            None => Ok(()),
            Some(address) => Err(format!(
                "redis.addresses names {address}, beyond this machine, without TLS: set redis.ca_file (or redis.allow_plain_text, in a network that nobody else is in)"
            )),
        }
    }
}

/// Who Wardline is somewhere, if anybody asks.
fn login(setting: &str, user: &Name, file: Option<&PathBuf>) -> Result<Option<Login>, String> {
    match (user.given(), file) {
        (Some(user), Some(file)) => Ok(Some(Login {
            user,
            password_file: file.clone(),
        })),
        (None, None) => Ok(None),
        _ => Err(format!(
            "{setting} and its password file go together: set both or none"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Overrides, load};

    fn redis(settings: &[(&str, &str)]) -> Redis {
        let variable = |(key, value): &(&str, &str)| {
            (
                format!("WARDLINE_REDIS__{}", key.to_uppercase()),
                (*value).into(),
            )
        };
        let environment: Environment = settings.iter().map(variable).collect();
        load(&Overrides::default(), &environment)
            .unwrap()
            .config
            .redis
    }

    #[test]
    fn the_defaults_ask_for_a_replica_of_a_server_on_this_machine() {
        let settings = redis(&[]).settings("ward-1").unwrap();

        assert_eq!(settings.durability, Durability::default());
        assert_eq!(settings.timeouts, Timeouts::default());
        assert_eq!(settings.max_in_flight, Settings::MAX_IN_FLIGHT);
        assert_eq!(settings.client_name, "wardline-ward-1");
        assert!(settings.login.is_none() && settings.tls.is_none());
    }

    #[test]
    fn sentinels_are_named_with_their_master_and_user() {
        let settings = redis(&[
            ("topology", "sentinel"),
            ("addresses", "127.0.0.1:26379, 127.0.0.2:26379"),
            ("sentinel_master", "ward"),
            ("sentinel_user", "app"),
            ("sentinel_password_file", "/etc/wardline/sentinel"),
        ]);

        let topology = settings.settings("n").unwrap().topology;
        let Topology::Sentinel {
            sentinels,
            master,
            login,
        } = topology
        else {
            panic!("{topology:?}")
        };
        assert_eq!((sentinels.len(), master.as_str()), (2, "ward"));
        assert_eq!(login.unwrap().user, "app");
    }

    #[test]
    fn the_audit_trail_has_a_user_of_its_own_when_one_is_named() {
        let without = redis(&[]).audit_settings("n").unwrap();
        let named = redis(&[
            ("audit_user", "audit"),
            ("audit_password_file", "/etc/audit"),
        ]);
        let half = redis(&[("audit_user", "audit")]).audit_settings("n");

        assert!(without.is_none());
        let settings = named.audit_settings("n").unwrap().unwrap();
        assert_eq!(settings.login.unwrap().user, "audit");
        assert!(half.unwrap_err().contains("redis.audit_user"));
    }

    #[test]
    fn what_does_not_go_together_is_said() {
        for (given, named) in [
            (&[("addresses", "127.0.0.1:1,127.0.0.1:2")][..], "topology"),
            (&[("user", "app")], "redis.user"),
            (
                &[("topology", "sentinel"), ("sentinel_master", "")],
                "sentinel_master",
            ),
            (
                &[("ca_file", "/ca.pem"), ("key_file", "/key.pem")],
                "certificate_file",
            ),
            (
                &[("certificate_file", "/c.pem"), ("key_file", "/key.pem")],
                "ca_file",
            ),
            (&[("addresses", "redis.ward:6379")], "without TLS"),
        ] {
            let refused = redis(given).settings("n").unwrap_err();
            assert!(refused.contains(named), "{refused}");
        }
    }

    #[test]
    fn beyond_this_machine_tls_is_asked_for_or_its_lack_is_said() {
        let beyond = ("addresses", "redis.ward:6379");

        assert!(
            redis(&[beyond, ("ca_file", "/ca.pem")])
                .settings("n")
                .is_ok()
        );
        assert!(
            redis(&[beyond, ("allow_plain_text", "true")])
                .settings("n")
                .is_ok()
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "redis", "redis:0", "redis:6379,", "a b:1"] {
            let value = Value::String(text.to_owned());
            assert_eq!(Addresses::from_value(&value, Path::new("")), None, "{text}");
        }
    }
}
