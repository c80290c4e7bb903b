//! Changes a record.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::error::OperationError;
use crate::index::tokens_of;
use crate::manifest::{Entry, MAX_ENTRIES, Manifest, digest_of};
use crate::model::{
    Change, ChangeError, ChangeKind, Field, FieldPath, FieldValue, Identity, Labels, NoteId,
    PatientId, identity_of,
};
use crate::service::{Loaded, Patients};

/// Fields that a patient is found by.
const IDENTIFYING: [Field; 5] = [
    Field::Name,
    Field::OtherNames,
    Field::BirthDate,
    Field::Ssn,
    Field::RecordNumbers,
];

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Whose.
    pub patient: PatientId,
    /// The version that it made.
    pub version: u64,
    /// The ids of notes that were added, in their order.
    pub notes: Vec<NoteId>,
}

impl Patients {
    /// Makes the version after `expected`. Values that are not named are neither opened nor sealed again.
    ///
    /// # Errors
    /// [`OperationError::Conflict`] when the record is of another version, [`OperationError::Merged`],
    /// [`OperationError::NumberTaken`], [`OperationError::NotFound`]; the change cannot be taken; the store failed.
    pub async fn update(
        &self,
        patient: PatientId,
        expected: u64,
        change: Change,
        by: &str,
    ) -> Result<Written, OperationError> {
        if change.is_empty() {
            return Err(ChangeError::Empty.into());
        }
        let loaded = self.0.load_for_change(patient, expected).await?;
        self.stands_by_itself(&loaded).await?;
        let next = loaded
            .manifest
            .next(self.0.change(ChangeKind::Updated, by)?);
        self.apply(&loaded, next, change).await
    }

    /// Stores `next` with the change in it.
    pub(super) async fn apply(
        &self,
        loaded: &Loaded,
        mut next: Manifest,
        change: Change,
    ) -> Result<Written, OperationError> {
        if touches_identity(&change) {
            let identity = self.identity_after(loaded, &change).await?;
            next.tokens = tokens_of(&self.0.index, &identity);
        }
        let version = next.version;
        let mut sealed = Sealed {
            patients: self,
            loaded,
            values: Vec::new(),
        };
        next.change.paths = change.paths().cloned().collect();
        for (path, value) in change.set {
            declared_alike(&next, &path)?;
            let before = next.entries.remove(&path);
            if matches!(path, FieldPath::Note(_)) && before.is_none() {
                return Err(OperationError::NoSuchValue);
            }
            let Some(value) = value else { continue };
            let labels = before.and_then(|before| before.labels);
            let entry = sealed.add(version, &path, &value, labels)?;
            next.entries.insert(path, entry);
        }
        let mut notes = Vec::new();
        for (value, labels) in change.notes {
            let id = NoteId::generate()?;
            let path = FieldPath::Note(id);
            let entry = sealed.add(version, &path, &value, Some(labels))?;
            next.entries.insert(path.clone(), entry);
            next.change.paths.push(path);
            notes.push(id);
        }
        label(&mut next, change.labels)?;
        if next.entries.len() > MAX_ENTRIES {
            return Err(OperationError::TooMany {
                what: "values and notes",
                max: MAX_ENTRIES,
            });
        }
        let values = sealed.values;
        let keys = (&loaded.stored_key, &*loaded.key);
        let write = self.0.write(loaded.patient, keys, &next, values)?;
        self.0.commit(vec![write]).await?;
        Ok(Written {
            patient: loaded.patient,
            version,
            notes,
        })
    }

    /// What the patient will be found by.
    async fn identity_after(
        &self,
        loaded: &Loaded,
        change: &Change,
    ) -> Result<Identity, OperationError> {
        let mut identity = Identity::default();
        for field in IDENTIFYING {
            match change.set.get(&FieldPath::Field(field)) {
                Some(Some(value)) => read_into(&mut identity, field, value)?,
                Some(None) => {}
                None => self.identify(loaded, field, &mut identity).await?,
            }
        }
        Ok(identity)
    }

    /// Reads one field of a record, if it is there.
    pub(super) async fn identify(
        &self,
        loaded: &Loaded,
        field: Field,
        identity: &mut Identity,
    ) -> Result<(), OperationError> {
        let path = FieldPath::Field(field);
        if !loaded.manifest.entries.contains_key(&path) {
            return Ok(());
        }
        for value in self.0.values(loaded, &[&path]).await? {
            read_into(identity, field, &value)?;
        }
        Ok(())
    }
}

/// The values that a version sets.
struct Sealed<'a> {
    patients: &'a Patients,
    loaded: &'a Loaded,
    values: Vec<(u16, Bytes)>,
}

impl Sealed<'_> {
    fn add(
        &mut self,
        version: u64,
        path: &FieldPath,
        value: &FieldValue,
        labels: Option<Labels>,
    ) -> Result<Entry, OperationError> {
        // A change has few values (`MAX_CHANGES`).
        let ordinal = u16::try_from(self.values.len()).map_err(|_| ChangeError::TooMany)?;
        let sealer = self
            .patients
            .0
            .sealer(self.loaded.patient, &self.loaded.key);
        let envelope = sealer.seal_value(path, version, value)?;
        let entry = Entry {
            version,
            ordinal,
            digest: digest_of(&envelope),
            labels,
        };
        self.values.push((ordinal, Bytes::from(envelope)));
        Ok(entry)
    }
}

/// An extension keeps the data type that it was first declared with, or a writer of one type could take over another's.
fn declared_alike(manifest: &Manifest, path: &FieldPath) -> Result<(), OperationError> {
    let FieldPath::Extension(name, data_type) = path else {
        return Ok(());
    };
    let is_other = |there: &FieldPath| matches!(there, FieldPath::Extension(n, t) if n == name && t != data_type);
    if manifest.entries.keys().any(is_other) {
        Err(OperationError::OtherType)
    } else {
        Ok(())
    }
}

fn label(
    manifest: &mut Manifest,
    labels: BTreeMap<FieldPath, Labels>,
) -> Result<(), OperationError> {
    for (path, labels) in labels {
        let entry = manifest.entries.get_mut(&path);
        entry.ok_or(OperationError::NoSuchValue)?.labels = Some(labels);
    }
    Ok(())
}

fn touches_identity(change: &Change) -> bool {
    let is_one = |path: &FieldPath| matches!(path, FieldPath::Field(f) if IDENTIFYING.contains(f));
    change.set.keys().any(is_one)
}

fn read_into(
    identity: &mut Identity,
    field: Field,
    value: &FieldValue,
) -> Result<(), OperationError> {
    let json = value.to_json().map_err(|_| OperationError::Damaged)?;
    identity_of(field, &json, identity)?;
    Ok(())
}
