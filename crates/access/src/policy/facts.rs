//! All that a question consists of besides the data type: answers about user, patient and item, and no ids.

use crate::model::{
    Action, ItemFacts, PatientFacts, PatientRef, Principal, Purpose, RoleSet, Standing,
};

/// A question but for its data type. Equal facts get equal answers, so it is also what answers are kept under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Facts {
    /// The roles of the user.
    pub roles: RoleSet,
    /// What is done.
    pub action: Action,
    /// Why.
    pub purpose: Purpose,
    /// The user is suspended.
    pub suspended: bool,
    /// The user proved a second factor.
    pub second_factor: bool,
    /// It is a machine.
    pub service: bool,
    /// The user is not on shift.
    pub off_shift: bool,
    /// The record is the user's own.
    pub own: bool,
    /// The user is in the patient's care team.
    pub care_team: bool,
    /// The user's department cares for the patient.
    pub department: bool,
    /// An emergency access of this user to this patient holds.
    pub emergency: bool,
    /// The patient is of public interest.
    pub vip: bool,
    /// The patient works here.
    pub employee: bool,
    /// The patient is confidential.
    pub confidential: bool,
    /// The item is a psychotherapy note.
    pub psychotherapy: bool,
    /// The item falls under 42 CFR Part 2.
    pub part2: bool,
    /// The user wrote the item.
    pub author: bool,
    /// The patient's consent covers the purpose.
    pub consent: bool,
}

impl Facts {
    /// About nothing of a patient's.
    pub fn of(roles: RoleSet, standing: Standing, action: Action, purpose: Purpose) -> Self {
        Self {
            roles,
            action,
            purpose,
            suspended: standing.is_suspended,
            second_factor: standing.has_second_factor,
            service: standing.is_service,
            off_shift: standing.is_off_shift,
            own: false,
            care_team: false,
            department: false,
            emergency: false,
            vip: false,
            employee: false,
            confidential: false,
            psychotherapy: false,
            part2: false,
            author: false,
            consent: false,
        }
    }

    /// The same about a patient. The comparisons are made here, on ids that no caller chose.
    #[must_use]
    pub fn about(self, principal: &Principal, patient: &PatientRef, facts: &PatientFacts) -> Self {
        let department = principal.department();
        Self {
            own: principal.own_record() == Some(patient),
            care_team: facts.care_team.contains(&principal.user()),
            department: department.is_some_and(|name| facts.departments.contains(name)),
            vip: facts.vip,
            employee: facts.employee,
            confidential: facts.confidential,
            ..self
        }
    }

    /// The same about an item with these labels.
    #[must_use]
    pub fn labelled(self, principal: &Principal, item: &ItemFacts) -> Self {
        Self {
            psychotherapy: item.is_psychotherapy_note,
            part2: item.is_part2,
            author: item.author == Some(principal.user()),
            consent: item.consented.contains(&self.purpose),
            ..self
        }
    }

    /// The same about a patient that stands in every relation to the user: what the user may see of somebody.
    #[must_use]
    pub fn of_somebody(self) -> Self {
        Self {
            own: true,
            care_team: true,
            department: true,
            ..self
        }
    }

    /// Only what is about the user: nothing of patient or item.
    pub(super) fn of_the_user_alone(self) -> Self {
        let standing = Standing {
            is_suspended: self.suspended,
            has_second_factor: self.second_factor,
            is_service: self.service,
            is_off_shift: self.off_shift,
        };
        Self {
            emergency: self.emergency,
            ..Self::of(self.roles, standing, self.action, self.purpose)
        }
    }
}
