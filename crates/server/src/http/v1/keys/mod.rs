//! Keys: which key-encryption key wraps what, a new one, and the move of all data keys to it.

mod view;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardline_access::model::DataType;

use self::view::{KeysView, RewrapView, RotatedView};
use super::audit::origin;
use super::stewards::{change, see};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::Problem;

/// Every route of keys.
pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(keys_show))
        .routes(routes!(keys_rotate))
        .routes(routes!(keys_rewrap_show, keys_rewrap))
}

/// Who holds the key-encryption key, which version wraps, and what each version still wraps. Never a key. Reads the head of
/// every record, so ask `/v1/keys/rewrap` for progress.
#[utoipa::path(
    get, path = "/v1/keys", tag = "keys", operation_id = "keys_show",
    security(("token" = ["keys:read"])),
    responses((status = 200, description = "The keys.", body = KeysView)),
)]
async fn keys_show(State(api): State<Api>, caller: Caller) -> Result<Json<KeysView>, Problem> {
    let permit = see(&api, &caller, DataType::Keys, "keys").await?;
    let shown = KeysView::of(api.keys.show().await?, &api.keys.rewrap_status());
    Ok(Json(api.disclose(permit, shown, Vec::new()).await?))
}

/// Makes a new version of the key-encryption key, durable where it is held before this answers, and begins to move all data
/// keys to it. With a key file: copy it to where its copy is kept.
#[utoipa::path(
    post, path = "/v1/keys/rotate", tag = "keys", operation_id = "keys_rotate",
    security(("token" = ["keys:write"])),
    responses((status = 200, description = "The new version.", body = RotatedView)),
)]
async fn keys_rotate(State(api): State<Api>, caller: Caller) -> Result<Json<RotatedView>, Problem> {
    let by = origin(&caller)?;
    change(&api, &caller, DataType::Keys, "a new key-encryption key").await?;
    let kek = api.keys.rotate(by).await?;
    Ok(Json(RotatedView::of(kek)))
}

/// Begins to move all data keys to the current version of the key-encryption key, unless that is under way. The service goes
/// on meanwhile; cut short, the next run does the rest.
#[utoipa::path(
    post, path = "/v1/keys/rewrap", tag = "keys", operation_id = "keys_rewrap",
    security(("token" = ["keys:write"])),
    responses((status = 202, description = "It is under way.", body = RewrapView)),
)]
async fn keys_rewrap(
    State(api): State<Api>,
    caller: Caller,
) -> Result<(StatusCode, Json<RewrapView>), Problem> {
    let by = origin(&caller)?;
    let about = "move data keys to the current key-encryption key";
    change(&api, &caller, DataType::Keys, about).await?;
    let status = api.keys.rewrap(by);
    Ok((StatusCode::ACCEPTED, Json(RewrapView::of(&status))))
}

/// How far the move of the data keys is.
#[utoipa::path(
    get, path = "/v1/keys/rewrap", tag = "keys", operation_id = "keys_rewrap_show",
    security(("token" = ["keys:read"])),
    responses((status = 200, description = "Where it is.", body = RewrapView)),
)]
async fn keys_rewrap_show(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<RewrapView>, Problem> {
    let permit = see(&api, &caller, DataType::Keys, "the move of data keys").await?;
    let shown = RewrapView::of(&api.keys.rewrap_status());
    Ok(Json(api.disclose(permit, shown, Vec::new()).await?))
}
