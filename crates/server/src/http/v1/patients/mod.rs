//! Records of patients: read as far as the policy lets, changed where it lets, found by what identifies them.
//!
//! Every handler asks the gate first, reads by what was permitted, and has it recorded before anything is answered.

mod body;
mod change;
mod deidentified;
mod erasure;
mod history;
mod link;
mod merge;
mod search;
mod show;
mod steward;
mod take;
mod view;

use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use wardline_access::guard::{Permit, Subject};
use wardline_access::model::{Action, PatientRef};
use wardline_patients::OperationError;
use wardline_patients::model::{PatientId, RECORD_TYPES};
use wardline_vitals::model::{Patient, PatientIdentifier};

use crate::gate;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::idempotency::{Idempotency, once};
use crate::http::if_match::{expected_version, tag};
use crate::http::problem::{Code, Problem};
use crate::http::protect::Wanted;

/// The routes of records.
pub(super) fn routes(idempotency: &Idempotency) -> OpenApiRouter<Api> {
    let idempotency = idempotency.kept_shortly();
    let once = || from_fn_with_state(idempotency.clone(), once);
    OpenApiRouter::new()
        .routes(routes!(change::patient_create).layer(once()))
        .routes(routes!(search::patient_search))
        .routes(routes!(show::patient_show))
        .routes(routes!(change::patient_update))
        .routes(routes!(history::patient_history))
        .routes(routes!(merge::patient_merge))
        .routes(routes!(merge::patient_unmerge))
        .routes(routes!(link::patient_link))
        .routes(routes!(link::patient_unlink))
        .routes(routes!(deidentified::patient_deidentified))
        .routes(routes!(erasure::erasure_list))
        .routes(routes!(erasure::erasure_request, erasure::erasure_withdraw))
        .routes(routes!(erasure::erasure_approve))
        .routes(routes!(take::patient_take))
        .routes(routes!(steward::patient_hold))
        .routes(routes!(steward::patient_release))
}

/// The id of a path. What is no id is no patient.
fn id_of(text: &str) -> Result<PatientId, Problem> {
    PatientId::parse(text).map_err(|_| Problem::new(Code::NotFound))
}

/// How the gate and the trail name a patient. One that is not there is named too, by the id that was asked for.
/// When that cannot be read, what was asked for is in the trail as failed.
async fn references(
    api: &Api,
    caller: &Caller,
    action: Action,
    patient: PatientId,
) -> Result<Vec<PatientRef>, Problem> {
    match api.patients.numbers(patient).await {
        Ok(numbers) => Ok(gate::of_record(patient, &numbers)),
        Err(error) => {
            let wanted = Wanted {
                action,
                types: &RECORD_TYPES,
                subject: subject(&gate::of_record(patient, &[])),
                about: format!("record {patient}"),
            };
            Err(api.failed_unasked(caller, wanted, error).await)
        }
    }
}

/// How the gate names whoever has this number: as its record does, where the number is too long to lead to one. `None` when
/// it is no number.
pub(super) async fn of_number(
    api: &Api,
    value: &str,
    authority: &str,
) -> Result<Option<PatientRef>, Problem> {
    let reference = gate::of_number(value, authority);
    if !reference.as_ref().is_some_and(gate::is_hashed) {
        return Ok(reference);
    }
    let Some(record) = api.patients.holder_of(value, authority).await? else {
        return Ok(reference);
    };
    let numbers = api.patients.numbers(record).await?;
    Ok(gate::of_record(record, &numbers).into_iter().next())
}

/// How the gate names whoever live beds know by this number; see [`of_number`].
pub(super) async fn of_identifier(
    api: &Api,
    id: &PatientIdentifier,
) -> Result<Option<PatientRef>, Problem> {
    of_number(api, id.number.expose(), id.authority.name()).await
}

/// How the gate names a patient of live beds: by the medical record number, else by the first number; see [`of_number`].
/// `None` when nothing names it.
pub(super) async fn of_patient(
    api: &Api,
    patient: &Patient,
) -> Result<Option<PatientRef>, Problem> {
    match patient.main_identifier() {
        Some(id) => of_identifier(api, id).await,
        None => Ok(None),
    }
}

/// What was read, once it is in the trail that it is given out; why not, once that is there. Whoever may see anybody
/// learns that there is nobody, and that it asked is in the trail like a read.
async fn disclosed<T>(
    api: &Api,
    permit: Permit,
    read: Result<T, OperationError>,
    references: Vec<PatientRef>,
) -> Result<T, Problem> {
    match read {
        Ok(value) => api.disclose(permit, value, references).await,
        Err(OperationError::NotFound) => {
            api.disclose(permit, (), references).await?;
            Err(OperationError::NotFound.into())
        }
        Err(error) => Err(api.failed(permit, references, error).await),
    }
}

fn subject(references: &[PatientRef]) -> Subject {
    crate::http::protect::subject_of(references)
}

/// The version in `If-Match` of a change that must not overtake another.
fn required_version(headers: &HeaderMap) -> Result<u64, Problem> {
    expected_version(headers)?.ok_or_else(|| Problem::new(Code::VersionRequired))
}
