//! A set of policies is taken whole or refused.

use super::super::cedar::Vocabulary;
use super::super::load::MAX_POLICIES;
use super::{facts, in_order};
use crate::model::{Action, DataType, Purpose, Role, RoleSet};
use crate::policy::{Facts, PolicyError, PolicySet};

const GOOD: &str = r#"@id("a") @says("a") permit (principal in Role::"nurse", action, resource);"#;

fn refused(source: &str) -> PolicyError {
    PolicySet::from_sources(&[("a.cedar", source)]).unwrap_err()
}

#[test]
fn the_built_in_policies_are_fewer_than_the_limit() {
    let policies = PolicySet::built_in().unwrap();

    assert!(policies.policies().count() < MAX_POLICIES);
}

#[test]
fn every_word_of_ours_is_a_word_of_the_schema() {
    let source = include_str!("../../../policies/wardline.cedarschema");
    let (schema, _) = cedar_policy::Schema::from_cedarschema_str(source).unwrap();
    let vocabulary = Vocabulary::new(&schema).unwrap();

    for role in Role::ALL {
        vocabulary.entities(RoleSet::one(*role)).unwrap();
        for action in Action::ALL {
            for purpose in Purpose::ALL {
                let facts = Facts::of(RoleSet::one(*role), in_order(*role), *action, *purpose);
                for data_type in DataType::ALL {
                    vocabulary
                        .request(&facts, *data_type, Some(&schema))
                        .unwrap();
                }
            }
        }
    }
}

#[test]
fn a_role_or_data_type_that_there_is_not_is_refused_at_load() {
    let role = GOOD.replace("nurse", "nuse");
    let data_type = GOOD.replace("resource)", "resource == DataType::\"vital\")");

    assert!(matches!(refused(&role), PolicyError::Invalid(_)));
    assert!(matches!(refused(&data_type), PolicyError::Invalid(_)));
}

#[test]
fn what_is_not_cedar_is_refused_with_its_file() {
    let error = refused("permit (principal").to_string();

    assert!(error.starts_with("a.cedar: "), "{error}");
}

#[test]
fn a_policy_without_id_words_or_reason_is_refused() {
    for source in [
        GOOD.replace("@id(\"a\")", ""),
        GOOD.replace("@says(\"a\")", ""),
        GOOD.replace("permit", "forbid"),
        format!("{GOOD}{GOOD}"),
    ] {
        assert!(matches!(refused(&source), PolicyError::Unnamed { .. }));
    }
}

#[test]
fn a_policy_that_names_a_user_is_refused() {
    let source = GOOD.replace("principal in Role::\"nurse\"", "principal == User::\"kim\"");

    assert!(matches!(refused(&source), PolicyError::NamesAUser(_)));
}

#[test]
fn fifty_policies_are_taken_and_one_beyond_is_refused() {
    let many = |count: usize| -> String {
        (0..count)
            .map(|n| GOOD.replace("@id(\"a\")", &format!("@id(\"a{n}\")")))
            .collect()
    };

    assert!(PolicySet::from_sources(&[("a.cedar", &many(MAX_POLICIES))]).is_ok());
    let error = refused(&many(MAX_POLICIES + 1));
    assert!(matches!(error, PolicyError::TooMuch { .. }));
}

#[test]
fn an_empty_folder_is_refused_and_a_folder_of_policies_is_taken_in_the_place_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let empty = PolicySet::load(folder.path()).unwrap_err();
    std::fs::write(folder.path().join("site.cedar"), GOOD).unwrap();
    std::fs::write(folder.path().join("README.md"), "not a policy").unwrap();

    let policies = PolicySet::load(folder.path()).unwrap();

    assert!(matches!(empty, PolicyError::Empty));
    assert_eq!(policies.policies().collect::<Vec<_>>(), [("a", "a")]);
    assert_ne!(policies.hash(), PolicySet::built_in().unwrap().hash());
}

#[test]
fn a_policy_that_no_action_reaches_denies_as_no_policy() {
    let source = GOOD.replace("action,", "action == Action::\"read\",");
    let engine =
        crate::policy::Engine::new(PolicySet::from_sources(&[("a.cedar", &source)]).unwrap());
    let decision = engine.decide(
        &super::principal(Role::Nurse),
        &facts(Role::Nurse, Action::Delete),
        crate::model::TypeSet::one(DataType::Vitals),
    );

    assert_eq!(decision.reasons, [crate::policy::Reason::NoPolicy].into());
}
