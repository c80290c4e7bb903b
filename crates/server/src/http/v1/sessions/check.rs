//! Checks sessions: what an application asks at every request of its users.

use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;
use wardline_kernel::UnixMillis;
use wardline_sessions::Sessions;
use wardline_sessions::model::{DepartmentName, SessionId};
use wardline_sessions::operations::{CheckAsk, Checked, LiveSession, MAX_CHECKS};

use super::super::time::Time;
use crate::http::api::Api;
use crate::http::extract::{JsonBody, Object};
use crate::http::problem::{Code, Problem};
use crate::metrics::Metrics;

/// What a check needs: no more, as an instance that stands by has no more.
#[derive(Clone)]
pub(in crate::http) struct Checks {
    pub(in crate::http) sessions: Sessions,
    pub(in crate::http) metrics: Arc<Metrics>,
}

impl FromRef<Api> for Checks {
    fn from_ref(api: &Api) -> Self {
        Self {
            sessions: api.sessions.clone(),
            metrics: Arc::clone(&api.metrics),
        }
    }
}

/// What is asked of a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CheckBody {
    /// The session's token.
    token: String,
    /// What its role must hold; without it, that the session lives is enough.
    #[serde(default)]
    #[schema(example = "vitals:read")]
    permission: Option<String>,
    /// Whether a person did something: it extends the idle limit. An open stream, a poll or a timer of a page is
    /// nothing that a person does.
    activity: bool,
}

/// What is asked of many sessions.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckManyBody {
    /// Up to 1,000.
    #[schema(value_type = Vec<CheckBody>, max_items = 1000)]
    checks: Vec<Object<CheckBody>>,
}

/// A session in which a person did something.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TouchBody {
    /// The session's token.
    token: String,
}

/// What a check came to.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckedSession)]
struct CheckedView<'a> {
    /// Whether the session lives, is not locked, and its role holds the permission.
    allowed: bool,
    /// Why not: `unknown`, `expired_idle`, `expired_absolute`, `revoked`, `displaced`, `locked`, `permission` or
    /// `role_unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<LiveView<'a>>,
}

/// A session that lives.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveSession)]
struct LiveView<'a> {
    /// Its public name.
    #[serde(serialize_with = "written")]
    #[schema(value_type = String)]
    id: SessionId,
    /// Whose it is.
    user: &'a str,
    role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<&'a str>,
    portal: &'a str,
    /// Seconds until it ends as things are.
    seconds_left: u64,
    /// Whether the person is to be warned now.
    warn: bool,
    #[schema(value_type = String, format = DateTime)]
    warns_at: Time,
    /// When it ends unless a person does something.
    #[schema(value_type = String, format = DateTime)]
    idle_expires_at: Time,
    /// When it ends in any case.
    #[schema(value_type = String, format = DateTime)]
    absolute_expires_at: Time,
    /// Goes up with every change but activity.
    version: u32,
}

/// What checks came to, in the order in which they were asked.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckedSessions)]
struct CheckedManyView<'a> {
    results: Vec<CheckedView<'a>>,
}

/// Checks a session in one atomic step: does it live, is it locked, does its role hold the permission; and when all
/// of that is so and a person did something, its idle limit is extended. A denied check is a normal answer and
/// extends nothing.
#[utoipa::path(
    post, path = "/v1/sessions/check", tag = "sessions", operation_id = "session_check",
    security(("token" = ["sessions:check"])),
    request_body = CheckBody,
    responses((status = 200, description = "What the check came to.", body = CheckedView<'_>)),
)]
pub(super) async fn session_check(
    State(checks): State<Checks>,
    JsonBody(body): JsonBody<CheckBody>,
) -> Result<impl IntoResponse, Problem> {
    let text = check(&checks, &body).await?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text))
}

/// Checks many sessions in one call; each is a step of its own.
#[utoipa::path(
    post, path = "/v1/sessions/check-many", tag = "sessions", operation_id = "session_check_many",
    security(("token" = ["sessions:check"])),
    request_body = CheckManyBody,
    responses((status = 200, description = "What they came to.", body = CheckedManyView<'_>)),
)]
pub(super) async fn session_check_many(
    State(checks): State<Checks>,
    JsonBody(body): JsonBody<CheckManyBody>,
) -> Result<impl IntoResponse, Problem> {
    if body.checks.len() > MAX_CHECKS {
        return Err(Problem::invalid("checks", "expected at most 1000"));
    }
    let asks: Vec<CheckAsk<'_>> = body.checks.iter().map(|Object(body)| body.ask()).collect();
    let checked = checks.sessions.check_many(&asks).await?;
    let now = checks.sessions.now();
    for checked in &checked {
        checks.metrics.sessions.checked(checked);
    }
    let results = checked.iter().map(|checked| view(checked, now)).collect();
    let text = text(&CheckedManyView { results }, checked.len())?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text))
}

/// A person did something: extends the idle limit of a session that lives. The same as a check with `activity` and
/// without a permission.
#[utoipa::path(
    post, path = "/v1/sessions/touch", tag = "sessions", operation_id = "session_touch",
    security(("token" = ["sessions:check"])),
    request_body = TouchBody,
    responses((status = 200, description = "What the check came to.", body = CheckedView<'_>)),
)]
pub(super) async fn session_touch(
    State(checks): State<Checks>,
    JsonBody(body): JsonBody<TouchBody>,
) -> Result<impl IntoResponse, Problem> {
    let body = CheckBody {
        token: body.token,
        permission: None,
        activity: true,
    };
    let text = check(&checks, &body).await?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text))
}

/// What is written of a session that lives, with names of a usual length.
const USUAL_BYTES: usize = 512;
/// The media type of answers.
pub(in crate::http) const MEDIA_TYPE: &str = "application/json";

/// Checks a session and gives the body of the answer.
pub(in crate::http) async fn check(checks: &Checks, body: &CheckBody) -> Result<Vec<u8>, Problem> {
    let checked = checks.sessions.check(body.ask()).await?;
    checks.metrics.sessions.checked(&checked);
    text(&view(&checked, checks.sessions.now()), 1)
}

impl CheckBody {
    fn ask(&self) -> CheckAsk<'_> {
        CheckAsk {
            token: &self.token,
            permission: self.permission.as_deref(),
            is_activity: self.activity,
        }
    }
}

fn view(checked: &Checked, now: UnixMillis) -> CheckedView<'_> {
    match checked {
        Checked::Live(live) => CheckedView {
            allowed: true,
            reason: None,
            session: Some(live_view(live, now)),
        },
        Checked::Denied(denial) => CheckedView {
            allowed: false,
            reason: Some(denial.name()),
            session: None,
        },
    }
}

fn live_view(live: &LiveSession, now: UnixMillis) -> LiveView<'_> {
    let placement = &live.placement;
    let ends_at = live.idle_expires_at.min(live.absolute_expires_at);
    LiveView {
        id: live.id,
        user: live.user.expose(),
        role: placement.role.as_str(),
        department: placement.department.as_ref().map(DepartmentName::as_str),
        portal: placement.portal.as_str(),
        seconds_left: ends_at.saturating_sub(now) / 1_000,
        warn: live.warn,
        warns_at: Time(live.warns_at),
        idle_expires_at: Time(live.idle_expires_at),
        absolute_expires_at: Time(live.absolute_expires_at),
        version: live.version,
    }
}

/// Written in one piece, without texts of its parts: this is asked at every request of every user.
fn text(view: &impl Serialize, sessions: usize) -> Result<Vec<u8>, Problem> {
    let mut text = Vec::with_capacity(sessions.saturating_mul(USUAL_BYTES));
    match serde_json::to_writer(&mut text, view) {
        Ok(()) => Ok(text),
        Err(_) => Err(Problem::new(Code::Internal)),
    }
}

fn written<S: Serializer>(id: &SessionId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}
