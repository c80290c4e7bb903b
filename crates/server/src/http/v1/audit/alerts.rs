//! Alerts: what a privacy officer should look at. They hold pseudonyms; whom one is about says the record that raised
//! it.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_audit::operations::MAX_ALERTS;
use wardline_audit::rules::{Alert, AlertId, AlertState};

use super::super::page::PageOf;
use super::super::time;
use super::by::{keeper, note, reader, reads};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::{JsonBody, PathOf, QueryOf};
use crate::http::problem::{Code, Problem};

const USUAL_PAGE: usize = 50;

/// Which alerts.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AlertQuery {
    /// In this state.
    #[param(inline)]
    state: Option<StateView>,
    /// The `next` of an earlier page.
    cursor: Option<String>,
    /// Items on the page, 1 to 200; 50 when not given. A page may hold fewer although there are more.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// How far an alert has come.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AlertState)]
pub(super) enum StateView {
    /// Nobody has looked.
    New,
    /// Somebody looks into it.
    Acknowledged,
    /// Somebody is done with it.
    Closed,
}

/// Why an alert's state changes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AlertNote)]
pub(super) struct NoteBody {
    /// What was found, or is done. It stands in the trail, sealed.
    #[schema(min_length = 1, max_length = 2000)]
    note: String,
}

/// An alert.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditAlert)]
pub(super) struct AlertView {
    id: String,
    /// What raised it: `many-denials`, `after-hours`, `mass-reading`, `large-export` or `break-glass`.
    #[schema(example = "mass-reading")]
    rule: &'static str,
    state: StateView,
    /// When it was raised.
    #[schema(format = DateTime)]
    at: String,
    /// The record that raised it: it says whom the alert is about.
    record: u64,
    /// The user's pseudonym: the same user has the same one.
    user_pseudonym: String,
    /// The patient's pseudonym, when it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient_pseudonym: Option<String>,
    /// When its state changed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    changed_at: Option<String>,
}

/// Alerts, oldest day first.
#[utoipa::path(
    get, path = "/v1/audit/alerts", tag = "audit", operation_id = "alert_list",
    security(("token" = ["audit:read"])),
    params(AlertQuery),
    responses((status = 200, description = "A page of alerts.", body = PageOf<AlertView>)),
)]
pub(super) async fn alert_list(
    State(api): State<Api>,
    caller: Caller,
    QueryOf(query): QueryOf<AlertQuery>,
) -> Result<Json<PageOf<AlertView>>, Problem> {
    let limit = match query.limit {
        None => USUAL_PAGE,
        Some(limit @ 1..=MAX_ALERTS) => limit,
        Some(_) => return Err(Problem::invalid("limit", "expected 1 to 200")),
    };
    let admitted = reader(&api, &caller, "alerts of the trail").await?;
    let after = cursor::decode(Listing::Alerts, query.cursor.as_deref(), id_of)?;
    let alerts = api.audit.alerts(after, limit).await?;
    reads(&api, admitted.by(), "listed alerts").await?;
    let last = alerts.last().filter(|_| alerts.len() == limit);
    let next = last.map(|alert| cursor::encode(Listing::Alerts, &text_of(alert.id)));
    let wanted = |alert: &&Alert| query.state.is_none_or(|state| state == alert.state.into());
    Ok(Json(PageOf {
        items: alerts.iter().filter(wanted).map(AlertView::of).collect(),
        next,
    }))
}

/// Somebody looks into an alert.
#[utoipa::path(
    post, path = "/v1/audit/alerts/{id}/acknowledge", tag = "audit", operation_id = "alert_acknowledge",
    security(("token" = ["audit:write"])),
    params(("id" = String, Path, description = "The alert's id.")),
    request_body = NoteBody,
    responses((status = 200, description = "The alert as it is now.", body = AlertView)),
)]
pub(super) async fn alert_acknowledge(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<NoteBody>,
) -> Result<Json<AlertView>, Problem> {
    set(&api, &caller, (&id, AlertState::Acknowledged), &body).await
}

/// Somebody is done with an alert. It is never opened again.
#[utoipa::path(
    post, path = "/v1/audit/alerts/{id}/close", tag = "audit", operation_id = "alert_close",
    security(("token" = ["audit:write"])),
    params(("id" = String, Path, description = "The alert's id.")),
    request_body = NoteBody,
    responses((status = 200, description = "The alert as it is now.", body = AlertView)),
)]
pub(super) async fn alert_close(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<NoteBody>,
) -> Result<Json<AlertView>, Problem> {
    set(&api, &caller, (&id, AlertState::Closed), &body).await
}

async fn set(
    api: &Api,
    caller: &Caller,
    (id, state): (&str, AlertState),
    body: &NoteBody,
) -> Result<Json<AlertView>, Problem> {
    let admitted = keeper(api, caller, "an alert of the trail").await?;
    let id = id_of(id).ok_or_else(|| Problem::new(Code::NotFound))?;
    let note = note("note", &body.note)?;
    let by = admitted.by();
    let alert = api.audit.set_alert(id, state, note, by).await?;
    Ok(Json(AlertView::of(&alert)))
}

impl AlertView {
    fn of(alert: &Alert) -> Self {
        let changed = alert.changes.last();
        Self {
            id: text_of(alert.id),
            rule: alert.rule.as_str(),
            state: alert.state.into(),
            at: time::text(alert.at),
            record: alert.seq.0,
            user_pseudonym: hex(&alert.user),
            patient_pseudonym: alert.patient.map(|patient| hex(&patient)),
            changed_at: changed.map(|change| time::text(change.at)),
        }
    }
}

impl From<AlertState> for StateView {
    fn from(state: AlertState) -> Self {
        match state {
            AlertState::New => Self::New,
            AlertState::Acknowledged => Self::Acknowledged,
            AlertState::Closed => Self::Closed,
        }
    }
}

fn text_of(id: AlertId) -> String {
    hex(&id.0)
}

fn id_of(text: &str) -> Option<AlertId> {
    let is_id = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u128::from_str_radix(text, 16).ok().filter(|_| is_id)?;
    Some(AlertId(number.to_be_bytes()))
}

pub(super) fn hex(bytes: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*bytes))
}
