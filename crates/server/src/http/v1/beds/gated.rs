//! What the gate is asked before beds are shown to whoever sees patients, and before a person does something at one.
//!
//! Beds with patients masked name nobody: they are shown to applications that may see beds, and are not recorded.

use std::sync::Arc;

use wardline_access::guard::{Permit, Subject};
use wardline_access::model::{Action, DataType, PatientRef};
use wardline_vitals::model::UnitId;
use wardline_vitals::watch::BedView;

use crate::gate;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::{Code, Problem};
use crate::http::protect::{Wanted, subject_of};

/// What a bed shows of its patient.
const SHOWN: &[DataType] = &[DataType::Census, DataType::Vitals, DataType::Demographics];

/// Has it decided and recorded that a bed is shown. Returns whether patients are masked.
pub(super) async fn bed(api: &Api, caller: &Caller, view: &BedView) -> Result<bool, Problem> {
    if !caller.sees_phi() {
        return Ok(true);
    }
    let (patients, is_nameless) = patients(view);
    if is_nameless && !caller.is_application() {
        return Err(nameless());
    }
    for patient in patients {
        let wanted = Wanted {
            action: Action::Read,
            types: SHOWN,
            subject: subject_of(std::slice::from_ref(&patient)),
            about: format!("bed {}", view.bed),
        };
        let permit = api.permit(caller, wanted).await?;
        whole(&permit)?;
        api.disclose(permit, (), vec![patient]).await?;
    }
    Ok(false)
}

/// A page of beds. Which of them the caller sees is decided for each; the others are left out, as if they were not
/// there. Returns whether patients are masked.
pub(super) async fn page(
    api: &Api,
    caller: &Caller,
    beds: &mut Vec<Arc<BedView>>,
) -> Result<bool, Problem> {
    if !caller.sees_phi() {
        return Ok(true);
    }
    let wanted = Wanted {
        action: Action::Read,
        types: SHOWN,
        subject: Subject::WhoeverIsFound,
        about: "beds".to_owned(),
    };
    let permit = api.permit(caller, wanted).await?;
    whole(&permit)?;
    let mut shown = Vec::new();
    let mut kept = Vec::with_capacity(beds.len());
    for bed in beds.drain(..) {
        let (of_bed, is_nameless) = patients(&bed);
        let mut may = !is_nameless || caller.is_application();
        for patient in &of_bed {
            may = may && api.gate.may_see_find(&permit, patient).await?;
        }
        if may {
            shown.extend(of_bed);
            kept.push(bed);
        }
    }
    *beds = kept;
    if !shown.is_empty() {
        api.disclose(permit, (), shown).await?;
    }
    Ok(false)
}

/// Has it decided and recorded that beds are streamed. A person streams the unit of its own department. Returns
/// whether patients are masked.
pub(in crate::http::v1) async fn stream(
    api: &Api,
    caller: &Caller,
    unit: Option<&UnitId>,
) -> Result<bool, Problem> {
    if !caller.sees_phi() {
        return Ok(true);
    }
    if !caller.is_application() {
        let principal = caller.principal();
        let own = unit.filter(|unit| principal.department() == Some(unit.as_str()));
        own.ok_or_else(|| {
            Problem::new(Code::AccessDenied)
                .field("unit")
                .detail("expected the unit of your own department")
        })?;
    }
    let about = unit.map_or_else(|| "all units".to_owned(), |unit| format!("unit {unit}"));
    let wanted = Wanted {
        action: Action::Stream,
        types: SHOWN,
        subject: Subject::WhoeverIsFound,
        about,
    };
    let permit = api.permit(caller, wanted).await?;
    whole(&permit)?;
    api.disclose(permit, (), Vec::new()).await?;
    Ok(false)
}

/// Has it decided and recorded that somebody sees, or does something at, the bed of a patient. Applications answer for
/// their users: of them nothing is asked besides the scope, as no patient is named.
pub(super) async fn act(
    api: &Api,
    caller: &Caller,
    view: &BedView,
    (action, data_type): (Action, DataType),
    what: &str,
) -> Result<(), Problem> {
    if caller.is_application() {
        return Ok(());
    }
    let (patients, is_nameless) = patients(view);
    if is_nameless {
        return Err(nameless());
    }
    for patient in patients {
        let wanted = Wanted {
            action,
            types: &[data_type],
            subject: Subject::Patient(patient.clone()),
            about: format!("{what} at bed {}", view.bed),
        };
        let permit = api.permit(caller, wanted).await?;
        api.disclose(permit, (), vec![patient]).await?;
    }
    Ok(())
}

/// Whether a person says who looks after a bed: only in the unit of its own department, since whoever looks after a
/// bed sees its patient.
pub(super) fn assigns(caller: &Caller, view: &BedView) -> Result<(), Problem> {
    let principal = caller.principal();
    if caller.is_application() || principal.department() == Some(view.unit.as_str()) {
        return Ok(());
    }
    Err(Problem::new(Code::AccessDenied)
        .detail("nurses are assigned by those of the unit's own department"))
}

/// A bed is shown whole or not at all: with a part of it missing it would be taken for all that there is.
fn whole(permit: &Permit) -> Result<(), Problem> {
    let is_whole = SHOWN.iter().all(|of| permit.permitted().has(*of));
    is_whole.then_some(()).ok_or_else(|| {
        Problem::new(Code::AccessDenied).detail("your role does not allow seeing beds as a whole")
    })
}

/// Who lies in a bed, and for whom it is kept; and whether any of them has no number to be named by.
fn patients(view: &BedView) -> (Vec<PatientRef>, bool) {
    let lies = view.occupants.iter().map(|occupant| &occupant.patient);
    let expected = view.reserved_for.iter().map(|reserved| &reserved.patient);
    let (mut named, mut is_nameless) = (Vec::new(), false);
    for patient in lies.chain(expected) {
        match gate::reference(patient) {
            Some(patient) => named.push(patient),
            None => is_nameless = true,
        }
    }
    (named, is_nameless)
}

/// Nobody can be asked about a patient who is not named.
fn nameless() -> Problem {
    Problem::new(Code::AccessDenied)
        .detail("a patient there has no number yet, so nothing can be decided about it")
}
