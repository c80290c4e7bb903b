//! What the gate is asked before somebody writes vital signs, or sees those that are nobody's. Applications of the site
//! answer for their users: of them nothing is asked besides the scope, as no patient is named to them.

use std::collections::BTreeSet;
use std::sync::Arc;

use wardline_access::guard::{Permit, Subject};
use wardline_access::model::{Action, DataType, PatientRef};
use wardline_vitals::operations::{SetAside, VitalsItem, Whose};
use wardline_vitals::watch::BedView;

use super::super::patients;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

/// Has it decided and recorded, with every patient, that somebody writes these values: of all of them or of none. What
/// is of nobody here is refused by live beds.
pub(super) async fn write(
    api: &Api,
    caller: &Caller,
    items: &[(usize, VitalsItem)],
) -> Result<(), Problem> {
    let wanted = |subject| Wanted {
        action: Action::Write,
        types: &[DataType::Vitals],
        subject,
        about: format!("{} values", items.len()),
    };
    let permit = api.permit(caller, wanted(Subject::WhoeverIsFound)).await?;
    let whose: Vec<&Whose> = items.iter().map(|(_, item)| &item.whose).collect();
    let patients = match patients_of(api, &whose).await {
        Ok(patients) => patients,
        Err(problem) => return Err(api.failed(permit, Vec::new(), problem).await),
    };
    for patient in &patients {
        match api.gate.may_see_find(&permit, patient).await {
            Ok(true) => {}
            Ok(false) => {
                // Asked about this patient alone, so that the trail has whom it was about and why not.
                let of_this = wanted(Subject::Patient(patient.clone()));
                return match api.permit(caller, of_this).await {
                    Ok(permit) => Err(api.withheld(permit, "ask again").await),
                    Err(problem) => Err(problem),
                };
            }
            Err(error) => return Err(api.failed(permit, vec![patient.clone()], error).await),
        }
    }
    api.disclose(permit, (), patients).await
}

/// Has it decided and recorded that somebody sees values that are nobody's: those of the beds of its own department.
pub(super) async fn aside(
    api: &Api,
    caller: &Caller,
    all: &mut Vec<SetAside>,
) -> Result<(), Problem> {
    if caller.is_application() {
        return Ok(());
    }
    let wanted = Wanted {
        action: Action::Read,
        types: &[DataType::Vitals],
        subject: Subject::WhoeverIsFound,
        about: "values that are nobody's".to_owned(),
    };
    let permit: Permit = api.permit(caller, wanted).await?;
    let principal = caller.principal();
    all.retain(|aside| {
        let bed = aside.bed.as_ref().and_then(|bed| api.beds.bed(bed));
        bed.is_some_and(|bed| principal.department() == Some(bed.unit.as_str()))
    });
    api.disclose(permit, (), Vec::new()).await
}

/// Everybody whose these values may be.
async fn patients_of(api: &Api, whose: &[&Whose]) -> Result<Vec<PatientRef>, Problem> {
    let mut patients = BTreeSet::new();
    for whose in whose {
        let beds: Vec<Arc<BedView>> = match whose {
            Whose::Stay(stay) => api.beds.bed_of_stay(*stay).into_iter().collect(),
            Whose::Bed(bed) => api.beds.bed(bed).into_iter().collect(),
            Whose::Patient(number, _) => api.beds.beds_of(number),
        };
        if let (Whose::Patient(number, _), true) = (whose, beds.is_empty()) {
            patients.extend(patients::of_identifier(api, number).await?);
        }
        for occupant in beds.iter().flat_map(|bed| &bed.occupants) {
            let is_meant = match whose {
                Whose::Patient(number, _) => occupant.patient.is_known_by(number),
                Whose::Stay(_) | Whose::Bed(_) => true,
            };
            if is_meant {
                patients.extend(patients::of_patient(api, &occupant.patient).await?);
            }
        }
    }
    Ok(patients.into_iter().collect())
}
