//! Gives a view of a record without identifiers.

use std::collections::BTreeMap;

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
        let root = match loaded.manifest.merged_into {
            None => patient,
            Some(into) => self.where_it_ended(into).await?,
        };
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
        Ok(Deidentified::of(&record, root, &self.0.index, when))
    }
}
