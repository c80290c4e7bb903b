//! A user's own proofs: enrolling a second factor, changing the password. Each is proved anew; a session is not enough.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::SignInBody;
use crate::http::api::Api;
use crate::http::auth::Way;
use crate::http::extract::{JsonBody, Object};
use crate::http::problem::Problem;
use crate::http::to_its_end::to_its_end;

/// A second factor that is to be confirmed.
#[derive(Serialize, ToSchema)]
pub(in crate::http::v1) struct EnrolmentView {
    /// For an authenticator app, in base32. Shown once.
    secret: String,
    /// The same as an address that apps read from a picture (`otpauth://`).
    uri: String,
}

/// The first code of a second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct ConfirmBody {
    /// Login and password; without a code.
    #[schema(value_type = SignInBody)]
    credentials: Object<SignInBody>,
    /// What the authenticator shows now.
    #[schema(value_type = String)]
    first_code: Zeroizing<String>,
}

/// Codes for when the authenticator is lost.
#[derive(Serialize, ToSchema)]
pub(in crate::http::v1) struct RecoveryView {
    /// Each lets in once, in the place of a code. Shown once: print them.
    recovery_codes: Vec<String>,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct PasswordBody {
    /// Login, password and code as they are now.
    #[schema(value_type = SignInBody)]
    credentials: Object<SignInBody>,
    /// At least 12 characters.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 1024)]
    new_password: Zeroizing<String>,
}

/// Begins a second factor for a user who has none. It counts once its first code is confirmed.
#[utoipa::path(
    post, path = "/v1/sign-in/second-factor", tag = "sign-in", operation_id = "second_factor_enrol", security(()),
    request_body = SignInBody,
    responses((status = 200, description = "The secret.", body = EnrolmentView)),
)]
pub(in crate::http::v1) async fn second_factor_enrol(
    State(api): State<Api>,
    way: Way,
    JsonBody(body): JsonBody<SignInBody>,
) -> Result<Json<EnrolmentView>, Problem> {
    let signed_in = api.gate.prove(&body.credentials()?, &way.0).await?;
    let enrolment = api.gate.identities().enrol(&signed_in).await?;
    let secret = enrolment.expose().to_owned();
    let uri = format!("otpauth://totp/Wardline?secret={secret}&issuer=Wardline");
    Ok(Json(EnrolmentView { secret, uri }))
}

/// Confirms a second factor by its first code.
#[utoipa::path(
    post, path = "/v1/sign-in/second-factor/confirm", tag = "sign-in", operation_id = "second_factor_confirm",
    security(()),
    request_body = ConfirmBody,
    responses((status = 200, description = "Recovery codes.", body = RecoveryView)),
)]
pub(in crate::http::v1) async fn second_factor_confirm(
    State(api): State<Api>,
    way: Way,
    JsonBody(body): JsonBody<ConfirmBody>,
) -> Result<Json<RecoveryView>, Problem> {
    let credentials = body.credentials.0;
    let signed_in = api.gate.prove(&credentials.credentials()?, &way.0).await?;
    let identities = api.gate.identities();
    let codes = identities.confirm(&signed_in, &body.first_code).await?;
    let recovery_codes = codes.iter().map(|code| code.as_str().to_owned()).collect();
    Ok(Json(RecoveryView { recovery_codes }))
}

/// Changes the own password. Every session that began with a sign-in of this user ends, the one at hand among them: sign
/// in again.
#[utoipa::path(
    post, path = "/v1/sign-in/password", tag = "sign-in", operation_id = "password_change", security(()),
    request_body = PasswordBody,
    responses((status = 204, description = "Changed, durably, and signed out everywhere.")),
)]
pub(in crate::http::v1) async fn password_change(
    State(api): State<Api>,
    way: Way,
    JsonBody(body): JsonBody<PasswordBody>,
) -> Result<StatusCode, Problem> {
    let credentials = body.credentials.0;
    let signed_in = api.gate.prove(&credentials.credentials()?, &way.0).await?;
    to_its_end(async move {
        let identities = api.gate.identities();
        identities
            .change_own_password(&signed_in, &body.new_password)
            .await?;
        api.gate.sign_out_everywhere(signed_in.user()).await?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}
