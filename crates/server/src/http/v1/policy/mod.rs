//! The policies in force, in words, and what they say to a question.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardline_access::model::{Action, DataType, Fact, Purpose, Role, UnknownWord};
use wardline_access::policy::{Answer, question};

use super::stewards::see;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::JsonBody;
use crate::http::problem::Problem;

/// Every route of policies.
pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(policy_show))
        .routes(routes!(policy_explain))
}

/// The policies in force.
#[derive(Serialize, ToSchema)]
#[schema(as = PolicySet)]
pub(super) struct PolicySetView {
    /// SHA-256 over schema, file names and texts; each record of the trail rests on one.
    policy_set: String,
    policies: Vec<PolicyView>,
}

/// A policy.
#[derive(Serialize, ToSchema)]
#[schema(as = Policy)]
pub(super) struct PolicyView {
    id: String,
    /// What it is for, in words.
    says: String,
}

/// A question: somebody in this role, signed in with a second factor and on shift, and nothing so but the facts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct QuestionBody {
    #[schema(example = "nurse")]
    role: String,
    /// What is done.
    #[schema(example = "read")]
    action: String,
    /// With what.
    #[schema(example = "vitals")]
    data_type: String,
    /// What for; a code of HL7 v3 PurposeOfUse.
    #[schema(example = "TREAT")]
    purpose: String,
    /// What is so of user, patient or item.
    #[serde(default)]
    #[schema(max_items = 14, example = json!(["department", "vip"]))]
    facts: Vec<String>,
}

/// What the policies say.
#[derive(Serialize, ToSchema)]
#[schema(as = PolicyAnswer)]
pub(super) struct AnswerView {
    allowed: bool,
    /// Those that decided.
    policies: Vec<PolicyView>,
    /// Why not, in the codes of the trail.
    #[schema(value_type = Vec<String>)]
    reasons: Vec<&'static str>,
    /// What the user would be told: nothing that rests on patient or item.
    #[schema(value_type = Vec<String>)]
    to_the_user: Vec<&'static str>,
    policy_set: String,
}

/// The policies in force, in words.
#[utoipa::path(
    get, path = "/v1/policy", tag = "policy", operation_id = "policy_show",
    security(("token" = ["identities:read"])),
    responses((status = 200, description = "The policies.", body = PolicySetView)),
)]
pub(super) async fn policy_show(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<PolicySetView>, Problem> {
    let permit = see(&api, &caller, DataType::Policy, "policies").await?;
    let set = api.gate.engine().policies();
    let shown = PolicySetView {
        policy_set: set.hash().to_string(),
        policies: set
            .policies()
            .map(|(id, says)| PolicyView {
                id: id.to_owned(),
                says: says.to_owned(),
            })
            .collect(),
    };
    Ok(Json(api.disclose(permit, shown, Vec::new()).await?))
}

/// What the policies in force say to a question. Nobody's access is decided by it.
#[utoipa::path(
    post, path = "/v1/policy/explain", tag = "policy", operation_id = "policy_explain",
    security(("token" = ["identities:read"])),
    request_body = QuestionBody,
    responses((status = 200, description = "The answer, and why.", body = AnswerView)),
)]
pub(super) async fn policy_explain(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<QuestionBody>,
) -> Result<Json<AnswerView>, Problem> {
    let role = word("role", Role::parse(&body.role))?;
    let action = word("action", Action::parse(&body.action))?;
    let data_type = word("data_type", DataType::parse(&body.data_type))?;
    let purpose = word("purpose", Purpose::parse(&body.purpose))?;
    let facts = body.facts.iter().map(|fact| Fact::parse(fact));
    let facts: Vec<Fact> = word("facts", facts.collect())?;
    let about = format!("explain {role} {action} {data_type}");
    let permit = see(&api, &caller, DataType::Policy, about).await?;
    let facts = question(role, action, purpose, &facts);
    let answer = api.gate.engine().answer(&facts, data_type);
    let answer = api.disclose(permit, answer, Vec::new()).await?;
    Ok(Json(answer.into()))
}

fn word<T>(field: &'static str, read: Result<T, UnknownWord>) -> Result<T, Problem> {
    read.map_err(|error| Problem::invalid(field, format!("expected words of {}", error.known)))
}

impl From<Answer> for AnswerView {
    fn from(answer: Answer) -> Self {
        let to_the_user = answer.to_the_user();
        let policies = answer.policies.into_iter();
        Self {
            allowed: answer.is_allowed,
            policies: policies
                .map(|(id, says)| PolicyView {
                    id: id.to_string(),
                    says,
                })
                .collect(),
            reasons: answer.reasons.iter().map(|reason| reason.code()).collect(),
            to_the_user,
            policy_set: answer.policy_set.to_string(),
        }
    }
}
