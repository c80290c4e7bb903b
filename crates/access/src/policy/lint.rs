//! What must be true of any set of policies, besides being valid: checked when a site changes its own.

use super::reach::may_at_best;
use super::{Engine, Facts, PolicySet};
use crate::model::{Action, DataType, Purpose, Role, RoleSet, Standing, TypeSet};

/// Something about a set of policies that a privacy officer would object to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// Nobody may read it.
    #[error("nobody may read {0}: give a role the right to")]
    NoReader(DataType),
    /// A person's role writes what it may not read.
    #[error("{role} may write {data_type} and not read it")]
    WritesUnseen {
        /// The role.
        role: Role,
        /// The data type.
        data_type: DataType,
    },
    /// A role may change who may do what, and see patients' data.
    #[error(
        "{role} may change policies or identities and read {data_type}: give these to two roles"
    )]
    EditsAndReads {
        /// The role.
        role: Role,
        /// A data type with patients' data.
        data_type: DataType,
    },
    /// A person's role takes labelled data out for a purpose that neither consent nor authorship covers.
    #[error(
        "{role} may take {data_type} for {purpose} although it is labelled as a psychotherapy note or 42 CFR Part 2: \
         leave these out of what is released"
    )]
    ReleasesLabelled {
        /// The role.
        role: Role,
        /// What for.
        purpose: Purpose,
        /// The data type.
        data_type: DataType,
    },
}

/// Everything that is to be objected to, in the order of roles and data types.
pub fn lint(policies: PolicySet) -> Vec<Finding> {
    lint_in_force(&Engine::new(policies))
}

/// The same of the policies that are in force. It asks some thousand questions: call it where that may take a moment.
pub fn lint_in_force(engine: &Engine) -> Vec<Finding> {
    let may = |role: Role, action: Action| -> TypeSet {
        let types = DataType::ALL.iter().copied();
        types
            .filter(|data_type| may_at_best(engine, role, action, *data_type, true))
            .collect()
    };
    let rights: Vec<(Role, TypeSet, TypeSet)> = Role::ALL
        .iter()
        .map(|role| (*role, may(*role, Action::Read), may(*role, Action::Write)))
        .collect();
    let mut findings: Vec<Finding> = DataType::ALL
        .iter()
        .filter(|data_type| !rights.iter().any(|(_, reads, _)| reads.has(**data_type)))
        .map(|data_type| Finding::NoReader(*data_type))
        .collect();
    for (role, reads, writes) in rights {
        let unseen = writes.iter().filter(|data_type| !reads.has(*data_type));
        if !role.is_machine() {
            findings.extend(unseen.map(|data_type| Finding::WritesUnseen { role, data_type }));
        }
        if writes.has(DataType::Policy) || writes.has(DataType::Identities) {
            let seen = reads.iter().find(|data_type| data_type.is_phi());
            findings.extend(seen.map(|data_type| Finding::EditsAndReads { role, data_type }));
        }
    }
    findings.extend(released_labelled(engine));
    findings
}

/// What goes out for public health and legal purposes, though it is labelled: an author's own notes, a consent that was given
/// for something else.
fn released_labelled(engine: &Engine) -> Vec<Finding> {
    let standing = Standing {
        has_second_factor: true,
        ..Standing::default()
    };
    let mut findings = Vec::new();
    for role in Role::ALL.iter().filter(|role| !role.is_machine()) {
        for purpose in [Purpose::PublicHealth, Purpose::Legal] {
            let takes = |action: Action, data_type: DataType| {
                let facts = Facts::of(RoleSet::one(*role), standing, action, purpose).of_somebody();
                let note = Facts {
                    psychotherapy: true,
                    author: true,
                    ..facts
                };
                let part2 = Facts {
                    part2: true,
                    consent: true,
                    ..facts
                };
                engine.permits(&note, data_type) || engine.permits(&part2, data_type)
            };
            let of_patients = DataType::ALL.iter().filter(|of| of.is_phi());
            let taken =
                of_patients.filter(|of| takes(Action::Export, **of) || takes(Action::Print, **of));
            findings.extend(taken.map(|data_type| Finding::ReleasesLabelled {
                role: *role,
                purpose,
                data_type: *data_type,
            }));
        }
    }
    findings
}
