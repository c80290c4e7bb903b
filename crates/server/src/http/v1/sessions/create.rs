//! Begins a session.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_sessions::OperationError;
use wardline_sessions::model::{ClientFacts, Fields, Placement, PortalName, RoleName, UserName};
use wardline_sessions::operations::{ChosenLimits, CreatedSession, NewSession};

use super::super::time;
use super::{department, name};
use crate::gate::PORTAL;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, Object};
use crate::http::problem::Problem;

/// A session that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSessionBody {
    /// Who it is, as the application names people. It is sealed.
    #[schema(min_length = 1, max_length = 256)]
    user: String,
    /// A role of the configuration.
    #[schema(example = "nurse")]
    role: String,
    /// Where the person works.
    #[serde(default)]
    #[schema(example = "icu-2")]
    department: Option<String>,
    /// The application.
    #[schema(example = "mychart")]
    portal: String,
    /// What it is begun from. It is sealed.
    #[serde(default)]
    #[schema(value_type = ClientBody)]
    client: Object<ClientBody>,
    /// Shorter limits than the role's.
    #[serde(default)]
    #[schema(value_type = LimitsBody)]
    limits: Object<LimitsBody>,
    /// What the application keeps with it: texts by name, 32 and 8,192 bytes at most. They are sealed.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    fields: BTreeMap<String, serde_json::Value>,
}

/// What a session is begun from.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientBody {
    /// The person's address, as the application sees it.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "10.1.2.3")]
    ip: Option<IpAddr>,
    /// What the browser calls itself.
    #[serde(default)]
    #[schema(max_length = 512)]
    user_agent: Option<String>,
    /// The device, in the application's words.
    #[serde(default)]
    #[schema(max_length = 128)]
    device: Option<String>,
}

/// Limits of one session. They can only be shorter than the role's.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsBody {
    /// Without a person's activity it ends after so many seconds.
    #[serde(default)]
    #[schema(minimum = 1)]
    idle_seconds: Option<u64>,
    /// It ends after so many seconds in any case.
    #[serde(default)]
    #[schema(minimum = 1)]
    absolute_seconds: Option<u64>,
}

/// A session that began.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedView {
    /// Its public name: it proves nothing.
    id: String,
    /// Its secret. It is shown here and never again; only a hash of it is stored.
    token: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// When it ends unless a person does something.
    #[schema(format = DateTime)]
    idle_expires_at: String,
    /// When it ends in any case.
    #[schema(format = DateTime)]
    absolute_expires_at: String,
    /// When the person is to be warned.
    #[schema(format = DateTime)]
    warns_at: String,
    version: u32,
    /// Sessions of the same user that ended for it.
    displaced: Vec<String>,
}

/// Begins a session. It is durable before its token is given out. Call it after the person has proved who it is, and
/// hand the token on in a cookie that scripts cannot read.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions", operation_id = "session_create",
    security(("token" = ["sessions:write"])),
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The same key with the same request is answered as the first time, for five minutes.",
            min_length = 1, max_length = 128)),
    request_body = NewSessionBody,
    responses((status = 201, description = "The session lives.", body = CreatedView)),
)]
pub(super) async fn session_create(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<NewSessionBody>,
) -> Result<Response, Problem> {
    let created = api.sessions.create(body.read()?).await?;
    tracing::debug!(by = caller.name(), session_id = %created.id, "began a session");
    let location = HeaderValue::from_str(&format!("/v1/sessions/{}", created.id));
    let view = CreatedView::from(created);
    let mut response = (StatusCode::CREATED, Json(view)).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

impl NewSessionBody {
    fn read(self) -> Result<NewSession, Problem> {
        let (client, limits) = (self.client.0, self.limits.0);
        let fact = |error| Problem::from(OperationError::Fact(error));
        let (agent, device) = (client.user_agent.as_deref(), client.device.as_deref());
        let fields = texts(&self.fields)?;
        if self.portal == PORTAL {
            return Err(Problem::invalid(
                "portal",
                "expected another name: sessions of this one begin with POST /v1/sign-in",
            ));
        }
        Ok(NewSession {
            user: UserName::new(&self.user).map_err(fact)?,
            placement: Placement {
                role: name("role", &self.role, RoleName::new)?,
                department: department(self.department.as_deref())?,
                portal: name("portal", &self.portal, PortalName::new)?,
            },
            client: ClientFacts::new(client.ip, agent, device).map_err(fact)?,
            fields: Fields::new(fields).map_err(fact)?,
            limits: ChosenLimits {
                idle: limits.idle_seconds.map(Duration::from_secs),
                absolute: limits.absolute_seconds.map(Duration::from_secs),
            },
        })
    }
}

/// Texts by name. Neither names nor values are repeated in a problem: both are the caller's.
fn texts(fields: &BTreeMap<String, serde_json::Value>) -> Result<Vec<(&str, &str)>, Problem> {
    let pairs = fields.iter().map(|(name, value)| {
        let value = value.as_str();
        value
            .map(|value| (name.as_str(), value))
            .ok_or_else(|| Problem::invalid("fields", "expected texts"))
    });
    pairs.collect()
}

impl From<CreatedSession> for CreatedView {
    fn from(created: CreatedSession) -> Self {
        let life = created.life;
        Self {
            id: created.id.to_string(),
            token: created.token.expose().to_owned(),
            created_at: time::text(life.created_at),
            idle_expires_at: time::text(life.idle_ends_at()),
            absolute_expires_at: time::text(life.ends_at),
            warns_at: time::text(life.warns_at()),
            version: created.version,
            displaced: created.displaced.iter().map(ToString::to_string).collect(),
        }
    }
}
