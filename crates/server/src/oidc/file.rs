//! The file in which a site says what it takes of its provider: TOML.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use wardline_access::model::Role;

use super::{Algorithm, KeysAt, Settings};

/// Why the file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidcFileError {
    /// Not TOML, or not the keys that are expected.
    #[error("line {line}: {problem}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// What the reader says.
        problem: String,
    },
    /// A setting cannot be used.
    #[error("`{key}`: expected {expected}")]
    Setting {
        /// Which.
        key: String,
        /// What is accepted.
        expected: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    issuer: String,
    audience: String,
    keys_url: Option<String>,
    keys_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
    #[serde(default = "all_algorithms")]
    algorithms: Vec<String>,
    user_claim: String,
    role_claim: String,
    department_claim: Option<String>,
    #[serde(default = "second_factors")]
    second_factor_amr: Vec<String>,
    #[serde(default)]
    second_factor_acr: Vec<String>,
    #[serde(default = "one_minute")]
    skew_seconds: u64,
    #[serde(default = "five_minutes")]
    keys_fresh_seconds: u64,
    #[serde(default = "one_day")]
    keys_stale_seconds: u64,
    roles: BTreeMap<String, String>,
}

fn all_algorithms() -> Vec<String> {
    ["RS256", "ES256", "EdDSA"].map(str::to_owned).to_vec()
}

/// Multiple factors, one-time passwords, keys in hardware (RFC 8176).
fn second_factors() -> Vec<String> {
    ["mfa", "otp", "hwk"].map(str::to_owned).to_vec()
}

const fn one_minute() -> u64 {
    60
}

const fn five_minutes() -> u64 {
    300
}

const fn one_day() -> u64 {
    86_400
}

const MAX_SKEW_SECONDS: u64 = 300;
const MAX_STALE_SECONDS: u64 = 7 * 86_400;

/// Reads the file's text; relative paths in it are below `base`.
///
/// # Errors
/// [`OidcFileError`]
pub fn parse(text: &str, base: &Path) -> Result<Settings, OidcFileError> {
    let file: File = toml::from_str(text).map_err(|error| OidcFileError::Syntax {
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        problem: error.message().to_owned(),
    })?;
    let texts = [
        ("issuer", &file.issuer),
        ("audience", &file.audience),
        ("user_claim", &file.user_claim),
        ("role_claim", &file.role_claim),
    ];
    if let Some((key, _)) = texts.iter().find(|(_, text)| text.is_empty()) {
        return Err(expected(key, "a text"));
    }
    if file.skew_seconds > MAX_SKEW_SECONDS {
        return Err(expected("skew_seconds", "0 to 300"));
    }
    let algorithms: Option<Vec<Algorithm>> = file
        .algorithms
        .iter()
        .map(|name| Algorithm::parse(name))
        .collect();
    let algorithms = algorithms.filter(|some| !some.is_empty());
    let algorithms =
        algorithms.ok_or_else(|| expected("algorithms", "some of RS256, ES256 and EdDSA"))?;
    Ok(Settings {
        keys: keys(&file, base)?,
        roles: roles(&file.roles)?,
        issuer: file.issuer,
        audience: file.audience,
        algorithms,
        user_claim: file.user_claim,
        role_claim: file.role_claim,
        department_claim: file.department_claim,
        second_factor_amr: file.second_factor_amr,
        second_factor_acr: file.second_factor_acr,
        skew: Duration::from_secs(file.skew_seconds),
    })
}

fn keys(file: &File, base: &Path) -> Result<KeysAt, OidcFileError> {
    let times = 30..=file.keys_stale_seconds;
    if file.keys_stale_seconds > MAX_STALE_SECONDS || !times.contains(&file.keys_fresh_seconds) {
        let times = "keys_fresh_seconds from 30 on, and not more than keys_stale_seconds; that at most 604800";
        return Err(expected("keys_stale_seconds", times));
    }
    match (&file.keys_url, &file.keys_file) {
        (Some(url), None) => Ok(KeysAt::Url {
            url: url.clone(),
            ca_file: file.ca_file.as_ref().map(|path| base.join(path)),
            fresh: Duration::from_secs(file.keys_fresh_seconds),
            stale: Duration::from_secs(file.keys_stale_seconds),
        }),
        (None, Some(path)) => Ok(KeysAt::File(base.join(path))),
        _ => Err(expected("keys_url", "either keys_url or keys_file")),
    }
}

fn roles(named: &BTreeMap<String, String>) -> Result<BTreeMap<String, Role>, OidcFileError> {
    let mut roles = BTreeMap::new();
    for (word, role) in named {
        let role = Role::parse(role).ok().filter(|role| !role.is_machine());
        let key = format!("roles.{word}");
        let role = role.ok_or_else(|| expected(&key, "a role of people"))?;
        roles.insert(word.clone(), role);
    }
    if roles.is_empty() {
        return Err(expected("roles", "at least one group and its role"));
    }
    Ok(roles)
}

fn expected(key: &str, expected: &str) -> OidcFileError {
    OidcFileError::Setting {
        key: key.to_owned(),
        expected: expected.to_owned(),
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at)
        .map_or(1, |before| before.split('\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "issuer = \"https://login.example\"\naudience = \"wardline\"\nkeys_file = \"keys.json\"\n\
        user_claim = \"sub\"\nrole_claim = \"groups\"\n[roles]\nnurses = \"nurse\"\n";

    #[test]
    fn what_is_not_said_has_a_careful_default() {
        let settings = parse(FILE, Path::new("/etc/w")).unwrap();

        assert!(
            matches!(&settings.keys, KeysAt::File(path) if path == Path::new("/etc/w/keys.json"))
        );
        assert_eq!(settings.skew, Duration::from_mins(1));
        assert_eq!(settings.second_factor_amr, ["mfa", "otp", "hwk"]);
        assert_eq!(settings.roles["nurses"], Role::Nurse);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (from, to, named) in [
            ("audience = \"wardline\"", "audience = \"\"", "audience"),
            ("\"nurse\"", "\"king\"", "roles.nurses"),
            ("\"nurse\"", "\"integration\"", "roles.nurses"),
            ("keys_file", "ca_file", "keys_url"),
            (
                "user_claim",
                "algorithms = [\"HS256\"]\nuser_claim",
                "algorithms",
            ),
            (
                "user_claim",
                "algorithms = [\"none\"]\nuser_claim",
                "algorithms",
            ),
            ("user_claim", "algorithms = []\nuser_claim", "algorithms"),
            (
                "user_claim",
                "skew_seconds = 301\nuser_claim",
                "skew_seconds",
            ),
            (
                "user_claim",
                "keys_fresh_seconds = 29\nuser_claim",
                "keys_stale_seconds",
            ),
            (
                "user_claim",
                "keys_stale_seconds = 604801\nuser_claim",
                "keys_stale_seconds",
            ),
            ("user_claim", "secret = \"x\"\nuser_claim", "line 4"),
        ] {
            let refused = parse(&FILE.replace(from, to), Path::new("")).unwrap_err();

            assert!(refused.to_string().contains(named), "{refused}");
        }
        let most = FILE.replace(
            "user_claim",
            "skew_seconds = 300\nkeys_stale_seconds = 604800\nuser_claim",
        );
        assert!(parse(&most, Path::new("")).is_ok());
    }
}
