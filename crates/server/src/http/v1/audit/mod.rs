//! The audit trail: searched, proven, verified, reported, kept. `by` says who reads it, `view` what a record shows.
//!
//! Whoever reads the trail is in it: each answer waits for the record that it is given. Names of people and patients
//! stand in bodies only, never in URLs.

mod accounting;
mod alerts;
mod by;
mod evidence;
mod fhir;
mod holds;
mod keep;
mod page;
mod report;
mod search;
mod verify;
mod view;

pub(super) use by::origin;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::api::Api;

/// Every route of the trail.
pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(search::audit_search))
        .routes(routes!(search::audit_show))
        .routes(routes!(evidence::audit_checkpoint))
        .routes(routes!(evidence::audit_verifiers))
        .routes(routes!(evidence::audit_prove))
        .routes(routes!(evidence::audit_prove_consistency))
        .routes(routes!(verify::audit_verify))
        .routes(routes!(report::audit_report))
        .routes(routes!(accounting::audit_account))
        .routes(routes!(fhir::audit_export))
        .routes(routes!(alerts::alert_list))
        .routes(routes!(alerts::alert_acknowledge))
        .routes(routes!(alerts::alert_close))
        .routes(routes!(holds::hold_list))
        .routes(routes!(holds::hold_place))
        .routes(routes!(holds::hold_release))
        .routes(routes!(keep::audit_archive))
        .routes(routes!(keep::audit_retain))
}
