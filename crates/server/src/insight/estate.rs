//! How the store is that this instance uses: one shape for every kind.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_kernel::UnixMillis;

/// How the store is that this instance of Wardline uses.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Estate {
    /// When it was looked at.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub looked_at: UnixMillis,
    /// Which kind of store it is.
    pub kind: EstateKind,
    /// Who writes to it.
    pub writer: Writer,
    /// What is known of backups; absent where neither `store.backup_folder` nor `store.backup_mark_file` is set.
    pub backup: Option<Backup>,
    /// Of an embedded store.
    pub embedded: Option<Embedded>,
    /// Of a store on Redis.
    pub redis: Option<Redis>,
    /// What a person should look at, the worst first.
    pub warnings: Vec<Warning>,
}

/// The kinds of stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EstateKind {
    /// A folder on the machine of Wardline.
    Embedded,
    /// Redis or Valkey.
    Redis,
}

/// The instance of Wardline that writes to the store: the one that answers. One that stands by answers nothing but probes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EstateWriter)]
pub struct Writer {
    /// Its name (`node.name`).
    pub instance: String,
    /// Since when it writes.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub since: UnixMillis,
    /// Whether it writes under a lease, which an instance that stands by takes over when this one is gone. Whether one
    /// stands by, the store does not know.
    pub has_lease: bool,
}

/// What is known of backups, by a mark: a file that is touched when one is done. An embedded store that copies itself
/// (`store.backup_folder`) touches it; of other backups whoever makes them does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EstateBackup)]
pub struct Backup {
    /// When the last one was marked as done; absent when none ever was.
    #[serde(serialize_with = "super::rfc3339_option")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_at: Option<UnixMillis>,
    /// Hours after which it is told to be old.
    pub max_age_hours: u64,
}

/// How an embedded store is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EmbeddedStore)]
pub struct Embedded {
    /// Bytes that it takes on the disk.
    pub used_bytes: u64,
    /// Bytes that are free there.
    pub free_bytes: u64,
    /// Below so many free bytes, senders are told to try later.
    pub min_free_bytes: u64,
}

/// How an estate of Redis servers is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RedisEstate)]
pub struct Redis {
    /// `standalone`, `sentinel` or `cluster`.
    #[schema(value_type = String, example = "sentinel")]
    pub topology: &'static str,
    /// What an acknowledged write has come through: `replicated`, `fsync` or `memory`.
    #[schema(value_type = String, example = "replicated")]
    pub durability: &'static str,
    /// Replicas that must confirm a write before it is acknowledged.
    pub replicas_to_confirm: u8,
    /// Servers that hold data: masters first.
    pub servers: Vec<DataServer>,
    /// The Sentinels.
    pub sentinels: Vec<Sentinel>,
    /// Slots of a Cluster that no server has.
    pub slots_without_server: usize,
    /// There are more servers than are looked at.
    pub is_cut_short: bool,
}

/// What a server of data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = DataServerRole)]
pub enum Role {
    /// Writes go to it.
    Master,
    /// It has what its master sends it.
    Replica,
    /// It does not answer.
    Silent,
}

/// A server that holds data.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DataServer {
    /// Where it is, as `host:port`.
    pub address: String,
    /// What it is.
    pub role: Role,
    /// Whether Wardline writes to it.
    pub is_followed: bool,
    /// Why nothing more is known of it; absent when it answers.
    pub silent_because: Option<String>,
    /// Its version.
    pub version: String,
    /// Seconds since it started.
    pub uptime_seconds: u64,
    /// Whose replica it is.
    pub master: Option<String>,
    /// Whether its link to its master is up; of a replica.
    pub is_linked: Option<bool>,
    /// Whether its master counts it among those that confirm; of a replica.
    pub is_in_line: Option<bool>,
    /// Seconds since it last heard of its master; of a replica whose link is up.
    pub heard_seconds_ago: Option<u64>,
    /// Bytes that it is behind, as its master knows.
    pub behind_bytes: Option<u64>,
    /// How far it has written or read the stream of replication, in bytes.
    pub offset: u64,
    /// Replicas that are in line; of a master.
    pub replicas_in_line: Option<usize>,
    /// Memory in use, in bytes.
    pub memory_bytes: u64,
    /// Memory that it may use, in bytes; 0 is no limit.
    pub max_memory_bytes: u64,
    /// What it does when that is full (`maxmemory-policy`).
    pub eviction: String,
    /// Keys that it evicted since it started.
    pub evicted_keys: u64,
    /// Connections of clients.
    pub clients: u64,
    /// Whether its last write to the append-only file went well; absent when that file is off.
    pub append_only: Option<bool>,
    /// Whether its last snapshot went well.
    pub is_snapshot_good: bool,
    /// When that was.
    #[serde(serialize_with = "super::rfc3339_option")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snapshot_at: Option<UnixMillis>,
    /// Ranges of slots it has; of a master of a Cluster.
    pub slots: Vec<SlotRange>,
}

/// Slots of a Cluster that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SlotRange {
    /// The first.
    pub first: u16,
    /// The last.
    pub last: u16,
}

/// A Sentinel.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Sentinel {
    /// Where it is, as `host:port`.
    pub address: String,
    /// Why nothing more is known of it; absent when it answers.
    pub silent_because: Option<String>,
    /// Whom it names the master.
    pub master: Option<String>,
    /// What it thinks of the master, in its own words: `master`, `s_down,master`.
    pub thinks: String,
    /// How many Sentinels must agree that the master is down.
    pub quorum: u64,
    /// Other Sentinels that it knows.
    pub others: u64,
    /// Why a failover could not be decided now; absent when it could.
    pub cannot_fail_over_because: Option<String>,
}

/// How much a warning weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = WarningSeverity)]
pub enum Severity {
    /// What is promised does not hold.
    Broken,
    /// It holds, and less than it could.
    Warning,
    /// Wardline's user may not look at it.
    Unseen,
}

/// What a person should look at.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EstateWarning)]
pub struct Warning {
    /// How much it weighs.
    pub severity: Severity,
    /// Which server; absent when it is about the estate as a whole.
    pub address: Option<String>,
    /// The setting or state: `maxmemory-policy`, `replicas`.
    pub what: String,
    /// What was found, and what to do.
    pub says: String,
}
