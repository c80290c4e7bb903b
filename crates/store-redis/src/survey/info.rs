//! What a server says in its `INFO`.

use std::collections::BTreeMap;

use crate::settings::Address;

/// Replicas of one master that are looked at, at most.
const MAX_REPLICAS: usize = 64;
/// Bytes of one word of a server at most.
const MAX_WORD_BYTES: usize = 64;

/// Names and values.
pub(crate) type Fields = BTreeMap<String, String>;

/// What a server says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerSays {
    /// Its version, of Redis or Valkey.
    pub version: String,
    /// Seconds since it started.
    pub uptime_seconds: u64,
    /// Whose replica it is; `None` of a master.
    pub master: Option<Address>,
    /// Whether its link to its master is up; `None` of a master.
    pub is_linked: Option<bool>,
    /// Seconds since it last heard of its master; `None` of a master, and while the link is down.
    pub heard_seconds_ago: Option<u64>,
    /// How far it has written or read the stream of replication, in bytes.
    pub offset: u64,
    /// Replicas that it knows; of a master.
    pub line: Vec<Line>,
    /// Memory in use, in bytes.
    pub memory_bytes: u64,
    /// Memory that it may use, in bytes; 0 is no limit.
    pub max_memory_bytes: u64,
    /// What it does when that is full.
    pub eviction: String,
    /// Keys that it evicted since it started.
    pub evicted_keys: u64,
    /// Connections of clients.
    pub clients: u64,
    /// Whether its last write to the append-only file went well; `None` when that is off.
    pub append_only: Option<bool>,
    /// Whether its last snapshot went well.
    pub is_snapshot_good: bool,
    /// When that was, in seconds since 1970.
    pub snapshot_at_seconds: u64,
}

/// A replica, as its master knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it is.
    pub address: Address,
    /// Whether it is in line.
    pub is_online: bool,
    /// What it confirmed last of the stream, in bytes.
    pub offset: u64,
}

/// The lines `name:value` of an `INFO`.
pub(crate) fn fields(text: &str) -> Fields {
    let lines = text.lines().filter_map(|line| line.trim().split_once(':'));
    lines
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

impl ServerSays {
    /// Reads an `INFO`; what is not there is empty or 0.
    pub(super) fn read(text: &str) -> Self {
        let fields = fields(text);
        let get = |name: &str| fields.get(name).map_or("", String::as_str);
        let number = |name: &str| get(name).parse().unwrap_or(0);
        let version = ["valkey_version", "redis_version"].map(get);
        let is_replica = get("role") == "slave";
        let master = || {
            Some(Address::new(
                get("master_host"),
                get("master_port").parse().ok()?,
            ))
        };
        Self {
            version: word(
                version
                    .into_iter()
                    .find(|version| !version.is_empty())
                    .unwrap_or_default(),
            ),
            uptime_seconds: number("uptime_in_seconds"),
            master: is_replica.then(master).flatten(),
            is_linked: is_replica.then(|| get("master_link_status") == "up"),
            // -1 while there is no link.
            heard_seconds_ago: is_replica
                .then(|| get("master_last_io_seconds_ago").parse().ok())
                .flatten(),
            offset: number(if is_replica {
                "slave_repl_offset"
            } else {
                "master_repl_offset"
            }),
            line: (0..MAX_REPLICAS)
                .map_while(|at| fields.get(&format!("slave{at}")))
                .filter_map(|text| Line::read(text))
                .collect(),
            memory_bytes: number("used_memory"),
            max_memory_bytes: number("maxmemory"),
            eviction: word(get("maxmemory_policy")),
            evicted_keys: number("evicted_keys"),
            clients: number("connected_clients"),
            append_only: (get("aof_enabled") == "1").then(|| get("aof_last_write_status") == "ok"),
            is_snapshot_good: get("rdb_last_bgsave_status") == "ok",
            snapshot_at_seconds: number("rdb_last_save_time"),
        }
    }
}

impl Line {
    /// `ip=10.0.0.1,port=6379,state=online,offset=42,lag=0`
    fn read(text: &str) -> Option<Self> {
        let pairs: Fields = text
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let port = pairs.get("port")?.parse().ok()?;
        Some(Self {
            address: Address::new(pairs.get("ip")?, port),
            is_online: pairs.get("state").is_some_and(|state| state == "online"),
            offset: pairs
                .get("offset")
                .and_then(|offset| offset.parse().ok())
                .unwrap_or(0),
        })
    }
}

/// A word of a server, cut to what fits on a page.
pub(super) fn word(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(MAX_WORD_BYTES)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_names_its_replicas_and_who_is_in_line() {
        let says = ServerSays::read(
            "# Server\r\nredis_version:7.0.15\r\nrole:master\r\nmaster_repl_offset:100\r\n\
             slave0:ip=10.0.0.2,port=6379,state=online,offset=90,lag=0\r\n\
             slave1:ip=10.0.0.3,port=6379,state=wait_bgsave,offset=0,lag=0\r\naof_enabled:0\r\n",
        );

        assert_eq!(
            (says.version.as_str(), says.offset, says.master),
            ("7.0.15", 100, None)
        );
        let line: Vec<_> = says
            .line
            .iter()
            .map(|line| (line.address.host.as_str(), line.is_online, line.offset))
            .collect();
        assert_eq!(line, [("10.0.0.2", true, 90), ("10.0.0.3", false, 0)]);
        assert_eq!(says.append_only, None);
    }

    #[test]
    fn a_replica_without_a_link_has_not_heard_of_its_master() {
        let says = ServerSays::read(
            "role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\nmaster_link_status:down\r\n\
             master_last_io_seconds_ago:-1\r\nslave_repl_offset:7\r\naof_enabled:1\r\naof_last_write_status:err\r\n",
        );

        assert_eq!(says.master, Some(Address::new("10.0.0.1", 6379)));
        assert_eq!(
            (says.is_linked, says.heard_seconds_ago, says.offset),
            (Some(false), None, 7)
        );
        assert_eq!(says.append_only, Some(false));
    }

    #[test]
    fn what_is_no_info_is_empty_and_does_not_panic() {
        for text in [
            "",
            ":",
            "slave0:ip=x",
            "role:slave\nmaster_port:x",
            "used_memory:-1",
        ] {
            let says = ServerSays::read(text);

            assert_eq!(
                (says.memory_bytes, says.line.len(), says.master),
                (0, 0, None),
                "{text}"
            );
        }
    }
}
