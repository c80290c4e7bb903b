//! What the policies say of a question that nobody asked for himself: for who reviews policies, or wants to know why.

use std::sync::Arc;

use super::explain::to_the_user_of;
use super::{Engine, Facts, PolicySetHash, Reason};
use crate::model::{Action, DataType, Fact, Purpose, Role, RoleSet, Standing};

/// What the policies say of one data type, given these facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether it may be.
    pub is_allowed: bool,
    /// The policies that decided, each with what it says in words.
    pub policies: Vec<(Arc<str>, String)>,
    /// Why not.
    pub reasons: Vec<Reason>,
    /// Which policies were asked.
    pub policy_set: PolicySetHash,
}

/// A question: somebody in this role, everything in order, and nothing true but these facts.
pub fn question(role: Role, action: Action, purpose: Purpose, facts: &[Fact]) -> Facts {
    let is = |fact: Fact| facts.contains(&fact);
    let standing = Standing {
        is_suspended: is(Fact::Suspended),
        has_second_factor: !role.is_machine() && !is(Fact::NoSecondFactor),
        is_service: role.is_machine(),
        is_off_shift: is(Fact::OffShift),
    };
    Facts {
        own: is(Fact::Own),
        care_team: is(Fact::CareTeam),
        department: is(Fact::Department),
        emergency: is(Fact::Emergency),
        vip: is(Fact::Vip),
        employee: is(Fact::Employee),
        confidential: is(Fact::Confidential),
        psychotherapy: is(Fact::Psychotherapy),
        part2: is(Fact::Part2),
        author: is(Fact::Author),
        consent: is(Fact::Consent),
        ..Facts::of(RoleSet::one(role), standing, action, purpose)
    }
}

impl Answer {
    /// What the user would be told.
    pub fn to_the_user(&self) -> Vec<&'static str> {
        let mut told = Vec::new();
        for said in self.reasons.iter().map(|reason| to_the_user_of(*reason)) {
            if !told.contains(&said) {
                told.push(said);
            }
        }
        told
    }
}

impl Engine {
    /// What the policies in force say. Nothing is recorded, as nothing is given out by it: an access is decided by the
    /// [`Guard`](crate::Guard).
    pub fn answer(&self, facts: &Facts, data_type: DataType) -> Answer {
        let (verdict, policies) = self.verdict_and_policies(facts, data_type);
        let says = |id: &Arc<str>| {
            let says = policies.says(id).unwrap_or_default();
            (Arc::clone(id), says.to_owned())
        };
        Answer {
            is_allowed: verdict.is_allowed,
            policies: verdict.policies.iter().map(says).collect(),
            reasons: verdict.reasons.iter().copied().collect(),
            policy_set: policies.hash(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{engine, facts};
    use super::*;

    #[test]
    fn a_permission_names_the_policy_that_gives_it_in_words() {
        let facts = facts(Role::Nurse, Action::Read).of_somebody();

        let answer = engine().answer(&facts, DataType::Vitals);

        assert!(answer.is_allowed && answer.reasons.is_empty());
        assert_eq!(&*answer.policies[0].0, "nurse-view");
        assert!(answer.policies[0].1.starts_with("nurses see"));
        assert!(answer.to_the_user().is_empty());
    }

    #[test]
    fn a_denial_names_what_forbids_and_what_the_user_is_told_names_nothing_of_the_patient() {
        let facts = Facts {
            vip: true,
            department: true,
            ..facts(Role::Nurse, Action::Read)
        };

        let answer = engine().answer(&facts, DataType::Vitals);

        assert!(!answer.is_allowed);
        assert_eq!(answer.reasons, [Reason::RestrictedPatient]);
        assert_eq!(&*answer.policies[0].0, "restricted-patient");
        assert!(!answer.to_the_user()[0].contains("VIP"));
    }

    #[test]
    fn every_fact_of_a_question_makes_a_difference() {
        let asked = |facts: &[Fact]| question(Role::Nurse, Action::Read, Purpose::Treatment, facts);

        for fact in Fact::ALL {
            assert_ne!(asked(&[*fact]), asked(&[]), "{fact}");
        }
    }
}
