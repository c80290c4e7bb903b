//! Gives a view of a record without identifiers.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::deidentify::{self, Dates, Deidentified};
use crate::error::OperationError;
use crate::model::{FieldPath, Labels, PatientId, Record, RecordField};
use crate::service::Patients;

impl Patients {
    /// A view without the 18 identifiers of Safe Harbor (45 CFR 164.514(b)(2)(i)). The same patient has the same
    /// pseudonym in every view, also after a merge. Labelled values are left out.
    ///
    /// # Errors
    /// [`OperationError::NotFound`], [`OperationError::Damaged`], or the store failed.
    pub async fn deidentify(
        &self,
        patient: PatientId,
        dates: Dates,
    ) -> Result<Deidentified, OperationError> {
        let loaded = self.0.load(patient).await?;
        let root = self.where_it_ended(patient).await?;
        let paths = deidentify::READ.map(FieldPath::Field);
        let there: Vec<&FieldPath> = paths
            .iter()
            .filter(|path| {
                let entry = loaded.manifest.entries.get(*path);
                entry.is_some_and(|e| !e.labels.as_ref().is_some_and(Labels::restrict))
            })
            .collect();
        let values = self.0.values(&loaded, &there).await?;
        let mut fields = BTreeMap::new();
        for (path, value) in there.into_iter().zip(values) {
            let field = RecordField {
                value,
                version: loaded.manifest.version,
                labels: None,
            };
            fields.insert(path.clone(), field);
        }
        let record = Record {
            patient,
            version: loaded.manifest.version,
            merged_into: None,
            merged_from: Vec::new(),
            links: Vec::new(),
            fields,
        };
        let when = (dates, deidentify::year_of(self.now()));
        let identifiers = self.identifiers_of(root, patient).await?;
        let of = (root, identifiers.as_slice());
        Ok(Deidentified::of(&record, of, &self.0.index, when))
    }

    /// What identifies the patient, in any of the records that are one with these, whatever its labels: none of it may stand
    /// in a view, also where it is not shown itself.
    async fn identifiers_of(
        &self,
        root: PatientId,
        patient: PatientId,
    ) -> Result<Vec<Value>, OperationError> {
        let mut group = vec![root, patient];
        let (mut at, mut identifiers) = (0, Vec::new());
        while let Some(&patient) = group.get(at) {
            at += 1;
            let seen = group.get(..at - 1).unwrap_or_default();
            if seen.contains(&patient) {
                continue;
            }
            let Some(loaded) = self.there(patient).await? else {
                continue;
            };
            group.extend(&loaded.manifest.merged_from);
            let paths = deidentify::IDENTIFYING.map(FieldPath::Field);
            let is_there = |path: &&FieldPath| loaded.manifest.entries.contains_key(*path);
            let there: Vec<&FieldPath> = paths.iter().filter(is_there).collect();
            for value in self.0.values(&loaded, &there).await? {
                identifiers.push(value.to_json().map_err(|_| OperationError::Damaged)?);
            }
        }
        Ok(identifiers)
    }
}
