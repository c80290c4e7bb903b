//! Every setting there is. A doc comment here is what people read in `wardline.toml` and in the reference.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::outside::KeyHolder;
use super::redis::StoreKind;
use super::section::section;
use super::value::{AtLimit, LogFilter, LogFormat, NodeName};

section! {
    /// This process.
    pub struct Node in "node" {
        /// Its name, in logs and in the control ids of acknowledgements: lower-case letters, digits and
        /// hyphens. Give each Wardline of a hospital its own.
        name: NodeName = "wardline";
    }
}

section! {
    /// Where everything is kept.
    pub struct Store in "store" {
        /// `embedded` for a folder on this machine, `redis` for the Redis of `[redis]`.
        kind: StoreKind = "embedded";
        /// The directory of the embedded store. Everything in it is sealed. Put it on a local disk:
        /// acknowledgements wait for it.
        directory: PathBuf = "data";
        /// Below this many free bytes on that disk, messages are answered AE (try again later) instead of
        /// being accepted, so that what is stored can still be delivered and removed.
        min_free_bytes: u64 [16_777_216..=1_099_511_627_776] = "1073741824";
        /// A folder into which the embedded store copies itself while it is in use, each copy a folder of its own, read
        /// through when it is done. Put it on another disk, and keep the keys elsewhere. Not set: none is made. (Of Redis:
        /// `wardline redis backup`.)
        backup_folder: Option<PathBuf> = "";
        /// Hours from one copy to the next.
        backup_every_hours: u64 [1..=8_760] = "24";
        /// Copies that are kept there; older ones go when a new one is done.
        backups_kept: u64 [1..=1_000] = "7";
        /// A file that whoever makes backups touches when one is done and was tried. Its time is shown on the page of the estate
        /// as that of the last backup. Not set: `last-backup` in `backup_folder`, which Wardline touches itself; without that
        /// either, nothing is known of backups there.
        backup_mark_file: Option<PathBuf> = "";
        /// Hours after which the last backup is told to be old.
        backup_max_age_hours: u64 [1..=8_760] = "26";
    }
}

section! {
    /// The keys that seal messages and identifiers.
    pub struct Keys in "keys" {
        /// Who wraps data keys: `file`, `vault` (section vault) or `aws-kms` (section kms). What another one wrapped
        /// before opens for as long as that one is set up too; `wardline keys rewrap` moves it.
        provider: KeyHolder = "file";
        /// The key file, readable by its owner only. Without it nothing stored can be read again: keep a
        /// copy elsewhere. Its content can be given in WARDLINE_KEYS_TEXT instead, or as a credential of systemd.
        file: PathBuf = "keys.txt";
        /// Keys of patients that are held unwrapped at once. A record whose key is held is read while the key service
        /// is away; each takes some 300 bytes of memory.
        patients_held: usize [2..=10_000_000] = "4096";
    }
}

section! {
    /// The HTTP API, with `/healthz`, `/readyz` and `/metrics`.
    pub struct Http in "http" {
        /// Where it listens.
        address: SocketAddr = "127.0.0.1:8080";
        /// PEM file with the certificate chain, leaf first. With `key_file` it turns TLS on.
        certificate_file: Option<PathBuf> = "";
        /// PEM file with the certificate's private key, readable by its owner only.
        key_file: Option<PathBuf> = "";
        /// Allows an address beyond this machine without TLS. Only behind a proxy that ends TLS.
        allow_plain_text: bool = "false";
        /// Threads that connections are shared out to; 0 for half of the cores, and at least one. The other cores
        /// are left to stores, channels and deliveries.
        threads: usize [0..=1_024] = "0";
        /// Connections at once; more wait.
        max_connections: usize [1..=100_000] = "1024";
        /// Bytes of one request's body; more is answered 413.
        request_body_limit_bytes: u64 [1_024..=1_073_741_824] = "16777216";
        /// Seconds a request may take, streams of events aside.
        request_timeout_seconds: u64 [1..=3_600] = "30";
    }
}

section! {
    /// Who may use the HTTP API.
    pub struct Api in "api" {
        /// The file of tokens. It holds hashes, never a token.
        tokens_file: PathBuf = "tokens.toml";
    }
}

section! {
    /// The interfaces.
    pub struct Channels in "channels" {
        /// The folder with one TOML file per channel.
        directory: PathBuf = "channels";
    }
}

section! {
    /// Limits of all MLLP listeners together. Each channel has its own limits besides.
    pub struct Mllp in "mllp" {
        /// Connections at once over all channels; more are closed at once.
        max_connections: usize [1..=100_000] = "2048";
        /// Bytes of messages that are being received or wait for their acknowledgement, over all
        /// connections. At the limit listeners stop reading, and senders wait.
        max_buffered_bytes: u64 [1_048_576..=68_719_476_736] = "134217728";
        /// Seconds a TLS handshake may take.
        handshake_timeout_seconds: u64 [1..=300] = "10";
    }
}

section! {
    /// Sessions of people who are signed in to an application. What a role says itself goes before what stands here.
    pub struct Sessions in "sessions" {
        /// The file of roles: what each may do, and its limits. Not set: the roles that `wardline init` writes. It
        /// is read again on SIGHUP.
        roles_file: Option<PathBuf> = "";
        /// Without a person's activity a session ends after so many seconds. HIPAA asks for automatic log-off
        /// (45 CFR 164.312(a)(2)(iii)) and names no time: 30 minutes are a default, not the law.
        idle_timeout_seconds: u64 [1..=604_800] = "1800";
        /// A session ends after so many seconds, whatever its person does.
        absolute_timeout_seconds: u64 [1..=604_800] = "43200";
        /// A person is to be warned so many seconds before the end.
        warning_seconds: u64 [0..=86_400] = "120";
        /// Sessions that one user may have at a time.
        max_per_user: u64 [1..=1_000] = "8";
        /// What is done when a user has as many: `end-oldest`, or `refuse` the new one.
        at_max_per_user: AtLimit = "end-oldest";
        /// Live sessions at once; each takes some 300 bytes of memory.
        max_live: u64 [1..=10_000_000] = "1500000";
    }
}

section! {
    /// What is written to standard error. Never anything of a patient.
    pub struct Log in "log" {
        /// `human` for people, `json` for programs, `auto` for human on a terminal and JSON otherwise.
        format: LogFormat = "auto";
        /// What is logged: `error`, `warn`, `info`, `debug` or `trace`; or by part, such as
        /// `info,wardline_server=debug`.
        level: LogFilter = "info";
    }
}

section! {
    /// How the process stops.
    pub struct Shutdown in "shutdown" {
        /// Seconds that messages on their way get to finish. What is not finished stays stored and is
        /// delivered after the next start.
        grace_seconds: u64 [0..=600] = "20";
    }
}

section! {
    /// Figures for Prometheus.
    pub struct Telemetry in "telemetry" {
        /// Whether `/metrics` is served.
        metrics: bool = "true";
        /// Whether `/metrics` asks for a token. It shows names of channels and volumes, nothing of a patient.
        metrics_require_token: bool = "true";
    }
}
