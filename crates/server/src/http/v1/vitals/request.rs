//! A batch of vital signs as a program sends it.

use serde::Deserialize;
use utoipa::ToSchema;
use wardline_vitals::model::{Authority, MAX_IDENTIFIER_BYTES, PatientIdentifier, PhiText, StayId};
use wardline_vitals::observation::{Device, Method, Parameter, Reason};
use wardline_vitals::operations::{ItemProblem, VitalsItem, Whose};

use super::super::time;

/// Longest value, unit or name in bytes: none that can be read is as long.
const MAX_TEXT_BYTES: usize = 64;

/// A batch of vital signs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct VitalsBody {
    /// The values, 1 to 1,000.
    pub(super) items: Vec<VitalBody>,
    /// Record nothing when one of them cannot be recorded.
    #[serde(default)]
    pub(super) all_or_none: bool,
}

/// One value. It is of the stay, of the patient, or of whoever was in the bed when it was taken: name one. A patient
/// together with a bed must be in that bed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VitalBody {
    /// A stay, as a bed shows it.
    stay: Option<u64>,
    /// The id of a bed.
    bed: Option<String>,
    /// A patient.
    patient: Option<PatientBody>,
    /// Such as `pulse`, `respiratory_rate`, `oxygen_saturation`, `systolic_pressure`, `temperature`,
    /// `consciousness` or `supplemental_oxygen`.
    parameter: String,
    /// How it was observed; `unspecified` unless given.
    method: Option<String>,
    /// A decimal number, or an answer such as `alert` or `air`.
    #[schema(value_type = serde_json::Value)]
    value: Given,
    /// Unit of a number, in UCUM, MDC or as people write it; not for an answer.
    unit: Option<String>,
    /// When it was observed, with its zone.
    #[schema(format = DateTime)]
    taken_at: String,
    /// What measured it: an EUI-64, or the sender's own number. Without it the value counts as charted by a person.
    device: Option<String>,
}

/// A patient's number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PatientBody {
    number: String,
    /// Who gave it (the namespace of CX.4).
    authority: Option<String>,
}

/// A value, as JSON has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    /// A number.
    Number(serde_json::Number),
    /// A number or an answer, as text.
    Text(String),
}

/// A value that is not recorded.
#[derive(Debug)]
pub(super) struct Refusal {
    /// Its place in the batch.
    pub(super) index: usize,
    pub(super) field: &'static str,
    pub(super) reason: &'static str,
}

impl VitalsBody {
    /// What can be read, with its place in the batch, and what cannot.
    pub(super) fn read(&self) -> (Vec<(usize, VitalsItem)>, Vec<Refusal>) {
        let (mut items, mut refused) = (Vec::new(), Vec::new());
        for (index, item) in self.items.iter().enumerate() {
            match item.read() {
                Ok(item) => items.push((index, item)),
                Err((field, reason)) => refused.push(Refusal {
                    index,
                    field,
                    reason,
                }),
            }
        }
        (items, refused)
    }
}

impl VitalBody {
    fn read(&self) -> Result<VitalsItem, (&'static str, &'static str)> {
        let parameter = Parameter::from_code(&self.parameter);
        let method = self
            .method
            .as_deref()
            .map_or(Some(Method::Unspecified), method);
        let value = match &self.value {
            Given::Number(number) => number.to_string(),
            Given::Text(text) => text.clone(),
        };
        let unit = self.unit.clone().unwrap_or_default();
        for (field, text) in [("value", &value), ("unit", &unit)] {
            if text.len() > MAX_TEXT_BYTES {
                return Err((field, "too_long"));
            }
        }
        let device = self.device.as_deref().map(Device::new);
        Ok(VitalsItem {
            whose: self.whose()?,
            parameter: parameter.ok_or(("parameter", "unknown_parameter"))?,
            method: method.ok_or(("method", "unknown_method"))?,
            value,
            unit,
            taken_at: time::read("taken_at", Some(&self.taken_at))
                .ok()
                .flatten()
                .ok_or(("taken_at", "no_time"))?,
            device: match device {
                Some(None) => return Err(("device", "unknown_device")),
                Some(known) => known,
                None => None,
            },
        })
    }

    fn whose(&self) -> Result<Whose, (&'static str, &'static str)> {
        let bed = self.bed.as_deref().map(str::parse).transpose();
        let bed = bed.map_err(|_| ("bed", "unknown_bed"))?;
        match (self.stay, bed, &self.patient) {
            (Some(stay), None, None) => Ok(Whose::Stay(StayId(stay))),
            (None, Some(bed), None) => Ok(Whose::Bed(bed)),
            (None, bed, Some(patient)) => Ok(Whose::Patient(patient.read()?, bed)),
            (None, None, None) => Err(("bed", "nothing_named")),
            (Some(_), _, _) => Err(("stay", "too_much_named")),
        }
    }
}

impl PatientBody {
    fn read(&self) -> Result<PatientIdentifier, (&'static str, &'static str)> {
        let number = self.number.trim();
        if number.is_empty() || number.len() > MAX_IDENTIFIER_BYTES {
            return Err(("patient", "no_number"));
        }
        let namespace = self.authority.clone().unwrap_or_default();
        if namespace.len() > MAX_IDENTIFIER_BYTES {
            return Err(("patient", "too_long"));
        }
        Ok(PatientIdentifier {
            number: PhiText::new(number.to_owned(), MAX_IDENTIFIER_BYTES),
            authority: Authority {
                namespace,
                universal: String::new(),
            },
            type_code: String::new(),
        })
    }
}

impl Refusal {
    /// What live beds refused.
    pub(super) fn of(index: usize, item: &VitalsItem, problem: ItemProblem) -> Self {
        let (field, reason) = match problem {
            ItemProblem::Value(reason) => (field_of(reason), reason.code()),
            ItemProblem::Nobodys(why) => match item.whose {
                Whose::Stay(_) => ("stay", why),
                Whose::Bed(_) => ("bed", why),
                Whose::Patient(..) => ("patient", why),
            },
        };
        Self {
            index,
            field,
            reason,
        }
    }
}

fn field_of(reason: Reason) -> &'static str {
    match reason {
        Reason::UnknownUnit => "unit",
        Reason::NoTime | Reason::AbsurdTime | Reason::UnreadableTime => "taken_at",
        Reason::UnknownCode => "parameter",
        _ => "value",
    }
}

fn method(name: &str) -> Option<Method> {
    Some(match name {
        "unspecified" => Method::Unspecified,
        "invasive" => Method::Invasive,
        "non_invasive" => Method::NonInvasive,
        "electrocardiogram" => Method::Electrocardiogram,
        "pulse_oximetry" => Method::PulseOximetry,
        "capnography" => Method::Capnography,
        _ => return None,
    })
}
