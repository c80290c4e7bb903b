//! Makes a user: by a security administrator, and the first one by a token of the site.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::identity::NewUser;
use wardline_access::model::{DataType, PatientRef};
use zeroize::Zeroizing;

use super::super::patients;
use super::super::stewards::change;
use super::super::time;
use super::view::KindView;
use super::{roles, user_of_field};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, Object};
use crate::http::problem::Problem;

/// A user that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUserBody {
    /// What it signs in with: visible ASCII without colons. The trail knows it by this.
    #[schema(min_length = 1, max_length = 128, example = "kim.doe")]
    login: String,
    /// What people call it.
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    kind: KindView,
    /// What it may act as. Roles of machines and of people are kept apart, and `security_admin` stands alone.
    #[schema(example = json!(["nurse"]))]
    roles: Vec<String>,
    /// Its department: the unit of the census whose patients it treats.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 128)]
    department: Option<String>,
    /// Who is told of its emergency accesses, by id.
    #[serde(default)]
    supervisor: Option<String>,
    /// The patient that it is.
    #[serde(default)]
    #[schema(value_type = Option<PatientBody>)]
    own_record: Option<Object<PatientBody>>,
    /// It ends by itself then.
    #[serde(default)]
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Of a person: its first password, at least 12 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password, min_length = 12, max_length = 1024)]
    password: Option<Zeroizing<String>>,
}

/// A patient, as messages name it (PID-3).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PatientNumber)]
pub(in crate::http::v1) struct PatientBody {
    /// The medical record number.
    #[schema(min_length = 1)]
    number: String,
    /// Who gave it (PID-3.4).
    #[serde(default)]
    authority: String,
}

/// A user that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedUserView {
    id: String,
}

/// Makes a user or service account. A security administrator does; as long as there is no user at all, a token of the
/// site with this scope makes the first one: a person in the role `security_admin` alone, with a password, without an
/// end.
#[utoipa::path(
    post, path = "/v1/users", tag = "users", operation_id = "user_create",
    security(("token" = ["identities:write"])),
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The same key with the same request is answered as the first time.",
            min_length = 1, max_length = 128)),
    request_body = NewUserBody,
    responses((status = 201, description = "It is there, durably.", body = CreatedUserView)),
)]
pub(super) async fn user_create(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<NewUserBody>,
) -> Result<Response, Problem> {
    let (user, password) = body.read(&api).await?;
    let id = if caller.is_application() {
        let password = password.ok_or_else(|| Problem::invalid("password", "expected one"))?;
        let principal = caller.principal();
        api.gate.first_user(&principal, user, &password).await?
    } else {
        let about = format!("new user {}", user.login);
        let right = change(&api, &caller, DataType::Identities, about).await?;
        let identities = api.gate.identities();
        match password {
            None => identities.create_user(&right, user).await?,
            Some(password) => {
                let made = identities.create_user_with_password(&right, user, &password);
                made.await?
            }
        }
    };
    let location = HeaderValue::from_str(&format!("/v1/users/{id}"));
    let view = CreatedUserView { id: id.to_string() };
    let mut response = (StatusCode::CREATED, Json(view)).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

impl NewUserBody {
    async fn read(self, api: &Api) -> Result<(NewUser, Option<Zeroizing<String>>), Problem> {
        let supervisor = self.supervisor.as_deref();
        let own_record = match &self.own_record {
            Some(patient) => Some(patient.0.find(api, "own_record").await?),
            None => None,
        };
        let user = NewUser {
            login: self.login,
            name: self.name,
            kind: self.kind.into(),
            roles: roles(&self.roles)?,
            department: self.department,
            own_record,
            supervisor: supervisor
                .map(|id| user_of_field("supervisor", id))
                .transpose()?,
            expires_at: time::read("expires_at", self.expires_at.as_deref())?,
        };
        Ok((user, self.password))
    }
}

impl PatientBody {
    /// The reference by which the gate and the trail know the patient, as decisions about its record are about it.
    pub(in crate::http::v1) async fn find(
        &self,
        api: &Api,
        field: &'static str,
    ) -> Result<PatientRef, Problem> {
        let found = patients::of_number(api, &self.number, &self.authority).await?;
        found.ok_or_else(|| Problem::invalid(field, "expected a number, and who gave it"))
    }
}
