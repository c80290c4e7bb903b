//! The environment's part in the configuration. The one place that reads it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use wardline_phi::Sensitive;
use zeroize::Zeroizing;

use super::problem::{Problem, Source};
use super::section::SettingSpec;
use super::{settings, suggest};

const OURS: &str = "WARDLINE_";
/// Names the configuration file.
pub const CONFIG_VARIABLE: &str = "WARDLINE_CONFIG";
/// Holds the content of the key file, in place of the file.
pub const KEYS_VARIABLE: &str = "WARDLINE_KEYS_TEXT";
/// A token of Vault or OpenBao, as their own programs take it.
const VAULT_TOKEN: &str = "VAULT_TOKEN";
/// Credentials of AWS, as its own programs take them.
const AWS: [&str; 3] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
];
/// Where systemd puts the credentials of a service.
const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// Id, secret and, of temporary credentials, the session's token.
type AwsText = (String, Zeroizing<String>, Option<Zeroizing<String>>);

/// The variables that begin with `WARDLINE_`, and those of others that are read. No `Debug`: one of them may hold keys.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, OsString>,
}

/// A setting, the variable that gives it, and its text.
pub(super) type VariableSetting = (&'static SettingSpec, String, String);

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect()
    }

    /// The configuration file that `WARDLINE_CONFIG` names.
    pub fn config_file(&self) -> Option<PathBuf> {
        self.variables
            .get(CONFIG_VARIABLE)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    }

    /// The keys that `WARDLINE_KEYS_TEXT` holds.
    pub fn keys_text(&self) -> Option<Sensitive<String>> {
        let text = self
            .variables
            .get(KEYS_VARIABLE)
            .filter(|text| !text.is_empty())?;
        text.to_str().map(|text| Sensitive::new(text.to_owned()))
    }

    /// The token that `VAULT_TOKEN` holds.
    pub fn vault_token(&self) -> Option<Zeroizing<String>> {
        self.text(VAULT_TOKEN).map(Zeroizing::new)
    }

    /// What `AWS_ACCESS_KEY_ID` and its kin hold.
    pub fn aws(&self) -> Option<AwsText> {
        let [id, secret, session] = AWS.map(|name| self.text(name));
        Some((id?, Zeroizing::new(secret?), session.map(Zeroizing::new)))
    }

    /// Where systemd put credentials.
    pub fn credentials_directory(&self) -> Option<PathBuf> {
        self.text(CREDENTIALS_DIRECTORY).map(PathBuf::from)
    }

    fn text(&self, name: &str) -> Option<String> {
        let text = self.variables.get(name)?.to_str()?;
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The settings it gives, and the variables that mean nothing.
    ///
    /// A variable with `__` is meant as a setting and must be one. One without is somebody else's
    /// (Kubernetes sets `WARDLINE_SERVICE_HOST` for a service named wardline) unless it is almost one of
    /// ours.
    pub(super) fn settings(&self) -> (Vec<VariableSetting>, Vec<Problem>) {
        let mut entries = Vec::new();
        let mut problems = Vec::new();
        for (variable, value) in &self.variables {
            let is_ours = variable.starts_with(OURS);
            if !is_ours || [CONFIG_VARIABLE, KEYS_VARIABLE].contains(&variable.as_str()) {
                continue;
            }
            let source = Source::Environment {
                variable: variable.clone(),
            };
            match settings().find(|spec| spec.variable() == *variable) {
                Some(spec) => match value.to_str() {
                    Some(text) => entries.push((spec, variable.clone(), text.to_owned())),
                    None => problems.push(Problem {
                        source,
                        key: Some(spec.name()),
                        message: "the value is not UTF-8".to_owned(),
                        suggestion: None,
                    }),
                },
                None => problems.extend(unknown(variable, source)),
            }
        }
        (entries, problems)
    }
}

fn unknown(variable: &str, source: Source) -> Option<Problem> {
    let meant_as_setting = variable.contains("__");
    let suggestion = if let Some((section, key)) = variable
        .strip_prefix("WARDLINE_")
        .and_then(|name| name.split_once("__"))
        .map(|(section, key)| (section.to_lowercase(), key.to_lowercase()))
    {
        suggest::setting(&section, &key, settings()).map(SettingSpec::variable)
    } else {
        settings()
            .map(SettingSpec::variable)
            .find(|known| known.replace("__", "_") == *variable)
            .or_else(|| almost_reserved(variable))
    };
    (meant_as_setting || suggestion.is_some()).then(|| Problem {
        source,
        key: None,
        message: "unknown setting".to_owned(),
        suggestion,
    })
}

fn almost_reserved(variable: &str) -> Option<String> {
    [CONFIG_VARIABLE, KEYS_VARIABLE]
        .into_iter()
        .find(|known| strsim::damerau_levenshtein(known, variable) <= 2)
        .map(str::to_owned)
}

impl FromIterator<(String, OsString)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, OsString)>>(variables: I) -> Self {
        let ours = variables.into_iter().filter(|(name, _)| {
            let of_others = AWS.iter().chain([&VAULT_TOKEN, &CREDENTIALS_DIRECTORY]);
            name.starts_with(OURS) || of_others.into_iter().any(|other| other == name)
        });
        Self {
            variables: ours.collect(),
        }
    }
}
