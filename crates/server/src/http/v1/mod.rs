//! Version 1 of the API: its routes, and the shapes that they speak. A later version is a folder beside this one.

mod api_keys;
mod audit;
mod beds;
mod channels;
mod compliance;
mod dead_letters;
mod emergencies;
mod estate;
mod events;
mod filter;
mod jobs;
mod keys;
mod messages;
mod names;
mod page;
mod patients;
mod policy;
mod queues;
mod sessions;
mod sign_in;
mod stewards;
mod stream;
mod time;
mod tokens;
mod units;
mod users;
mod vitals;

use axum::middleware::from_fn_with_state;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::api::Api;
use super::idempotency::{Idempotency, once};
pub(super) use sessions::{CheckBody, Checks, Watching, at_standby, check};
pub(super) use stream::Hub;

/// Every route of version 1.
pub(super) fn routes(idempotency: &Idempotency) -> OpenApiRouter<Api> {
    let once = || from_fn_with_state(idempotency.clone(), once);
    OpenApiRouter::new()
        .routes(routes!(channels::channel_list))
        .routes(routes!(channels::channel_show))
        .routes(routes!(messages::message_search))
        .routes(routes!(messages::message_show))
        .routes(routes!(messages::message_raw))
        .routes(routes!(messages::message_reveal))
        .routes(routes!(messages::message_compare))
        .routes(routes!(dead_letters::dead_letter_list))
        .routes(routes!(dead_letters::dead_letter_retry))
        .routes(routes!(dead_letters::dead_letter_discard))
        .routes(routes!(dead_letters::dead_letter_edit).layer(once()))
        .routes(routes!(queues::queue_park))
        .routes(routes!(queues::queue_skip))
        .routes(routes!(queues::queue_try_now))
        .routes(routes!(jobs::job_list))
        .routes(routes!(jobs::job_start).layer(once()))
        .routes(routes!(jobs::job_show))
        .routes(routes!(jobs::job_cancel))
        .routes(routes!(events::event_stream))
        .merge(sessions::routes(idempotency))
        .merge(audit::routes())
        .merge(of_beds())
        .merge(patients::routes(idempotency))
        .merge(sign_in::routes())
        .merge(users::routes(idempotency))
        .merge(api_keys::routes(idempotency))
        .merge(tokens::routes())
        .merge(keys::routes())
        .merge(policy::routes())
        .merge(estate::routes())
        .merge(compliance::routes())
        .merge(emergencies::routes(idempotency))
}

fn of_beds() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(units::unit_list))
        .routes(routes!(beds::bed_list))
        .routes(routes!(beds::bed_show))
        .routes(routes!(beds::bed_trend))
        .routes(routes!(beds::bed_events))
        .routes(routes!(beds::bed_acknowledge))
        .routes(routes!(beds::bed_set_status))
        .routes(routes!(beds::bed_nurses, beds::bed_set_nurses))
        .routes(routes!(beds::stay_set_care))
        .routes(routes!(vitals::vitals_record))
        .routes(routes!(vitals::vitals_set_aside))
        .routes(routes!(stream::bed_stream))
}
