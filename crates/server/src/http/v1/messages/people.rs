//! Decides on everybody whom a message names, before any of it is recorded as seen.
//!
//! Whoever reads a merge or a swap is shown all who are in it, so it is decided on each, and each reading is in the trail
//! with its patient. An emergency access is to one patient: the others are decided on as if it were not there.

use wardline_access::guard::{Permit, Subject};
use wardline_access::model::{Action, DataType, PatientRef};
use wardline_access::policy::Reason;
use wardline_patients::model::{PatientId, RecordNumber};

use super::super::patients;
use crate::gate::Named;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

/// What each reading of a message is, for the trail.
pub(super) fn wanted(subject: Subject, about: &str) -> Wanted<'_> {
    Wanted {
        action: Action::Read,
        types: &[DataType::Messages],
        subject,
        about: about.to_owned(),
    }
}

/// A patient whom a message names.
#[derive(Default)]
struct Person {
    /// Whose numbers they are, where there is a record: the one that it ended in by merges.
    record: Option<PatientId>,
    /// By any of these it can be decided: all lead to the record, where there is one.
    references: Vec<PatientRef>,
    /// Other numbers that the message gives the same patient, which no record has.
    besides: Vec<PatientRef>,
}

/// Has it decided on each patient of a message, then recorded for each that the caller is shown it.
pub(super) async fn shown(
    api: &Api,
    caller: &Caller,
    named: Named,
    about: &str,
) -> Result<(), Problem> {
    let has_nameless = named.has_nameless;
    let mut people = Vec::new();
    for numbers in named.patients {
        if let Err(problem) = meet(api, &mut people, numbers).await {
            let first = people.first().and_then(|one| one.references.first());
            let wanted = wanted(of(first), about);
            return Err(api.failed_unasked(caller, wanted, problem).await);
        }
    }
    let opened = opened(api, caller, &people).await?;
    let plain = caller.without_emergency();
    let mut permits: Vec<(Permit, Vec<PatientRef>)> = Vec::with_capacity(people.len() + 1);
    for (place, person) in people.into_iter().enumerate() {
        let opened = opened.as_ref().filter(|(at, _)| *at == place);
        let (caller, by) = match opened {
            Some((_, reference)) => (caller, Some(reference)),
            None => (&plain, person.references.first()),
        };
        let permit = api.permit(caller, wanted(of(by), about)).await?;
        let all = person.references.into_iter().chain(person.besides);
        permits.push((permit, all.collect()));
    }
    if has_nameless || permits.is_empty() {
        let permit = api
            .permit(&plain, wanted(Subject::NoPatient, about))
            .await?;
        permits.push((permit, Vec::new()));
    }
    for (permit, references) in permits {
        api.disclose(permit, (), references).await?;
    }
    Ok(())
}

/// Refuses a message that names more patients than are decided on.
pub(super) async fn too_many(api: &Api, caller: &Caller, about: &str) -> Problem {
    let why = "the message names more patients than can be decided on; look at it with masked=true";
    let wanted = wanted(Subject::WhoeverIsFound, about);
    api.refused(caller, wanted, (Reason::Relation, why)).await
}

/// Adds the patient who has these numbers: with the one who is there already when it is the same record, as after a merge.
/// Numbers of one segment that are of several records are of several patients.
async fn meet(
    api: &Api,
    people: &mut Vec<Person>,
    numbers: Vec<RecordNumber>,
) -> Result<(), Problem> {
    let mut besides = Vec::new();
    let mut place = None;
    for number in numbers {
        let (value, authority) = (&number.value, &number.authority);
        let Some(reference) = patients::of_number(api, value, authority).await? else {
            continue;
        };
        let Some(record) = api.patients.holder_of(value, authority).await? else {
            besides.push(reference);
            continue;
        };
        let record = api.patients.survivor_of(record).await?;
        let known = people.iter().position(|one| one.record == Some(record));
        let at = known.unwrap_or(people.len());
        if known.is_none() {
            people.push(Person {
                record: Some(record),
                ..Person::default()
            });
        }
        if let Some(person) = people.get_mut(at) {
            person.references.push(reference);
        }
        place = place.or(Some(at));
    }
    match place.and_then(|at| people.get_mut(at)) {
        Some(person) => person.besides.append(&mut besides),
        None => people.push(Person {
            references: besides,
            ..Person::default()
        }),
    }
    Ok(())
}

/// The patient whom the emergency access at hand opens here, by its place: its own, else the first one, so that what does not
/// hold is refused and in the trail. `None` without such an access.
async fn opened(
    api: &Api,
    caller: &Caller,
    people: &[Person],
) -> Result<Option<(usize, PatientRef)>, Problem> {
    let Some(token) = caller.emergency() else {
        return Ok(None);
    };
    let its = api.gate.opened_by(&caller.principal(), token).await?;
    let place = |its: &PatientRef| people.iter().position(|one| one.references.contains(its));
    let found = its.and_then(|its| place(&its).map(|at| (at, its)));
    let first = people.first().and_then(|one| one.references.first());
    Ok(found.or_else(|| first.map(|reference| (0, reference.clone()))))
}

fn of(patient: Option<&PatientRef>) -> Subject {
    patient.map_or(Subject::NoPatient, |patient| {
        Subject::Patient(patient.clone())
    })
}
