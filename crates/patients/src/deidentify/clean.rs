//! What is kept of clinical fields: codes, numbers, units, states and dates, by the names of a list.

use serde_json::{Map, Value};

use super::dates::Calendar;

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
/// Characters of a code or unit at most.
const MAX_CODE: usize = 40;
const MAX_WORD: usize = 32;
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
                for (name, value) in members {
                    if let Some(value) = self.member(name, value) {
                        kept.insert(name.clone(), value);
                    }
                }
                (!kept.is_empty()).then_some(Value::Object(kept))
            }
            Value::String(text) => self.is_code(text).then(|| value.clone()),
            // Long numbers are identifiers more often than measurements.
            Value::Number(number) => (number.to_string().len() <= 12
                && !self.is_identifying(&number.to_string()))
            .then(|| value.clone()),
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
        KEPT.contains(&name).then(|| self.clean(value)).flatten()
    }

    fn is_code(&self, text: &str) -> bool {
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".-/_%^:[]{}()<>=+* ".contains(c);
        let fits = (1..=MAX_CODE).contains(&text.len()) && text.chars().all(allowed);
        // Several words are a sentence, and a date under another name is a date.
        let words = text.split_whitespace().count();
        fits && words <= 3
            && !looks_like_ssn(text)
            && self.calendar.told(text).is_none()
            && !self.is_identifying(text)
    }

    fn is_identifying(&self, text: &str) -> bool {
        let text = plain(text);
        self.identifiers.iter().any(|identifier| {
            text == *identifier
                || identifier.len() >= SHORTEST_WITHIN && text.contains(identifier.as_str())
        })
    }
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

fn looks_like_ssn(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().split(['-', ' ']).collect();
    let is_digits = |part: &&str| part.bytes().all(|b| b.is_ascii_digit());
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    parts.iter().all(is_digits) && (lengths == [3, 2, 4] || lengths == [3, 3, 4])
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
    fn somebody_elses_numbers_are_known_by_their_form() {
        assert!(looks_like_ssn("219-09-9999"));
        assert!(looks_like_ssn("555-123-4567"));
        assert!(!looks_like_ssn("2345-7"));
    }
}
