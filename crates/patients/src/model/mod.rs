//! What a record consists of.

mod change;
mod field;
mod identity;
mod labels;
mod patient_id;
mod record;
mod value;

pub use change::{Change, ChangeError, MAX_CHANGES};
pub use field::{ExtensionName, Field, FieldPath, NoteId, PathError, RECORD_TYPES};
pub use identity::{Identity, MAX_RECORD_NUMBERS, PersonName, RecordNumber};
pub use labels::Labels;
pub use patient_id::{PatientId, PatientIdError};
pub use record::{ChangeKind, Record, RecordField};
pub use value::{FieldValue, MAX_DEPTH, MAX_VALUE_BYTES, ValueError};

pub(crate) use identity::{identity_of, restrictions_of};
