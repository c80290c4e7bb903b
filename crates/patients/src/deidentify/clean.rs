//! What is kept of clinical fields: codes, numbers, units, states and dates, by the names of a list.

use serde_json::{Map, Value};

use super::dates::{Calendar, OLDEST_AGE_TOLD, is_date, is_day};
use super::forms;

/// Members whose values are codes, numbers, units or states.
const KEPT: [&str; 24] = [
    "code",
    "coding",
    "codes",
    "system",
    "code_system",
    "value",
    "values",
    "unit",
    "units",
    "status",
    "severity",
    "criticality",
    "category",
    "type",
    "dose",
    "route",
    "frequency",
    "interpretation",
    "low",
    "high",
    "reference_range",
    "laterality",
    "reaction",
    "result",
];
/// Members whose values are dates.
const DATED: [&str; 12] = [
    "date",
    "onset",
    "onset_date",
    "start",
    "started",
    "end",
    "ended",
    "recorded",
    "taken_at",
    "effective",
    "issued",
    "performed",
];
/// Members that name who made a code; it is written as the address of a page.
const SYSTEMS: [&str; 2] = ["system", "code_system"];
/// Codes of LOINC for a person's age.
const AGES: [&str; 4] = ["30525-0", "21612-7", "29553-5", "63900-5"];
/// Units of years, of UCUM and as they are written.
const YEARS: [&str; 6] = ["a", "yr", "yrs", "year", "years", "y"];
/// Characters of a code or unit at most.
const MAX_CODE: usize = 40;
const MAX_WORD: usize = 32;
/// Characters of a number at most.
const MAX_NUMBER: usize = 12;
/// Identifiers shorter than this stand in too much to be looked for within other text.
const SHORTEST_WITHIN: usize = 3;

pub(super) struct Cleaner<'a> {
    /// The patient's own identifiers, letters and digits in lower case.
    identifiers: Vec<String>,
    calendar: &'a Calendar,
}

impl<'a> Cleaner<'a> {
    pub(super) fn new(of: &[Value], calendar: &'a Calendar) -> Self {
        let mut identifiers = Vec::new();
        for value in of {
            gather(value, &mut identifiers);
        }
        identifiers.sort();
        identifiers.dedup();
        Self {
            identifiers,
            calendar,
        }
    }

    /// A clinical value without what may not be told; `None` when nothing is left.
    pub(super) fn clean(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Array(items) => {
                let items: Vec<Value> = items.iter().filter_map(|item| self.clean(item)).collect();
                (!items.is_empty()).then_some(Value::Array(items))
            }
            Value::Object(members) => {
                let mut kept = Map::new();
                let is_age = is_age(members);
                for (name, value) in members {
                    if is_age && is_over_89(name, value) {
                        continue;
                    }
                    if let Some(value) = self.member(name, value) {
                        kept.insert(name.clone(), value);
                    }
                }
                (!kept.is_empty()).then_some(Value::Object(kept))
            }
            Value::String(text) => {
                let is_kept = self.is_code(text) && !forms::identifies(text);
                is_kept.then(|| value.clone())
            }
            Value::Number(number) => {
                let text = number.to_string();
                // Long numbers are identifiers more often than measurements.
                let is_kept = text.len() <= MAX_NUMBER
                    && !forms::is_long(number)
                    && !is_day(&text)
                    && !self.is_identifying(&text);
                is_kept.then(|| value.clone())
            }
            Value::Bool(_) => Some(value.clone()),
            Value::Null => None,
        }
    }

    /// A word such as a sex or a language.
    pub(super) fn word(&self, value: &Value) -> Option<String> {
        let word = value.as_str()?;
        let allowed = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '_';
        let fits = (1..=MAX_WORD).contains(&word.len()) && word.chars().all(allowed);
        (fits && !self.is_identifying(word)).then(|| word.to_owned())
    }

    fn member(&self, name: &str, value: &Value) -> Option<Value> {
        if DATED.contains(&name) {
            let date = self.calendar.told(value.as_str()?)?;
            return Some(Value::String(date));
        }
        if let (true, Value::String(text)) = (SYSTEMS.contains(&name), value) {
            return self.is_code(text).then(|| value.clone());
        }
        KEPT.contains(&name).then(|| self.clean(value)).flatten()
    }

    fn is_code(&self, text: &str) -> bool {
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".-/_%^:[]{}()<>=+* ".contains(c);
        let fits = (1..=MAX_CODE).contains(&text.len()) && text.chars().all(allowed);
        // Several words are a sentence, and a date under another name is a date.
        let words = text.split_whitespace().count();
        fits && words <= 3 && !is_date(text) && !self.is_identifying(text)
    }

    fn is_identifying(&self, text: &str) -> bool {
        let text = plain(text);
        self.identifiers.iter().any(|identifier| {
            text == *identifier
                || identifier.len() >= SHORTEST_WITHIN && text.contains(identifier.as_str())
        })
    }
}

/// Whether the members of a value say that it is how old somebody is.
fn is_age(members: &Map<String, Value>) -> bool {
    let is_one_of = |name: &str, words: &[&str]| {
        let word = members.get(name).and_then(Value::as_str);
        word.is_some_and(|word| words.contains(&word))
    };
    is_one_of("code", &AGES) || is_one_of("unit", &YEARS) || is_one_of("units", &YEARS)
}

/// Whether a member of an age tells one over 89, or may.
fn is_over_89(name: &str, value: &Value) -> bool {
    let age = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    matches!(name, "value" | "values" | "result")
        && age.is_none_or(|age| age >= f64::from(OLDEST_AGE_TOLD) + 1.0)
}

fn gather(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            into.push(plain(text));
            into.extend(text.split_whitespace().map(plain));
            into.retain(|identifier| identifier.len() >= 2);
        }
        Value::Number(number) => into.push(plain(&number.to_string())),
        Value::Array(items) => {
            for item in items {
                gather(item, into);
            }
        }
        Value::Object(members) => {
            for item in members.values() {
                gather(item, into);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Dates;
    use super::*;

    #[test]
    fn codes_numbers_and_units_are_kept_and_text_is_not() {
        let calendar = Calendar::new(Dates::Year, [7; 16], 2026);
        let identifiers = [
            json!({"family": "Zebrowski", "given": ["Ada"]}),
            json!("219-09-9999"),
        ];
        let cleaner = Cleaner::new(&identifiers, &calendar);
        let results = json!([{
            "code": "2345-7", "system": "http//loinc.org", "value": 5.4, "unit": "mmol/L",
            "taken_at": "2026-03-09T08:00:00Z", "comment": "told Mrs Zebrowski", "performer": "Dr House",
            "status": "told Ada on the phone today"
        }, {"code": "ZEBROWSKI-1"}, {"value": "219099999"}, {"value": 219_099_999}, {"value": "2026-03-09"}]);

        let kept = cleaner.clean(&results);

        let expected = json!([{
            "code": "2345-7", "system": "http//loinc.org", "value": 5.4, "unit": "mmol/L", "taken_at": "2026"
        }]);
        assert_eq!(kept, Some(expected));
    }

    #[test]
    fn a_day_is_left_out_however_it_is_written_and_an_age_over_89_too() {
        let calendar = Calendar::new(Dates::Year, [7; 16], 2026);
        let cleaner = Cleaner::new(&[], &calendar);
        let vitals = json!([
            {"code": "a", "value": 20_260_309}, {"code": "b", "value": "03/09/1936"}, {"code": "c", "value": 1_773_040_500},
            {"code": "30525-0", "value": 93}, {"code": "d", "value": 93, "unit": "a"}, {"code": "e", "value": "93", "unit": "years"},
            {"code": "30525-0", "value": 89, "unit": "a"}, {"code": "8867-4", "value": 93, "unit": "/min"},
            {"code": "f", "onset": "1936"}, {"code": "g", "onset": "1937"}, {"code": "h", "value": "(617) 555-0100"},
            {"code": "i", "system": "http://loinc.org"}
        ]);

        let kept = cleaner.clean(&vitals);

        let expected = json!([
            {"code": "a"}, {"code": "b"}, {"code": "c"},
            {"code": "30525-0"}, {"code": "d", "unit": "a"}, {"code": "e", "unit": "years"},
            {"code": "30525-0", "value": 89, "unit": "a"}, {"code": "8867-4", "value": 93, "unit": "/min"},
            {"code": "f"}, {"code": "g", "onset": "1937"}, {"code": "h"},
            {"code": "i", "system": "http://loinc.org"}
        ]);
        assert_eq!(kept, Some(expected));
    }
}
