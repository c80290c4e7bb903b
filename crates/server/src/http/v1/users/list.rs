//! Lists and shows users.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use wardline_access::model::{DataType, UserId};

use super::super::page::{PageOf, limit};
use super::super::stewards::see;
use super::user_id;
use super::view::UserView;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::{PathOf, QueryOf};
use crate::http::problem::Problem;

/// Which page.
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

/// Users and service accounts, in no order that says anything.
#[utoipa::path(
    get, path = "/v1/users", tag = "users", operation_id = "user_list",
    security(("token" = ["identities:read"])),
    params(ListQuery),
    responses((status = 200, description = "A page of users.", body = PageOf<UserView>)),
)]
pub(super) async fn user_list(
    State(api): State<Api>,
    caller: Caller,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<PageOf<UserView>>, Problem> {
    let limit = limit(query.limit)?;
    let read = |id: &str| UserId::parse(id).ok();
    let after = cursor::decode(Listing::Users, query.cursor.as_deref(), read)?;
    let permit = see(&api, &caller, DataType::Identities, "users").await?;
    let mut users = api.gate.identities().list_users(after, limit + 1).await?;
    let more = users.len() > limit;
    users.truncate(limit);
    let users = api.disclose(permit, users, Vec::new()).await?;
    let last = users.last().map(|user| user.id.to_string());
    let now = api.gate.now();
    let items = users.into_iter();
    Ok(Json(PageOf {
        items: items.map(|user| UserView::of(user, now)).collect(),
        next: last
            .filter(|_| more)
            .map(|id| cursor::encode(Listing::Users, &id)),
    }))
}

/// One user.
#[utoipa::path(
    get, path = "/v1/users/{id}", tag = "users", operation_id = "user_show",
    security(("token" = ["identities:read"])),
    params(("id" = String, Path, description = "The user's id.")),
    responses((status = 200, description = "The user.", body = UserView)),
)]
pub(super) async fn user_show(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<UserView>, Problem> {
    let permit = see(&api, &caller, DataType::Identities, format!("user {id}")).await?;
    let user = api.gate.identities().show_user(user_id(&id)?).await?;
    let user = api.disclose(permit, user, Vec::new()).await?;
    Ok(Json(UserView::of(user, api.gate.now())))
}
