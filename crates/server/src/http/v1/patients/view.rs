//! Records as the API shows them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use wardline_access::model::{DataType, TypeSet};
use wardline_patients::model::{FieldPath, Labels, Record, RecordField};

use crate::http::problem::{Code, Problem};

/// A record, as far as it may be seen.
#[derive(Serialize, ToSchema)]
#[schema(as = PatientRecord)]
pub(super) struct RecordView {
    /// Its id: it names nobody.
    id: String,
    /// Its version.
    version: u64,
    /// The data types that the caller may see. A field of one of these that is not here is absent.
    permitted: Vec<&'static str>,
    /// The data types of which the caller could change values, as things are; absent unless it was asked for. Each change is decided when it is
    /// sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    writable: Option<Vec<&'static str>>,
    /// Values by field.
    #[schema(value_type = Object)]
    fields: BTreeMap<String, Value>,
    /// Notes, by their ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteView>,
    /// The record that this one was merged into; it takes no more changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<String>,
    /// Records that were merged into this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    merged_from: Vec<String>,
    /// Records that may be of the same person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<String>,
}

/// A note.
#[derive(Serialize, ToSchema)]
#[schema(as = PatientNote)]
struct NoteView {
    id: String,
    value: Value,
    /// The version that wrote it.
    version: u64,
    /// The user who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    /// `psychotherapy`, `part2`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<&'static str>,
}

impl RecordView {
    pub(super) fn of(record: &Record, permitted: TypeSet) -> Result<Self, Problem> {
        let (mut fields, mut notes) = (BTreeMap::new(), Vec::new());
        for (path, field) in &record.fields {
            let value = field.value.to_json();
            let value = value.map_err(|_| Problem::new(Code::Unreadable))?;
            match path {
                FieldPath::Note(id) => notes.push(NoteView::of(id.to_string(), value, field)),
                FieldPath::Field(_) | FieldPath::Extension(..) => {
                    fields.insert(path.to_string(), value);
                }
            }
        }
        // Other records of the person are told of to those who may see who it is.
        let names = |ids: &[wardline_patients::model::PatientId]| {
            let may = permitted.has(DataType::Demographics);
            let ids = ids.iter().filter(|_| may);
            ids.map(ToString::to_string).collect()
        };
        let into: Vec<String> = names(record.merged_into.as_slice());
        Ok(Self {
            id: record.patient.to_string(),
            version: record.version,
            permitted: permitted.iter().map(DataType::as_str).collect(),
            writable: None,
            fields,
            notes,
            merged_into: into.into_iter().next(),
            merged_from: names(&record.merged_from),
            links: names(&record.links),
        })
    }

    /// The same, saying what the caller could change.
    pub(super) fn with_writable(mut self, writable: Option<TypeSet>) -> Self {
        self.writable = writable.map(|types| types.iter().map(DataType::as_str).collect());
        self
    }
}

impl NoteView {
    fn of(id: String, value: Value, field: &RecordField) -> Self {
        let labels = field.labels.as_ref();
        let author = labels.and_then(|labels| labels.author);
        let is = |of: fn(&Labels) -> bool| labels.is_some_and(of);
        let words = [
            ("psychotherapy", is(|labels| labels.is_psychotherapy_note)),
            ("part2", is(|labels| labels.is_part2)),
        ];
        let words = words.into_iter().filter(|(_, has)| *has);
        Self {
            id,
            value,
            version: field.version,
            author: author.map(|user| user.to_string()),
            labels: words.map(|(word, _)| word).collect(),
        }
    }
}
