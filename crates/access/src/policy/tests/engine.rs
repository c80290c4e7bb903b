//! Decisions: what is permitted of what was asked, why not, and how long an answer is remembered.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::super::cache::MAX_REMEMBERED;
use super::{engine, facts, principal};
use crate::model::{Action, DataType, Purpose, Role, RoleSet, TypeSet};
use crate::policy::{Decision, Engine, Facts, PolicySet, Reason, explain};

const SEEN_AND_NOT: [DataType; 3] = [DataType::Vitals, DataType::Billing, DataType::Notes];

fn decide(role: Role, facts: &Facts, types: &[DataType]) -> Decision {
    engine().decide(&principal(role), facts, TypeSet::of(types))
}

fn nurse(action: Action) -> Facts {
    Facts {
        care_team: true,
        ..facts(Role::Nurse, action)
    }
}

fn why_not(facts: Facts, data_type: DataType) -> Vec<Reason> {
    let decision = decide(Role::Nurse, &facts, &[data_type]);
    assert!(!decision.is_allowed());
    assert!(decision.permitted.is_empty());
    decision.reasons.into_iter().collect()
}

#[test]
fn a_read_is_cut_down_to_what_the_role_may_see() {
    let decision = decide(Role::Nurse, &nurse(Action::Read), &SEEN_AND_NOT);

    assert!(decision.is_allowed());
    assert_eq!(
        decision.permitted,
        TypeSet::of(&[DataType::Vitals, DataType::Notes])
    );
    assert!(decision.policies.contains("nurse-view"));
    assert_eq!(decision.reasons, [Reason::Role].into());
}

#[test]
fn a_write_is_all_or_nothing() {
    let all = decide(
        Role::Nurse,
        &nurse(Action::Write),
        &[DataType::Vitals, DataType::Notes],
    );
    let not_all = decide(Role::Nurse, &nurse(Action::Write), &SEEN_AND_NOT);

    assert!(all.is_allowed());
    assert!(!not_all.is_allowed());
    assert!(not_all.permitted.is_empty());
}

#[test]
fn a_denial_says_what_lacks() {
    let related = nurse(Action::Read);
    let cases = [
        (
            facts(Role::Nurse, Action::Read),
            DataType::Vitals,
            Reason::Relation,
        ),
        (related, DataType::Billing, Reason::Role),
        (
            Facts {
                purpose: Purpose::Payment,
                ..related
            },
            DataType::Vitals,
            Reason::Purpose,
        ),
        (
            Facts {
                purpose: Purpose::BreakGlass,
                ..related
            },
            DataType::Vitals,
            Reason::NoEmergencyAccess,
        ),
        (
            Facts {
                suspended: true,
                ..related
            },
            DataType::Vitals,
            Reason::Suspended,
        ),
        (
            Facts {
                off_shift: true,
                ..related
            },
            DataType::Vitals,
            Reason::OffShift,
        ),
        (
            Facts {
                second_factor: false,
                ..related
            },
            DataType::Vitals,
            Reason::NoSecondFactor,
        ),
        (
            Facts {
                care_team: false,
                department: true,
                vip: true,
                ..related
            },
            DataType::Vitals,
            Reason::RestrictedPatient,
        ),
        (
            Facts {
                part2: true,
                ..related
            },
            DataType::Notes,
            Reason::Part2WithoutConsent,
        ),
        (
            Facts {
                psychotherapy: true,
                ..related
            },
            DataType::Notes,
            Reason::PsychotherapyNotes,
        ),
        (
            Facts {
                roles: RoleSet::EMPTY,
                ..related
            },
            DataType::Vitals,
            Reason::UnknownRole,
        ),
    ];

    for (facts, data_type, reason) in cases {
        assert_eq!(why_not(facts, data_type), [reason]);
    }
}

#[test]
fn nothing_asked_for_is_denied() {
    let decision = decide(Role::Nurse, &nurse(Action::Read), &[]);

    assert!(!decision.is_allowed());
    assert_eq!(decision.reasons, [Reason::UnknownDataType].into());
}

#[test]
fn what_the_user_is_told_does_not_depend_on_patient_or_item() {
    let policies = PolicySet::built_in().unwrap();
    let no_relation = facts(Role::Nurse, Action::Read);
    let told = |facts: Facts| {
        let decision = decide(Role::Nurse, &facts, &[DataType::Notes]);
        explain(&decision, &policies).to_the_user
    };
    let plain = told(no_relation);

    assert_eq!(
        plain,
        told(Facts {
            vip: true,
            ..no_relation
        })
    );
    assert_eq!(
        plain,
        told(Facts {
            part2: true,
            ..no_relation
        })
    );
    assert_eq!(
        plain,
        told(Facts {
            psychotherapy: true,
            ..no_relation
        })
    );
    assert_eq!(
        plain,
        told(Facts {
            care_team: true,
            psychotherapy: true,
            ..no_relation
        })
    );
}

#[test]
fn a_reviewer_is_told_the_policies_in_words_and_the_codes() {
    let policies = PolicySet::built_in().unwrap();
    let facts = Facts {
        vip: true,
        department: true,
        ..facts(Role::Nurse, Action::Read)
    };

    let told = explain(&decide(Role::Nurse, &facts, &[DataType::Notes]), &policies).to_a_reviewer;

    assert!(
        told[0].starts_with("restricted-patient: of a VIP"),
        "{told:?}"
    );
    assert_eq!(told[1], "reason restricted_patient");
}

#[test]
fn other_policies_take_effect_at_once_and_change_epoch_and_hash() {
    let engine = engine();
    let ask = || {
        engine.decide(
            &principal(Role::Nurse),
            &nurse(Action::Read),
            TypeSet::one(DataType::Vitals),
        )
    };
    let before = ask();
    let nobody = r#"@id("n") @says("n") @reason("site") forbid (principal, action, resource);"#;

    engine.replace(PolicySet::from_sources(&[("n.cedar", nobody)]).unwrap());
    let after = ask();

    assert!(before.is_allowed());
    assert!(!after.is_allowed());
    assert_eq!(after.reasons, [Reason::Site].into());
    assert_eq!(after.epoch, before.epoch + 1);
    assert_ne!(after.policy_set, before.policy_set);
}

#[test]
fn answers_are_remembered_until_anything_changes() {
    let engine = engine();
    let ask = || {
        engine.decide(
            &principal(Role::Nurse),
            &nurse(Action::Read),
            TypeSet::of(&SEEN_AND_NOT),
        )
    };

    ask();
    ask();
    assert_eq!(engine.remembered(), 1);
    engine.bump();
    assert_eq!(engine.remembered(), 0);
}

#[tokio::test]
async fn a_change_that_nobody_waits_for_is_done_to_its_end_and_then_decided_again() {
    let engine = Arc::new(engine());
    let (store, stored) = oneshot::channel::<()>();
    let changer = tokio::spawn({
        let engine = Arc::clone(&engine);
        async move { engine.changing(stored).await }
    });
    tokio::task::yield_now().await;
    let before = engine.epoch();

    changer.abort();
    changer.await.unwrap_err();
    assert_eq!(engine.epoch(), before, "nothing is stored yet");
    store.send(()).unwrap();

    while engine.epoch() == before {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_change_that_fails_is_decided_again_too() {
    let engine = Arc::new(engine());
    let before = engine.epoch();

    let failed = engine.changing(async { Err::<(), _>("the answer was lost") });

    assert!(failed.await.is_err());
    assert_eq!(engine.epoch(), before + 1);
}

#[test]
fn as_many_questions_are_remembered_as_the_limit_says() {
    let cache = super::super::cache::Cache::default();
    let verdict = Arc::default();
    let questions: Vec<Facts> = (0..=u32::try_from(MAX_REMEMBERED).unwrap())
        .map(|n| Facts {
            roles: Role::ALL
                .iter()
                .copied()
                .filter(|role| n >> *role as u32 & 1 == 1)
                .collect(),
            ..nurse(Action::Read)
        })
        .collect();

    for facts in &questions[..MAX_REMEMBERED] {
        cache.put(*facts, DataType::Vitals, &verdict);
    }
    let at_the_limit = cache.len();
    cache.put(questions[MAX_REMEMBERED], DataType::Vitals, &verdict);

    assert_eq!(at_the_limit, MAX_REMEMBERED);
    assert_eq!(cache.len(), 1);
}

/// Prints; asserts nothing. `cargo test --release -p wardline-access latency -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn latency_of_a_decision() {
    let engine = engine();
    let (principal, facts) = (principal(Role::Nurse), nurse(Action::Read));
    for (what, is_cached) in [("uncached", false), ("cached", true)] {
        let mut took: Vec<u128> = (0..20_000)
            .map(|_| time(&engine, &principal, &facts, is_cached))
            .collect();
        took.sort_unstable();
        println!(
            "{what}: p50 {} ns, p99 {} ns",
            took[took.len() / 2],
            took[took.len() * 99 / 100]
        );
    }
}

fn time(
    engine: &Engine,
    principal: &crate::model::Principal,
    facts: &Facts,
    is_cached: bool,
) -> u128 {
    let asked = TypeSet::one(DataType::Vitals);
    let begin = std::time::Instant::now();
    if is_cached {
        assert!(engine.decide(principal, facts, asked).is_allowed());
    } else {
        assert!(engine.permits(facts, DataType::Vitals));
    }
    begin.elapsed().as_nanos()
}
