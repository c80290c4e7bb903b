//! Our words as Cedar's entities, built with its typed API: building them from JSON costs ten times as much.

use std::collections::HashSet;

use cedar_policy::{
    Authorizer, Context, Decision as Answered, Entities, Entity, EntityId, EntityTypeName,
    EntityUid, PolicySet as CedarPolicies, Request, RestrictedExpression, Schema,
};

use super::Facts;
use crate::model::{Action, DataType, Purpose, RoleSet};

/// Entities that every question needs, built once for a set of policies.
pub(super) struct Vocabulary {
    user: EntityUid,
    roles: Vec<EntityUid>,
    types: Vec<EntityUid>,
    purposes: Vec<EntityUid>,
    actions: Vec<EntityUid>,
    action_groups: Vec<Entity>,
    authorizer: Authorizer,
}

/// What Cedar said.
pub(super) struct Said {
    pub(super) is_allowed: bool,
    /// Policies that decided.
    pub(super) policies: Vec<String>,
    /// A policy failed. Cedar leaves it out then, which would lose a `forbid`: whoever asks denies.
    pub(super) has_failed: bool,
}

/// Cedar cannot be asked. Does not happen with a schema that was taken; nothing is allowed then.
#[derive(Debug, thiserror::Error)]
#[error("the policy engine cannot be asked: {0}")]
pub(super) struct Unaskable(String);

impl Vocabulary {
    pub(super) fn new(schema: &Schema) -> Result<Self, Unaskable> {
        let groups = schema.action_entities().map_err(unaskable)?;
        Ok(Self {
            user: uid("User", "-")?,
            roles: uids("Role", crate::model::Role::ALL.iter().map(|r| r.as_str()))?,
            types: uids("DataType", DataType::ALL.iter().map(|t| t.as_str()))?,
            purposes: uids("Purpose", Purpose::ALL.iter().map(|p| p.as_str()))?,
            actions: uids("Action", Action::ALL.iter().map(|a| a.as_str()))?,
            action_groups: groups.iter().cloned().collect(),
            authorizer: Authorizer::new(),
        })
    }

    /// The action as Cedar knows it.
    pub(super) fn action(&self, action: Action) -> Result<&EntityUid, Unaskable> {
        at(&self.actions, action as usize)
    }

    /// A user in these roles, and the actions with their groups. The user's id is not in it: no policy may name one.
    pub(super) fn entities(&self, roles: RoleSet) -> Result<Entities, Unaskable> {
        let parents: Result<HashSet<EntityUid>, Unaskable> = roles
            .iter()
            .map(|role| at(&self.roles, role as usize).cloned())
            .collect();
        let user = Entity::new_no_attrs(self.user.clone(), parents?);
        let all = self.action_groups.iter().cloned().chain([user]);
        Entities::from_entities(all, None).map_err(unaskable)
    }

    /// The question about one data type. With a schema it is checked against that, which only tests need.
    pub(super) fn request(
        &self,
        facts: &Facts,
        data_type: DataType,
        schema: Option<&Schema>,
    ) -> Result<Request, Unaskable> {
        let resource = at(&self.types, data_type as usize)?.clone();
        let action = self.action(facts.action)?.clone();
        let context = self.context(facts)?;
        Request::new(self.user.clone(), action, resource, context, schema).map_err(unaskable)
    }

    /// Asks the policies of one action.
    pub(super) fn ask(
        &self,
        policies: &CedarPolicies,
        entities: &Entities,
        request: &Request,
    ) -> Said {
        let response = self.authorizer.is_authorized(request, policies, entities);
        let diagnostics = response.diagnostics();
        Said {
            is_allowed: response.decision() == Answered::Allow,
            policies: diagnostics.reason().map(ToString::to_string).collect(),
            has_failed: diagnostics.errors().next().is_some(),
        }
    }

    fn context(&self, facts: &Facts) -> Result<Context, Unaskable> {
        let purpose = at(&self.purposes, facts.purpose as usize)?.clone();
        let answers = [
            ("suspended", facts.suspended),
            ("second_factor", facts.second_factor),
            ("service", facts.service),
            ("off_shift", facts.off_shift),
            ("own", facts.own),
            ("care_team", facts.care_team),
            ("department", facts.department),
            ("emergency", facts.emergency),
            ("vip", facts.vip),
            ("employee", facts.employee),
            ("confidential", facts.confidential),
            ("psychotherapy", facts.psychotherapy),
            ("part2", facts.part2),
            ("author", facts.author),
            ("consent", facts.consent),
        ];
        let answers = answers
            .into_iter()
            .map(|(name, is_so)| (name.to_owned(), RestrictedExpression::new_bool(is_so)));
        let purpose = (
            "purpose".to_owned(),
            RestrictedExpression::new_entity_uid(purpose),
        );
        Context::from_pairs(answers.chain([purpose])).map_err(unaskable)
    }
}

fn uids<'a>(
    type_name: &str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<Vec<EntityUid>, Unaskable> {
    ids.map(|id| uid(type_name, id)).collect()
}

fn uid(type_name: &str, id: &str) -> Result<EntityUid, Unaskable> {
    let type_name: EntityTypeName = type_name.parse().map_err(unaskable)?;
    Ok(EntityUid::from_type_name_and_id(
        type_name,
        EntityId::new(id),
    ))
}

fn at<T>(list: &[T], index: usize) -> Result<&T, Unaskable> {
    list.get(index)
        .ok_or_else(|| Unaskable("a word is missing".to_owned()))
}

fn unaskable(error: impl std::fmt::Display) -> Unaskable {
    Unaskable(error.to_string())
}
