//! Events as the API shows them.

use axum::response::sse::Event;
use serde::Serialize;
use utoipa::ToSchema;
use wardline_messaging::model::{self, EventKind, Queue};

use super::super::jobs::JobStateView;
use super::super::time;

/// Something that changed.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub(super) struct EventView {
    /// Place in this process's stream of events, from 1.
    sequence: u64,
    #[schema(format = DateTime)]
    at: String,
    #[serde(flatten)]
    change: Change,
}

/// What changed.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Change {
    /// A channel takes messages.
    ChannelStarted { channel: String },
    /// A channel takes no more messages.
    ChannelStopped { channel: String },
    /// A destination was given up on for a while: deliveries wait.
    CircuitOpened {
        channel: String,
        destination: String,
        detail: String,
    },
    /// A destination answers again.
    CircuitClosed {
        channel: String,
        destination: String,
    },
    /// A message needs a person's decision.
    DeadLettered {
        channel: String,
        destination: String,
        message_id: u64,
    },
    /// A message could not be read.
    Quarantined { channel: String, message_id: u64 },
    /// A sender used a control id again for other content.
    ControlIdReused { channel: String, message_id: u64 },
    /// The store takes no writes; senders are answered AE until it does.
    StoreUnavailable { detail: String },
    /// The store takes writes again.
    StoreRecovered,
    /// The key service does not answer; keys in use stay usable.
    KeyServiceAway { detail: String },
    /// The key service answers again.
    KeyServiceBack,
    /// A job went on or ended.
    JobChanged { job_id: u64, state: JobStateView },
}

impl EventView {
    /// The event as it is sent: named by its type.
    pub(super) fn into_event(self, id: &str) -> Event {
        let event = Event::default().id(id).event(self.change.name());
        match serde_json::to_string(&self) {
            Ok(data) => event.data(data),
            Err(_) => event.data("{}"),
        }
    }
}

impl Change {
    fn name(&self) -> &'static str {
        match self {
            Self::ChannelStarted { .. } => "channel_started",
            Self::ChannelStopped { .. } => "channel_stopped",
            Self::CircuitOpened { .. } => "circuit_opened",
            Self::CircuitClosed { .. } => "circuit_closed",
            Self::DeadLettered { .. } => "dead_lettered",
            Self::Quarantined { .. } => "quarantined",
            Self::ControlIdReused { .. } => "control_id_reused",
            Self::StoreUnavailable { .. } => "store_unavailable",
            Self::StoreRecovered => "store_recovered",
            Self::KeyServiceAway { .. } => "key_service_away",
            Self::KeyServiceBack => "key_service_back",
            Self::JobChanged { .. } => "job_changed",
        }
    }
}

impl From<model::Event> for EventView {
    fn from(event: model::Event) -> Self {
        let parts = |queue: Queue| (queue.channel.to_string(), queue.destination.to_string());
        let change = match event.kind {
            EventKind::ChannelStarted { channel } => Change::ChannelStarted {
                channel: channel.to_string(),
            },
            EventKind::ChannelStopped { channel } => Change::ChannelStopped {
                channel: channel.to_string(),
            },
            EventKind::CircuitOpened { queue, detail } => {
                let (channel, destination) = parts(queue);
                Change::CircuitOpened {
                    channel,
                    destination,
                    detail,
                }
            }
            EventKind::CircuitClosed { queue } => {
                let (channel, destination) = parts(queue);
                Change::CircuitClosed {
                    channel,
                    destination,
                }
            }
            EventKind::DeadLettered { queue, id } => {
                let (channel, destination) = parts(queue);
                Change::DeadLettered {
                    channel,
                    destination,
                    message_id: id.0,
                }
            }
            EventKind::Quarantined { channel, id } => Change::Quarantined {
                channel: channel.to_string(),
                message_id: id.0,
            },
            EventKind::ControlIdReused { channel, id } => Change::ControlIdReused {
                channel: channel.to_string(),
                message_id: id.0,
            },
            EventKind::StoreUnavailable { detail } => Change::StoreUnavailable { detail },
            EventKind::StoreRecovered => Change::StoreRecovered,
            EventKind::KeyServiceAway { detail } => Change::KeyServiceAway { detail },
            EventKind::KeyServiceBack => Change::KeyServiceBack,
            EventKind::JobChanged { job, state } => Change::JobChanged {
                job_id: job.0,
                state: state.into(),
            },
        };
        Self {
            sequence: event.sequence,
            at: time::text(event.at),
            change,
        }
    }
}
