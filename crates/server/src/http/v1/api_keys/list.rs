//! Lists API keys.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::identity::{ApiKeyId, ApiKeyView as Kept};
use wardline_access::model::{DataType, UserId};

use super::super::page::{PageOf, limit};
use super::super::stewards::see;
use super::super::time;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::QueryOf;
use crate::http::problem::Problem;

/// Which keys.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Of this service account, by its id.
    user: Option<String>,
    /// The `next` of an earlier page.
    cursor: Option<String>,
    /// Items on the page, 1 to 500; 50 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// An API key. What the machine presents is kept nowhere.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(super) struct ApiKeyView {
    id: String,
    /// The service account.
    user: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// It holds until then; of a revoked one, when it was made.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Whether it was revoked: then it never holds again. When, the trail says.
    is_revoked: bool,
    /// Whether it holds now.
    holds: bool,
}

/// API keys of a service account, or of all.
#[utoipa::path(
    get, path = "/v1/api-keys", tag = "api-keys", operation_id = "api_key_list",
    security(("token" = ["identities:read"])),
    params(ListQuery),
    responses((status = 200, description = "A page of keys.", body = PageOf<ApiKeyView>)),
)]
pub(super) async fn api_key_list(
    State(api): State<Api>,
    caller: Caller,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<PageOf<ApiKeyView>>, Problem> {
    let limit = limit(query.limit)?;
    let of = query.user.as_deref().map(UserId::parse).transpose();
    let of = of.map_err(|_| Problem::invalid("user", "expected the id of a user"))?;
    let read = |id: &str| ApiKeyId::parse(id).ok();
    let after = cursor::decode(Listing::ApiKeys, query.cursor.as_deref(), read)?;
    let permit = see(&api, &caller, DataType::Identities, "API keys").await?;
    let identities = api.gate.identities();
    let mut keys = identities.list_api_keys(of, after, limit + 1).await?;
    let more = keys.len() > limit;
    keys.truncate(limit);
    let keys = api.disclose(permit, keys, Vec::new()).await?;
    let last = keys.last().map(|key| key.id.to_string());
    Ok(Json(PageOf {
        items: keys.iter().map(ApiKeyView::from).collect(),
        next: last
            .filter(|_| more)
            .map(|id| cursor::encode(Listing::ApiKeys, &id)),
    }))
}

impl From<&Kept> for ApiKeyView {
    fn from(kept: &Kept) -> Self {
        Self {
            id: kept.id.to_string(),
            user: kept.user.to_string(),
            created_at: time::text(kept.created_at),
            expires_at: time::text(kept.expires_at),
            is_revoked: kept.is_revoked,
            holds: kept.holds,
        }
    }
}
