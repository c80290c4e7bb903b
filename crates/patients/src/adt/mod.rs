//! What an ADT message of a registration system says of who a patient is, read and bounded. What becomes of it is
//! `operations/feed`.
//!
//! Read are MSH-9, EVN-2, PID and MRG. An empty field says nothing, so what is known stays; `""` takes a value away
//! (HL7 v2.5.1 §2.5.3). A value that has not the form of its field is left out and named, the rest counts.

mod person;
mod read;

use serde_json::Value;
use wardline_hl7::ParseError;
use wardline_kernel::UnixMillis;

use crate::model::{Field, RecordNumber};

/// Longest message that is read.
pub const MAX_ADT_BYTES: usize = 4 << 20;
/// Segments of a message at most.
const MAX_SEGMENTS: usize = 20_000;
/// Patients of one message; a merge of many has one each.
pub const MAX_PERSONS: usize = 64;
/// Numbers of one PID or MRG; more are refused, since one that is passed over may be the one that counts.
pub const MAX_NUMBERS: usize = 16;

/// An ADT message, as records take it. Silent in `{:?}`.
#[derive(Clone, PartialEq)]
pub struct Adt {
    pub(crate) act: Act,
    /// When that was entered: EVN-2, else MSH-7. None when neither says it to the minute, or it lies ahead.
    pub(crate) told_at: Option<UnixMillis>,
    pub(crate) persons: Vec<Person>,
    left_out: Vec<&'static str>,
}

/// What a message does to records (HL7 v2.8.2 chapter 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// It tells who a patient is.
    Tell,
    /// The numbers in MRG-1 end: what was theirs is the PID's (A18, A30, A34, A36, A39, A40).
    Merge,
    /// The number in MRG-1 was wrong: it is that of PID-3 (A46, A47).
    Correct,
    /// Two records may be of one person (A24).
    Link,
    /// They are not (A37).
    Unlink,
    /// Nothing that records keep.
    Nothing,
}

/// One PID with its MRG.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Person {
    pub(crate) numbers: Vec<RecordNumber>,
    /// MRG-1, or MRG-4 where it holds none.
    pub(crate) ended: Vec<RecordNumber>,
    pub(crate) told: Vec<(Field, Told)>,
}

/// What a message says of a field.
#[derive(Clone, PartialEq)]
pub(crate) enum Told {
    /// It is this.
    Is(Value),
    /// There is none.
    Gone,
    /// One member of an object is this, or is gone.
    Member(&'static str, Option<Value>),
    /// These besides those that are known.
    Also(Vec<Value>),
}

/// Why an ADT message cannot be taken. Names places, never content. Sending it again does not help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdtError {
    /// Not HL7.
    #[error(transparent)]
    Syntax(#[from] ParseError),
    /// Another kind of message.
    #[error("records take ADT messages only: filter the destination with `when`")]
    NotAdt,
    /// Nobody whom it is about.
    #[error("PID-3 has no number of a patient; an ADT message must say whom it is about")]
    NoPatient,
    /// A merge without the number that ends.
    #[error("MRG-1 names no number that ends; a merge must")]
    NothingMerged,
    /// A link of one.
    #[error("a link needs two PID segments")]
    NoSecondPatient,
    /// More than any sender needs.
    #[error("more than {most} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        most: usize,
    },
    /// It is to be deleted.
    #[error(
        "a message asks to delete a person (A23, A29): a privacy officer erases records, no feed does"
    )]
    Deletes,
    /// Numbers move between patients.
    #[error("a message moves numbers from one patient to another (A43): do it by hand")]
    Moves,
}

impl Adt {
    /// Places of values that were left out, since they have not the form of their field: `PID-19`.
    pub fn left_out(&self) -> &[&'static str] {
        &self.left_out
    }

    /// Whether it says anything that records keep.
    pub fn says_something(&self) -> bool {
        self.act != Act::Nothing
    }
}

impl std::fmt::Debug for Adt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Adt")
            .field("act", &self.act)
            .field("persons", &self.persons.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
