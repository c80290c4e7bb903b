//! The accounting of disclosures of one patient (45 CFR 164.528).

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_audit::operations::{Accounting, DisclosureRow};

use super::super::time;
use super::by::reader;
use super::page::patient;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::JsonBody;
use crate::http::problem::Problem;

/// Whose disclosures.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AuditAccounting)]
pub(super) struct AccountingBody {
    /// The patient, as the trail names it.
    #[schema(min_length = 1, max_length = 128, example = "mrn:HOSP:4711")]
    patient: String,
}

/// Disclosures of a patient's records in the six years before now.
#[derive(Serialize, ToSchema)]
#[schema(as = DisclosureAccounting)]
pub(super) struct AccountingView {
    /// Oldest first.
    disclosures: Vec<DisclosureView>,
    /// Disclosures that need no accounting: for treatment, payment, operations, or what the patient asked for.
    exempt: u64,
    /// Records whose key was destroyed: what they disclosed is not known any more.
    unreadable: u64,
    /// There are more rows than are given.
    cut: bool,
}

/// Disclosures to one recipient for one purpose.
#[derive(Serialize, ToSchema)]
#[schema(as = Disclosure)]
pub(super) struct DisclosureView {
    /// To whom, with the address if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// What was said of why, with the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Which parts of the record.
    data_types: Vec<String>,
    /// How many there were.
    count: u64,
    #[schema(format = DateTime)]
    first_at: String,
    #[schema(format = DateTime)]
    last_at: String,
    /// The record of the first one.
    first_record: u64,
}

/// To whom a patient's records were disclosed in the six years before now (45 CFR 164.528). A token needs the scope
/// `phi` besides.
#[utoipa::path(
    post, path = "/v1/audit/accounting", tag = "audit", operation_id = "audit_account",
    security(("token" = ["audit:read"])),
    request_body = AccountingBody,
    responses((status = 200, description = "The accounting.", body = AccountingView)),
)]
pub(super) async fn audit_account(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<AccountingBody>,
) -> Result<Json<AccountingView>, Problem> {
    let admitted = reader(&api, &caller, "an accounting of disclosures").await?;
    admitted.must_see_people(&caller, "patient")?;
    let patient = patient(&body.patient)?;
    let by = admitted.by();
    let accounting = api.audit.account_disclosures(patient, by).await?;
    Ok(Json(AccountingView::from(accounting)))
}

impl From<Accounting> for AccountingView {
    fn from(accounting: Accounting) -> Self {
        let rows = accounting.rows.iter();
        Self {
            disclosures: rows.map(DisclosureView::of).collect(),
            exempt: accounting.exempt,
            unreadable: accounting.unreadable,
            cut: accounting.is_cut,
        }
    }
}

impl DisclosureView {
    fn of(row: &DisclosureRow) -> Self {
        Self {
            recipient: row.recipient.as_ref().map(|note| note.expose().to_owned()),
            purpose: row.purpose.as_ref().map(ToString::to_string),
            reason: row.reason.as_ref().map(|note| note.expose().to_owned()),
            data_types: row.data_types.iter().map(ToString::to_string).collect(),
            count: row.count,
            first_at: time::text(row.first_at),
            last_at: time::text(row.last_at),
            first_record: row.first.0,
        }
    }
}
