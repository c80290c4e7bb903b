//! A destination of a channel: a partner system, how it is reached, what is done when it fails.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Filter;
use super::destination_table::DestinationTable;
use crate::model::DestinationName;

/// A destination.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "DestinationTable")]
pub struct Destination {
    /// Its name, unique within the channel.
    pub name: DestinationName,
    /// Whether messages are sent; they are queued either way.
    pub enabled: bool,
    /// Which messages it gets: those that meet every condition.
    #[serde(rename = "when")]
    pub filter: Filter,
    /// Patients whose messages may be on their way at the same time.
    pub parallel_patients: usize,
    /// What is done when it fails.
    pub retry: Retry,
    /// What is done when it is not known whether a message arrived.
    pub on_unknown_outcome: OnUnknownOutcome,
    /// How it is reached: `mllp`, `webhook`, `file`, `beds` or `records` and that kind's settings.
    #[serde(flatten)]
    pub kind: DestinationKind,
}

/// How a destination is reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum DestinationKind {
    /// An MLLP receiver.
    Mllp(MllpPartner),
    /// An HTTP endpoint.
    Webhook(Webhook),
    /// A folder.
    File(FileDrop),
    /// Live beds of this very process: census and vital signs.
    Beds,
    /// Patients' records of this very process: who they are, and which of them are one.
    Records,
}

/// An MLLP receiver. One message is on its way per connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MllpPartner {
    /// `host:port`.
    pub address: String,
    /// TLS; plain TCP without it.
    pub tls: Option<PartnerTls>,
    /// Connections at most; `parallel_patients` when not given.
    pub connections: Option<usize>,
    /// Seconds to wait for a connection.
    pub connect_timeout_seconds: u64,
    /// Seconds to wait for an acknowledgement.
    pub acknowledgement_timeout_seconds: u64,
    /// Whether CA alone is enough when the message asks for an application acknowledgement too.
    pub commit_is_enough: bool,
}

/// TLS towards a partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerTls {
    /// PEM file: the authorities that may have signed the partner's certificate.
    pub ca_file: PathBuf,
    /// The name in the partner's certificate; the address's host when not given.
    #[serde(default)]
    pub server_name: Option<String>,
    /// PEM file: our certificate chain, for partners that ask for one.
    #[serde(default)]
    pub certificate_file: Option<PathBuf>,
    /// PEM file: our private key.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
}

/// An HTTP endpoint that takes messages by POST, signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Webhook {
    /// `https://` (or `http://` for a loopback address).
    pub url: String,
    /// File with the secret that requests are signed with (HMAC-SHA-256 over timestamp and body).
    pub secret_file: PathBuf,
    /// PEM file: authorities that may have signed the endpoint's certificate.
    pub ca_file: Option<PathBuf>,
    /// Seconds to wait for an answer.
    pub timeout_seconds: u64,
}

/// A folder that each message is written to as a file of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileDrop {
    /// The folder. Files appear in it whole (written under another name, then renamed). They are plain
    /// text: what the destination is for. Keep the folder as the messages' sensitivity asks.
    pub directory: PathBuf,
}

/// What is done when a destination fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retry {
    /// Attempts before a message that is answered AE, or not at all, becomes a dead letter. Attempts
    /// that found no connection do not count: then the whole destination waits.
    pub max_attempts: u32,
    /// Milliseconds before the second attempt; doubled each time, with jitter.
    pub first_delay_ms: u64,
    /// Milliseconds between attempts at most.
    pub max_delay_ms: u64,
    /// Failures in a row after which the destination is left alone for a while.
    pub circuit_failures: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            max_attempts: 10,
            first_delay_ms: 1_000,
            max_delay_ms: 60_000,
            circuit_failures: 3,
        }
    }
}

/// What is done when it is not known whether a message arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknownOutcome {
    /// It is sent again with the same MSH-10: the partner may see it twice.
    #[default]
    SendAgain,
    /// It becomes a dead letter: a person asks the partner first.
    DeadLetter,
}

impl MllpPartner {
    /// How long to wait for a connection.
    pub fn connect_timeout(&self) -> Duration {
        Duration::from_secs(self.connect_timeout_seconds)
    }

    /// How long to wait for an acknowledgement.
    pub fn acknowledgement_timeout(&self) -> Duration {
        Duration::from_secs(self.acknowledgement_timeout_seconds)
    }
}
