//! Changes what is kept of a user.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use wardline_access::identity::{Edit, UserChange};
use wardline_access::model::DataType;

use super::super::stewards::change;
use super::super::time;
use super::create::PatientBody;
use super::{user_id, user_of_field};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, Object, PathOf};
use crate::http::problem::Problem;

/// What is to be changed. What is not there stays; null takes it away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserChangeBody {
    /// What people call it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 128)]
    name: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    department: Given<String>,
    /// Who is told of its emergency accesses, by id.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    supervisor: Given<String>,
    /// The patient that it is.
    #[serde(default)]
    #[schema(value_type = Option<PatientBody>)]
    own_record: Given<Object<PatientBody>>,
    /// It ends by itself then.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Given<String>,
}

/// Tells null from what is not there.
#[derive(Default)]
enum Given<T> {
    #[default]
    Not,
    Null,
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Option::<T>::deserialize(deserializer)?;
        Ok(given.map_or(Self::Null, Self::Value))
    }
}

impl<T> Given<T> {
    fn read<U>(self, read: impl Fn(T) -> Result<U, Problem>) -> Result<Edit<U>, Problem> {
        match self {
            Self::Not => Ok(Edit::Keep),
            Self::Null => Ok(Edit::Clear),
            Self::Value(value) => read(value).map(Edit::Put),
        }
    }
}

/// Changes name, department, supervisor, own record or end of a user. What was permitted to it before is decided again.
#[utoipa::path(
    patch, path = "/v1/users/{id}", tag = "users", operation_id = "user_change",
    security(("token" = ["identities:write"])),
    params(("id" = String, Path, description = "The user's id.")),
    request_body = UserChangeBody,
    responses((status = 204, description = "Changed, durably.")),
)]
pub(super) async fn user_change(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<UserChangeBody>,
) -> Result<StatusCode, Problem> {
    let end = |text: String| {
        let end = time::read("expires_at", Some(&text))?;
        end.ok_or_else(|| Problem::invalid("expires_at", "expected a time"))
    };
    let own_record = match body.own_record {
        Given::Not => Edit::Keep,
        Given::Null => Edit::Clear,
        Given::Value(patient) => Edit::Put(patient.0.find(&api, "own_record").await?),
    };
    let to_be = UserChange {
        name: body.name,
        department: body.department.read(Ok)?,
        own_record,
        supervisor: body
            .supervisor
            .read(|id| user_of_field("supervisor", &id))?,
        expires_at: body.expires_at.read(end)?,
    };
    let right = change(&api, &caller, DataType::Identities, format!("user {id}")).await?;
    let identities = api.gate.identities();
    identities.change_user(&right, user_id(&id)?, to_be).await?;
    Ok(StatusCode::NO_CONTENT)
}
