//! The effective configuration, as it may be shown: no secret is a setting, and no path of the machine is told whole.

use std::path::Path;

use wardline_kernel::UnixMillis;
use wardline_server::insight::{Configuration, Given, SettingShown};

use crate::config::{Effective, Source};

/// Ends of keys whose values are paths.
const PATHS: [&str; 4] = ["file", "directory", "folder", "reports"];

/// What holds since `since`.
pub(crate) fn configuration(effective: &[Effective], since: UnixMillis) -> Configuration {
    Configuration {
        since,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings: effective.iter().map(shown).collect(),
    }
}

fn shown(entry: &Effective) -> SettingShown {
    let (given, source) = match &entry.source {
        Source::Default => (Given::Default, None),
        Source::File { path, line, .. } => (
            Given::File,
            Some(format!("{}, line {line}", last_part(path))),
        ),
        Source::Environment { variable } => (Given::Environment, Some(variable.clone())),
        Source::Flag { flag } => (Given::Flag, Some(flag.clone())),
    };
    let text = entry.value.as_ref().map(|value| match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    SettingShown {
        section: entry.section,
        key: entry.key,
        value: text.map(|text| {
            if PATHS.iter().any(|end| entry.key.ends_with(end)) {
                last_part(Path::new(&text))
            } else {
                host_alone(text)
            }
        }),
        given,
        source,
    }
}

/// The last part of a path.
fn last_part(path: &Path) -> String {
    let last = path.file_name().unwrap_or(path.as_os_str());
    last.to_string_lossy().into_owned()
}

/// Of an address on the web the scheme and the host: login, path and query may hold a secret.
fn host_alone(text: String) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let more = if after.len() > 1 { "/…" } else { "" };
    format!("{scheme}://{host}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Overrides, load};

    fn shown_with(variables: &[(&str, &str)]) -> Configuration {
        let environment: Environment = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        let loaded = load(&Overrides::default(), &environment).unwrap();
        configuration(&loaded.effective, 0)
    }

    fn find<'a>(shown: &'a Configuration, section: &str, key: &str) -> &'a SettingShown {
        let found = shown
            .settings
            .iter()
            .find(|it| it.section == section && it.key == key);
        found.unwrap()
    }

    #[test]
    fn a_value_is_shown_with_who_gave_it() {
        let shown = shown_with(&[("WARDLINE_BEDS__MAX_STREAMS_PER_TOKEN", "7")]);

        let set = find(&shown, "beds", "max_streams_per_token");
        assert_eq!(
            (set.value.as_deref(), set.given),
            (Some("7"), Given::Environment)
        );
        assert_eq!(
            set.source.as_deref(),
            Some("WARDLINE_BEDS__MAX_STREAMS_PER_TOKEN")
        );
        assert_eq!(find(&shown, "node", "name").given, Given::Default);
    }

    #[test]
    fn of_every_file_and_folder_the_last_part_alone_is_shown() {
        let shown = shown_with(&[
            ("WARDLINE_KEYS__FILE", "/srv/hospital/secret-place/keys.txt"),
            (
                "WARDLINE_REDIS__PASSWORD_FILE",
                "/srv/hospital/secret-place/app",
            ),
            ("WARDLINE_REDIS__USER", "app"),
        ]);

        assert_eq!(
            find(&shown, "keys", "file").value.as_deref(),
            Some("keys.txt")
        );
        assert_eq!(
            find(&shown, "redis", "password_file").value.as_deref(),
            Some("app")
        );
        for setting in &shown.settings {
            let value = setting.value.as_deref().unwrap_or_default();
            let is_address = value.contains("://");
            assert!(
                is_address || !value.contains('/'),
                "{}.{}: {value}",
                setting.section,
                setting.key
            );
        }
    }

    #[test]
    fn of_an_address_on_the_web_the_host_alone_is_shown() {
        for (given, shown) in [
            ("https://root:secret@vault:8200/v1", "https://vault:8200/…"),
            (
                "https://hooks.example/T0/secret?k=1",
                "https://hooks.example/…",
            ),
            ("https://vault:8200/", "https://vault:8200"),
            ("127.0.0.1:8080", "127.0.0.1:8080"),
        ] {
            assert_eq!(host_alone(given.to_owned()), shown);
        }
    }
}
