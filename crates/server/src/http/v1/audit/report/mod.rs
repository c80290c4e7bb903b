//! The report for a period, as JSON, as lines for a spreadsheet, and as a page to print.

mod csv;
mod html;
mod view;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::time;
use super::by::reader;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::JsonBody;
use crate::http::problem::Problem;
use view::ReportView;

/// A report that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAuditReport)]
pub(super) struct ReportBody {
    /// Records from this time on.
    #[schema(format = DateTime)]
    from: String,
    /// Records before this time.
    #[schema(format = DateTime)]
    until: String,
    /// In which form; `json` when not given.
    #[serde(default)]
    #[schema(inline)]
    format: Format,
}

/// In which form a report is given.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Csv,
    Html,
}

/// The report for a period: events by kind and outcome, per user, per patient with how many different people, exports,
/// alerts. Who the patients are only with the scope `phi`.
#[utoipa::path(
    post, path = "/v1/audit/report", tag = "audit", operation_id = "audit_report",
    security(("token" = ["audit:read"])),
    request_body = ReportBody,
    responses(
        (status = 200, description = "The report, in the form that was asked for.", content(
            (ReportView = "application/json"), (str = "text/csv"), (str = "text/html"),
        )),
    ),
)]
pub(super) async fn audit_report(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<ReportBody>,
) -> Result<Response, Problem> {
    let from = time::read("from", Some(&body.from))?.unwrap_or_default();
    let until = time::read("until", Some(&body.until))?.unwrap_or_default();
    if until <= from {
        return Err(Problem::invalid("until", "expected a time after `from`"));
    }
    let admitted = reader(&api, &caller, "a report of the trail").await?;
    let report = api.audit.report(from, until, admitted.by()).await?;
    let view = ReportView::of(&report, (from, until), admitted.sees_people());
    let text = |media_type: &'static str, text: String| {
        ([(header::CONTENT_TYPE, media_type)], text).into_response()
    };
    Ok(match body.format {
        Format::Json => Json(view).into_response(),
        Format::Csv => text("text/csv; charset=utf-8", csv::lines(&view)),
        Format::Html => {
            let made_at = time::text(api.audit.now());
            let page = html::page(&view, api.audit.origin(), &made_at);
            text("text/html; charset=utf-8", page)
        }
    })
}
