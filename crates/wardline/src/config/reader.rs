//! From given values to checked ones, remembering what took effect and where it came from.

use std::path::{Path, PathBuf};

use serde::Serialize;
use toml::Value;

use super::layers::Layers;
use super::problem::{Problem, Source};
use super::section::SettingSpec;
use super::value::Setting;

/// A setting as it took effect.
#[derive(Clone, Debug, Serialize)]
pub struct Effective {
    /// Its section.
    pub section: &'static str,
    /// Its key.
    pub key: &'static str,
    /// Its value; none when it is not set. Paths are resolved.
    pub value: Option<Value>,
    /// Where it came from.
    pub source: Source,
}

/// Takes values out of the layers, one setting at a time.
pub struct Reader<'a> {
    layers: &'a Layers,
    default_base: PathBuf,
    /// What took effect, in the order it was taken.
    pub effective: Vec<Effective>,
    /// What was refused.
    pub problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// A reader of the layers; relative paths of defaults are below `default_base`.
    pub fn new(layers: &'a Layers, default_base: &Path) -> Self {
        Self {
            layers,
            default_base: default_base.to_path_buf(),
            effective: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// A setting's value, or `None` once its refusal is noted.
    pub fn take<T: Setting>(&mut self, spec: &'static SettingSpec) -> Option<T> {
        let (value, source, base) = match self.layers.get(spec) {
            Some(given) => (
                given.value.clone(),
                given.source.clone(),
                given.base.as_path(),
            ),
            None => (
                spec.kind.value(spec.default),
                Source::Default,
                self.default_base.as_path(),
            ),
        };
        let taken = T::from_value(&value, base).filter(|taken| in_range(taken, spec.range));
        match &taken {
            Some(taken) => self.effective.push(Effective {
                section: spec.section,
                key: spec.key,
                value: taken.to_value(),
                source,
            }),
            None => self.problems.push(Problem {
                source,
                message: format!(
                    "`{}`: expected {}, found {}",
                    spec.name(),
                    spec.expected(),
                    found(&value)
                ),
                key: Some(spec.name()),
                suggestion: None,
            }),
        }
        taken
    }
}

fn in_range(value: &impl Setting, range: Option<(u64, u64)>) -> bool {
    match (value.number(), range) {
        (Some(number), Some((least, most))) => (least..=most).contains(&number),
        _ => true,
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::String(text) if text.is_empty() => "an empty text",
        Value::String(_) => "another text",
        Value::Integer(_) => "another number",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}
