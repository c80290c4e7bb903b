//! What was decided, in the form in which it goes into the trail.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::model::{
    Action, GrantId, PatientRef, Principal, Purpose, RoleSet, SessionRef, TypeSet, UserId, Via,
};

/// SHA-256 over schema and policies: which policies were in force.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicySetHash(pub(super) [u8; 32]);

impl PolicySetHash {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for PolicySetHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PolicySetHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PolicySetHash({self})")
    }
}

/// Whether it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It may: for reading what is permitted of what was asked for, for everything else all of it.
    Allowed,
    /// It may not.
    Denied,
    /// What it rests on, or what was asked for, cannot be read: nothing is given out.
    Failed,
}

/// Why something was denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A role of the user is not known.
    UnknownRole,
    /// What was asked for is no known data type, or nothing was asked for.
    UnknownDataType,
    /// No policy speaks of the action.
    NoPolicy,
    /// No role of the user may do this with the data type.
    Role,
    /// The role may, but for another purpose.
    Purpose,
    /// The role may, but of other patients.
    Relation,
    /// The user is suspended.
    Suspended,
    /// The user proved no second factor.
    NoSecondFactor,
    /// The user is not on shift.
    OffShift,
    /// The patient is a VIP, an employee or confidential.
    RestrictedPatient,
    /// 42 CFR Part 2, and neither consent nor emergency.
    Part2WithoutConsent,
    /// A psychotherapy note of somebody else.
    PsychotherapyNotes,
    /// The purpose is break-glass, and no emergency access holds.
    NoEmergencyAccess,
    /// A limit of the site.
    Site,
    /// More searches than the site allows one caller.
    TooOften,
    /// A policy could not be evaluated: nothing is allowed then.
    PolicyFault,
    /// What the decision rests on, or what was asked for, cannot be read.
    Unreadable,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 17] = [
        Self::UnknownRole,
        Self::UnknownDataType,
        Self::NoPolicy,
        Self::Role,
        Self::Purpose,
        Self::Relation,
        Self::Suspended,
        Self::NoSecondFactor,
        Self::OffShift,
        Self::RestrictedPatient,
        Self::Part2WithoutConsent,
        Self::PsychotherapyNotes,
        Self::NoEmergencyAccess,
        Self::Site,
        Self::TooOften,
        Self::PolicyFault,
        Self::Unreadable,
    ];

    /// The code, as policies and the trail write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownRole => "unknown_role",
            Self::UnknownDataType => "unknown_data_type",
            Self::NoPolicy => "no_policy",
            Self::Role => "role",
            Self::Purpose => "purpose",
            Self::Relation => "relation",
            Self::Suspended => "suspended",
            Self::NoSecondFactor => "no_second_factor",
            Self::OffShift => "off_shift",
            Self::RestrictedPatient => "restricted_patient",
            Self::Part2WithoutConsent => "part2_without_consent",
            Self::PsychotherapyNotes => "psychotherapy_notes",
            Self::NoEmergencyAccess => "no_emergency_access",
            Self::Site => "site",
            Self::TooOften => "too_often",
            Self::PolicyFault => "policy_fault",
            Self::Unreadable => "unreadable",
        }
    }

    /// Reads a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// Several reasons.
pub type Reasons = BTreeSet<Reason>;

/// What was decided, and everything that the trail has to say of it. The patient is redacted in `{:?}`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Decision {
    /// Whether it may be.
    pub outcome: Outcome,
    /// Who asked.
    pub user: UserId,
    /// What the trail calls it.
    pub name: Arc<str>,
    /// On which way it asked.
    pub via: Via,
    /// The roles it acted in.
    pub roles: RoleSet,
    /// The session or key by which it acted.
    pub session: SessionRef,
    /// Of which patient; `None` when it is about none, or about all that a search may find.
    pub patient: Option<PatientRef>,
    /// Whether it is of one item of the patient's, besides the patient's own.
    pub is_item: bool,
    /// What was to be done.
    pub action: Action,
    /// Why.
    pub purpose: Purpose,
    /// The data types that were asked for.
    pub asked: TypeSet,
    /// Those of them that may be given: the minimum necessary. Empty when denied.
    pub permitted: TypeSet,
    /// The policies that decided, by id.
    pub policies: BTreeSet<Arc<str>>,
    /// Why not, or why not all.
    pub reasons: Reasons,
    /// What it was about, besides the patient.
    pub about: Option<Arc<str>>,
    /// The emergency access that was used.
    pub grant: Option<GrantId>,
    /// Which policies were in force.
    pub policy_set: PolicySetHash,
    /// Goes up with every change of policies, care teams, suspensions: tells answers before from answers after.
    pub epoch: u64,
}

impl Decision {
    /// Whether it may be.
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allowed
    }

    /// Takes back what was permitted.
    pub(crate) fn deny(&mut self) {
        self.outcome = Outcome::Denied;
        self.permitted = TypeSet::EMPTY;
    }

    /// Nothing is given out, as it cannot be read.
    pub(crate) fn fail(&mut self) {
        self.outcome = Outcome::Failed;
        self.permitted = TypeSet::EMPTY;
        self.reasons.insert(Reason::Unreadable);
    }

    pub(crate) fn denied(
        principal: &Principal,
        (action, purpose): (Action, Purpose),
        (policy_set, epoch): (PolicySetHash, u64),
        reason: Reason,
    ) -> Self {
        Self {
            outcome: Outcome::Denied,
            user: principal.user(),
            name: principal.name().into(),
            via: principal.way().clone(),
            roles: principal.roles(),
            session: principal.session().clone(),
            patient: None,
            is_item: false,
            about: None,
            action,
            purpose,
            asked: TypeSet::EMPTY,
            permitted: TypeSet::EMPTY,
            policies: BTreeSet::new(),
            reasons: Reasons::from([reason]),
            grant: None,
            policy_set,
            epoch,
        }
    }
}
