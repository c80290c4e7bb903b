//! What is kept of clinical fields: codes, numbers, units, states and dates, by the names of a list.

use serde_json::{Map, Value};

use super::dates::{Calendar, is_date, is_day};
use super::{ages, forms};

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
/// Members that hold what was measured. A code stands under another name, so a long number there is none.
const MEASURED: [&str; 6] = ["value", "values", "result", "low", "high", "dose"];
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
        self.clean_under("", value)
    }

    /// The same of a value that stands under a name, or within a list under it.
    fn clean_under(&self, name: &str, value: &Value) -> Option<Value> {
        match value {
            Value::Array(items) => {
                let items = items.iter().filter_map(|item| self.clean_under(name, item));
                let items: Vec<Value> = items.collect();
                (!items.is_empty()).then_some(Value::Array(items))
            }
            Value::Object(members) => {
                let mut kept = Map::new();
                let is_age = ages::is_age(members);
                for (name, value) in members {
                    if is_age && ages::is_over_89(name, value) {
                        continue;
                    }
                    if let Some(value) = self.member(name, value) {
                        kept.insert(name.clone(), value);
                    }
                }
                (!kept.is_empty()).then_some(Value::Object(kept))
            }
            Value::String(text) => self.is_told(name, text).then(|| value.clone()),
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
        let is_kept = KEPT.contains(&name);
        is_kept.then(|| self.clean_under(name, value)).flatten()
    }

    fn is_told(&self, name: &str, text: &str) -> bool {
        let is_long = MEASURED.contains(&name) && forms::has_long_number(text);
        let form = if SYSTEMS.contains(&name) {
            forms::without_scheme(text)
        } else {
            text
        };
        self.is_code(text) && !is_long && !forms::identifies(form) && !ages::is_told_in(text)
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

/// Letters and digits alone, in lower case.
pub(super) fn plain(text: &str) -> String {
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

    #[test]
    fn what_tells_an_age_a_day_or_a_person_is_left_out_of_values_and_systems() {
        let calendar = Calendar::new(Dates::Year, [7; 16], 2026);
        let cleaner = Cleaner::new(&[], &calendar);

        for (value, kept) in [
            (
                json!({"value": 93, "unit": "Years"}),
                Some(json!({"unit": "Years"})),
            ),
            (
                json!({"code": {"coding": [{"code": "30525-0"}]}, "value": 93}),
                Some(json!({"code": {"coding": [{"code": "30525-0"}]}})),
            ),
            (json!({"value": "93 years"}), None),
            (json!({"value": ["93 y/o"]}), None),
            (json!({"value": "until 03/09/2026"}), None),
            (json!({"value": "1773040500"}), None),
            (
                json!({"values": ["219099998", "5.4"]}),
                Some(json!({"values": ["5.4"]})),
            ),
            (json!({"system": "219-09-9999"}), None),
            (json!({"system": "http://219-09-9999"}), None),
            (json!({"system": "ftp://loinc.org"}), None),
            (json!({"value": "http://loinc.org"}), None),
        ] {
            assert_eq!(cleaner.clean(&value), kept, "{value}");
        }
    }

    #[test]
    fn codes_doses_and_measurements_that_look_alike_are_kept() {
        let calendar = Calendar::new(Dates::Year, [7; 16], 2026);
        let cleaner = Cleaner::new(&[], &calendar);

        for value in [
            json!({"code": "271807003", "system": "http://snomed.info/sct"}),
            json!({"code": "A10BA02", "system": "http://www.whocc.no/atc"}),
            json!({"code": "2345-7", "code_system": "urn:oid:2.16.840.1.113883.6.1"}),
            json!({"reaction": {"coding": [{"code": "271807003"}]}}),
            json!({"value": "0.30000000000000004"}),
            json!({"value": "S93.401A"}),
            json!({"frequency": "1-0-1"}),
            json!({"code": "50-78-2", "value": "120/80 (93)"}),
            json!({"value": "Augmentin 875"}),
            json!({"reference_range": "150000 - 400000"}),
            json!({"value": 93, "unit": "/min"}),
        ] {
            assert_eq!(cleaner.clean(&value), Some(value.clone()), "{value}");
        }
    }
}
