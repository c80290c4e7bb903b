//! What those who run the installation see of it: its store, drills, its configuration. Policy decides who, and each look
//! is in the trail; watching the store is one look.

mod backups;
mod watch;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardline_access::model::DataType;

use super::stewards::see;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::PathOf;
use crate::http::problem::{Code, Problem};
use crate::insight::{Configuration, DrillName, DrillReport, DrillReports, DrillShelf, Estate};

/// Every route of the estate.
pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(estate_show))
        .routes(routes!(watch::estate_watch))
        .routes(routes!(backups::backup_begin, backups::backup_status))
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
async fn estate_show(State(api): State<Api>, caller: Caller) -> Result<Json<Estate>, Problem> {
    let permit = see(&api, &caller, DataType::System, "estate").await?;
    match api.insight.estate().await {
        Ok(estate) => Ok(Json(api.disclose(permit, estate, Vec::new()).await?)),
        Err(why) => Err(api.failed(permit, Vec::new(), unavailable(why)).await),
    }
}

/// The newest reports of drills in the folder `redis.drill_reports`.
#[utoipa::path(
    get, path = "/v1/estate/drills", tag = "estate", operation_id = "drill_list",
    security(("token" = ["system:read"])),
    responses((status = 200, description = "What drills came to.", body = DrillShelf)),
)]
async fn drill_list(State(api): State<Api>, caller: Caller) -> Result<Json<DrillShelf>, Problem> {
    let permit = see(&api, &caller, DataType::System, "drills").await?;
    let shelf = match api.insight.drills() {
        None => Ok(DrillShelf::default()),
        Some(drills) => read(drills, |drills| drills.list()).await,
    };
    match shelf {
        Ok(shelf) => Ok(Json(api.disclose(permit, shelf, Vec::new()).await?)),
        Err(problem) => Err(api.failed(permit, Vec::new(), problem).await),
    }
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
    caller: Caller,
    PathOf(name): PathOf<DrillName>,
) -> Result<Json<DrillReport>, Problem> {
    let about = format!("drill {}", name.as_str());
    let permit = see(&api, &caller, DataType::System, about).await?;
    let report = match api.insight.drills() {
        None => Ok(None),
        Some(drills) => read(drills, move |drills| drills.read(&name)).await,
    };
    match report {
        Ok(report) => {
            // That there is no such report is told to those alone who may see one.
            let report = api.disclose(permit, report, Vec::new()).await?;
            report.map(Json).ok_or_else(|| Problem::new(Code::NotFound))
        }
        Err(problem) => Err(api.failed(permit, Vec::new(), problem).await),
    }
}

/// Every setting with the value that holds and who gave it. No secret is a setting: files that hold some are named by the
/// last part of their path.
#[utoipa::path(
    get, path = "/v1/configuration", tag = "estate", operation_id = "configuration_show",
    security(("token" = ["system:read"])),
    responses((status = 200, description = "The configuration.", body = Configuration)),
)]
async fn configuration_show(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<Configuration>, Problem> {
    let permit = see(&api, &caller, DataType::System, "configuration").await?;
    let configuration = api.insight.configuration().clone();
    Ok(Json(api.disclose(permit, configuration, Vec::new()).await?))
}

/// Reads files where that may block.
pub(super) async fn read<T: Send + 'static>(
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
