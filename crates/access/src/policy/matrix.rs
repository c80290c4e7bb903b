//! The table that a person can read: which role may do what with which data types, of whom, for which purposes; worked
//! out by asking the policies, so that it says what they say.

use super::{Engine, Facts};
use crate::model::{Action, DataType, Purpose, Role, RoleSet, Standing};

/// Of whom somebody may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OfWhom {
    /// In no relation to anybody.
    Anyone,
    /// Of patients in whose care team it is or for whom its department cares.
    Treated,
    /// Of patients in whose care team it is.
    OwnPatients,
    /// Of patients for whom its department cares.
    OfDepartment,
    /// Of itself.
    Itself,
    /// Only where several of these are true at once.
    Several,
}

impl OfWhom {
    /// The words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Treated => "treats",
            Self::OwnPatients => "care team",
            Self::OfDepartment => "department",
            Self::Itself => "own record",
            Self::Several => "several relations",
        }
    }
}

/// What a role may do with a data type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// As what.
    pub role: Role,
    /// With what.
    pub data_type: DataType,
    /// What is done. Seeing is [`Action::Read`].
    pub action: Action,
    /// Of whom.
    pub of: OfWhom,
    /// What for.
    pub purposes: Vec<Purpose>,
}

/// What the table speaks of: reading stands for all of seeing.
pub const ACTIONS: [Action; 5] = [
    Action::Read,
    Action::Write,
    Action::Delete,
    Action::Print,
    Action::Export,
];

/// Every right that the policies give, in the order of roles, data types and actions; with everything in order, without
/// labels and without emergency access.
pub fn matrix(engine: &Engine) -> Vec<Right> {
    let mut rights = Vec::new();
    for role in Role::ALL {
        for data_type in DataType::ALL {
            let of_type = ACTIONS
                .iter()
                .filter_map(|action| right(engine, (*role, *data_type, *action)));
            rights.extend(of_type);
        }
    }
    rights
}

fn right(engine: &Engine, (role, data_type, action): (Role, DataType, Action)) -> Option<Right> {
    let standing = Standing {
        has_second_factor: true,
        is_service: role.is_machine(),
        ..Standing::default()
    };
    let facts = |purpose| Facts::of(RoleSet::one(role), standing, action, purpose);
    let is_for = |purpose: &Purpose| engine.permits(&facts(*purpose).of_somebody(), data_type);
    let purposes: Vec<Purpose> = Purpose::ALL.iter().copied().filter(is_for).collect();
    let of = of_whom(engine, facts(*purposes.first()?), data_type);
    Some(Right {
        role,
        data_type,
        action,
        of,
        purposes,
    })
}

fn of_whom(engine: &Engine, alone: Facts, data_type: DataType) -> OfWhom {
    let may = |care_team: bool, department: bool, own: bool| {
        let facts = Facts {
            own,
            care_team,
            department,
            ..alone
        };
        engine.permits(&facts, data_type)
    };
    let (team, department) = (may(true, false, false), may(false, true, false));
    match (may(false, false, false), team, department) {
        (true, ..) => OfWhom::Anyone,
        (_, true, true) => OfWhom::Treated,
        (_, true, false) => OfWhom::OwnPatients,
        (_, false, true) => OfWhom::OfDepartment,
        _ if may(false, false, true) => OfWhom::Itself,
        _ => OfWhom::Several,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::engine;
    use super::*;

    #[test]
    fn the_table_says_of_whom_and_what_for() {
        let rights = matrix(&engine());
        let find = |role: Role, data_type: DataType, action: Action| {
            let is_it = |r: &&Right| (r.role, r.data_type, r.action) == (role, data_type, action);
            rights
                .iter()
                .find(is_it)
                .map(|r| (r.of, r.purposes.clone()))
        };
        let treating = vec![Purpose::Treatment, Purpose::EmergencyTreatment];

        for ((role, data_type, action), expected) in [
            (
                (Role::Nurse, DataType::Vitals, Action::Write),
                Some((OfWhom::Treated, treating)),
            ),
            (
                (Role::Physician, DataType::Notes, Action::Print),
                Some((OfWhom::OwnPatients, vec![Purpose::Treatment])),
            ),
            (
                (Role::Patient, DataType::Vitals, Action::Read),
                Some((OfWhom::Itself, vec![Purpose::PatientRequest])),
            ),
            (
                (Role::Billing, DataType::Billing, Action::Write),
                Some((OfWhom::Anyone, vec![Purpose::Payment])),
            ),
            ((Role::Nurse, DataType::Billing, Action::Read), None),
            ((Role::Nurse, DataType::Vitals, Action::Delete), None),
        ] {
            assert_eq!(
                find(role, data_type, action),
                expected,
                "{role} {data_type} {action}"
            );
        }
    }
}
