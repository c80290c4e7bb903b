//! The fields that a patient is found by, read from their values.

use serde_json::Value;
use wardline_access::model::PatientFacts;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::change::ChangeError;
use super::field::Field;

/// Medical record numbers of one patient at most.
pub const MAX_RECORD_NUMBERS: usize = 16;
/// Names of one patient at most.
const MAX_NAMES: usize = 16;
/// Bytes of an identifier or of a part of a name at most.
const MAX_TEXT_BYTES: usize = 256;
const SSN_DIGITS: usize = 9;

/// A medical record number with whoever gave it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecordNumber {
    /// The number.
    pub value: String,
    /// The assigning authority; empty when none is told.
    pub authority: String,
}

/// A name, as far as a patient is found by it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PersonName {
    /// Family name.
    pub family: String,
    /// First given name.
    pub given: String,
}

/// What a patient is found by. Silent in `{:?}`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The name and the others.
    pub names: Vec<PersonName>,
    /// `YYYY-MM-DD`; none when it is not known to the day.
    pub birth_date: Option<String>,
    /// As it was written.
    pub ssn: Option<String>,
    /// Numbers with their authorities.
    pub numbers: Vec<RecordNumber>,
}

macro_rules! silent {
    ($($name:ident)*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    )*};
}
silent!(RecordNumber PersonName Identity);

/// Reads `value` of `field` into `identity`, and refuses what has not the form of the field. Fields that nobody is
/// found by may hold any JSON; so may every field hold `null`.
pub(crate) fn identity_of(
    field: Field,
    value: &Value,
    identity: &mut Identity,
) -> Result<(), ChangeError> {
    let expected = |expected| ChangeError::Form {
        field: field.as_str(),
        expected,
    };
    if value.is_null() {
        return Ok(());
    }
    match field {
        Field::Name => {
            let name = name_of(value).ok_or_else(|| expected(NAME))?;
            identity.names.push(name);
        }
        Field::OtherNames => {
            let names = value.as_array().ok_or_else(|| expected(NAMES))?;
            if names.len() >= MAX_NAMES {
                return Err(expected(NAMES));
            }
            for name in names {
                let name = name_of(name).ok_or_else(|| expected(NAMES))?;
                identity.names.push(name);
            }
        }
        Field::BirthDate => {
            let date = value.as_str().filter(|text| is_date(text));
            let date = date.ok_or_else(|| expected(DATE))?;
            identity.birth_date = (date.len() == 10).then(|| date.to_owned());
        }
        Field::Ssn => {
            let digits = |text: &&str| text.bytes().filter(u8::is_ascii_digit).count();
            let ssn = value.as_str().filter(|text| {
                let rest = |b: u8| b.is_ascii_digit() || b == b'-' || b == b' ';
                text.len() <= 32 && text.bytes().all(rest) && digits(text) == SSN_DIGITS
            });
            identity.ssn = Some(ssn.ok_or_else(|| expected(SSN))?.to_owned());
        }
        Field::RecordNumbers => {
            let numbers = value.as_array().filter(|n| n.len() <= MAX_RECORD_NUMBERS);
            for number in numbers.ok_or_else(|| expected(NUMBERS))? {
                let number = number_of(number).ok_or_else(|| expected(NUMBERS))?;
                identity.numbers.push(number);
            }
        }
        Field::Restrictions => {
            restrictions_of(value).ok_or_else(|| expected(RESTRICTIONS))?;
        }
        _ => {}
    }
    Ok(())
}

const NAME: &str = "{\"family\": text, \"given\": [text, ..]} of at most 256 bytes each, or null";
const NAMES: &str = "a list of at most 15 names as in `name`, or null";
const DATE: &str = "a date as YYYY-MM-DD, YYYY-MM or YYYY, or null";
const SSN: &str = "nine digits, with hyphens or spaces or without, or null";
const NUMBERS: &str =
    "a list of at most 16 of {\"value\": text, \"authority\": text}, of at most 256 bytes, or null";
const RESTRICTIONS: &str = "{\"vip\", \"employee\", \"confidential\"}, each true or false, or null";

/// How a patient is protected: what is not said is `false`, what is not known is refused.
pub(crate) fn restrictions_of(value: &Value) -> Option<PatientFacts> {
    let mut facts = PatientFacts::default();
    for (word, value) in value.as_object()? {
        let value = value.as_bool()?;
        match word.as_str() {
            "vip" => facts.vip = value,
            "employee" => facts.employee = value,
            "confidential" => facts.confidential = value,
            _ => return None,
        }
    }
    Some(facts)
}

fn name_of(value: &Value) -> Option<PersonName> {
    let parts = value.as_object()?;
    let family = text_of(parts.get("family")?)?;
    let given = match parts.get("given") {
        None | Some(Value::Null) => String::new(),
        Some(Value::Array(given)) => {
            let given: Option<Vec<_>> = given.iter().take(MAX_NAMES).map(text_of).collect();
            given?.into_iter().next().unwrap_or_default()
        }
        Some(_) => return None,
    };
    // Of "Ada Marie" people know the first, and write it in either way.
    let given = given.split_whitespace().next().unwrap_or_default();
    Some(PersonName {
        family,
        given: given.to_owned(),
    })
}

fn number_of(value: &Value) -> Option<RecordNumber> {
    let parts = value.as_object()?;
    let number = text_of(parts.get("value")?).filter(|number| !number.is_empty())?;
    let authority = match parts.get("authority") {
        None | Some(Value::Null) => String::new(),
        Some(authority) => text_of(authority)?,
    };
    Some(RecordNumber {
        value: number,
        authority,
    })
}

fn text_of(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    (text.len() <= MAX_TEXT_BYTES).then(|| text.to_owned())
}

/// A date of FHIR: to the day, the month or the year.
fn is_date(text: &str) -> bool {
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        10 => text.to_owned(),
        _ => return false,
    };
    whole.is_ascii() && whole.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(field: Field, value: &Value) -> Result<Identity, ChangeError> {
        let mut identity = Identity::default();
        identity_of(field, value, &mut identity).map(|()| identity)
    }

    #[test]
    fn fields_that_people_are_found_by_have_a_form() {
        for (field, wrong) in [
            (Field::Name, json!("Zebrowski")),
            (Field::Name, json!({"given": ["Ada"]})),
            (Field::Name, json!({"family": "a".repeat(257)})),
            (Field::OtherNames, json!({"family": "x"})),
            (Field::BirthDate, json!("1971-02-30")),
            (Field::BirthDate, json!("09.03.1971")),
            (Field::Ssn, json!("219-09-999")),
            (Field::Ssn, json!(219_099_999)),
            (Field::RecordNumbers, json!([{"value": ""}])),
            (Field::RecordNumbers, json!({"value": "1"})),
            (Field::Restrictions, json!({"vip": "no"})),
            (Field::Restrictions, json!({"v.i.p.": true})),
        ] {
            assert!(read(field, &wrong).is_err(), "{field:?} {wrong}");
        }
    }

    #[test]
    fn of_a_name_the_family_name_and_the_first_given_name_count() {
        let name = json!({"family": "Zebrowski", "given": ["Ada Marie", "Eva"], "prefix": "Dr"});

        let identity = read(Field::Name, &name).unwrap();

        assert_eq!(identity.names[0].family, "Zebrowski");
        assert_eq!(identity.names[0].given, "Ada");
    }

    #[test]
    fn a_birth_date_that_is_not_known_to_the_day_is_taken_and_finds_nobody() {
        let identity = read(Field::BirthDate, &json!("1971-03")).unwrap();

        assert_eq!(identity.birth_date, None);
    }

    #[test]
    fn sixteen_record_numbers_are_taken_and_one_beyond_is_refused() {
        let numbers = |n: usize| {
            let one = |number: usize| json!({"value": number.to_string(), "authority": "H"});
            Value::Array((0..n).map(one).collect())
        };

        assert!(read(Field::RecordNumbers, &numbers(MAX_RECORD_NUMBERS)).is_ok());
        assert!(read(Field::RecordNumbers, &numbers(MAX_RECORD_NUMBERS + 1)).is_err());
    }

    #[test]
    fn every_field_may_be_null() {
        for field in Field::ALL {
            assert!(read(*field, &Value::Null).is_ok(), "{field:?}");
        }
    }
}
