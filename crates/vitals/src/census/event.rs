//! What an ADT message says, as the census understands it.

use wardline_kernel::UnixMillis;

use serde::{Deserialize, Serialize};

use crate::model::{
    BedId, PatientClass, PatientIdentifier, PhiText, Place, Sex, TableCode, VisitNumber,
};

/// A trigger event of ADT messages (HL7 v2.8.2 chapter 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Act {
    /// A05
    PreAdmit,
    /// A14: is to be admitted, perhaps to a bed that is kept.
    PlanAdmission,
    /// A01. What was kept before [`Register`](Self::Register) was told apart may be an A04.
    Admit,
    /// A06, A07: an outpatient becomes an inpatient or the other way round.
    ChangeClass,
    /// A02, A17
    Transfer,
    /// A09: leaves for somewhere in the house, the bed stays theirs.
    Depart,
    /// A10
    Arrive,
    /// A21: leave of absence.
    GoOnLeave,
    /// A22
    ReturnFromLeave,
    /// A15
    PlanTransfer,
    /// A16
    PlanDischarge,
    /// A03
    Discharge,
    /// A08, A28, A31: who the patient is, not where.
    Update,
    /// A message that takes an earlier one back.
    Cancel(Cancelled),
    /// A04: comes as an outpatient or to the emergency department.
    Register,
}

/// What a message takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Cancelled {
    /// A11
    Admission,
    /// A12
    Transfer,
    /// A13
    Discharge,
    /// A23: the visit was never.
    Visit,
    /// A25
    PlannedDischarge,
    /// A26
    PlannedTransfer,
    /// A27
    PlannedAdmission,
    /// A38
    PreAdmission,
    /// A32
    Arrival,
    /// A33
    Departure,
    /// A52
    Leave,
    /// A53
    ReturnFromLeave,
}

/// Which numbers a message declares to be one (HL7 v2.8.2 §3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unite {
    /// Everything of the patients in MRG-1 is the PID's: A18, A30, A34, A39, A40, A43, A46, A47.
    Patients,
    /// That, and the account in MRG-3 is PID-18: A36.
    PatientsAndAccounts,
    /// The account in MRG-3 is PID-18: A35, A41, A49.
    Accounts,
    /// The visit in MRG-5 is PV1-19: A42, A50.
    Visits,
    /// The account in PID-18 was that of the patient in MRG-1 and is the PID's: A44.
    MovedAccount,
    /// The visit in PV1-19 was of the account in MRG-3 and is of PID-18, and with that the PID's: A45.
    MovedVisit,
}

/// What is to be done with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A step of one patient's stay, of two for A17.
    Step(Act),
    /// A20: beds change their state.
    Beds,
    /// Numbers become one.
    Unite(Unite),
    /// Nothing that the census keeps.
    None,
}

/// When something happened, and when that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct When {
    /// EVN-6 where it is at least to the minute, else EVN-2, else MSH-7, else the time of arrival. For what
    /// takes something back: when that was entered (EVN-2), since EVN-6 is the time of what is taken back.
    pub at: UnixMillis,
    /// MSH-7, which tells apart what happened in one minute.
    pub told_at: UnixMillis,
}

/// What a message says of a value: nothing, that there is none (`""`), or what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Told<T> {
    /// Nothing: it stays as it was.
    #[default]
    Nothing,
    /// Delete it.
    Cleared,
    /// This.
    Value(T),
}

impl<T> Told<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing | Self::Cleared => None,
        }
    }

    pub(super) fn change(self, known: &mut Option<T>) {
        match self {
            Self::Nothing => {}
            Self::Cleared => *known = None,
            Self::Value(value) => *known = Some(value),
        }
    }
}

/// One PID with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// PID-3, and PID-2 where it holds none.
    pub identifiers: Vec<PatientIdentifier>,
    /// PID-5.1
    pub family_name: Told<PhiText>,
    /// PID-5.2
    pub given_name: Told<PhiText>,
    /// PID-7
    pub birth_date: Told<PhiText>,
    /// PID-8
    pub sex: Told<Sex>,
    /// PV1-19
    pub visit: Option<VisitNumber>,
    /// PID-18
    pub account: Option<VisitNumber>,
    /// PV1-2
    pub class: Told<PatientClass>,
    /// PV1-7: number or name of the attending doctor.
    pub attending: Told<PhiText>,
    /// PV1-3
    pub place: Option<Place>,
    /// PV1-6
    pub prior: Option<Place>,
    /// PV1-11
    pub temporary: Option<Place>,
    /// PV1-42
    pub pending: Option<Place>,
    /// PV1-40
    pub bed_status: Option<TableCode>,
    /// MRG-1, or MRG-4 where it holds none.
    pub merged: Vec<PatientIdentifier>,
    /// MRG-3
    pub merged_account: Option<VisitNumber>,
    /// MRG-5
    pub merged_visit: Option<VisitNumber>,
}

impl Person {
    /// Whether an MRG names a number.
    pub(super) fn merges(&self) -> bool {
        !self.merged.is_empty() || self.merged_account.is_some() || self.merged_visit.is_some()
    }

    /// What the PID says again, for a further MRG.
    pub(super) fn again(&self) -> Option<Self> {
        self.merges().then(|| Self {
            identifiers: self.identifiers.clone(),
            family_name: self.family_name.clone(),
            given_name: self.given_name.clone(),
            birth_date: self.birth_date.clone(),
            sex: self.sex.clone(),
            account: self.account.clone(),
            ..Self::default()
        })
    }
}

/// An ADT message as the census takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdtEvent {
    /// What is to be done.
    pub purpose: Purpose,
    /// When.
    pub when: When,
    /// EVN-6 of a message that takes something back: when that happened.
    pub cancels_at: Option<UnixMillis>,
    /// In the order of their PID segments.
    pub persons: Vec<Person>,
    /// NPU-1 and NPU-2.
    pub beds: Vec<(BedId, TableCode)>,
}

impl Purpose {
    /// From MSH-9.2 or EVN-1.
    pub fn of(trigger: &[u8]) -> Self {
        let act = match trigger {
            b"A01" => Act::Admit,
            b"A04" => Act::Register,
            b"A02" | b"A17" => Act::Transfer,
            b"A03" => Act::Discharge,
            b"A05" => Act::PreAdmit,
            b"A06" | b"A07" => Act::ChangeClass,
            b"A08" | b"A28" | b"A31" => Act::Update,
            b"A09" => Act::Depart,
            b"A10" => Act::Arrive,
            b"A14" => Act::PlanAdmission,
            b"A15" => Act::PlanTransfer,
            b"A16" => Act::PlanDischarge,
            b"A21" => Act::GoOnLeave,
            b"A22" => Act::ReturnFromLeave,
            b"A20" => return Self::Beds,
            b"A18" | b"A30" | b"A34" | b"A39" | b"A40" | b"A43" | b"A46" | b"A47" => {
                return Self::Unite(Unite::Patients);
            }
            b"A36" => return Self::Unite(Unite::PatientsAndAccounts),
            b"A35" | b"A41" | b"A49" => return Self::Unite(Unite::Accounts),
            b"A42" | b"A50" => return Self::Unite(Unite::Visits),
            b"A44" => return Self::Unite(Unite::MovedAccount),
            b"A45" => return Self::Unite(Unite::MovedVisit),
            _ => match Cancelled::of(trigger) {
                Some(cancelled) => Act::Cancel(cancelled),
                None => return Self::None,
            },
        };
        Self::Step(act)
    }
}

impl Act {
    /// Whether it is told of somebody who was not here, or expected, before.
    pub(super) const fn begins_a_stay(self) -> bool {
        matches!(
            self,
            Self::Admit | Self::Register | Self::PreAdmit | Self::PlanAdmission
        )
    }

    /// Whether something happened to the patient: neither news of who they are (A08), which come long after a discharge too,
    /// nor what is only planned, or planned no more.
    pub(super) const fn has_happened(self) -> bool {
        match self {
            Self::Admit
            | Self::Register
            | Self::ChangeClass
            | Self::Transfer
            | Self::Depart
            | Self::Arrive
            | Self::GoOnLeave
            | Self::ReturnFromLeave
            | Self::Discharge => true,
            Self::PreAdmit
            | Self::PlanAdmission
            | Self::PlanTransfer
            | Self::PlanDischarge
            | Self::Update => false,
            Self::Cancel(cancelled) => match cancelled {
                Cancelled::Admission
                | Cancelled::Visit
                | Cancelled::Transfer
                | Cancelled::Discharge
                | Cancelled::Arrival
                | Cancelled::Departure
                | Cancelled::Leave
                | Cancelled::ReturnFromLeave => true,
                Cancelled::PlannedDischarge
                | Cancelled::PlannedTransfer
                | Cancelled::PlannedAdmission
                | Cancelled::PreAdmission => false,
            },
        }
    }
}

impl Cancelled {
    fn of(trigger: &[u8]) -> Option<Self> {
        Some(match trigger {
            b"A11" => Self::Admission,
            b"A12" => Self::Transfer,
            b"A13" => Self::Discharge,
            b"A23" => Self::Visit,
            b"A25" => Self::PlannedDischarge,
            b"A26" => Self::PlannedTransfer,
            b"A27" => Self::PlannedAdmission,
            b"A32" => Self::Arrival,
            b"A33" => Self::Departure,
            b"A38" => Self::PreAdmission,
            b"A52" => Self::Leave,
            b"A53" => Self::ReturnFromLeave,
            _ => return None,
        })
    }

    /// The step that is taken back; `None` where all of the stay is.
    pub(super) fn act(self) -> Option<Act> {
        Some(match self {
            Self::Admission | Self::Visit => return None,
            Self::Transfer => Act::Transfer,
            Self::Discharge => Act::Discharge,
            Self::PlannedDischarge => Act::PlanDischarge,
            Self::PlannedTransfer => Act::PlanTransfer,
            Self::PlannedAdmission => Act::PlanAdmission,
            Self::PreAdmission => Act::PreAdmit,
            Self::Arrival => Act::Arrive,
            Self::Departure => Act::Depart,
            Self::Leave => Act::GoOnLeave,
            Self::ReturnFromLeave => Act::ReturnFromLeave,
        })
    }
}
