//! Vital signs from programs, and what came in and is nobody's.

mod aside;
mod gated;
mod request;

pub(super) use aside::{__path_vitals_set_aside, vitals_set_aside};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use wardline_vitals::chart::NOTICE;
use wardline_vitals::operations::{MAX_ITEMS, Received, VitalsError, VitalsItem};

use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::JsonBody;
use crate::http::problem::{Code, FieldProblem, Problem};
use request::{Refusal, VitalsBody};

/// What became of a batch. Not a primary alarm.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = VitalsRecorded)]
pub(super) struct RecordedShown {
    /// What this is not.
    notice: &'static str,
    /// Values that are charted now.
    charted: usize,
    /// Values that were there already.
    repeated: usize,
    /// Values that were not recorded, each with its place in the batch and why.
    refused: Vec<RefusedShown>,
}

/// A value that was not recorded.
#[derive(Serialize, ToSchema)]
#[schema(as = VitalRefused)]
struct RefusedShown {
    /// Its place in the batch, from 0.
    index: usize,
    /// The part of it that is meant.
    field: &'static str,
    /// Why, in a word, such as `absurd`, `unknown_unit` or `nobody_there`.
    reason: &'static str,
}

/// Record vital signs, at most 1,000 values in a call. Each value stands alone: what cannot be recorded is named and
/// the rest is charted, unless `all_or_none` is set. Sending a batch again changes nothing.
#[utoipa::path(
    post, path = "/v1/vitals", tag = "beds", operation_id = "vitals_record",
    security(("token" = ["vitals:write"])),
    request_body = VitalsBody,
    responses(
        (status = 200, description = "All values are recorded.", body = RecordedShown),
        (status = 207, description = "Some values are recorded, others refused.", body = RecordedShown),
    ),
)]
pub(super) async fn vitals_record(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<VitalsBody>,
) -> Result<Response, Problem> {
    let count = body.items.len();
    if !(1..=MAX_ITEMS).contains(&count) {
        return Err(Problem::invalid("items", "expected 1 to 1000 values"));
    }
    let (mut items, mut refused) = body.read();
    if !caller.is_application() {
        gated::write(&api, &caller, &items).await?;
    }
    let recorded = loop {
        let is_over = items.is_empty() || (body.all_or_none && !refused.is_empty());
        if is_over {
            break None;
        }
        let batch: Vec<VitalsItem> = items.iter().map(|(_, item)| item.clone()).collect();
        match api.beds.record_vitals(batch).await {
            Ok(recorded) => break Some(recorded),
            // Every turn takes some out, so this ends.
            Err(VitalsError::Items(errors)) => refused.extend(take_out(&mut items, &errors)),
            Err(error) => return Err(error.into()),
        }
    };
    refused.sort_by_key(|refusal| refusal.index);
    api.metrics.beds.refused(refused.len());
    let Some(recorded) = recorded else {
        return Err(none_recorded(&refused));
    };
    api.metrics.beds.received(&Received {
        charted: recorded.charted,
        repeated: recorded.repeated,
        ..Received::default()
    });
    tracing::debug!(by = caller.name(), recorded.charted, "recorded vital signs");
    let status = if refused.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::MULTI_STATUS
    };
    let shown = RecordedShown {
        notice: NOTICE,
        charted: recorded.charted,
        repeated: recorded.repeated,
        refused: refused.into_iter().map(RefusedShown::from).collect(),
    };
    Ok((status, Json(shown)).into_response())
}

/// Takes what was refused out of a batch.
fn take_out(
    items: &mut Vec<(usize, VitalsItem)>,
    errors: &[wardline_vitals::operations::ItemError],
) -> Vec<Refusal> {
    let refusals = errors.iter().filter_map(|error| {
        let (index, item) = items.get(error.index)?;
        Some(Refusal::of(*index, item, error.problem))
    });
    let refusals: Vec<Refusal> = refusals.collect();
    items.retain(|(index, _)| !refusals.iter().any(|refusal| refusal.index == *index));
    refusals
}

fn none_recorded(refused: &[Refusal]) -> Problem {
    let errors = refused.iter().map(|refusal| FieldProblem {
        field: format!("items.{}.{}", refusal.index, refusal.field),
        detail: refusal.reason,
    });
    Problem::new(Code::Invalid)
        .field("items")
        .detail("none of the values was recorded; `errors` names each that could not be")
        .errors(errors.collect())
}

impl From<Refusal> for RefusedShown {
    fn from(refusal: Refusal) -> Self {
        Self {
            index: refusal.index,
            field: refusal.field,
            reason: refusal.reason,
        }
    }
}
