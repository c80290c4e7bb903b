//! What the built-in policies say, and what may be built on any.

mod engine;
mod loading;
mod matrix;
mod properties;

use super::{Engine, Facts, PolicySet};
use crate::model::{
    Action, Principal, PrincipalParts, Purpose, Role, RoleSet, SessionRef, Standing, UserId, Via,
};

pub(super) fn engine() -> Engine {
    Engine::new(PolicySet::built_in().unwrap())
}

pub(super) fn in_order(role: Role) -> Standing {
    Standing {
        has_second_factor: !role.is_machine(),
        is_service: role.is_machine(),
        ..Standing::default()
    }
}

/// The purpose for which a role usually acts.
pub(super) fn usual_purpose(role: Role) -> Purpose {
    match role {
        Role::Billing => Purpose::Payment,
        Role::Patient => Purpose::PatientRequest,
        Role::Researcher => Purpose::Research,
        Role::HealthInformation => Purpose::Legal,
        Role::Registrar
        | Role::Admin
        | Role::Operator
        | Role::Auditor
        | Role::PrivacyOfficer
        | Role::SecurityAdmin
        | Role::Application => Purpose::Operations,
        _ => Purpose::Treatment,
    }
}

pub(super) fn facts(role: Role, action: Action) -> Facts {
    Facts::of(
        RoleSet::one(role),
        in_order(role),
        action,
        usual_purpose(role),
    )
}

pub(super) fn principal(role: Role) -> Principal {
    Principal::new(PrincipalParts {
        user: UserId([7; 16]),
        name: "nurse".into(),
        roles: RoleSet::one(role),
        department: Some("icu".to_owned()),
        own_record: None,
        session: SessionRef::new("session-1").unwrap(),
        standing: in_order(role),
        via: Via::default(),
        // That of a new engine.
        epoch: 1,
    })
}
