//! Who treats whom, from the census: a patient's department is the unit where it lies or is expected, its care team
//! the nurses who are assigned to its bed.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use wardline_access::Identities;
use wardline_access::model::{PatientFacts, PatientRef};
use wardline_access::port::{CareFacts, FactsError};
use wardline_vitals::LiveBeds;

use super::patient::identifier;

/// The census, as the guard needs it.
pub(super) struct OfBeds {
    pub(super) beds: LiveBeds,
    pub(super) identities: Arc<Identities>,
}

#[async_trait]
impl CareFacts for OfBeds {
    async fn of_patient(&self, patient: &PatientRef) -> Result<PatientFacts, FactsError> {
        let Some(id) = identifier(patient) else {
            return Ok(PatientFacts::default());
        };
        let mut facts = PatientFacts::default();
        let mut logins = BTreeSet::new();
        for bed in self.beds.beds_of(&id) {
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
}
