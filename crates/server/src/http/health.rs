//! Whether the process lives, and whether it should get traffic.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use wardline_messaging::Health;

use super::api::Api;
use crate::store_watch::StoreWatch;

/// Whether the service should get traffic.
#[derive(Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// Whether all of the checks passed.
    ready: bool,
    /// `ok`, or why messages are not taken: `store_unavailable`, `stopping`, or `standby` while another instance writes.
    service: &'static str,
    /// `ok`, or `closed`: the audit trail takes no records, so nothing of a patient is disclosed.
    audit: &'static str,
    /// What is wrong with the store, in words: a Redis without a master, or without its replicas.
    store: Vec<String>,
    /// `ok`, or `away`: the key service does not answer. Keys in use stay usable, so this alone does not make the service
    /// not ready.
    keys: &'static str,
    /// Enabled channels whose address is not bound.
    unbound_channels: Vec<String>,
}

/// Whether the process lives. It never looks at the store: a full disk is no reason to kill the process.
#[utoipa::path(
    get, path = "/healthz", tag = "health", operation_id = "health_live", security(()),
    responses((status = 200, description = "The process answers.", body = str)),
)]
pub(super) async fn health_live() -> &'static str {
    "ok\n"
}

/// Whether messages can be taken: the store takes writes and has its replicas, the service is not stopping, the audit
/// trail takes records, every enabled channel is bound to its address.
#[utoipa::path(
    get, path = "/readyz", tag = "health", operation_id = "health_ready", security(()),
    responses(
        (status = 200, description = "Messages can be taken.", body = Readiness),
        (status = 503, description = "They cannot, and why.", body = Readiness),
    ),
)]
pub(super) async fn health_ready(State(api): State<Api>) -> (StatusCode, axum::Json<Readiness>) {
    let service = match api.messaging.health() {
        Health::Ready => "ok",
        Health::Unavailable(_) => "store_unavailable",
        Health::Stopping => "stopping",
    };
    let unbound_channels = api
        .listeners
        .unbound()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    let audit = if api.audit.is_running() {
        "ok"
    } else {
        "closed"
    };
    let keys = match api.keys.service() {
        Some((_, state)) if state.away.is_some() => "away",
        _ => "ok",
    };
    let store = (api.store)().problems;
    let ready = service == "ok" && audit == "ok" && store.is_empty() && unbound_channels.is_empty();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        axum::Json(Readiness {
            ready,
            service,
            audit,
            store,
            keys,
            unbound_channels,
        }),
    )
}

/// Whether checks of sessions can be answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionReadiness {
    /// Whether they can.
    ready: bool,
    /// What is wrong with the store, in words.
    store: Vec<String>,
}

impl SessionReadiness {
    pub(super) fn of(store: &StoreWatch) -> (StatusCode, axum::Json<Self>) {
        let store = store().problems;
        let ready = store.is_empty();
        let status = if ready {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        (status, axum::Json(Self { ready, store }))
    }
}

/// Whether this instance answers checks of sessions. One that stands by does, while `/readyz` says 503 of it.
#[utoipa::path(
    get, path = "/readyz/sessions", tag = "health", operation_id = "health_ready_sessions", security(()),
    responses(
        (status = 200, description = "Sessions can be checked here.", body = SessionReadiness),
        (status = 503, description = "They cannot, and why.", body = SessionReadiness),
    ),
)]
pub(super) async fn health_ready_sessions(
    State(api): State<Api>,
) -> (StatusCode, axum::Json<SessionReadiness>) {
    SessionReadiness::of(&api.store)
}

/// `/readyz` of an instance that stands by: it takes nothing yet.
pub(super) fn standing_by(store: &StoreWatch) -> (StatusCode, axum::Json<Readiness>) {
    let readiness = Readiness {
        ready: false,
        service: "standby",
        audit: "closed",
        store: store().problems,
        keys: "ok",
        unbound_channels: Vec::new(),
    };
    (StatusCode::SERVICE_UNAVAILABLE, axum::Json(readiness))
}
