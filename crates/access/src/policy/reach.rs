//! How far a role reaches by the policies in force: what it may at best, of a patient in every relation to it.

use super::{Engine, Facts};
use crate::model::{Action, DataType, Purpose, Role, RoleSet, Standing};

/// Roles of people that may read anything of a patient, with or without having proved a second factor.
pub fn readers_of_phi(engine: &Engine, has_second_factor: bool) -> RoleSet {
    let reads = |role: &Role| {
        let mut types = DataType::ALL.iter().filter(|data_type| data_type.is_phi());
        types.any(|data_type| {
            may_at_best(engine, *role, Action::Read, *data_type, has_second_factor)
        })
    };
    let people = Role::ALL.iter().copied().filter(|role| !role.is_machine());
    people.filter(reads).collect()
}

/// Whether the role may for any purpose, of a patient in every relation to it, with everything else in order.
pub(super) fn may_at_best(
    engine: &Engine,
    role: Role,
    action: Action,
    data_type: DataType,
    has_second_factor: bool,
) -> bool {
    let standing = Standing {
        has_second_factor,
        is_service: role.is_machine(),
        ..Standing::default()
    };
    Purpose::ALL.iter().any(|purpose| {
        let facts = Facts::of(RoleSet::one(role), standing, action, *purpose);
        engine.permits(&facts.of_somebody(), data_type)
    })
}

#[cfg(test)]
mod tests {
    use super::super::PolicySet;
    use super::*;

    #[test]
    fn those_who_treat_read_of_patients_and_nobody_does_without_a_second_factor() {
        let engine = Engine::new(PolicySet::built_in().unwrap());

        let readers = readers_of_phi(&engine, true);

        assert!(readers.has(Role::Nurse) && readers.has(Role::Patient));
        assert!(!readers.has(Role::SecurityAdmin) && !readers.has(Role::Integration));
        assert!(readers_of_phi(&engine, false).is_empty());
    }

    #[test]
    fn policies_that_ask_for_no_second_factor_are_told() {
        let site = r#"
            @id("all") @says("nurses see all")
            permit (principal in Role::"nurse", action in Action::"view", resource);
        "#;
        let set = PolicySet::from_sources(&[("site.cedar", site)]).unwrap();

        let readers = readers_of_phi(&Engine::new(set), false);

        assert_eq!(readers, RoleSet::one(Role::Nurse));
    }
}
