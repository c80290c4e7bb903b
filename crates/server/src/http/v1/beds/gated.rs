//! What the gate is asked before beds are shown to whoever sees patients, and before a person does something at one.
//!
//! Beds with patients masked name nobody: they are shown to applications that may see beds, and are not recorded.

use std::collections::BTreeSet;
use std::sync::Arc;

use wardline_access::guard::{Permit, Subject};
use wardline_access::model::{Action, DataType, PatientRef};
use wardline_access::policy::Reason;
use wardline_vitals::model::{BedId, UnitId};
use wardline_vitals::watch::BedView;

use super::decide::{AtBed, decide, is_nameless, named, named_or_failed};
use crate::gate::Closed;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::protect::{Wanted, subject_of};

/// What a bed shows of its patient.
const SHOWN: &[DataType] = &[DataType::Census, DataType::Vitals, DataType::Demographics];

/// Has it decided and recorded that a bed is shown. Returns whether patients are masked. Under an emergency access those
/// expected there who may not be seen are left out of `view`.
pub(super) async fn bed(
    api: &Api,
    caller: &Caller,
    view: &mut Arc<BedView>,
) -> Result<bool, Problem> {
    if !caller.sees_phi() {
        return Ok(true);
    }
    let asked = (Action::Read, SHOWN);
    if !caller.is_application() && is_nameless(caller, view, Action::Read) {
        return Err(nameless(api, caller, asked, &view.bed).await);
    }
    // All are decided on before any is recorded as seen: the bed is shown whole or not at all.
    let at = AtBed {
        action: Action::Read,
        types: SHOWN,
        about: &format!("bed {}", view.bed),
    };
    let decided = decide(api, caller, view, at).await?;
    let mut permits = Vec::with_capacity(decided.permits.len());
    for (permit, patient) in decided.permits {
        permits.push((whole(api, permit).await?, patient));
    }
    for (permit, patient) in permits {
        api.disclose(permit, (), vec![patient]).await?;
    }
    if !decided.left_out.is_empty() {
        *view = Arc::new(view.without_expected(&decided.left_out));
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
    let permit = whole(api, api.permit(caller, wanted).await?).await?;
    let mut shown = Vec::new();
    let mut kept = Vec::with_capacity(beds.len());
    for bed in beds.drain(..) {
        let (of_bed, is_nameless) = match patients(api, &bed).await {
            Ok(of_bed) => of_bed,
            Err(problem) => return Err(api.failed(permit, Vec::new(), problem).await),
        };
        let may = if is_nameless && !caller.is_application() {
            false
        } else {
            match all_seen(api, &permit, &of_bed).await {
                Ok(all) => all,
                Err(error) => return Err(api.failed(permit, of_bed, error).await),
            }
        };
        if may {
            shown.extend(of_bed);
            kept.push(bed);
        }
    }
    *beds = kept;
    api.disclose(permit, (), shown).await?;
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
    let wanted = streaming(unit);
    if !caller.is_application() {
        let principal = caller.principal();
        let own = unit.filter(|unit| principal.department() == Some(unit.as_str()));
        if own.is_none() {
            let why = (Reason::Relation, "expected the unit of your own department");
            return Err(api.refused(caller, wanted, why).await.field("unit"));
        }
    }
    let permit = whole(api, api.permit(caller, wanted).await?).await?;
    api.disclose(permit, (), Vec::new()).await?;
    Ok(false)
}

/// Which of these beds a stream shows, once it is in the trail whom it shows that `recorded` does not name; and who they
/// are.
pub(in crate::http::v1) async fn streamed(
    api: &Api,
    caller: &Caller,
    unit: Option<&UnitId>,
    (views, recorded): (&[&Arc<BedView>], &BTreeSet<PatientRef>),
) -> Result<(Vec<bool>, BTreeSet<PatientRef>), Problem> {
    let permit = whole(api, api.permit(caller, streaming(unit)).await?).await?;
    let (mut may, mut new) = (Vec::with_capacity(views.len()), BTreeSet::new());
    for view in views {
        let (of_bed, is_nameless) = match patients(api, view).await {
            Ok(of_bed) => of_bed,
            Err(problem) => return Err(api.failed(permit, Vec::new(), problem).await),
        };
        may.push(if caller.is_application() {
            true
        } else if is_nameless {
            false
        } else {
            match all_seen(api, &permit, &of_bed).await {
                Ok(all) => all,
                Err(error) => return Err(api.failed(permit, of_bed, error).await),
            }
        });
        if may.last() == Some(&true) {
            new.extend(of_bed.into_iter().filter(|of| !recorded.contains(of)));
        }
    }
    if new.is_empty() {
        return Ok((may, new));
    }
    api.disclose(permit, (), new.iter().cloned().collect())
        .await?;
    Ok((may, new))
}

/// Whether all of these patients may stand in an answer.
async fn all_seen(api: &Api, permit: &Permit, of: &[PatientRef]) -> Result<bool, Closed> {
    for patient in of {
        if !api.gate.may_see_find(permit, patient).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn streaming(unit: Option<&UnitId>) -> Wanted<'static> {
    Wanted {
        action: Action::Stream,
        types: SHOWN,
        subject: Subject::WhoeverIsFound,
        about: unit.map_or_else(|| "all units".to_owned(), |unit| format!("unit {unit}")),
    }
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
    if is_nameless(caller, view, action) {
        return Err(nameless(api, caller, (action, &[data_type]), &view.bed).await);
    }
    let at = AtBed {
        action,
        types: &[data_type],
        about: &format!("{what} at bed {}", view.bed),
    };
    let permits = decide(api, caller, view, at).await?.permits;
    for (permit, patient) in permits {
        api.disclose(permit, (), vec![patient]).await?;
    }
    Ok(())
}

/// Refuses to whoever comes with an emergency access what would silence a bed for those who look after it: an access that
/// shows must not say for them that they have seen.
pub(super) async fn acknowledges(
    api: &Api,
    caller: &Caller,
    view: &BedView,
) -> Result<(), Problem> {
    let about = "asked to acknowledge a band";
    if caller.emergency().is_none() {
        return act(api, caller, view, (Action::Read, DataType::Vitals), about).await;
    }
    let at = AtBed {
        action: Action::Write,
        types: &[DataType::Vitals],
        about: &format!("{about} at bed {}", view.bed),
    };
    let why = "an emergency access is for seeing its patient: a band is acknowledged by those who look after it";
    Err(refused_at(api, caller, view, at, why).await)
}

/// Whether a person says who looks after a bed: only in the unit of its own department, since whoever looks after a
/// bed sees its patient.
pub(super) async fn assigns(api: &Api, caller: &Caller, view: &BedView) -> Result<(), Problem> {
    let principal = caller.principal();
    let is_of_unit = caller.is_application() || principal.department() == Some(view.unit.as_str());
    // Else it would outlast the access, and be to all whom the bed concerns.
    let by_emergency = caller.emergency().is_some();
    if is_of_unit && !by_emergency {
        return Ok(());
    }
    let at = AtBed {
        action: Action::Write,
        types: &[DataType::Census],
        about: &format!("assigned nurses at bed {}", view.bed),
    };
    let why = if by_emergency {
        "an emergency access is for seeing its patient: nurses are assigned without it"
    } else {
        "nurses are assigned by those of the unit's own department"
    };
    Err(refused_at(api, caller, view, at, why).await)
}

/// The refusal of what the policies need not be asked about, once it is in the trail; so is that it cannot be read who
/// is there.
async fn refused_at(
    api: &Api,
    caller: &Caller,
    view: &BedView,
    at: AtBed<'_>,
    why: &'static str,
) -> Problem {
    let named = match named_or_failed(api, caller, view, at).await {
        Ok(named) => named,
        Err(problem) => return problem,
    };
    let here: Vec<PatientRef> = named.into_iter().flatten().collect();
    let wanted = at.wanted(subject_of(&here));
    api.refused(caller, wanted, (Reason::Relation, why)).await
}

/// The permit, if it is for all of a bed. A bed is shown whole or not at all: with a part of it missing it would be
/// taken for all that there is.
async fn whole(api: &Api, permit: Permit) -> Result<Permit, Problem> {
    if SHOWN.iter().all(|of| permit.permitted().has(*of)) {
        return Ok(permit);
    }
    let why = "your role does not allow seeing beds as a whole";
    Err(api.withheld(permit, why).await)
}

/// Who lies in a bed, and for whom it is kept; and whether any of them has no number to be named by.
async fn patients(api: &Api, view: &BedView) -> Result<(Vec<PatientRef>, bool), Problem> {
    let named = named(api, view).await?;
    let is_nameless = named.iter().any(Option::is_none);
    Ok((named.into_iter().flatten().collect(), is_nameless))
}

/// Nobody can be asked about a patient who is not named.
async fn nameless(
    api: &Api,
    caller: &Caller,
    (action, types): (Action, &[DataType]),
    bed: &BedId,
) -> Problem {
    let wanted = Wanted {
        action,
        types,
        subject: Subject::NoPatient,
        about: format!("bed {bed}, where a patient has no number yet"),
    };
    let why = "a patient there has no number yet, so nothing can be decided about it";
    api.refused(caller, wanted, (Reason::Relation, why)).await
}
