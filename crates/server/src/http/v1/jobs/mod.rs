//! Work on many messages, done by the server: it goes on after a restart, and counts first when asked to.

mod request;
mod view;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use wardline_messaging::model::{JobId, JobState};

use super::page::{PageOf, limit};
use super::time;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::{JsonBody, PathOf, QueryOf};
use crate::http::problem::{Code, Problem};
use crate::http::protect::operate;
use request::JobBody;
use view::Job;
pub(super) use view::JobState as JobStateView;

/// Which jobs.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// The `next` of an earlier page.
    cursor: Option<String>,
    /// Items on the page, 1 to 500; 50 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Starts a job: retry or discard dead letters, or deliver stored messages again. With `dry_run` it only counts. A
/// job is durable before it is answered, and does not touch messages that come later.
#[utoipa::path(
    post, path = "/v1/jobs", tag = "jobs", operation_id = "job_start",
    security(("token" = ["operate"])),
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The same key with the same request is answered as the first time, for a day.",
            min_length = 1, max_length = 128)),
    request_body = JobBody,
    responses((status = 201, description = "The job is stored and begins.", body = Job)),
)]
pub(super) async fn job_start(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<JobBody>,
) -> Result<Response, Problem> {
    let about = body.about();
    let request = body.read(&caller)?;
    operate(&api, &caller, about).await?;
    let job = api.messaging.start_job(request).await?;
    let dry_run = job.dry_run;
    tracing::info!(
        by = caller.name(),
        job_id = job.id.0,
        dry_run,
        "started a job"
    );
    let location = HeaderValue::from_str(&format!("/v1/jobs/{}", job.id));
    let mut response = (StatusCode::CREATED, Json(Job::from(job))).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Jobs, newest first.
#[utoipa::path(
    get, path = "/v1/jobs", tag = "jobs", operation_id = "job_list",
    security(("token" = ["read"])),
    params(ListQuery),
    responses((status = 200, description = "A page of jobs.", body = PageOf<Job>)),
)]
pub(super) async fn job_list(
    State(api): State<Api>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<PageOf<Job>>, Problem> {
    let limit = limit(query.limit)?;
    let after = cursor::decode(Listing::Jobs, query.cursor.as_deref(), |id| id.parse().ok())?;
    // One more than is shown says whether there are more.
    let jobs = api.messaging.jobs(after.map(JobId), limit + 1);
    let is_more = jobs.len() > limit;
    let items: Vec<Job> = jobs.into_iter().take(limit).map(Job::from).collect();
    let last = items.last().filter(|_| is_more).map(Job::id);
    let next = last.map(|id| cursor::encode(Listing::Jobs, &id.to_string()));
    Ok(Json(PageOf { items, next }))
}

/// One job with its progress.
#[utoipa::path(
    get, path = "/v1/jobs/{id}", tag = "jobs", operation_id = "job_show",
    security(("token" = ["read"])),
    params(("id" = u64, Path, description = "The job's id.")),
    responses((status = 200, description = "The job.", body = Job)),
)]
pub(super) async fn job_show(
    State(api): State<Api>,
    PathOf(id): PathOf<u64>,
) -> Result<Json<Job>, Problem> {
    Ok(Json(Job::from(api.messaging.job(JobId(id))?)))
}

/// Ends a job; what it did stays done. It is durable before it is answered: nothing more is done by it.
#[utoipa::path(
    post, path = "/v1/jobs/{id}/cancel", tag = "jobs", operation_id = "job_cancel",
    security(("token" = ["operate"])),
    params(("id" = u64, Path, description = "The job's id.")),
    responses((status = 202, description = "It has ended, durably.")),
)]
pub(super) async fn job_cancel(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<u64>,
) -> Result<StatusCode, Problem> {
    if api.messaging.job(JobId(id))?.state != JobState::Running {
        return Err(Problem::new(Code::JobEnded));
    }
    operate(&api, &caller, format!("cancel job {id}")).await?;
    api.messaging.cancel_job(JobId(id)).await?;
    tracing::info!(by = caller.name(), job_id = id, "cancelled a job");
    Ok(StatusCode::ACCEPTED)
}
