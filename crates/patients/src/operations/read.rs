//! Reads a record: what may be seen of it, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use wardline_access::model::TypeSet;

use crate::error::OperationError;
use crate::manifest::Manifest;
use crate::model::{FieldPath, Labels, PatientId, Record, RecordField};
use crate::service::Patients;

/// What is to be read.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Values of these data types that have no restricting labels.
    pub types: TypeSet,
    /// Values with restricting labels, each decided on by itself.
    pub labelled: BTreeSet<FieldPath>,
}

impl Selection {
    /// What a decision on data types permits.
    pub fn of(types: TypeSet) -> Self {
        Self {
            types,
            labelled: BTreeSet::new(),
        }
    }

    /// Whether a value with these labels is in it.
    pub(super) fn has(&self, path: &FieldPath, labels: Option<&Labels>) -> bool {
        let is_restricted = labels.is_some_and(Labels::restrict);
        if is_restricted {
            self.labelled.contains(path)
        } else {
            self.types.has(path.data_type())
        }
    }
}

impl Patients {
    /// The newest version of a record. Envelopes of values that are not in the selection are not even fetched.
    ///
    /// # Errors
    /// [`OperationError::NotFound`], [`OperationError::Damaged`], or the store failed.
    pub async fn read(
        &self,
        patient: PatientId,
        selection: &Selection,
    ) -> Result<Record, OperationError> {
        let loaded = self.0.load(patient).await?;
        self.selected(&loaded, selection).await
    }

    /// An earlier version of a record, by the labels that its values have now.
    ///
    /// # Errors
    /// As [`Patients::read`]; [`OperationError::NotFound`] when it had no such version.
    pub async fn read_version(
        &self,
        patient: PatientId,
        version: u64,
        selection: &Selection,
    ) -> Result<Record, OperationError> {
        let mut loaded = self.0.load(patient).await?;
        if version == 0 || version > loaded.manifest.version {
            return Err(OperationError::NotFound);
        }
        let mut past = self.0.manifest(patient, &loaded.key, version).await?;
        restrict_as_now(&mut past, &loaded.manifest);
        loaded.manifest = past;
        self.selected(&loaded, selection).await
    }

    /// Values whose labels restrict them: each is decided on by itself, then named in a [`Selection`].
    ///
    /// # Errors
    /// As [`Patients::read`].
    pub async fn labelled(
        &self,
        patient: PatientId,
    ) -> Result<Vec<(FieldPath, Labels)>, OperationError> {
        let loaded = self.0.load(patient).await?;
        let entries = loaded.manifest.entries.into_iter();
        let labelled = entries.filter_map(|(path, entry)| {
            let labels = entry.labels.filter(Labels::restrict)?;
            Some((path, labels))
        });
        Ok(labelled.collect())
    }

    async fn selected(
        &self,
        loaded: &crate::service::Loaded,
        selection: &Selection,
    ) -> Result<Record, OperationError> {
        let manifest = &loaded.manifest;
        let entries = manifest.entries.iter();
        let chosen: Vec<_> = entries
            .filter(|(path, entry)| selection.has(path, entry.labels.as_ref()))
            .collect();
        let paths: Vec<&FieldPath> = chosen.iter().map(|(path, _)| *path).collect();
        let values = self.0.values(loaded, &paths).await?;
        let mut fields = BTreeMap::new();
        for ((path, entry), value) in chosen.into_iter().zip(values) {
            let field = RecordField {
                value,
                version: entry.version,
                labels: entry.labels.clone(),
            };
            fields.insert(path.clone(), field);
        }
        // Other records keep the id of one that was erased; it is told to nobody.
        let is_there = |patient: &PatientId| !self.is_erased(*patient);
        let named = |of: &[PatientId]| of.iter().copied().filter(is_there).collect();
        Ok(Record {
            patient: loaded.patient,
            version: manifest.version,
            merged_into: manifest.merged_into.filter(is_there),
            merged_from: named(&manifest.merged_from),
            links: named(&manifest.links),
            fields,
        })
    }
}

/// A value that was labelled since is as restricted in every version before; a label that was taken away does not open
/// what was written under it.
fn restrict_as_now(past: &mut Manifest, now: &Manifest) {
    for (path, entry) in &mut past.entries {
        let was = entry.labels.as_ref().is_some_and(Labels::restrict);
        let is = now
            .entries
            .get(path)
            .and_then(|entry| entry.labels.as_ref());
        if let Some(is) = is
            && is.restrict()
            && !was
        {
            entry.labels = Some(is.clone());
        }
    }
}
