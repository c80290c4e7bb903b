//! What holds of any policies: a `forbid` is never overruled, and taking a permission away never adds access.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::{engine, in_order};
use crate::model::{Action, DataType, Purpose, Role, RoleSet};
use crate::policy::{Engine, Facts, PolicySet};

fn any_facts() -> impl Strategy<Value = Facts> {
    let roles = prop::collection::vec(prop::sample::select(Role::ALL), 1..4);
    let action = prop::sample::select(Action::ALL);
    let purpose = prop::sample::select(Purpose::ALL);
    (roles, action, purpose, any::<u16>()).prop_map(|(roles, action, purpose, bits)| {
        let bit = |n: u32| bits >> n & 1 == 1;
        Facts {
            suspended: bit(0),
            second_factor: bit(1),
            service: bit(2),
            off_shift: bit(3),
            own: bit(4),
            care_team: bit(5),
            department: bit(6),
            emergency: bit(7),
            vip: bit(8),
            employee: bit(9),
            confidential: bit(10),
            psychotherapy: bit(11),
            part2: bit(12),
            author: bit(13),
            consent: bit(14),
            ..Facts::of(RoleSet::of(&roles), in_order(Role::Nurse), action, purpose)
        }
    })
}

fn built_in() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(engine)
}

fn clinical_files() -> [(&'static str, &'static str); 2] {
    [
        ("care.cedar", include_str!("../../../policies/care.cedar")),
        (
            "limits.cedar",
            include_str!("../../../policies/limits.cedar"),
        ),
    ]
}

/// The same but for the permission of nurses to see.
fn without_one_permit() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let [care, limits] = clinical_files();
        let (before, rest) = care.1.split_once("@id(\"nurse-view\")").unwrap();
        let (_, after) = rest.split_once("};").unwrap();
        let fewer = format!("{before}{after}");
        Engine::new(PolicySet::from_sources(&[("care.cedar", &fewer), limits]).unwrap())
    })
}

fn with_every_permit() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(PolicySet::from_sources(&clinical_files()).unwrap()))
}

/// The limits, with everything else permitted.
fn all_permitted() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let [_, limits] = clinical_files();
        let all = r#"@id("all") @says("all") permit (principal, action, resource);"#;
        Engine::new(PolicySet::from_sources(&[("all.cedar", all), limits]).unwrap())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_forbid_is_never_overruled(facts in any_facts(), data_type in prop::sample::select(DataType::ALL)) {
        let view_in_emergency = facts.emergency && facts.action.is_view();
        let treats = [Role::Physician, Role::Nurse, Role::Pharmacist, Role::Lab];
        let is_forbidden = facts.suspended
            || !(facts.second_factor || facts.service)
            || (facts.off_shift && treats.iter().any(|r| facts.roles.has(*r)) && !view_in_emergency)
            || (facts.psychotherapy && !facts.author)
            || (facts.part2 && !(facts.consent || facts.own || view_in_emergency))
            || ((facts.vip || facts.employee || facts.confidential)
                && !(facts.care_team || facts.own || facts.service || view_in_emergency))
            || (facts.purpose == Purpose::BreakGlass && !facts.emergency);

        prop_assert_eq!(all_permitted().permits(&facts, data_type), !is_forbidden);
        prop_assert!(!(is_forbidden && built_in().permits(&facts, data_type)));
    }

    #[test]
    fn taking_a_permission_away_never_adds_access(facts in any_facts(), data_type in prop::sample::select(DataType::ALL)) {
        let fewer = without_one_permit().permits(&facts, data_type);

        prop_assert!(!fewer || with_every_permit().permits(&facts, data_type));
    }

    #[test]
    fn an_emergency_access_adds_nothing_but_seeing(facts in any_facts(), data_type in prop::sample::select(DataType::ALL)) {
        prop_assume!(!facts.action.is_view());
        prop_assume!(facts.purpose != Purpose::BreakGlass);
        let without = Facts { emergency: false, ..facts };

        prop_assert_eq!(built_in().permits(&facts, data_type), built_in().permits(&without, data_type));
    }
}

#[test]
fn an_emergency_access_never_shows_the_trail_or_other_peoples_psychotherapy_notes() {
    let facts = Facts {
        emergency: true,
        care_team: true,
        purpose: Purpose::BreakGlass,
        ..super::facts(Role::Physician, Action::Read)
    };
    let psychotherapy = Facts {
        psychotherapy: true,
        ..facts
    };

    assert!(built_in().permits(&facts, DataType::Notes));
    assert!(!built_in().permits(&facts, DataType::Audit));
    assert!(!built_in().permits(&psychotherapy, DataType::Notes));
}
