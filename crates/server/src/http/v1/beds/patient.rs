//! A patient in a bed: who, and what is known of the vital signs.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_kernel::UnixMillis;
use wardline_phi::mask::{self, Reveal};
use wardline_vitals::census::{Away, Care, Pending};
use wardline_vitals::model::{Patient, PatientClass, PhiText, Sex};
use wardline_vitals::score::SaturationScale;
use wardline_vitals::watch::{OccupantView, ReservedView};

use super::super::time;
use super::chart::{ApartShown, ScoreShown, SkewShown, ValueShown};
use super::view::place_text;

/// Ages above this are not told without the scope `phi` (45 CFR 164.514(b)(2)(i)(C)).
const OLDEST_AGE_TOLD: u16 = 89;

/// A patient in a bed.
#[derive(Serialize, ToSchema)]
#[schema(as = BedPatient)]
pub(super) struct PatientShown<'a> {
    /// The number of this stay in this program; it says nothing of the patient.
    stay: u64,
    identity: IdentityShown,
    /// Full years, when the date of birth is known; ages above 89 are not told without the scope `phi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    age_years: Option<u16>,
    /// PV1-2: `inpatient`, `outpatient`, `emergency`, `preadmit`, `recurring`, `obstetrics` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
    /// PV1-7
    #[serde(skip_serializing_if = "Option::is_none")]
    attending: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    admitted_at: Option<String>,
    /// Since when they are in this bed.
    #[schema(format = DateTime)]
    placed_at: String,
    /// What is planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<PlanShown>,
    /// Why they are not in the bed that is theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    away: Option<PlanShown>,
    care: CareShown,
    score: ScoreShown,
    /// The newest value of each parameter by each method, each with its age.
    values: Vec<ValueShown<'a>>,
    /// Values that could not be read or believed, by parameter and reason.
    set_apart: Vec<ApartShown<'a>>,
    /// Devices whose clock differs from ours by more than the limit.
    clock_skews: Vec<SkewShown<'a>>,
}

/// Who a patient is; masked without the scope `phi`.
#[derive(Serialize, ToSchema)]
#[schema(as = BedPatientIdentity)]
struct IdentityShown {
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<String>,
    /// The medical record number, else the first number.
    #[serde(skip_serializing_if = "Option::is_none")]
    identifier: Option<String>,
    /// As HL7 writes it, `YYYYMMDD` or less.
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_date: Option<String>,
    /// `female`, `male` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    sex: Option<&'static str>,
}

/// Something planned, or why a patient is away.
#[derive(Serialize, ToSchema)]
#[schema(as = BedPlan)]
struct PlanShown {
    /// `transfer` or `discharge`; `elsewhere` or `on_leave`.
    kind: &'static str,
    /// The place, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

/// What a person set, and no message tells.
#[derive(Serialize, ToSchema)]
#[schema(as = BedCare)]
struct CareShown {
    /// By which column oxygen saturation is scored: 1, or 2 where a clinician prescribed it.
    saturation_scale: u8,
    /// Beyond the 20th week of pregnancy: not scored.
    pregnant: bool,
}

/// Somebody who is expected in a bed.
#[derive(Serialize, ToSchema)]
#[schema(as = BedReservation)]
pub(super) struct ReservedShown {
    stay: u64,
    identity: IdentityShown,
}

impl<'a> PatientShown<'a> {
    pub(super) fn new(occupant: &'a OccupantView, now: UnixMillis, masked: bool) -> Self {
        let chart = &occupant.chart;
        let told = |age: &u16| !masked || *age <= OLDEST_AGE_TOLD;
        Self {
            stay: occupant.stay.0,
            identity: IdentityShown::new(&occupant.patient, now, masked),
            age_years: occupant.age_years.filter(told),
            class: occupant.class.map(class),
            attending: occupant.attending.as_ref().map(PhiText::expose),
            admitted_at: occupant.admitted_at.map(time::text),
            placed_at: time::text(occupant.placed_at),
            pending: occupant.pending.as_ref().map(PlanShown::from),
            away: occupant.away.as_ref().map(PlanShown::from),
            care: (&occupant.care).into(),
            score: ScoreShown::new(&chart.score, occupant.acknowledged_by.as_ref()),
            values: chart.values.iter().map(ValueShown::from).collect(),
            set_apart: chart.apart.iter().map(ApartShown::from).collect(),
            clock_skews: chart.devices.iter().map(SkewShown::from).collect(),
        }
    }
}

impl ReservedShown {
    pub(super) fn new(reserved: &ReservedView, now: UnixMillis, masked: bool) -> Self {
        Self {
            stay: reserved.stay.0,
            identity: IdentityShown::new(&reserved.patient, now, masked),
        }
    }
}

impl IdentityShown {
    fn new(patient: &Patient, now: UnixMillis, masked: bool) -> Self {
        let shown = |text: &PhiText, mask: fn(&str) -> mask::Masked| {
            if masked {
                mask(text.expose()).into()
            } else {
                text.expose().to_owned()
            }
        };
        let name = |name: &Option<PhiText>| name.as_ref().map(|text| shown(text, mask::name));
        let identifier = patient.main_identifier().map(|known| &known.number);
        let birth_date = patient.birth_date.as_ref();
        Self {
            family_name: name(&patient.family_name),
            given_name: name(&patient.given_name),
            identifier: identifier
                .map(|number| shown(number, |text| mask::identifier(text, Reveal::Nothing))),
            birth_date: birth_date.map(|date| {
                if masked {
                    mask::birth_date(date.expose(), year(now)).into()
                } else {
                    date.expose().to_owned()
                }
            }),
            sex: patient.sex.map(|sex| match sex {
                Sex::Female => "female",
                Sex::Male => "male",
                Sex::Other => "other",
            }),
        }
    }
}

fn year(now: UnixMillis) -> u16 {
    let text = time::text(now);
    let year = text.get(..4).and_then(|year| year.parse().ok());
    // Without a year every date of birth is long ago.
    year.unwrap_or(u16::MAX)
}

fn class(class: PatientClass) -> &'static str {
    match class {
        PatientClass::Inpatient => "inpatient",
        PatientClass::Outpatient => "outpatient",
        PatientClass::Emergency => "emergency",
        PatientClass::Preadmit => "preadmit",
        PatientClass::Recurring => "recurring",
        PatientClass::Obstetrics => "obstetrics",
        PatientClass::Other => "other",
    }
}

impl From<&Pending> for PlanShown {
    fn from(pending: &Pending) -> Self {
        match pending {
            Pending::Transfer(to) => Self {
                kind: "transfer",
                to: to.as_ref().map(place_text),
            },
            Pending::Discharge => Self {
                kind: "discharge",
                to: None,
            },
        }
    }
}

impl From<&Away> for PlanShown {
    fn from(away: &Away) -> Self {
        match away {
            Away::Elsewhere(to) => Self {
                kind: "elsewhere",
                to: to.as_ref().map(place_text),
            },
            Away::OnLeave => Self {
                kind: "on_leave",
                to: None,
            },
        }
    }
}

impl From<&Care> for CareShown {
    fn from(care: &Care) -> Self {
        Self {
            saturation_scale: match care.saturation_scale {
                SaturationScale::One => 1,
                SaturationScale::Two => 2,
            },
            pregnant: care.is_pregnant,
        }
    }
}
