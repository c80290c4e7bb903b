//! The configuration that this process runs with, and where each value came from.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_kernel::UnixMillis;

/// The configuration that took effect when the process started.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Configuration {
    /// Since when it holds: when the process started.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub since: UnixMillis,
    /// Which version of Wardline runs.
    pub version: String,
    /// Every setting, in the order of the reference.
    pub settings: Vec<SettingShown>,
}

/// One setting.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Setting)]
pub struct SettingShown {
    /// Its section.
    #[schema(value_type = String, example = "http")]
    pub section: &'static str,
    /// Its key.
    #[schema(value_type = String, example = "address")]
    pub key: &'static str,
    /// Its value as text; absent when it is not set. Of a file or a folder the last part of its path alone.
    pub value: Option<String>,
    /// Who gave it.
    pub given: Given,
    /// Where: the name and line of the file, the variable, the flag. Never its content.
    pub source: Option<String>,
}

/// Who gave a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SettingGiven)]
pub enum Given {
    /// Nobody.
    Default,
    /// The configuration file.
    File,
    /// The environment.
    Environment,
    /// The command line.
    Flag,
}
