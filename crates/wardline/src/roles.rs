//! The file of roles: what each role of sessions may do, and how long its sessions last.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use wardline_sessions::model::{PermissionName, RoleName};
use wardline_sessions::port;
use wardline_sessions::settings::{Role, Settings, SettingsError};

use crate::config::{AtLimit, Sessions};

/// The roles of a site that has not written its own yet; `wardline init` writes them down.
pub(crate) const FIRST_ROLES: &str = include_str!("commands/init/roles.toml");
/// Bytes of a file of roles at most.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Why the roles cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RolesError {
    /// It cannot be read.
    #[error("file of roles {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// It is too large.
    #[error("file of roles {}: it is larger than {MAX_FILE_BYTES} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It is not TOML, or not the keys and names that are expected.
    #[error("{name}:{line}: {problem}")]
    Syntax {
        /// The file.
        name: String,
        /// Counted from 1.
        line: usize,
        /// What the reader says.
        problem: String,
    },
    /// The limits do not go together.
    #[error("{name}: {source}")]
    Settings {
        /// The file, or the section of the configuration.
        name: String,
        /// What is wrong.
        source: SettingsError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RolesFile {
    #[serde(default)]
    roles: BTreeMap<RoleName, RoleTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleTable {
    #[serde(default)]
    permissions: BTreeSet<PermissionName>,
    idle_timeout_seconds: Option<u64>,
    absolute_timeout_seconds: Option<u64>,
    warning_seconds: Option<u64>,
    max_per_user: Option<NonZeroU32>,
    at_max_per_user: Option<AtLimitText>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AtLimitText {
    EndOldest,
    Refuse,
}

/// The settings of sessions: the section of the configuration, and the file of roles that it names.
pub(crate) fn load(section: &Sessions) -> Result<Settings, RolesError> {
    let Some(path) = &section.roles_file else {
        return parse(section, FIRST_ROLES, "[sessions]");
    };
    let text = read(path)?;
    parse(section, &text, &path.display().to_string())
}

fn read(path: &Path) -> Result<String, RolesError> {
    let io_error = |source| RolesError::Io {
        path: path.to_owned(),
        source,
    };
    if std::fs::metadata(path).map_err(io_error)?.len() > MAX_FILE_BYTES {
        let path = path.to_owned();
        return Err(RolesError::TooLarge { path });
    }
    std::fs::read_to_string(path).map_err(io_error)
}

fn parse(section: &Sessions, text: &str, name: &str) -> Result<Settings, RolesError> {
    let file: RolesFile = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or_default();
        RolesError::Syntax {
            name: name.to_owned(),
            line: before.matches('\n').count() + 1,
            problem: error.message().to_owned(),
        }
    })?;
    let roles = file.roles.into_iter();
    let roles = roles.map(|(name, table)| (name, role(section, table)));
    Settings::new(roles.collect(), section.max_live).map_err(|source| RolesError::Settings {
        name: name.to_owned(),
        source,
    })
}

fn role(section: &Sessions, table: RoleTable) -> Role {
    let seconds = |own: Option<u64>, of_all: u64| Duration::from_secs(own.unwrap_or(of_all));
    let absolute_limit = seconds(
        table.absolute_timeout_seconds,
        section.absolute_timeout_seconds,
    );
    let idle_limit = seconds(table.idle_timeout_seconds, section.idle_timeout_seconds);
    let warning = match table.warning_seconds {
        Some(warning) => Duration::from_secs(warning),
        // A role with a short limit of its own is warned later, not refused for a setting that it did not make.
        None => Duration::from_secs(section.warning_seconds).min(idle_limit / 2),
    };
    let per_user = u32::try_from(section.max_per_user).unwrap_or(u32::MAX);
    let per_user = NonZeroU32::new(per_user).unwrap_or(NonZeroU32::MIN);
    let at_limit = match (table.at_max_per_user, section.at_max_per_user) {
        (Some(AtLimitText::Refuse), _) | (None, AtLimit::Refuse) => port::AtLimit::Refuse,
        (Some(AtLimitText::EndOldest), _) | (None, AtLimit::EndOldest) => port::AtLimit::EndOldest,
    };
    Role {
        permissions: table.permissions,
        idle_limit,
        absolute_limit,
        warning,
        per_user: table.max_per_user.unwrap_or(per_user),
        at_limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section() -> Sessions {
        Sessions {
            roles_file: None,
            idle_timeout_seconds: 1_800,
            absolute_timeout_seconds: 43_200,
            warning_seconds: 120,
            max_per_user: 8,
            at_max_per_user: AtLimit::EndOldest,
            max_live: 10,
        }
    }

    #[test]
    fn a_new_site_has_roles_to_begin_with() {
        let settings = load(&section()).unwrap();

        let nurse = settings.role("nurse").unwrap();
        assert_eq!(nurse.idle_limit, Duration::from_mins(30));
        assert_eq!(nurse.absolute_limit, Duration::from_hours(12));
        assert!(nurse.permissions.contains("vitals:read"));
        assert!(!nurse.permissions.contains("orders:write"));
        let patient = settings.role("patient").unwrap();
        assert_eq!(patient.idle_limit, Duration::from_mins(15));
    }

    #[test]
    fn what_a_role_says_goes_before_what_the_section_says() {
        let text = "[roles.a]\nidle_timeout_seconds = 60\nat_max_per_user = \"refuse\"\nmax_per_user = 1\n[roles.b]\n";

        let settings = parse(&section(), text, "roles.toml").unwrap();

        let (a, b) = (settings.role("a").unwrap(), settings.role("b").unwrap());
        assert_eq!(a.idle_limit, Duration::from_mins(1));
        assert_eq!(a.warning, Duration::from_secs(30));
        assert_eq!((a.at_limit, a.per_user.get()), (port::AtLimit::Refuse, 1));
        assert_eq!(
            (b.at_limit, b.per_user.get()),
            (port::AtLimit::EndOldest, 8)
        );
        assert_eq!(b.warning, Duration::from_mins(2));
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        for (text, part) in [
            (
                "[roles.a]\npermisions = []\n",
                "roles.toml:2: unknown field",
            ),
            ("[roles.\"a b\"]\n", "roles.toml:1: expected 1 to 64"),
            (
                "[roles.a]\n\nidle_timeout_seconds = \"x\"\n",
                "roles.toml:3: invalid type",
            ),
            (
                "[roles.a]\nidle_timeout_seconds = 0\n",
                "1 second to 7 days",
            ),
            (
                "[roles.a]\nidle_timeout_seconds = 90000\n",
                "longer than the absolute",
            ),
        ] {
            let error = parse(&section(), text, "roles.toml")
                .unwrap_err()
                .to_string();

            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
