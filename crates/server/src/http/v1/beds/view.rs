//! A bed as the API shows it.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_phi::mask;
use wardline_vitals::census::{Contradiction, Doubt};
use wardline_vitals::chart::NOTICE;
use wardline_vitals::model::{Assignment, PhiText, Place};
use wardline_vitals::watch::BedView;

use super::super::time;
use super::patient::{PatientShown, ReservedShown};

/// A bed with those who lie there and what is known of them. Not a primary alarm.
#[derive(Serialize, ToSchema)]
#[schema(as = Bed)]
pub(in crate::http::v1) struct BedShown<'a> {
    /// The server's time of this answer: ages are counted to it.
    #[schema(format = DateTime)]
    pub(super) as_of: String,
    /// What this is not.
    notice: &'static str,
    /// Place in the order of all changes of beds.
    sequence: u64,
    #[schema(example = "MAIN~ICU~101~A")]
    id: &'a str,
    #[schema(example = "MAIN~ICU")]
    unit: &'a str,
    place: PlaceShown<'a>,
    /// `occupied`, `pending_transfer`, `pending_discharge`, `dirty`, `cleaning`, `clean`, `assigned`, `blocked` or
    /// `unknown`.
    #[schema(example = "occupied")]
    state: &'static str,
    /// Since when, if somebody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    since: Option<String>,
    /// Why it is blocked; masked without the scope `phi`, as people may write anything here.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// For isolation.
    isolated: bool,
    /// Who looks after it.
    nurses: Vec<NurseShown<'a>>,
    /// Whether patients are masked, because the token has not the scope `phi`.
    masked: bool,
    /// Who lies there. More than one is a contradiction.
    patients: Vec<PatientShown<'a>>,
    /// For whom it is kept.
    reserved_for: Vec<ReservedShown>,
    /// What does not fit together.
    contradictions: Vec<ContradictionShown>,
}

/// Where a bed is (PL).
#[derive(Serialize, ToSchema)]
#[schema(as = BedPlace)]
struct PlaceShown<'a> {
    /// PL.4, empty when not named.
    facility: &'a str,
    /// PL.1
    unit: &'a str,
    /// PL.2, empty when not named.
    room: &'a str,
    /// PL.3, empty when not named.
    bed: &'a str,
}

/// A nurse who looks after a bed.
#[derive(Serialize, ToSchema)]
#[schema(as = Nurse)]
pub(super) struct NurseShown<'a> {
    /// A user of this house.
    nurse: &'a str,
    #[schema(format = DateTime)]
    since: String,
    /// Who said so.
    by: &'a str,
}

/// What cannot all be true. It is reported; nothing is guessed.
#[derive(Serialize, ToSchema)]
#[schema(as = Contradiction)]
pub(in crate::http::v1) struct ContradictionShown {
    /// What, in a word.
    #[schema(example = "many_in_one_bed")]
    kind: &'static str,
    /// The stays that it is about.
    stays: Vec<u64>,
    /// When what was told is said to have happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    at: Option<String>,
    /// The place that was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<String>,
    /// The place that was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<String>,
}

impl<'a> BedShown<'a> {
    pub(super) fn new(view: &'a BedView, masked: bool) -> Self {
        let reserved = view.reserved_for.iter();
        let patients = view.occupants.iter();
        Self {
            as_of: time::text(view.as_of),
            notice: NOTICE,
            sequence: view.sequence,
            id: view.bed.as_str(),
            unit: view.unit.as_str(),
            place: PlaceShown {
                facility: view.place.facility(),
                unit: view.place.unit(),
                room: view.place.room(),
                bed: view.place.bed(),
            },
            state: view.state.as_str(),
            since: (view.since > 0).then(|| time::text(view.since)),
            reason: view.reason.as_ref().map(|reason| free_text(reason, masked)),
            isolated: view.is_isolated,
            nurses: view.nurses.iter().map(NurseShown::from).collect(),
            masked,
            patients: patients
                .map(|occupant| PatientShown::new(occupant, view.as_of, masked))
                .collect(),
            reserved_for: reserved
                .map(|reserved| ReservedShown::new(reserved, view.as_of, masked))
                .collect(),
            contradictions: view.contradictions.iter().map(Into::into).collect(),
        }
    }
}

impl<'a> From<&'a Assignment> for NurseShown<'a> {
    fn from(assignment: &'a Assignment) -> Self {
        Self {
            nurse: assignment.nurse.expose(),
            since: time::text(assignment.since),
            by: assignment.by.expose(),
        }
    }
}

impl From<&Contradiction> for ContradictionShown {
    fn from(what: &Contradiction) -> Self {
        let (mut told, mut known) = (None, None);
        let at = match what {
            Contradiction::InStay { doubt, .. } => Some(match doubt {
                Doubt::NotHere { at, .. }
                | Doubt::NothingToCancel { at, .. }
                | Doubt::NoPlace { at, .. } => *at,
                Doubt::SaidToBeAt { at, told: said, .. } => {
                    told = Some(place_text(said));
                    *at
                }
                Doubt::Elsewhere {
                    at,
                    told: said,
                    known: is,
                    ..
                } => {
                    (told, known) = (Some(place_text(said)), Some(place_text(is)));
                    *at
                }
            }),
            Contradiction::VisitOfAnotherPatient { at, .. }
            | Contradiction::SeveralPatients { at, .. }
            | Contradiction::SeveralStays { at, .. }
            | Contradiction::NothingToUnite { at }
            | Contradiction::UnitedTwice { at }
            | Contradiction::TooOld { at, .. }
            | Contradiction::OtherVisit { at, .. } => Some(*at),
            Contradiction::ManyInOneBed { .. }
            | Contradiction::OneInManyPlaces { .. }
            | Contradiction::OccupantUnknown { .. }
            | Contradiction::BedInUse { .. } => None,
        };
        Self {
            kind: what.as_str(),
            stays: what.stays().iter().map(|stay| stay.0).collect(),
            at: at.map(time::text),
            told,
            known,
        }
    }
}

/// The id of a place: of a bed, or of its unit where it names no bed.
pub(super) fn place_text(place: &Place) -> String {
    let bed = place.bed_id().map(|bed| bed.as_str().to_owned());
    bed.unwrap_or_else(|| place.unit_id().as_str().to_owned())
}

fn free_text(text: &PhiText, masked: bool) -> String {
    if masked {
        mask::free_text(text.expose()).into()
    } else {
        text.expose().to_owned()
    }
}
