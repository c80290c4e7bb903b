//! Views of a record without the identifiers of Safe Harbor (45 CFR 164.514(b)(2)(i)).
//!
//! What is kept is on a list; everything else is left out, extension fields and what is not known included:
//!
//! | Safe Harbor | here |
//! |---|---|
//! | (A) names | no name field is kept; text that holds one of the patient's own identifiers is left out |
//! | (B) places smaller than a state | state, and three digits of a ZIP code where 20,000 people live ([`zip`]) |
//! | (C) dates, ages over 89 | the year alone; `90 or older`, and neither year of birth nor any other that long ago, for those ([`dates`], [`ages`]) |
//! | (D)-(H), (J), (L)-(O) telephone, fax, e-mail, SSN, record numbers, health plan, account, vehicle, device, URL, IP | none of these fields is kept; as (A) for text, and of others by their form ([`forms`]) |
//! | (I) health plan numbers, (K) licences | insurance and billing are left out whole |
//! | (P), (Q) biometrics, photographs | no such field is kept |
//! | (R) any other unique number | of clinical fields only codes, numbers, units and states are kept: of text three words at most; no notes |
//!
//! Safe Harbor asks besides that whoever gives the data out knows of no way back (b)(2)(ii): that is a person's to judge.

mod ages;
mod clean;
mod dates;
mod forms;
mod zip;

use serde_json::{Map, Value, json};
use wardline_phi::{BlindIndex, IndexField};

pub use dates::Dates;
pub(crate) use dates::year_of;

use crate::model::{Field, FieldPath, PatientId, Record};
use clean::Cleaner;
use dates::Calendar;

/// Fields that are read for a view.
pub(crate) const READ: [Field; 12] = [
    Field::BirthDate,
    Field::Sex,
    Field::Address,
    Field::Language,
    Field::MaritalStatus,
    Field::Deceased,
    Field::Diagnoses,
    Field::Treatments,
    Field::Medications,
    Field::Vitals,
    Field::LabResults,
    Field::Allergies,
];
/// Fields that tell what must not stand in one.
pub(crate) const IDENTIFYING: [Field; 10] = [
    Field::Name,
    Field::OtherNames,
    Field::Ssn,
    Field::RecordNumbers,
    Field::Address,
    Field::Phone,
    Field::Email,
    Field::EmergencyContact,
    Field::Insurance,
    Field::Billing,
];
const WORDS: [Field; 3] = [Field::Sex, Field::Language, Field::MaritalStatus];
const CLINICAL: [Field; 6] = [
    Field::Diagnoses,
    Field::Treatments,
    Field::Medications,
    Field::Vitals,
    Field::LabResults,
    Field::Allergies,
];

/// A record without identifiers, as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Deidentified(Value);

impl Deidentified {
    /// The view.
    pub fn into_json(self) -> Value {
        self.0
    }

    /// The view of a record of the patient `root`, at this year, in which none of what identifies it stands.
    pub(crate) fn of(
        record: &Record,
        (root, identifiers): (PatientId, &[Value]),
        index: &BlindIndex,
        (dates, this_year): (Dates, i16),
    ) -> Self {
        let token = |what: &[u8]| {
            let token = index.token_of(IndexField::Pseudonym, &[what, &root.0]);
            token.unwrap_or_default()
        };
        let calendar = Calendar::new(dates, token(b"date-shift"), this_year);
        let value = |field: Field| {
            let field = record.fields.get(&FieldPath::Field(field))?;
            field.value.to_json().ok()
        };
        let cleaner = Cleaner::new(identifiers, &calendar);

        let mut view = Map::new();
        view.insert(
            "subject".to_owned(),
            json!(PatientId(token(b"subject")).to_string()),
        );
        let birth_date = value(Field::BirthDate);
        if let Some(born) = birth_date.as_ref().and_then(Value::as_str) {
            if calendar.is_over_89(born) {
                view.insert("age".to_owned(), json!("90 or older"));
            } else if let Some(date) = calendar.told(born) {
                view.insert("birth_date".to_owned(), json!(date));
            }
        }
        for field in WORDS {
            if let Some(word) = value(field).and_then(|value| cleaner.word(&value)) {
                view.insert(field.as_str().to_owned(), json!(word));
            }
        }
        if let Some(place) = value(Field::Address).and_then(|address| zip::place_of(&address)) {
            view.insert("address".to_owned(), place);
        }
        if let Some(deceased) = value(Field::Deceased) {
            let told = match &deceased {
                Value::String(date) => calendar.told(date).map_or(json!(true), |date| json!(date)),
                Value::Bool(is) => json!(is),
                _ => Value::Null,
            };
            view.insert("deceased".to_owned(), told);
        }
        for field in CLINICAL {
            if let Some(kept) = value(field).and_then(|value| cleaner.clean(&value)) {
                view.insert(field.as_str().to_owned(), kept);
            }
        }
        Self(Value::Object(view))
    }
}
