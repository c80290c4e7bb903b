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
use wardline_vitals::model::BedId;
use wardline_vitals::watch::BedView;

use super::patient;

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
        let mut facts = PatientFacts {
            // Whose number was hashed nobody knows, so nobody knows how it is protected.
            confidential: patient::is_hashed(patient),
            ..PatientFacts::default()
        };
        let mut names: Vec<RecordNumber> = patient::number(patient).into_iter().collect();
        if let Some(record) = record {
            let restrictions = self.patients.restrictions(record).await;
            facts = restrictions.map_err(|error| failed(&error))?;
            // A census that knows the patient by another of its numbers knows it too.
            let numbers = self.patients.numbers(record).await;
            names.extend(numbers.map_err(|error| failed(&error))?);
        }
        let (mut logins, mut seen) = (BTreeSet::new(), BTreeSet::<BedId>::new());
        for bed in names.iter().flat_map(|name| self.beds_of(name)) {
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
            None if patient::is_hashed(patient) => {
                let why = "whose value it is is known by a hash alone";
                Err(FactsError(why.to_owned()))
            }
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
        let Some(name) = patient::number(patient) else {
            return Ok(None);
        };
        let holder = self.patients.holder_of(&name.value, &name.authority);
        holder.await.map_err(|error| failed(&error))
    }

    fn beds_of(&self, name: &RecordNumber) -> Vec<Arc<BedView>> {
        self.beds.beds_named(&name.value, &name.authority)
    }
}

fn failed(error: &OperationError) -> FactsError {
    FactsError(error.to_string())
}
