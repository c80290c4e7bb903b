//! The tokens of the site's file: their names, what they may do, how old they are. Never a token, nor its hash.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardline_access::model::DataType;

use super::stewards::see;
use super::time;
use crate::http::api::Api;
use crate::http::auth::{Caller, TokenEntry};
use crate::http::problem::Problem;

/// Every route of tokens.
pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(token_list))
}

/// The tokens in force.
#[derive(Serialize, ToSchema)]
#[schema(as = SiteTokens)]
pub(super) struct TokensView {
    items: Vec<TokenView>,
}

/// A token of the site's file.
#[derive(Serialize, ToSchema)]
#[schema(as = SiteToken)]
struct TokenView {
    /// Its name, by which the trail and logs know it.
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<&'static str>,
    /// When it was made; absent when its entry does not say.
    #[schema(format = DateTime)]
    created_at: Option<String>,
    /// When it ends; absent when never.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// The tokens of the site's file that are in force, by name. `wardline token` makes and revokes them.
#[utoipa::path(
    get, path = "/v1/tokens", tag = "api-keys", operation_id = "token_list",
    security(("token" = ["identities:read"])),
    responses((status = 200, description = "The tokens.", body = TokensView)),
)]
async fn token_list(State(api): State<Api>, caller: Caller) -> Result<Json<TokensView>, Problem> {
    let permit = see(&api, &caller, DataType::Identities, "tokens of the site").await?;
    let items = api.tokens.entries().iter().map(TokenView::of).collect();
    let shown = TokensView { items };
    Ok(Json(api.disclose(permit, shown, Vec::new()).await?))
}

impl TokenView {
    fn of(entry: &TokenEntry) -> Self {
        Self {
            name: entry.name.to_string(),
            scopes: entry.scopes.iter().map(|scope| scope.as_str()).collect(),
            created_at: entry.created_at.map(time::text),
            expires_at: entry.expires_at.map(time::text),
        }
    }
}
