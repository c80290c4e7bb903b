//! How a dead letter is changed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_hl7::Path;
use wardline_messaging::operations::Change;

use crate::http::extract::Object;
use crate::http::problem::Problem;

/// Values set in one edit at most.
const MOST_VALUES: usize = 200;

/// What is changed: some values, or the whole message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct EditBody {
    /// Values to set; the rest of the message stays as it is, byte for byte.
    #[serde(default)]
    #[schema(max_items = 200)]
    #[schema(value_type = Vec<SetValue>)]
    set: Vec<Object<SetValue>>,
    /// The whole changed message, in base64: in the character set that its MSH-18 names.
    #[serde(default)]
    #[schema(format = Byte)]
    message_base64: Option<String>,
}

/// A value to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct SetValue {
    /// Where, as in `PID-3[2].4.1` or `OBX[3]-5`.
    #[schema(example = "PID-5.1")]
    path: String,
    /// What, as plain text: it is escaped as the message is.
    value: String,
}

/// The copy that was made.
#[derive(Serialize, ToSchema)]
pub(in crate::http::v1) struct Edited {
    /// The copy's id.
    pub(super) id: u64,
}

impl EditBody {
    pub(super) fn read(self) -> Result<Change, Problem> {
        match (self.set, self.message_base64) {
            (set, None) if !set.is_empty() && set.len() <= MOST_VALUES => {
                read_values(set).map(Change::Set)
            }
            (set, Some(text)) if set.is_empty() => match STANDARD.decode(text) {
                Ok(raw) => Ok(Change::Replace(raw.into())),
                Err(_) => Err(Problem::invalid(
                    "message_base64",
                    "expected base64 (RFC 4648 §4)",
                )),
            },
            _ => Err(Problem::invalid(
                "set",
                "expected either set with 1 to 200 values, or message_base64",
            )),
        }
    }
}

/// Reads values to set: 1 to 200.
pub(in crate::http::v1) fn read_values(
    set: Vec<Object<SetValue>>,
) -> Result<Vec<(Path, String)>, Problem> {
    if set.is_empty() || set.len() > MOST_VALUES {
        return Err(Problem::invalid("set", "expected 1 to 200 values"));
    }
    let values = set.into_iter().enumerate();
    values.map(|(at, value)| value.0.read(at)).collect()
}

impl SetValue {
    fn read(self, at: usize) -> Result<(Path, String), Problem> {
        let path = self.path.parse::<Path>().map_err(|_| {
            Problem::invalid(
                format!("set.{at}.path"),
                "expected a path such as PID-5.1 or OBX[3]-5",
            )
        })?;
        Ok((path, self.value))
    }
}
