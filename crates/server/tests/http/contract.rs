//! Holds every answer that a test gets against the description: its status, and each field of its body.

use std::sync::LazyLock;

use serde_json::{Map, Value};
use wardline_server::http::description;

use crate::client::Answer;

static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(description()).unwrap());

/// Fails when an answer is not what the description of its route says.
pub(crate) fn check(method: &str, path: &str, answer: &Answer) {
    let Some(operation) = operation(method, path) else {
        assert!(
            answer.status.is_client_error(),
            "{method} {path} is not described: {answer:?}"
        );
        return;
    };
    let responses = &operation["responses"];
    let described = match &responses[answer.status.as_str()] {
        Value::Null if answer.status.is_success() => {
            panic!("{method} {path}: {} is not described", answer.status)
        }
        Value::Null => &responses["default"],
        described => described,
    };
    let Some(contents) = described["content"].as_object() else {
        assert!(
            answer.body.is_empty(),
            "{method} {path}: a body that is not described"
        );
        return;
    };
    let media_type = answer.header("content-type").split(';').next().unwrap();
    let content = contents.get(media_type);
    let content =
        content.unwrap_or_else(|| panic!("{method} {path}: {media_type} is not described"));
    let values: Vec<Value> = match media_type {
        "application/x-ndjson" => answer.text().lines().map(read).collect(),
        media_type if media_type.ends_with("json") => vec![answer.json()],
        _ => Vec::new(),
    };
    let at = format!("{method} {path} {}", answer.status);
    for value in values {
        if let Err(problem) = fits(&content["schema"], &value) {
            panic!("{at}: {problem}\n{}", answer.text());
        }
    }
}

fn read(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next()?;
    let paths = DESCRIPTION["paths"].as_object()?;
    let (_, item) = paths.iter().find(|(template, _)| is_of(template, path))?;
    item.get(method.to_lowercase())
}

fn is_of(template: &str, path: &str) -> bool {
    let (wanted, found) = (template.split('/'), path.split('/'));
    wanted.clone().count() == found.clone().count()
        && wanted
            .zip(found)
            .all(|(wanted, found)| wanted.starts_with('{') || wanted == found)
}

/// Whether a value has exactly the fields of its schema, of the right types.
fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        let described = &DESCRIPTION["components"]["schemas"][name];
        return fits(described, value).map_err(|problem| format!("{name}.{problem}"));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices.iter().any(|choice| fits(choice, value).is_ok());
        return if fitting {
            Ok(())
        } else {
            Err(format!("fits none of the choices: {value}"))
        };
    }
    if let Some(allowed) = schema["enum"].as_array() {
        return if allowed.contains(value) {
            Ok(())
        } else {
            Err(format!("{value} is not listed"))
        };
    }
    match value {
        Value::Object(fields) => object_fits(schema, fields),
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| fits(&schema["items"], item)),
        _ if has_type(schema, value) => Ok(()),
        _ => Err(format!("{value} is not of type {}", schema["type"])),
    }
}

fn object_fits(schema: &Value, fields: &Map<String, Value>) -> Result<(), String> {
    // The description of the API itself is an object of any kind.
    let Some(properties) = schema["properties"].as_object() else {
        return Ok(());
    };
    for name in schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        if !fields.contains_key(name) {
            return Err(format!("{name} is missing"));
        }
    }
    for (name, value) in fields {
        let schema = properties
            .get(name)
            .ok_or_else(|| format!("{name} is not described"))?;
        fits(schema, value).map_err(|problem| format!("{name}: {problem}"))?;
    }
    Ok(())
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() || number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) | Value::Object(_) => return false,
    };
    match &schema["type"] {
        Value::String(wanted) => wanted == name,
        Value::Array(wanted) => wanted.contains(&name.into()),
        _ => true,
    }
}

#[test]
fn what_is_missing_not_described_or_of_another_type_is_found() {
    let job_counts = &DESCRIPTION["components"]["schemas"]["Counts"];
    let counts = serde_json::json!({"examined": 1, "changed": 1, "skipped": 0});
    let with = |name: &str, value: Value| {
        let mut counts = counts.clone();
        counts[name] = value;
        counts
    };
    let mut without = counts.clone();
    without.as_object_mut().unwrap().remove("skipped");

    assert_eq!(fits(job_counts, &counts), Ok(()));
    assert!(fits(job_counts, &without).is_err());
    assert!(fits(job_counts, &with("more", 1.into())).is_err());
    assert!(fits(job_counts, &with("examined", "1".into())).is_err());
    assert!(fits(job_counts, &with("examined", Value::Null)).is_err());
}
