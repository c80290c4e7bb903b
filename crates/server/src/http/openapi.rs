//! The API's description of itself (OpenAPI 3.1).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use utoipa::OpenApi as _;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, ResponseBuilder};

use super::api::Api;
use super::auth::{PERSON, SCHEME};
use super::problem::{self, ProblemBody};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Wardline",
        description = "What operators and programs do with a hospital's message flow, and applications with \
            their users' sessions.\n\n\
            Every route needs a token with the scopes that it names. Bodies and identifiers of patients are \
            masked unless the token has the scope `phi`. Errors are problems (RFC 9457); go by their `code`.",
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "channels", description = "Channels and destinations as they are now."),
        (name = "messages", description = "Finding messages and looking at them."),
        (name = "dead-letters", description = "Messages that need a person's decision."),
        (name = "queues", description = "Messages that wait for a destination."),
        (name = "jobs", description = "Work on many messages, done by the server."),
        (name = "beds", description = "Live beds: census, vital signs, scores. Not a primary alarm."),
        (name = "patients", description = "Records of patients, as far as the policy lets."),
        (name = "events", description = "What changes, as it changes."),
        (name = "sessions", description = "People who are signed in to an application."),
        (name = "sign-in", description = "Users of this installation, getting in and out."),
        (name = "audit", description = "The trail of who did what to whose records."),
        (name = "users", description = "Users and service accounts of this installation."),
        (name = "api-keys", description = "Keys of service accounts, and tokens of the site."),
        (name = "keys", description = "The key-encryption key, and what it wraps. Never a key."),
        (name = "policy", description = "Who may do what, and why."),
        (name = "emergencies", description = "Emergency access to a patient: asked for, used, watched, reviewed."),
        (name = "estate", description = "The store and its servers, drills, the configuration, technical controls."),
        (name = "health", description = "The process itself."),
    ),
)]
struct General;

/// What the description says besides its routes.
pub(super) fn general() -> OpenApi {
    let mut api = General::openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut api.info.version);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "A token of this installation: `wl_` and 43 characters.",
        ))
        .build();
    let components = api.components.get_or_insert_with(Default::default);
    components.add_security_scheme(SCHEME, SecurityScheme::Http(bearer));
    let session = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "The token of a session that began with a sign-in here.",
        ))
        .build();
    components.add_security_scheme(PERSON, SecurityScheme::Http(session));
    api
}

/// Says of every operation that it may answer with a problem.
pub(super) fn describe_problems(api: &mut OpenApi) {
    let items = api.paths.paths.values_mut();
    let operations = items.flat_map(|item| {
        [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
        ]
    });
    for operation in operations.flatten() {
        let schema = Ref::from_schema_name("Problem");
        let problem = ResponseBuilder::new()
            .description("A problem (RFC 9457).")
            .content(
                problem::MEDIA_TYPE,
                ContentBuilder::new().schema(Some(schema)).build(),
            );
        operation
            .responses
            .responses
            .insert("default".to_owned(), problem.build().into());
    }
}

/// The description as it is served.
#[derive(Clone, Debug)]
pub(crate) struct Described(Bytes);

impl Described {
    pub(super) fn new(description: &OpenApi) -> Self {
        Self(description.to_pretty_json().unwrap_or_default().into())
    }
}

/// This description.
#[utoipa::path(
    get, path = "/v1/openapi.json", tag = "health", operation_id = "description_read", security(()),
    responses((status = 200, description = "OpenAPI 3.1.", body = serde_json::Value)),
)]
pub(super) async fn description_read(State(api): State<Api>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        api.described.0.clone(),
    )
}
