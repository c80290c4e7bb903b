//! Takes a copy of a record away: on paper or as a file. The policy asks for more than it does for looking.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;
use wardline_access::model::{Action, DataType, Purpose};
use wardline_patients::model::RECORD_TYPES;

use super::show::selection;
use super::view::RecordView;
use super::{disclosed, id_of, references, subject, tag};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

/// Characters of a reason, at least and at most.
const SHORTEST: usize = 10;
const LONGEST: usize = 200;

/// How a copy is taken, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TakeBody)]
pub(super) struct TakeBody {
    how: How,
    /// Which data types go along. All of them or none: what is not needed is left out by who asks.
    #[schema(min_items = 1, max_items = 11, example = json!(["demographics", "medications"]))]
    types: Vec<String>,
    /// It stands in the trail. Write nothing of the patient in it.
    #[schema(min_length = 10, max_length = 200)]
    reason: String,
    /// Who outside gets the copy: name, and address if known. It stands in the accounting of the patient's disclosures
    /// (45 CFR 164.528), and must be told where the purpose is neither treatment, payment, operations nor the patient's own
    /// request.
    #[serde(default)]
    #[schema(min_length = 2, max_length = 200)]
    recipient: Option<String>,
}

/// How a copy is taken.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = TakeHow)]
enum How {
    /// As a file.
    Export,
    /// On paper.
    Print,
}

/// A copy of a record to take away: of the data types that are asked for, if the policy lets the caller export, or print, all
/// of them. Who took what and why is in the trail before the answer leaves. What is done with the copy afterwards, nobody here can see.
#[utoipa::path(
    post, path = "/v1/patients/{id}/take", tag = "patients", operation_id = "patient_take",
    security(("token" = ["patients:read", "phi"])),
    params(("id" = String, Path, description = "The record's id.")),
    request_body = TakeBody,
    responses((status = 200, description = "The copy; its `ETag` is its version.", body = RecordView)),
)]
pub(super) async fn patient_take(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<TakeBody>,
) -> Result<Response, Problem> {
    let why = body.reason.trim();
    if !(SHORTEST..=LONGEST).contains(&why.chars().count()) || why.chars().any(char::is_control) {
        let expected = format!("expected {SHORTEST} to {LONGEST} characters in one line");
        return Err(Problem::invalid("reason", expected));
    }
    let recipient = recipient_of(&body, caller.purpose())?;
    let action = match body.how {
        How::Export => Action::Export,
        How::Print => Action::Print,
    };
    let types = body.types.iter().map(|word| type_of(word));
    let types: Vec<DataType> = types.collect::<Result<_, _>>()?;
    if types.is_empty() {
        return Err(no_type());
    }
    let id = id_of(&id)?;
    let references = references(&api, &caller, action, id).await?;
    let wanted = Wanted {
        action,
        types: &types,
        subject: subject(&references),
        about: format!("record {id}: {why}"),
    };
    let permit = api.permit(&caller, wanted).await?;
    let of = (id, references.as_slice());
    let seen = selection(&api, &caller, (permit, action), of).await?;
    let record = match api.patients.read(id, &seen.selection).await {
        Ok(record) => record,
        failed => {
            let failed = disclosed(&api, seen.permit, failed, references).await;
            return failed.map(|_| ().into_response());
        }
    };
    let view = match RecordView::of(&record, seen.selection.types) {
        Ok(view) => view,
        Err(problem) => return Err(api.failed(seen.permit, references, problem).await),
    };
    for item in seen.items {
        let to = (references.clone(), recipient.clone());
        api.disclose_to(item, (), to).await?;
    }
    let to = (references, recipient);
    let view = api.disclose_to(seen.permit, view, to).await?;
    let etag = [(header::ETAG, tag(record.version))];
    Ok((etag, Json(view)).into_response())
}

/// To whom the copy goes, where that is said, or has to be: what is disclosed for other purposes is accounted for
/// (45 CFR 164.528(a)(1)).
fn recipient_of(body: &TakeBody, purpose: Purpose) -> Result<Option<Arc<str>>, Problem> {
    let Some(text) = body.recipient.as_deref().map(str::trim) else {
        let why =
            "expected who outside gets the copy: disclosures for this purpose are accounted for";
        let needs_none = !purpose.is_accounted_for();
        let none = needs_none.then_some(None);
        return none.ok_or_else(|| Problem::invalid("recipient", why));
    };
    if !(2..=LONGEST).contains(&text.chars().count()) || text.chars().any(char::is_control) {
        let expected = format!("expected 2 to {LONGEST} characters in one line");
        return Err(Problem::invalid("recipient", expected));
    }
    Ok(Some(Arc::from(text)))
}

fn type_of(word: &str) -> Result<DataType, Problem> {
    let known = DataType::parse(word).ok();
    let of_records = known.filter(|data_type| RECORD_TYPES.contains(data_type));
    of_records.ok_or_else(no_type)
}

fn no_type() -> Problem {
    Problem::invalid(
        "types",
        "expected data types of records, such as demographics",
    )
}
