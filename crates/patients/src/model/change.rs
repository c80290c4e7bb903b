//! What is to be changed in a record, checked before anything is opened.

use std::collections::BTreeMap;

use serde_json::Value;
use wardline_access::model::TypeSet;

use super::field::{FieldPath, NoteId};
use super::identity::{Identity, identity_of};
use super::labels::Labels;
use super::value::{FieldValue, ValueError};

/// Values that one change may set, remove or add at most.
pub const MAX_CHANGES: usize = 128;

/// A change of a record: values set, values taken away, notes added. Nothing else of the record is touched, opened or
/// sealed again.
#[derive(Debug, Default)]
pub struct Change {
    /// A value to set, or `None` to take it away.
    pub(crate) set: BTreeMap<FieldPath, Option<FieldValue>>,
    pub(crate) notes: Vec<(FieldValue, Labels)>,
    pub(crate) labels: BTreeMap<FieldPath, Labels>,
}

/// Why a change is refused before anything is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// A value cannot be taken.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// A value has not the form of its field.
    #[error("{field}: expected {expected}")]
    Form {
        /// Which field.
        field: &'static str,
        /// What is accepted.
        expected: &'static str,
    },
    /// Too much at once.
    #[error("a change has at most 128 values: send the rest in a change of its own")]
    TooMany,
    /// Nothing to do.
    #[error("the change changes nothing: name a field to set or to remove, or a note to add")]
    Empty,
}

impl Change {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value; `null` is a value. Of two values of one path the last counts.
    ///
    /// # Errors
    /// [`ChangeError`]
    pub fn set(&mut self, path: FieldPath, value: &Value) -> Result<(), ChangeError> {
        if let FieldPath::Field(field) = path {
            identity_of(field, value, &mut Identity::default())?;
        }
        let value = FieldValue::new(value)?;
        self.set.insert(path, Some(value));
        self.within_limit()
    }

    /// Takes a value away: the field is absent then.
    ///
    /// # Errors
    /// [`ChangeError::TooMany`]
    pub fn remove(&mut self, path: FieldPath) -> Result<(), ChangeError> {
        self.set.insert(path, None);
        self.within_limit()
    }

    /// Adds a note with its labels; it gets its id when it is stored.
    ///
    /// # Errors
    /// [`ChangeError`]
    pub fn add_note(&mut self, value: &Value, labels: Labels) -> Result<(), ChangeError> {
        self.notes.push((FieldValue::new(value)?, labels));
        self.within_limit()
    }

    /// Sets the labels of a value that is there, or that the same change sets.
    ///
    /// # Errors
    /// [`ChangeError::TooMany`]
    pub fn label(&mut self, path: FieldPath, labels: Labels) -> Result<(), ChangeError> {
        self.labels.insert(path, labels);
        self.within_limit()
    }

    /// The data types that it writes: all of them must be permitted.
    pub fn types(&self) -> TypeSet {
        let note = (!self.notes.is_empty()).then_some(wardline_access::model::DataType::Notes);
        let paths = self.paths().map(FieldPath::data_type);
        paths.chain(note).collect()
    }

    /// The values that it sets, removes or labels.
    pub fn paths(&self) -> impl Iterator<Item = &FieldPath> {
        self.set.keys().chain(self.labels.keys())
    }

    /// Whether labels are among what it changes.
    pub fn labels_anything(&self) -> bool {
        !self.labels.is_empty()
    }

    /// Whether it would change nothing.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.notes.is_empty() && self.labels.is_empty()
    }

    /// The notes that it changes, of which each may have labels of its own.
    pub fn notes(&self) -> impl Iterator<Item = NoteId> {
        self.paths().filter_map(|path| match path {
            FieldPath::Note(id) => Some(*id),
            FieldPath::Field(_) | FieldPath::Extension(..) => None,
        })
    }

    fn within_limit(&self) -> Result<(), ChangeError> {
        let count = self.set.len() + self.notes.len() + self.labels.len();
        if count <= MAX_CHANGES {
            Ok(())
        } else {
            Err(ChangeError::TooMany)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wardline_access::model::DataType;

    use super::super::field::Field;
    use super::*;

    #[test]
    fn a_change_names_every_data_type_that_it_writes() {
        let mut change = Change::new();
        change
            .set(FieldPath::Field(Field::Allergies), &json!([]))
            .unwrap();
        change.remove(FieldPath::Field(Field::Insurance)).unwrap();
        change
            .add_note(&json!("slept well"), Labels::default())
            .unwrap();

        let expected = [DataType::Allergies, DataType::Insurance, DataType::Notes];
        assert_eq!(change.types(), TypeSet::of(&expected));
    }

    #[test]
    fn a_change_of_128_values_is_taken_and_one_beyond_is_refused() {
        let mut change = Change::new();
        for _ in 0..MAX_CHANGES {
            change.add_note(&json!(""), Labels::default()).unwrap();
        }

        let beyond = change.add_note(&json!(""), Labels::default());

        assert_eq!(beyond, Err(ChangeError::TooMany));
    }
}
