//! Channels and destinations as they are now.

mod view;

use axum::Json;
use axum::extract::State;
use wardline_messaging::model::ChannelName;

use crate::http::api::Api;
use crate::http::extract::PathOf;
use crate::http::problem::Problem;
use view::{Channel, Channels};

/// All channels with their live state, in order of their names. Channels whose file is gone are there as long as
/// messages of theirs are.
#[utoipa::path(
    get, path = "/v1/channels", tag = "channels", operation_id = "channel_list",
    security(("token" = ["read"])),
    responses((status = 200, description = "All channels.", body = Channels)),
)]
pub(super) async fn channel_list(State(api): State<Api>) -> Result<Json<Channels>, Problem> {
    let views = api.messaging.channels().await?;
    let (listeners, now) = (api.listeners.states(), api.messaging.now());
    let items = views
        .iter()
        .map(|view| Channel::new(view, &listeners, now))
        .collect();
    Ok(Json(Channels { items }))
}

/// One channel with its live state.
#[utoipa::path(
    get, path = "/v1/channels/{channel}", tag = "channels", operation_id = "channel_show",
    security(("token" = ["read"])),
    params(("channel" = String, Path, description = "The channel's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$")),
    responses((status = 200, description = "The channel.", body = Channel)),
)]
pub(super) async fn channel_show(
    State(api): State<Api>,
    PathOf(name): PathOf<ChannelName>,
) -> Result<Json<Channel>, Problem> {
    let view = api.messaging.channel(&name).await?;
    Ok(Json(Channel::new(
        &view,
        &api.listeners.states(),
        api.messaging.now(),
    )))
}
