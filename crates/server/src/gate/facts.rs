//! Who treats whom, from the census: a patient's department is the unit where it lies or is expected, its care team
//! the nurses who are assigned to its bed. How a patient is protected, and how a value is labelled, from its record.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use wardline_access::Identities;
use wardline_access::model::{ItemFacts, PatientFacts, PatientRef};
use wardline_access::port::{CareFacts, FactsError};
use wardline_patients::model::{PatientId, RecordNumber};
use wardline_patients::{OperationError, Patients};
use wardline_vitals::LiveBeds;
use wardline_vitals::model::{BedId, PatientIdentifier};

use super::patient::{self, identifier};

/// The census, as the guard needs it.
pub(super) struct OfBeds {
    pub(super) beds: LiveBeds,
    pub(super) identities: Arc<Identities>,
    pub(super) patients: Patients,
}

#[async_trait]
impl CareFacts for OfBeds {
    async fn of_patient(&self, patient: &PatientRef) -> Result<PatientFacts, FactsError> {
        let record = self.record(patient).await?;
        let mut facts = PatientFacts::default();
        let mut names: Vec<PatientIdentifier> = identifier(patient).into_iter().collect();
        if let Some(record) = record {
            facts = self
                .patients
                .restrictions(record)
                .await
                .map_err(|error| failed(&error))?;
            // A census that knows the patient by another of its numbers knows it too.
            let numbers = self
                .patients
                .numbers(record)
                .await
                .map_err(|error| failed(&error))?;
            names.extend(numbers.iter().map(identifier_of));
        }
        let (mut logins, mut seen) = (BTreeSet::new(), BTreeSet::<BedId>::new());
        for bed in names.iter().flat_map(|name| self.beds.beds_of(name)) {
            if !seen.insert(bed.bed.clone()) {
                continue;
            }
            facts.departments.insert(bed.unit.to_string());
            logins.extend(
                bed.nurses
                    .iter()
                    .map(|nurse| nurse.nurse.expose().to_owned()),
            );
        }
        for login in logins {
            let user = self.identities.user_of(&login).await;
            facts
                .care_team
                .extend(user.map_err(|error| FactsError(error.to_string()))?);
        }
        Ok(facts)
    }

    async fn of_item(&self, patient: &PatientRef, item: &str) -> Result<ItemFacts, FactsError> {
        match self.record(patient).await? {
            Some(record) => self
                .patients
                .item(record, item)
                .await
                .map_err(|error| failed(&error)),
            None => Ok(ItemFacts::default()),
        }
    }
}

impl OfBeds {
    /// The record that a reference names by itself or by a number.
    async fn record(&self, patient: &PatientRef) -> Result<Option<PatientId>, FactsError> {
        if let Some(record) = patient::record(patient) {
            return Ok(Some(record));
        }
        let Some(name) = identifier(patient) else {
            return Ok(None);
        };
        let authority = &name.authority.namespace;
        let holder = self.patients.holder_of(name.number.expose(), authority);
        holder.await.map_err(|error| failed(&error))
    }
}

fn identifier_of(number: &RecordNumber) -> PatientIdentifier {
    patient::identifier_of(&number.value, &number.authority)
}

fn failed(error: &OperationError) -> FactsError {
    FactsError(error.to_string())
}
