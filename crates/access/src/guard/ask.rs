//! What a guard is asked.

use std::sync::Arc;

use crate::emergency::LiveGrant;
use crate::model::{Action, PatientRef, Purpose, TypeSet};

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What is to be done.
    pub action: Action,
    /// Why.
    pub purpose: Purpose,
    /// With which data types. For a search those of the fields that are searched, and those of the answer.
    pub types: TypeSet,
    /// Of whom.
    pub subject: Subject,
    /// The emergency access under which it is done.
    pub emergency: Option<LiveGrant>,
    /// What it is about, for the trail: `message 4711`, `bed ICU~1~A`. Not a word of its content.
    pub about: Option<Arc<str>>,
}

/// Of whom something is asked.
#[derive(Clone, Debug)]
pub enum Subject {
    /// Of no patient: sessions, policies, the trail.
    NoPatient,
    /// Of one patient.
    Patient(PatientRef),
    /// One item of a patient's that may have labels of its own, such as a note.
    Item {
        /// The patient.
        patient: PatientRef,
        /// The item, as the records name it.
        item: String,
    },
    /// Of whoever is found. Each find is decided on by itself, see [`Guard::may_see_find`](super::Guard::may_see_find).
    WhoeverIsFound,
}

impl Subject {
    /// The one patient, if there is one.
    pub fn patient(&self) -> Option<&PatientRef> {
        match self {
            Self::Patient(patient) | Self::Item { patient, .. } => Some(patient),
            Self::NoPatient | Self::WhoeverIsFound => None,
        }
    }
}
