//! What is to be changed, as it is sent.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use wardline_access::model::{DataType, Purpose, UserId};
use wardline_patients::model::{Change, FieldPath, Labels};

use crate::http::extract::Object;
use crate::http::problem::Problem;

/// A change of a record.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeBody {
    /// Values by field: one of the guide's list, `notes/<id>`, or `x-<name>`. `null` is a value.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"allergies": [{"code": "7980"}]}))]
    set: BTreeMap<String, Value>,
    /// Fields to take away.
    #[serde(default)]
    remove: Vec<String>,
    /// The data type of each extension field that stands in `set` or `remove`.
    #[serde(default)]
    declare: BTreeMap<String, String>,
    /// Notes to add.
    #[serde(default)]
    #[schema(value_type = Vec<NoteBody>)]
    notes: Vec<Object<NoteBody>>,
    /// Labels of values, by field.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, LabelsBody>)]
    labels: BTreeMap<String, Object<LabelsBody>>,
}

/// A note.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteBody {
    /// What it says: any JSON.
    value: Value,
    #[serde(default)]
    #[schema(value_type = LabelsBody)]
    labels: Object<LabelsBody>,
}

/// Labels of a value.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelsBody {
    /// A psychotherapy note (45 CFR 164.501).
    #[serde(default)]
    psychotherapy: bool,
    /// Of a programme for substance use disorders (42 CFR Part 2).
    #[serde(default)]
    part2: bool,
    /// Purposes for which the patient has consented, such as `TREAT`.
    #[serde(default)]
    consented: Vec<String>,
}

impl ChangeBody {
    /// The change; notes are of the author.
    pub(super) fn read(self, author: Option<UserId>) -> Result<Change, Problem> {
        let mut change = Change::new();
        for (name, value) in &self.set {
            change.set(path(name, &self.declare)?, value)?;
        }
        for name in &self.remove {
            change.remove(path(name, &self.declare)?)?;
        }
        for Object(note) in self.notes {
            change.add_note(&note.value, note.labels.0.read(author)?)?;
        }
        for (name, Object(labels)) in self.labels {
            change.label(path(&name, &self.declare)?, labels.read(author)?)?;
        }
        if change.is_empty() {
            return Err(Problem::invalid(
                "set",
                "expected something to set, remove, add or label",
            ));
        }
        Ok(change)
    }
}

impl LabelsBody {
    fn read(self, author: Option<UserId>) -> Result<Labels, Problem> {
        let purposes = self.consented.iter().map(|word| {
            Purpose::parse(word).map_err(|error| Problem::invalid("consented", error.to_string()))
        });
        Ok(Labels {
            is_psychotherapy_note: self.psychotherapy,
            is_part2: self.part2,
            author,
            consented: purposes.collect::<Result<BTreeSet<_>, _>>()?,
        })
    }
}

fn path(name: &str, declared: &BTreeMap<String, String>) -> Result<FieldPath, Problem> {
    let data_type = declared.get(name).map(|word| {
        DataType::parse(word).map_err(|error| Problem::invalid("declare", error.to_string()))
    });
    Ok(FieldPath::parse(name, data_type.transpose()?)?)
}
