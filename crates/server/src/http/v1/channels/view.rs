//! Channels as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_messaging::CircuitState;
use wardline_messaging::channel::DestinationKind;
use wardline_messaging::model::UnixMillis;
use wardline_messaging::operations::{ChannelView, DestinationView};

use super::super::time;
use crate::mllp::ListenerState;

/// All channels.
#[derive(Serialize, ToSchema)]
pub(in crate::http::v1) struct Channels {
    /// In order of their names.
    pub(super) items: Vec<Channel>,
}

/// A channel as it is now. Totals are kept with the data: they survive restarts.
#[derive(Serialize, ToSchema)]
pub(in crate::http::v1) struct Channel {
    name: String,
    /// What it is for; not there when its file is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Whether a file describes it. Without one it takes no messages.
    configured: bool,
    /// Whether it takes messages.
    enabled: bool,
    /// Whether its address is bound.
    listening: bool,
    /// The address that it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Connections that are open now.
    connections: u64,
    /// Messages stored and acknowledged.
    received: u64,
    /// Repeats that got the stored answer.
    duplicates: u64,
    /// Messages that could not be read.
    quarantined: u64,
    /// Messages that no destination wanted.
    unrouted: u64,
    /// When the last message came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    last_received_at: Option<String>,
    /// Seconds since then, by the server's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_received_seconds_ago: Option<u64>,
    destinations: Vec<Destination>,
}

/// A destination as it is now.
#[derive(Serialize, ToSchema)]
struct Destination {
    name: String,
    /// How it is reached; not there when it is gone from its channel's file.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    /// Whether messages are sent; they are queued either way.
    enabled: bool,
    /// Messages that it took.
    delivered: u64,
    /// Messages that wait for it.
    waiting: u64,
    /// The message that has waited longest: the head of the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest_waiting: Option<Waiting>,
    /// Messages on their way to it.
    in_flight: usize,
    /// Messages that wait for a person's decision.
    dead_letters: u64,
    /// Messages that a person gave up.
    discarded: u64,
    /// Messages that went out more than once because an answer was lost.
    resent: u64,
    /// When it last took a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    last_delivered_at: Option<String>,
    /// Whether it is tried; not there when nothing runs for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    circuit: Option<Circuit>,
    /// What went wrong last, since the process started.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<LastError>,
}

/// The message that has waited longest.
#[derive(Serialize, ToSchema)]
struct Waiting {
    id: u64,
    /// When it was received.
    #[schema(format = DateTime)]
    since: String,
    /// Seconds since then, by the server's clock.
    waited_seconds: u64,
}

/// What went wrong last at a destination.
#[derive(Serialize, ToSchema)]
struct LastError {
    #[schema(format = DateTime)]
    at: String,
    /// What the transport said, or which kind of answer it was; never text of a message.
    detail: String,
}

/// How a destination is reached.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Mllp,
    Webhook,
    File,
    Beds,
    Records,
}

/// Whether a destination is tried.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Circuit {
    /// Messages are sent.
    Closed,
    /// It failed repeatedly; messages wait.
    Open,
    /// One message is tried.
    HalfOpen,
}

impl Channel {
    pub(super) fn new(view: &ChannelView, listeners: &[ListenerState], now: UnixMillis) -> Self {
        let definition = view.definition.as_deref();
        let enabled = definition.is_some_and(|channel| channel.enabled);
        let listener = listeners
            .iter()
            .find(|listener| listener.channel == view.name);
        Self {
            description: definition.map(|channel| channel.description.clone()),
            configured: definition.is_some(),
            enabled,
            listening: listener.is_some(),
            address: listener.map(|listener| listener.address.to_string()),
            connections: listener.map_or(0, |listener| listener.connections),
            received: view.counters.received,
            duplicates: view.counters.duplicates,
            quarantined: view.counters.quarantined,
            unrouted: view.counters.unrouted,
            last_received_at: view.counters.last_received_at.map(time::text),
            last_received_seconds_ago: view.counters.last_received_at.map(|at| seconds(at, now)),
            destinations: view
                .destinations
                .iter()
                .map(|d| Destination::new(d, now))
                .collect(),
            name: view.name.to_string(),
        }
    }
}

impl Destination {
    fn new(view: &DestinationView, now: UnixMillis) -> Self {
        let last_error = view.live.as_ref().and_then(|live| live.last_error.as_ref());
        Self {
            name: view.queue.destination.to_string(),
            kind: view
                .definition
                .as_ref()
                .map(|destination| Kind::from(&destination.kind)),
            enabled: view
                .definition
                .as_ref()
                .is_some_and(|destination| destination.enabled),
            delivered: view.counters.delivered,
            waiting: view.counters.waiting,
            oldest_waiting: view.oldest_waiting.map(|(id, since)| Waiting {
                id: id.0,
                since: time::text(since),
                waited_seconds: seconds(since, now),
            }),
            in_flight: view.live.as_ref().map_or(0, |live| live.in_flight),
            dead_letters: view.counters.dead,
            discarded: view.counters.discarded,
            resent: view.counters.resent,
            last_delivered_at: view.counters.last_delivered_at.map(time::text),
            circuit: view.live.as_ref().map(|live| Circuit::from(live.circuit)),
            last_error: last_error.map(|error| LastError {
                at: time::text(error.at),
                detail: error.detail.clone(),
            }),
        }
    }
}

/// Whole seconds from `since` to `now`; none when clocks were set back.
fn seconds(since: UnixMillis, now: UnixMillis) -> u64 {
    now.saturating_sub(since) / 1_000
}

impl From<&DestinationKind> for Kind {
    fn from(kind: &DestinationKind) -> Self {
        match kind {
            DestinationKind::Mllp(_) => Self::Mllp,
            DestinationKind::Webhook(_) => Self::Webhook,
            DestinationKind::File(_) => Self::File,
            DestinationKind::Beds => Self::Beds,
            DestinationKind::Records => Self::Records,
        }
    }
}

impl From<CircuitState> for Circuit {
    fn from(state: CircuitState) -> Self {
        match state {
            CircuitState::Closed => Self::Closed,
            CircuitState::Open => Self::Open,
            CircuitState::HalfOpen => Self::HalfOpen,
        }
    }
}
