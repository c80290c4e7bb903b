//! Sessions as the API shows them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_kernel::UnixMillis;
use wardline_sessions::operations::{Session, SessionState};

use super::super::time;

/// A live session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionView {
    /// Its public name.
    id: String,
    /// Whose it is.
    user: String,
    role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<String>,
    portal: String,
    state: StateView,
    client: ClientView,
    #[schema(format = DateTime)]
    created_at: String,
    /// When a person last did something.
    #[schema(format = DateTime)]
    last_activity_at: String,
    /// Seconds until it ends unless a person does something.
    idle_seconds_left: u64,
    /// When it ends unless a person does something.
    #[schema(format = DateTime)]
    idle_expires_at: String,
    /// When it ends in any case.
    #[schema(format = DateTime)]
    absolute_expires_at: String,
    /// When the person is to be warned.
    #[schema(format = DateTime)]
    warns_at: String,
    /// Goes up with every change but activity.
    version: u32,
    /// What the application keeps with it. Not in listings, and not without the scope `phi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<BTreeMap<String, String>>,
}

/// What a session was begun from.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionClient)]
struct ClientView {
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
}

/// Whether a live session passes checks.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = SessionState)]
#[serde(rename_all = "snake_case")]
pub(super) enum StateView {
    /// It does.
    Active,
    /// It does not until it is unlocked.
    Locked,
}

impl SessionView {
    /// The session as it is shown; its fields only `with_fields`.
    pub(super) fn of(session: &Session, now: UnixMillis, with_fields: bool) -> Self {
        let placement = &session.placement;
        let fields = session.fields.as_ref().filter(|_| with_fields);
        let ends_at = session.idle_expires_at.min(session.absolute_expires_at);
        Self {
            id: session.id.to_string(),
            user: session.user.expose().to_owned(),
            role: placement.role.to_string(),
            department: placement.department.as_ref().map(ToString::to_string),
            portal: placement.portal.to_string(),
            state: session.state.into(),
            client: ClientView {
                ip: session.client.ip().map(|ip| ip.to_string()),
                user_agent: session.client.user_agent().map(str::to_owned),
                device: session.client.device().map(str::to_owned),
            },
            created_at: time::text(session.created_at),
            last_activity_at: time::text(session.last_activity_at),
            idle_seconds_left: ends_at.saturating_sub(now) / 1_000,
            idle_expires_at: time::text(session.idle_expires_at),
            absolute_expires_at: time::text(session.absolute_expires_at),
            warns_at: time::text(session.warns_at),
            version: session.version,
            fields: fields.map(|fields| {
                let pairs = fields.iter();
                pairs
                    .map(|(name, value)| (name.to_string(), value.expose().to_owned()))
                    .collect()
            }),
        }
    }
}

impl From<StateView> for SessionState {
    fn from(state: StateView) -> Self {
        match state {
            StateView::Active => Self::Active,
            StateView::Locked => Self::Locked,
        }
    }
}

impl From<SessionState> for StateView {
    fn from(state: SessionState) -> Self {
        match state {
            SessionState::Active => Self::Active,
            SessionState::Locked => Self::Locked,
        }
    }
}
