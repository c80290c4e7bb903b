//! Lists, counts and shows live sessions.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::guard::Subject;
use wardline_access::model::{Action, DataType};
use wardline_sessions::OperationError;
use wardline_sessions::model::{PortalName, RoleName, UserName};
use wardline_sessions::operations::{MAX_PAGE, SessionFilter};

use super::super::page::PageOf;
use super::view::{SessionView, StateView};
use super::{department, id_of, name};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::{JsonBody, Object, PathOf, QueryOf};
use crate::http::if_match::tag;
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

const USUAL_PAGE: usize = 50;

/// Which sessions; every part given must match. A user is asked for by `search`: names of people stand in no URL.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// In this role.
    role: Option<String>,
    /// Of this department.
    department: Option<String>,
    /// For this portal.
    portal: Option<String>,
    /// In this state.
    #[param(inline)]
    state: Option<StateView>,
    /// The `next` of an earlier page.
    cursor: Option<String>,
    /// Items on the page, 1 to 200; 50 when not given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// Which sessions; every part given must match.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionFilter)]
pub(super) struct FilterBody {
    /// Of this user.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 256)]
    user: Option<String>,
    /// In this role.
    #[serde(default)]
    role: Option<String>,
    /// Of this department.
    #[serde(default)]
    department: Option<String>,
    /// For this portal.
    #[serde(default)]
    portal: Option<String>,
    /// In this state.
    #[serde(default)]
    state: Option<StateView>,
}

/// A search for sessions.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionSearch)]
pub(super) struct SearchBody {
    #[serde(default)]
    #[schema(value_type = FilterBody)]
    filter: Object<FilterBody>,
    /// The `next` of an earlier page.
    #[serde(default)]
    cursor: Option<String>,
    /// Items on the page, 1 to 200; 50 when not given.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// Which sessions to count.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CountBody {
    #[serde(default)]
    #[schema(value_type = FilterBody)]
    filter: Object<FilterBody>,
}

/// How many there are.
#[derive(Serialize, ToSchema)]
pub(super) struct CountView {
    count: u64,
}

/// Live sessions, newest first.
#[utoipa::path(
    get, path = "/v1/sessions", tag = "sessions", operation_id = "session_list",
    security(("token" = ["sessions:read"])),
    params(ListQuery),
    responses((status = 200, description = "A page of sessions.", body = PageOf<SessionView>)),
)]
pub(super) async fn session_list(
    State(api): State<Api>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<PageOf<SessionView>>, Problem> {
    let filter = FilterBody {
        user: None,
        role: query.role,
        department: query.department,
        portal: query.portal,
        state: query.state,
    };
    page(&api, filter, query.cursor.as_deref(), query.limit).await
}

/// Live sessions of a user, or by anything else, newest first.
#[utoipa::path(
    post, path = "/v1/sessions/search", tag = "sessions", operation_id = "session_search",
    security(("token" = ["sessions:read"])),
    request_body = SearchBody,
    responses((status = 200, description = "A page of sessions.", body = PageOf<SessionView>)),
)]
pub(super) async fn session_search(
    State(api): State<Api>,
    JsonBody(body): JsonBody<SearchBody>,
) -> Result<Json<PageOf<SessionView>>, Problem> {
    page(&api, body.filter.0, body.cursor.as_deref(), body.limit).await
}

/// Counts live sessions.
#[utoipa::path(
    post, path = "/v1/sessions/count", tag = "sessions", operation_id = "session_count",
    security(("token" = ["sessions:read"])),
    request_body = CountBody,
    responses((status = 200, description = "How many match.", body = CountView)),
)]
pub(super) async fn session_count(
    State(api): State<Api>,
    JsonBody(body): JsonBody<CountBody>,
) -> Result<Json<CountView>, Problem> {
    let count = api.sessions.count(&body.filter.0.read()?).await?;
    Ok(Json(CountView { count }))
}

/// One live session. Its fields are shown with the scope `phi` only, and not to privacy officers: an application may keep
/// anything of a patient in them. Looking at it is no activity.
#[utoipa::path(
    get, path = "/v1/sessions/{id}", tag = "sessions", operation_id = "session_show",
    security(("token" = ["sessions:read"])),
    params(("id" = String, Path, description = "The session's id.")),
    responses((status = 200, description = "The session; its version is the ETag.", body = SessionView)),
)]
pub(super) async fn session_show(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<impl IntoResponse, Problem> {
    let session = api.sessions.show(id_of(&id)?).await?;
    let tag = tag(session.version);
    let with_fields = caller.sees_session_fields();
    let view = SessionView::of(&session, api.sessions.now(), with_fields);
    if with_fields {
        let wanted = Wanted {
            action: Action::Read,
            types: &[DataType::Sessions],
            subject: Subject::NoPatient,
            about: format!("fields of session {}", session.id),
        };
        let permit = api.permit(&caller, wanted).await?;
        api.disclose(permit, (), Vec::new()).await?;
    }
    Ok(([(header::ETAG, tag)], Json(view)))
}

async fn page(
    api: &Api,
    filter: FilterBody,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<Json<PageOf<SessionView>>, Problem> {
    let limit = match limit {
        None => USUAL_PAGE,
        Some(limit @ 1..=MAX_PAGE) => limit,
        Some(_) => return Err(Problem::invalid("limit", "expected 1 to 200")),
    };
    let cursor = cursor::decode(Listing::Sessions, cursor, |id| id.parse().ok())?;
    let page = api.sessions.list(&filter.read()?, cursor, limit).await?;
    let now = api.sessions.now();
    let items = page.items.iter();
    Ok(Json(PageOf {
        items: items
            .map(|item| SessionView::of(item, now, false))
            .collect(),
        next: page
            .next
            .map(|id| cursor::encode(Listing::Sessions, &id.to_string())),
    }))
}

impl FilterBody {
    fn read(self) -> Result<SessionFilter, Problem> {
        let user = self.user.as_deref().map(UserName::new).transpose();
        let role = self.role.as_deref();
        let portal = self.portal.as_deref();
        Ok(SessionFilter {
            user: user.map_err(OperationError::Fact)?,
            role: role
                .map(|role| name("role", role, RoleName::new))
                .transpose()?,
            department: department(self.department.as_deref())?,
            portal: portal
                .map(|portal| name("portal", portal, PortalName::new))
                .transpose()?,
            state: self.state.map(Into::into),
        })
    }
}
