//! A channel: where messages come in, how they are answered, how long they are kept.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wardline_hl7::Charset;

use super::{CharacterSet, Destination, PeerRange};
use crate::model::{ChannelName, Queue};

/// A channel. Every setting but the listener's address has a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// The file's name without `.toml`; not written in the file.
    #[serde(skip, default = "unnamed")]
    pub name: ChannelName,
    /// What it is for, for people.
    #[serde(default)]
    pub description: String,
    /// Whether it takes messages.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Where messages come in.
    pub listener: Listener,
    /// How they are answered.
    #[serde(default)]
    pub acknowledgement: Acknowledgements,
    /// What a repeated MSH-10 means.
    #[serde(default)]
    pub duplicates: Duplicates,
    /// Which order must hold.
    #[serde(default)]
    pub order: Order,
    /// How long messages are kept.
    #[serde(default)]
    pub retention: Retention,
    /// Where they go.
    #[serde(default, rename = "destination")]
    pub destinations: Vec<Destination>,
}

impl Channel {
    /// How text is read where MSH-18 does not say, when the channel says it.
    pub fn character_set(&self) -> Option<Charset> {
        self.listener.character_set.map(|set| set.0)
    }

    /// The queue of one of its destinations.
    pub fn queue(&self, destination: &Destination) -> Queue {
        Queue {
            channel: self.name.clone(),
            destination: destination.name.clone(),
        }
    }
}

fn unnamed() -> ChannelName {
    #[expect(
        clippy::expect_used,
        reason = "a constant that keeps the rules for names"
    )]
    ChannelName::new("unnamed").expect("a valid constant")
}

fn yes() -> bool {
    true
}

/// An MLLP listener.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// IP address and port.
    pub address: SocketAddr,
    /// TLS; plain TCP without it.
    #[serde(default)]
    pub tls: Option<ListenerTls>,
    /// Who may connect, as addresses or CIDR ranges; empty lets everybody.
    #[serde(default)]
    pub allowed_peers: Vec<PeerRange>,
    /// Connections at once.
    #[serde(default = "Listener::default_max_connections")]
    pub max_connections: usize,
    /// Connections at once from one address.
    #[serde(default = "Listener::default_max_connections")]
    pub max_connections_per_peer: usize,
    /// Bytes of one message.
    #[serde(default = "Listener::default_max_message_bytes")]
    pub max_message_bytes: usize,
    /// Pipelined messages of one connection that wait for their answer.
    #[serde(default = "Listener::default_max_unacknowledged")]
    pub max_unacknowledged: usize,
    /// Seconds after which a connection without traffic is closed.
    #[serde(default = "Listener::default_idle_timeout_seconds")]
    pub idle_timeout_seconds: u64,
    /// Seconds within which a begun message must be complete, or make progress.
    #[serde(default = "Listener::default_frame_timeout_seconds")]
    pub frame_timeout_seconds: u64,
    /// Bytes of junk between messages after which a connection is closed.
    #[serde(default = "Listener::default_max_junk_bytes")]
    pub max_junk_bytes: u64,
    /// MLLP release 1, or 2 with its commit acknowledgement bytes.
    #[serde(default)]
    pub mllp_release: MllpRelease,
    /// The character set of messages whose MSH-18 names none, or ASCII where the bytes are not UTF-8. Without it that is
    /// UTF-8, or Windows-1252 where fewer of the bytes beyond ASCII are UTF-8 than are not.
    #[serde(default)]
    pub character_set: Option<CharacterSet>,
}

impl Listener {
    fn default_max_connections() -> usize {
        256
    }
    fn default_max_message_bytes() -> usize {
        64 * 1024 * 1024
    }
    fn default_max_unacknowledged() -> usize {
        64
    }
    fn default_idle_timeout_seconds() -> u64 {
        3600
    }
    fn default_frame_timeout_seconds() -> u64 {
        30
    }
    fn default_max_junk_bytes() -> u64 {
        1024 * 1024
    }

    /// How long a connection may be silent between messages.
    pub fn idle_timeout(&self) -> Duration {
        Duration::from_secs(self.idle_timeout_seconds)
    }

    /// How long a message may take to arrive.
    pub fn frame_timeout(&self) -> Duration {
        Duration::from_secs(self.frame_timeout_seconds)
    }
}

/// The release of the MLLP specification that a listener speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum MllpRelease {
    /// Release 1: what nearly everybody speaks.
    #[default]
    One,
    /// Release 2: each block is answered by a commit acknowledgement (0x06, 0x15) first.
    Two,
}

impl TryFrom<u8> for MllpRelease {
    type Error = &'static str;
    fn try_from(release: u8) -> Result<Self, Self::Error> {
        match release {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err("expected 1 or 2"),
        }
    }
}

impl From<MllpRelease> for u8 {
    fn from(release: MllpRelease) -> u8 {
        match release {
            MllpRelease::One => 1,
            MllpRelease::Two => 2,
        }
    }
}

/// TLS of a listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenerTls {
    /// PEM file: certificate chain, leaf first.
    pub certificate_file: PathBuf,
    /// PEM file: private key.
    pub key_file: PathBuf,
    /// PEM file: authorities whose clients may connect. Clients need a certificate when it is given.
    #[serde(default)]
    pub client_ca_file: Option<PathBuf>,
}

/// How messages are answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Acknowledgements {
    /// Original or enhanced.
    pub mode: AcknowledgementMode,
    /// Who gives the application acknowledgement of the enhanced mode.
    pub application: ApplicationAcknowledgement,
    /// With a batch: one answer for the batch instead of one per message.
    pub per_batch: bool,
    /// What becomes of a message whose MSH-18 names no known character set.
    pub unknown_character_set: UnknownCharset,
}

/// The acknowledgement mode (HL7 v2.5.1 §2.9.2 and §2.9.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AcknowledgementMode {
    /// As MSH-15 and MSH-16 ask: both empty means original.
    #[default]
    Auto,
    /// AA, AE, AR, whatever MSH-15 and MSH-16 say.
    Original,
    /// CA, CE, CR always, then what MSH-16 asks.
    Enhanced,
}

/// Who gives the application acknowledgement of the enhanced mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationAcknowledgement {
    /// Wardline, once the message is stored.
    #[default]
    WhenStored,
    /// Nobody here: a receiving application sends it by a channel of its own.
    Never,
}

/// What becomes of a message whose MSH-18 names no known character set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownCharset {
    /// It is refused with ERR-2 `MSH^1^18`.
    #[default]
    Refuse,
    /// It is taken as bytes.
    Accept,
}

/// What a repeated MSH-10 means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Duplicates {
    /// Seconds within which the same sender, MSH-10 and content is a repeat; 0 turns the check off.
    pub window_seconds: u64,
    /// What the same MSH-10 with other content is.
    pub reused_control_id: ReusedControlId,
}

impl Default for Duplicates {
    fn default() -> Self {
        Self {
            window_seconds: 86_400,
            reused_control_id: ReusedControlId::Accept,
        }
    }
}

/// What the same MSH-10 with other content is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReusedControlId {
    /// A new message, with a warning: laboratories do reuse MSH-10.
    #[default]
    Accept,
    /// An error: answered AR with code 205.
    Refuse,
}

/// Which order must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Order {
    /// What a message without a patient waits for.
    pub without_patient: WithoutPatient,
}

/// What a message without a patient (PID-3, PID-18) waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WithoutPatient {
    /// The channel's other messages without a patient.
    #[default]
    Lane,
    /// Every earlier message of the channel; and every later one waits for it. One stuck patient can
    /// then hold up the channel.
    Barrier,
}

/// How long messages are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Days that a message is kept once nothing waits for it. Dead letters are never removed.
    pub delivered_days: u32,
    /// Days that a quarantined message is kept.
    pub quarantined_days: u32,
    /// Messages that may wait for one destination before the channel answers AE.
    pub max_waiting: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            delivered_days: 30,
            quarantined_days: 90,
            max_waiting: 10_000_000,
        }
    }
}
