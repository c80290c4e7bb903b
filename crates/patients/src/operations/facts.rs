//! Tells what decisions on access rest on: how a patient is protected, and the labels of a value.

use wardline_access::model::{ItemFacts, PatientFacts};

use crate::error::OperationError;
use crate::index::number_token;
use crate::model::{Field, FieldPath, Identity, Labels, PatientId, RecordNumber, restrictions_of};
use crate::service::Patients;

impl Patients {
    /// Whether the patient is a VIP, an employee or confidential; a merge keeps what either record said. A patient of
    /// whom there is no record is none of it, so that a refusal does not tell who has one.
    ///
    /// # Errors
    /// [`OperationError::Damaged`], or the store failed: whoever asks must refuse then.
    pub async fn restrictions(&self, patient: PatientId) -> Result<PatientFacts, OperationError> {
        let mut facts = PatientFacts::default();
        let mut next = vec![patient];
        let mut seen = Vec::new();
        while let Some(patient) = next.pop() {
            if seen.contains(&patient) {
                continue;
            }
            seen.push(patient);
            let loaded = match self.0.load(patient).await {
                Ok(loaded) => loaded,
                Err(OperationError::NotFound) => continue,
                Err(error) => return Err(error),
            };
            next.extend(loaded.manifest.merged_into);
            next.extend(&loaded.manifest.merged_from);
            let path = FieldPath::Field(Field::Restrictions);
            if !loaded.manifest.entries.contains_key(&path) {
                continue;
            }
            for value in self.0.values(&loaded, &[&path]).await? {
                let json = value.to_json().map_err(|_| OperationError::Damaged)?;
                let its = restrictions_of(&json).unwrap_or_default();
                facts.vip |= its.vip;
                facts.employee |= its.employee;
                facts.confidential |= its.confidential;
            }
        }
        Ok(facts)
    }

    /// The medical record numbers of a patient: what decisions and the trail name it by. Nothing of it is disclosed. A
    /// patient of whom there is no record has none.
    ///
    /// # Errors
    /// As [`Patients::restrictions`].
    pub async fn numbers(&self, patient: PatientId) -> Result<Vec<RecordNumber>, OperationError> {
        let loaded = match self.0.load(patient).await {
            Ok(loaded) => loaded,
            Err(OperationError::NotFound) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut identity = Identity::default();
        self.identify(&loaded, Field::RecordNumbers, &mut identity)
            .await?;
        Ok(identity.numbers)
    }

    /// The record that has this number of this authority.
    ///
    /// # Errors
    /// When the store failed.
    pub async fn holder_of(
        &self,
        value: &str,
        authority: &str,
    ) -> Result<Option<PatientId>, OperationError> {
        let Some(token) = number_token(&self.0.index, value, Some(authority)) else {
            return Ok(None);
        };
        let found = self.0.store.find(token, None, 1).await?;
        Ok(found.first().copied())
    }

    /// The record that this one ended in by merges: itself, when there is none. One that was erased is itself.
    ///
    /// # Errors
    /// As [`Patients::restrictions`].
    pub async fn survivor_of(&self, record: PatientId) -> Result<PatientId, OperationError> {
        match self.where_it_ended(record).await {
            Err(OperationError::NotFound) => Ok(record),
            ended => ended,
        }
    }

    /// The labels of one value of a patient's, by its path. A value or patient that is not there has none.
    ///
    /// # Errors
    /// As [`Patients::restrictions`].
    pub async fn item(&self, patient: PatientId, path: &str) -> Result<ItemFacts, OperationError> {
        let loaded = match self.0.load(patient).await {
            Ok(loaded) => loaded,
            Err(OperationError::NotFound) => return Ok(ItemFacts::default()),
            Err(error) => return Err(error),
        };
        let mut entries = loaded.manifest.entries.iter();
        let labels = entries
            .find(|(its, _)| its.to_string() == path)
            .and_then(|(_, entry)| entry.labels.as_ref());
        Ok(labels.map(Labels::facts).unwrap_or_default())
    }
}
