//! Values as the terminal shows them.

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use wardline_phi::mask::{self, Reveal};

use crate::terminal::harmless;

/// What is needed of a record.
#[derive(Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) version: u64,
    pub(super) permitted: Vec<String>,
    pub(super) fields: Map<String, Json>,
    #[serde(default)]
    pub(super) notes: Vec<Note>,
    pub(super) merged_into: Option<String>,
    #[serde(default)]
    pub(super) merged_from: Vec<String>,
}

/// What is needed of a note.
#[derive(Deserialize)]
pub(super) struct Note {
    pub(super) id: String,
    pub(super) value: Json,
    #[serde(default)]
    pub(super) labels: Vec<String>,
}

/// A value on one line: as it is, or that it is there.
pub(super) fn shown(field: &str, value: &Json, reveal: bool) -> String {
    if reveal {
        return harmless(&value.to_string());
    }
    masked(field, value)
}

/// What may stand in a terminal that others see: of a birth date the year, of numbers nothing, of text that it is there.
fn masked(field: &str, value: &Json) -> String {
    let text = value.as_str().unwrap_or_default();
    match (field, value) {
        (_, Json::Null) => "null".to_owned(),
        ("name", _) => mask::name("x").into(),
        ("birth_date", _) => mask::date(text).into(),
        ("ssn", _) => mask::identifier(text, Reveal::Nothing).into(),
        (_, Json::Array(items)) => match items.len() {
            0 => "none".to_owned(),
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        },
        _ => mask::free_text("x").into(),
    }
}

/// JSON with every value masked.
pub(super) fn masked_json(mut answer: Json) -> Json {
    if let Some(fields) = answer.get_mut("fields").and_then(Json::as_object_mut) {
        for (field, value) in fields {
            *value = masked(field, value).into();
        }
    }
    let notes = answer.get_mut("notes").and_then(Json::as_array_mut);
    for note in notes.into_iter().flatten() {
        if let Some(value) = note.get_mut("value") {
            *value = masked("note", value).into();
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_masked_record_no_value_is_left() {
        let answer = json!({"id": "a7", "fields": {
            "name": {"family": "Zebrowski"}, "birth_date": "1971-03-09", "ssn": "219-09-9999", "sex": "female",
            "mrn": [{"value": "MRN-4711"}], "allergies": [], "deceased": null, "x-donor": true,
        }, "notes": [{"id": "1", "value": "slept well"}]});

        let masked = masked_json(answer).to_string();

        for marker in [
            "Zebrowski",
            "03-09",
            "219",
            "9999",
            "female",
            "4711",
            "true",
            "slept",
        ] {
            assert!(!masked.contains(marker), "{marker}: {masked}");
        }
        assert!(masked.contains("1971") && masked.contains("none"));
    }
}
