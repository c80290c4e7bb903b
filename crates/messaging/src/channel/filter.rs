//! Which messages a destination gets.

use serde::{Deserialize, Serialize};
use wardline_hl7::{Message, Path};

use crate::model::MessageType;

/// Conditions that must all be met. No condition lets every message through.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Filter {
    conditions: Vec<Condition>,
}

impl Filter {
    /// Whether a message meets every condition.
    pub fn admits(&self, message: &Message<'_>, message_type: &MessageType) -> bool {
        self.conditions
            .iter()
            .all(|condition| condition.is_met(message, message_type))
    }

    /// The conditions.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ConditionTable", into = "ConditionTable")]
pub enum Condition {
    /// MSH-9 is one of these; `ADT` alone stands for every ADT event.
    MessageType(Vec<String>),
    /// The value at a path is tested.
    Value {
        /// Where.
        path: Path,
        /// How.
        test: ValueTest,
    },
}

/// A test of the text at a path (decoded and unescaped; empty when there is none).
#[derive(Clone, Debug, PartialEq)]
pub enum ValueTest {
    /// It is one of these.
    In(Vec<String>),
    /// It is none of these.
    NotIn(Vec<String>),
    /// It starts with one of these.
    StartsWith(Vec<String>),
    /// Whether there is a value.
    Exists(bool),
}

impl Condition {
    fn is_met(&self, message: &Message<'_>, message_type: &MessageType) -> bool {
        match self {
            Self::MessageType(wanted) => wanted.iter().any(|w| {
                let have = message_type.as_str();
                have == w
                    || have
                        .strip_prefix(w.as_str())
                        .is_some_and(|r| r.starts_with('^'))
            }),
            Self::Value { path, test } => {
                let text = message.text(path);
                let text = text.as_deref().unwrap_or_default();
                match test {
                    ValueTest::In(values) => values.iter().any(|v| v == text),
                    ValueTest::NotIn(values) => values.iter().all(|v| v != text),
                    ValueTest::StartsWith(values) => {
                        values.iter().any(|v| text.starts_with(v.as_str()))
                    }
                    ValueTest::Exists(wanted) => text.is_empty() != *wanted,
                }
            }
        }
    }
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionTable {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message_type: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    one_of: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_in: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    starts_with: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exists: Option<bool>,
}

impl TryFrom<ConditionTable> for Condition {
    type Error = String;

    fn try_from(table: ConditionTable) -> Result<Self, String> {
        let mut tests = Vec::new();
        tests.extend(table.one_of.map(ValueTest::In));
        tests.extend(table.not_in.map(ValueTest::NotIn));
        tests.extend(table.starts_with.map(ValueTest::StartsWith));
        tests.extend(table.exists.map(ValueTest::Exists));
        match (
            table.message_type,
            table.path,
            tests.pop(),
            tests.is_empty(),
        ) {
            (Some(types), None, None, true) => match types.iter().find(|t| !is_message_type(t)) {
                None => Ok(Self::MessageType(types)),
                Some(wrong) => Err(format!(
                    "message_type `{wrong}`: no message has it; expected MSH-9.1 alone such as ADT, or with MSH-9.2 \
                     such as ADT^A01"
                )),
            },
            (None, Some(path), Some(test), true) => {
                let path = path.parse().map_err(|e| format!("path `{path}`: {e}"))?;
                Ok(Self::Value { path, test })
            }
            _ => Err(
                "a condition is either `message_type`, or `path` with one of `in`, `not_in`, \
                      `starts_with`, `exists`"
                    .to_owned(),
            ),
        }
    }
}

/// Whether a message can have it. `ADT^A01^ADT_A01`, as MSH-9 is written, `ADT_A01` and `adt` would be met by none, and
/// a destination that nothing reaches looks like a quiet one.
fn is_message_type(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_known = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        !part.is_empty() && part.bytes().all(is_known)
    };
    text.split('^').count() <= 2 && text.split('^').all(is_part)
}

impl From<Condition> for ConditionTable {
    fn from(condition: Condition) -> Self {
        let mut table = Self::default();
        match condition {
            Condition::MessageType(types) => table.message_type = Some(types),
            Condition::Value { path, test } => {
                table.path = Some(path.to_string());
                match test {
                    ValueTest::In(values) => table.one_of = Some(values),
                    ValueTest::NotIn(values) => table.not_in = Some(values),
                    ValueTest::StartsWith(values) => table.starts_with = Some(values),
                    ValueTest::Exists(wanted) => table.exists = Some(wanted),
                }
            }
        }
        table
    }
}
