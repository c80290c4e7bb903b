//! Decides on everybody whom a bed concerns, before any of it is recorded as seen.
//!
//! An emergency access is to one patient. At a bed that concerns two it is used for that one alone; on the others it is
//! decided as if it were not there, and those who are merely expected there are left out when they may not be seen: an
//! emergency must not end at who comes next.

use wardline_access::guard::{Permit, Subject};
use wardline_access::model::{Action, DataType, PatientRef};
use wardline_vitals::model::StayId;
use wardline_vitals::watch::BedView;

use super::super::patients;
use crate::gate;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

/// What is to be done at a bed.
#[derive(Clone, Copy)]
pub(super) struct AtBed<'a> {
    pub(super) action: Action,
    pub(super) types: &'a [DataType],
    /// For the trail.
    pub(super) about: &'a str,
}

/// What was decided on those whom a bed concerns.
#[derive(Default)]
pub(super) struct Decided {
    /// Each with the permit to see it; none is recorded yet.
    pub(super) permits: Vec<(Permit, PatientRef)>,
    /// Stays of those expected there who are to be left out.
    pub(super) left_out: Vec<StayId>,
}

/// Who lies in a bed, then for whom it is kept, as decisions are about them; `None` for whoever has no number to be named by.
///
/// # Errors
/// It cannot be read whose number one of them has.
pub(super) async fn named(api: &Api, view: &BedView) -> Result<Vec<Option<PatientRef>>, Problem> {
    let mut all = Vec::new();
    let lies = view.occupants.iter().map(|occupant| &occupant.patient);
    let expected = view.reserved_for.iter().map(|reserved| &reserved.patient);
    for patient in lies.chain(expected) {
        all.push(patients::of_patient(api, patient).await?);
    }
    Ok(all)
}

/// The same; what was asked for is in the trail as failed, under who is known there, when that cannot be read.
///
/// # Errors
/// As [`named`].
pub(super) async fn named_or_failed(
    api: &Api,
    caller: &Caller,
    view: &BedView,
    at: AtBed<'_>,
) -> Result<Vec<Option<PatientRef>>, Problem> {
    match named(api, view).await {
        Ok(named) => Ok(named),
        Err(problem) => {
            let known = concerned(view).flatten().next();
            let wanted = at.wanted(known.map_or(Subject::NoPatient, Subject::Patient));
            Err(api.failed_unasked(caller, wanted, problem).await)
        }
    }
}

/// Whose number each of them has, as messages name it.
pub(super) fn concerned(view: &BedView) -> impl Iterator<Item = Option<PatientRef>> {
    let lies = view.occupants.iter().map(|occupant| &occupant.patient);
    let expected = view.reserved_for.iter().map(|reserved| &reserved.patient);
    lies.chain(expected).map(|patient| gate::reference(patient))
}

/// Whether nothing can be decided, as somebody who cannot be left out has no number to be named by.
pub(super) fn is_nameless(caller: &Caller, view: &BedView, action: Action) -> bool {
    let expected = view.reserved_for.len();
    let counted = if leaves_out(caller, action) {
        0
    } else {
        expected
    };
    let all = view.occupants.len() + counted;
    concerned(view).take(all).any(|patient| patient.is_none())
}

/// Whether those may be left out who are expected: not without an emergency access, nor where anything is written. Nurses
/// are not assigned by such an access at all.
fn leaves_out(caller: &Caller, action: Action) -> bool {
    caller.emergency().is_some() && action == Action::Read
}

/// Decides on each of them who has a number to be named by.
pub(super) async fn decide(
    api: &Api,
    caller: &Caller,
    view: &BedView,
    at: AtBed<'_>,
) -> Result<Decided, Problem> {
    let mut decided = Decided::default();
    let named = named_or_failed(api, caller, view, at).await?;
    let here: Vec<PatientRef> = named.iter().flatten().cloned().collect();
    let opened = opened(api, caller, &here).await?;
    let plain = caller.without_emergency();
    let lies = view.occupants.iter().map(|_| None);
    let stays = lies.chain(view.reserved_for.iter().map(|of| Some(of.stay)));
    for (patient, expected) in named.into_iter().zip(stays) {
        let may_go = expected.filter(|_| leaves_out(caller, at.action));
        let Some(patient) = patient else {
            decided.left_out.extend(may_go);
            continue;
        };
        if decided.permits.iter().any(|(_, known)| *known == patient) {
            continue;
        }
        let is_opened = opened.as_ref() == Some(&patient);
        let permit = if let Some(stay) = may_go.filter(|_| !is_opened) {
            let Some(permit) = quietly(api, &plain, &patient, at).await else {
                decided.left_out.push(stay);
                continue;
            };
            permit
        } else {
            let caller = if is_opened { caller } else { &plain };
            let subject = Subject::Patient(patient.clone());
            api.permit(caller, at.wanted(subject)).await?
        };
        decided.permits.push((permit, patient));
    }
    Ok(decided)
}

/// The patient whom the emergency access at hand opens here: its own, else the first one, so that what does not hold is
/// refused and in the trail. `None` without such an access.
async fn opened(
    api: &Api,
    caller: &Caller,
    here: &[PatientRef],
) -> Result<Option<PatientRef>, Problem> {
    let Some(token) = caller.emergency() else {
        return Ok(None);
    };
    let its = api.gate.opened_by(&caller.principal(), token).await?;
    let its = its.filter(|patient| here.contains(patient));
    Ok(its.or_else(|| here.first().cloned()))
}

/// The permit to see somebody whom nobody asked for by name; `None`, and nothing in the trail of it, when it may not be
/// seen, or nothing can be decided.
async fn quietly(
    api: &Api,
    caller: &Caller,
    patient: &PatientRef,
    at: AtBed<'_>,
) -> Option<Permit> {
    let wanted = at.wanted(Subject::WhoeverIsFound);
    let permit = api.permit_aside(caller, wanted).await?;
    let is_whole = at.types.iter().all(|of| permit.permitted().has(*of));
    let may = is_whole && api.gate.may_see_find(&permit, patient).await.ok()?;
    may.then_some(permit)
}

impl AtBed<'_> {
    pub(super) fn wanted(&self, subject: Subject) -> Wanted<'_> {
        Wanted {
            action: self.action,
            types: self.types,
            subject,
            about: self.about.to_owned(),
        }
    }
}
