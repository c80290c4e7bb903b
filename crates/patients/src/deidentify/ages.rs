//! Ages over 89 among clinical values: by the code or the unit beside a number, and as people write them in a text.

use serde_json::{Map, Value};

use super::clean::plain;
use super::dates::OLDEST_AGE_TOLD;

/// Codes of LOINC for a person's age, and its name.
const AGES: [&str; 5] = ["30525-0", "21612-7", "29553-5", "63900-5", "age"];
/// Units of years, of UCUM and as they are written, letters alone.
const YEARS: [&str; 11] = [
    "a", "y", "yo", "yr", "yrs", "year", "years", "yearold", "yearsold", "yrold", "yrsold",
];
/// Numbers before a unit of years from this on are of no person.
const NO_AGE: f64 = 200.0;

/// Whether the members of a value say that it is how old somebody is: by what is measured, or by the unit. Either may be a
/// text, components of HL7 (`a^year^UCUM`) or a coded value; a quantity of FHIR has the unit's code under `code`.
pub(super) fn is_age(members: &Map<String, Value>) -> bool {
    let says = |names: &[&str], is: fn(&str) -> bool| {
        let mut named = names.iter().filter_map(|name| members.get(*name));
        named.any(|value| holds(value, is))
    };
    says(&["code", "codes", "coding", "type"], is_code_of_age)
        || says(&["unit", "units", "code", "coding"], is_years)
}

/// Whether a member of an age tells one over 89, or may.
pub(super) fn is_over_89(name: &str, value: &Value) -> bool {
    let age = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    matches!(name, "value" | "values" | "result") && age.is_none_or(is_not_told)
}

/// Whether a text tells an age over 89: `93 years`, `93 y/o`, `93-year-old`, `aged 93`.
pub(super) fn is_told_in(text: &str) -> bool {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut before = "";
    for (at, word) in words.iter().enumerate() {
        let end = word.find(|c: char| !(c.is_ascii_digit() || c == '.'));
        let (number, joined) = word.split_at(end.unwrap_or(word.len()));
        let is_old = number
            .parse()
            .is_ok_and(|age| is_not_told(age) && age < NO_AGE);
        let behind = words.get(at + 1).copied().unwrap_or_default();
        let unit = if joined.is_empty() { behind } else { joined };
        if is_old && (is_years(unit) || matches!(plain(before).as_str(), "age" | "aged")) {
            return true;
        }
        before = word;
    }
    false
}

fn is_not_told(age: f64) -> bool {
    age >= f64::from(OLDEST_AGE_TOLD) + 1.0
}

/// Whether a text, or one anywhere within a value, is so.
fn holds(value: &Value, is: fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => text.split('^').any(is),
        Value::Array(items) => items.iter().any(|item| holds(item, is)),
        Value::Object(members) => members.values().any(|item| holds(item, is)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_code_of_age(text: &str) -> bool {
    AGES.iter().any(|age| text.trim().eq_ignore_ascii_case(age))
}

fn is_years(text: &str) -> bool {
    YEARS.contains(&plain(text).as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_age_over_89_is_known_in_a_text() {
        for text in [
            "93 years",
            "93 Years old",
            "93 y/o",
            "93 y.o.",
            "93yo",
            "93y/M",
            "93-year-old",
            "93.5 yrs",
            "90 a",
            "> 93 years",
            "80-95 years",
            "age 93",
            "Aged: 101",
        ] {
            assert!(is_told_in(text), "{text}");
        }
        for text in [
            "89 years",
            "18 - 65 years",
            "93",
            "93 /min",
            "93 mg",
            "120 a.u.",
            "1500 years",
            "S93.401A",
            "0093-0058-01",
            "stage 93",
        ] {
            assert!(!is_told_in(text), "{text}");
        }
    }

    #[test]
    fn a_value_is_an_age_by_its_code_or_unit_however_they_are_written() {
        for value in [
            json!({"unit": "Years"}),
            json!({"unit": " YRS "}),
            json!({"units": "years old"}),
            json!({"unit": "y/o"}),
            json!({"unit": "a^year^UCUM"}),
            json!({"unit": {"code": "a"}}),
            json!({"code": "a", "system": "http://unitsofmeasure.org"}),
            json!({"code": "30525-0^Age^LN"}),
            json!({"code": "Age"}),
            json!({"code": {"coding": [{"code": "30525-0"}]}}),
            json!({"coding": [{"code": "8867-4"}, {"code": "21612-7"}]}),
        ] {
            assert!(is_age(value.as_object().unwrap()), "{value}");
        }
        for value in [
            json!({"unit": "/min"}),
            json!({"unit": "mg/dL"}),
            json!({"unit": "pack-years"}),
            json!({"unit": "a.u."}),
            json!({"code": {"coding": [{"code": "8867-4"}]}}),
        ] {
            assert!(!is_age(value.as_object().unwrap()), "{value}");
        }
    }
}
