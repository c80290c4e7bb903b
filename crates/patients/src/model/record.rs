//! A record, as far as somebody may see it.

use std::collections::BTreeMap;
use std::fmt;

use super::field::FieldPath;
use super::labels::Labels;
use super::patient_id::PatientId;
use super::value::FieldValue;

/// A record: the values that were asked for and are there. What was not asked for was not opened.
#[derive(Clone)]
pub struct Record {
    /// Whose.
    pub patient: PatientId,
    /// Which version: 1 for the first, one more with every change.
    pub version: u64,
    /// The record that this one was merged into. It is changed no more.
    pub merged_into: Option<PatientId>,
    /// Records that were merged into this one.
    pub merged_from: Vec<PatientId>,
    /// Records of the same person that were linked, not merged.
    pub links: Vec<PatientId>,
    /// Values by their paths.
    pub fields: BTreeMap<FieldPath, RecordField>,
}

/// A value of a record.
#[derive(Clone, Debug)]
pub struct RecordField {
    /// The value.
    pub value: FieldValue,
    /// The version that set it.
    pub version: u64,
    /// Its labels, if it has any.
    pub labels: Option<Labels>,
}

/// What was done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It began.
    Created,
    /// Values were set, removed, labelled, or notes added.
    Updated,
    /// Another record was merged into it.
    TookIn,
    /// It was merged into another.
    Merged,
    /// A merge was taken back.
    Unmerged,
    /// It was linked with another, or a link was taken away.
    Linked,
    /// It was put under a legal hold.
    Held,
    /// The legal hold was lifted.
    Released,
}

impl ChangeKind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::TookIn => "took_in",
            Self::Merged => "merged",
            Self::Unmerged => "unmerged",
            Self::Linked => "linked",
            Self::Held => "held",
            Self::Released => "released",
        }
    }
}

/// Says which record and nothing of it: that a field is there may be told to some only.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("patient", &self.patient)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
