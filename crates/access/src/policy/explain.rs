//! A decision in words, for two readers: whoever asked, and whoever reviews.
//!
//! Whoever asked learns what is true of itself: suspended, no second factor, not on shift, a role that may not. What
//! rests on the patient or the item is one and the same sentence, whether the patient is restricted, the item
//! labelled, the relation missing or the patient not there: so a refusal tells nothing of what exists.

use super::{Decision, PolicySet, Reason};

/// A decision in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// To be told to whoever asked.
    pub to_the_user: Vec<&'static str>,
    /// For the trail and its reviewers: each policy that decided with what it says, and each reason's code.
    pub to_a_reviewer: Vec<String>,
}

/// What whoever asked is told of a denial.
pub fn told_to_the_user(decision: &Decision) -> Vec<&'static str> {
    let mut told: Vec<&'static str> = Vec::new();
    for reason in &decision.reasons {
        let said = to_the_user_of(*reason);
        if !told.contains(&said) {
            told.push(said);
        }
    }
    told
}

/// Puts a decision into words. `policies` should be those that it was decided by; of others only the id is said.
pub fn explain(decision: &Decision, policies: &PolicySet) -> Explained {
    let to_the_user = if decision.is_allowed() {
        vec!["allowed; what your role may not see is left out"]
    } else {
        told_to_the_user(decision)
    };
    let is_same = policies.hash() == decision.policy_set;
    let deciding = decision.policies.iter().map(|id| {
        let says = policies.says(id).filter(|_| is_same);
        let says = says.unwrap_or("a policy that is not in force any more");
        format!("{id}: {says}")
    });
    let codes = decision.reasons.iter().map(|reason| {
        let code = reason.code();
        format!("reason {code}")
    });
    Explained {
        to_the_user,
        to_a_reviewer: deciding.chain(codes).collect(),
    }
}

pub(super) const fn to_the_user_of(reason: Reason) -> &'static str {
    match reason {
        Reason::UnknownRole => "your role is not known here: ask an administrator for one",
        Reason::UnknownDataType => "there is no such data type",
        Reason::NoPolicy => "no policy allows this action",
        Reason::Role => "your role does not allow this",
        Reason::Purpose => "your role does not allow this for the purpose given",
        Reason::Suspended => "your account is suspended: ask an administrator",
        Reason::NoSecondFactor => "a second factor is needed: sign in with it",
        Reason::OffShift => "you are not on shift",
        Reason::NoEmergencyAccess => "no emergency access holds: request one",
        Reason::Site => "a rule of this site forbids it",
        Reason::TooOften => "you searched too often: wait a moment",
        Reason::PolicyFault => "the policies could not be evaluated: tell the operators",
        Reason::Unreadable => "what is stored cannot be read: tell the operators",
        Reason::Relation
        | Reason::RestrictedPatient
        | Reason::Part2WithoutConsent
        | Reason::PsychotherapyNotes => {
            "not available to you; in an emergency an emergency access may be requested"
        }
    }
}
