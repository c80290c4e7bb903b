//! Asks for emergency access.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::emergency::{EmergencyReason, Refusal};
use wardline_access::identity::SecondFactor;
use zeroize::Zeroizing;

use super::super::time;
use super::super::users::PatientBody;
use super::person;
use super::view::ReasonView;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, Object};
use crate::http::problem::{Code, Problem};

/// An emergency access that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmergencyBody {
    /// To whom.
    #[schema(value_type = PatientBody)]
    patient: Object<PatientBody>,
    reason: ReasonView,
    /// In words; at least 20 characters when the reason is `other`. It is sealed.
    #[serde(default)]
    #[schema(max_length = 2000)]
    text: String,
    /// The code that the authenticator shows now: the second factor is proved again.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    code: Option<Zeroizing<String>>,
    /// Instead of a code: one of the recovery codes. It is used up.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    recovery_code: Option<Zeroizing<String>>,
}

/// An emergency access that was given.
#[derive(Serialize, ToSchema)]
pub(super) struct GrantedView {
    id: String,
    /// What to send in the header `Wardline-Emergency` when this patient is read. Shown here and never again.
    token: String,
    #[schema(format = DateTime)]
    expires_at: String,
    /// How many people were told: the supervisor and the privacy officers. With 0 the trail alone knows.
    told: usize,
    /// Whether it is one of more than three in 24 hours.
    is_conspicuous: bool,
}

/// Asks for emergency access to one patient. It shows what the role could see of a patient whom it treats, until its
/// time is over; nothing is written, printed or exported by it. Supervisor and privacy officers are told, every use is
/// counted, and somebody else reviews it.
#[utoipa::path(
    post, path = "/v1/emergencies", tag = "emergencies", operation_id = "emergency_request",
    security(("token" = ["emergencies:use"])),
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The same key with the same request is answered as the first time, for five minutes.",
            min_length = 1, max_length = 128)),
    request_body = EmergencyBody,
    responses((status = 201, description = "It holds.", body = GrantedView)),
)]
pub(super) async fn emergency_request(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<EmergencyBody>,
) -> Result<(StatusCode, Json<GrantedView>), Problem> {
    person(&caller)?;
    let patient = body.patient.0.find(&api, "patient").await?;
    let second = match (&body.code, &body.recovery_code) {
        (Some(code), None) => SecondFactor::Totp(code),
        (None, Some(code)) => SecondFactor::Recovery(code),
        _ => {
            return Err(Problem::invalid(
                "code",
                "expected either a code or a recovery code",
            ));
        }
    };
    let (principal, emergencies) = (caller.principal(), api.gate.emergencies());
    let Ok(proof) = api.gate.identities().step_up(&principal, second).await? else {
        let refusal = emergencies.refuse_request(&principal, &patient).await?;
        return Err(refused(refusal));
    };
    let reason = EmergencyReason {
        code: body.reason.into(),
        text: body.text,
    };
    let asked = emergencies.request(&principal, &proof, &patient, reason);
    let granted = asked.await?.map_err(refused)?;
    let view = GrantedView {
        id: granted.id.to_string(),
        token: granted.token.expose().to_owned(),
        expires_at: time::text(granted.expires_at),
        told: granted.notified.len(),
        is_conspicuous: granted.is_conspicuous,
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Whoever asks is told why: all of it is true of itself.
fn refused(refusal: Refusal) -> Problem {
    let why = match refusal {
        Refusal::Suspended => "your account is suspended",
        Refusal::SecondFactor => "the code is not right: prove your second factor again",
        Refusal::Role => "your role treats nobody",
        Refusal::Text => {
            "say why in words: at least 20 characters for `other`, at most 2000 bytes in any case"
        }
        Refusal::TooMany => "as many of yours hold as are allowed at a time: give one back",
        Refusal::Unknown
        | Refusal::OtherUser
        | Refusal::OtherSession
        | Refusal::OtherPatient
        | Refusal::Expired
        | Refusal::Revoked => "it does not hold",
    };
    Problem::new(Code::EmergencyRefused).detail(why)
}
