//! What those who run the installation see of it: its store, drills, its configuration.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::api::Api;
use crate::http::extract::PathOf;
use crate::http::problem::{Code, Problem};
use crate::insight::{Configuration, DrillName, DrillReport, DrillReports, DrillShelf, Estate};

/// Every route of the estate.
pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(estate_show))
        .routes(routes!(drill_list))
        .routes(routes!(drill_show))
        .routes(routes!(configuration_show))
}

/// How the store is that this instance uses, asked of every server as of a second ago at most. What does not answer is
/// told as silent.
#[utoipa::path(
    get, path = "/v1/estate", tag = "estate", operation_id = "estate_show",
    security(("token" = ["system:read"])),
    responses((status = 200, description = "The store and its servers.", body = Estate)),
)]
async fn estate_show(State(api): State<Api>) -> Result<Json<Estate>, Problem> {
    let estate = api.insight.estate().await;
    estate.map(Json).map_err(unavailable)
}

/// The newest reports of drills in the folder `redis.drill_reports`.
#[utoipa::path(
    get, path = "/v1/estate/drills", tag = "estate", operation_id = "drill_list",
    security(("token" = ["system:read"])),
    responses((status = 200, description = "What drills came to.", body = DrillShelf)),
)]
async fn drill_list(State(api): State<Api>) -> Result<Json<DrillShelf>, Problem> {
    let Some(drills) = api.insight.drills() else {
        return Ok(Json(DrillShelf::default()));
    };
    read(drills, |drills| drills.list()).await.map(Json)
}

/// One report: what was broken, what happened when, what clients saw.
#[utoipa::path(
    get, path = "/v1/estate/drills/{id}", tag = "estate", operation_id = "drill_show",
    security(("token" = ["system:read"])),
    params(("id" = DrillName, Path, description = "The report's name.")),
    responses((status = 200, description = "The report.", body = DrillReport)),
)]
async fn drill_show(
    State(api): State<Api>,
    PathOf(name): PathOf<DrillName>,
) -> Result<Json<DrillReport>, Problem> {
    let missing = || Problem::new(Code::NotFound);
    let drills = api.insight.drills().ok_or_else(missing)?;
    let report = read(drills, move |drills| drills.read(&name)).await?;
    report.map(Json).ok_or_else(missing)
}

/// Every setting with the value that holds and who gave it. No secret is a setting: files that hold some are named by the
/// last part of their path.
#[utoipa::path(
    get, path = "/v1/configuration", tag = "estate", operation_id = "configuration_show",
    security(("token" = ["system:read"])),
    responses((status = 200, description = "The configuration.", body = Configuration)),
)]
async fn configuration_show(State(api): State<Api>) -> Json<Configuration> {
    Json(api.insight.configuration().clone())
}

/// Reads files where that may block.
async fn read<T: Send + 'static>(
    drills: &Arc<dyn DrillReports>,
    work: impl FnOnce(&dyn DrillReports) -> Result<T, String> + Send + 'static,
) -> Result<T, Problem> {
    let drills = Arc::clone(drills);
    let read = tokio::task::spawn_blocking(move || work(drills.as_ref())).await;
    match read {
        Ok(read) => read.map_err(unavailable),
        Err(_) => Err(Problem::new(Code::Internal)),
    }
}

fn unavailable(why: String) -> Problem {
    Problem::new(Code::StoreUnavailable).detail(why)
}
