//! Which server an estate runs: what one version knows makes another refuse to start.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::EstateError;

/// Which of the two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flavour {
    Redis,
    Valkey,
}

/// The version of a server, as `7.0.15` or `valkey-8.1.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServerVersion {
    flavour: Flavour,
    major: u16,
    minor: u16,
    patch: u16,
}

/// Names the server's program for labs and tests, where another than `redis-server` of the `PATH` is meant.
pub const SERVER_VARIABLE: &str = "WARDLINE_REDIS_SERVER";

/// The server's program for labs and tests: what [`SERVER_VARIABLE`] names, else `redis-server`.
pub fn server_program() -> PathBuf {
    let named = std::env::var_os(SERVER_VARIABLE).filter(|name| !name.is_empty());
    named.map_or_else(|| PathBuf::from("redis-server"), PathBuf::from)
}

/// A text that names no version Wardline can configure.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` is no version of a server that can be used: give `7.0.15` or later, or `valkey-7.2.5` or later"
)]
pub struct VersionError(String);

impl ServerVersion {
    /// Redis 7.0.15, that of Debian 12.
    pub const DEBIAN_12: Self = Self {
        flavour: Flavour::Redis,
        major: 7,
        minor: 0,
        patch: 15,
    };

    /// Whether it knows what came with Redis 7.2: `CLIENT SETINFO`, `WAITAOF`. Every Valkey does.
    ///
    /// An ACL file that names a command that the server does not know keeps the server from starting (measured on
    /// 7.0.15 with `+client|setinfo`).
    pub fn since_7_2(self) -> bool {
        (self.major, self.minor) >= (7, 2)
    }

    /// Whether it knows `CLUSTERSCAN`, which came with Valkey 9.1 and no Redis has.
    pub fn knows_clusterscan(self) -> bool {
        self.flavour == Flavour::Valkey && (self.major, self.minor) >= (9, 1)
    }

    /// Where its package puts the server's program.
    pub fn program(self) -> &'static Path {
        Path::new(match self.flavour {
            Flavour::Redis => "/usr/bin/redis-server",
            Flavour::Valkey => "/usr/bin/valkey-server",
        })
    }

    /// That of a program, as it says itself (`--version`).
    ///
    /// # Errors
    /// [`EstateError::NoServer`] when it cannot be run, [`EstateError::Description`] when it is no server that can be used.
    pub fn of_program(program: &Path) -> Result<Self, EstateError> {
        let output = Command::new(program).arg("--version").output();
        let output = output.map_err(|source| EstateError::NoServer {
            program: program.display().to_string(),
            source,
        })?;
        let said = String::from_utf8_lossy(&output.stdout);
        Self::of_words(&said)
            .ok_or_else(|| EstateError::Description(VersionError(shortened(&said)).to_string()))
    }

    /// `Redis server v=7.0.15 sha=...`, `Valkey server v=8.0.1 sha=...`
    fn of_words(said: &str) -> Option<Self> {
        let (flavour, rest) = said.trim().split_once(" server v=")?;
        let number = rest.split_whitespace().next()?;
        let prefix = match flavour {
            "Redis" => "",
            "Valkey" => "valkey-",
            _ => return None,
        };
        format!("{prefix}{number}").parse().ok()
    }
}

impl Default for ServerVersion {
    fn default() -> Self {
        Self::DEBIAN_12
    }
}

impl FromStr for ServerVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let refused = || VersionError(shortened(text));
        let (flavour, numbers) = match text.strip_prefix("valkey-") {
            Some(numbers) => (Flavour::Valkey, numbers),
            None => (Flavour::Redis, text.strip_prefix("redis-").unwrap_or(text)),
        };
        let mut parts = numbers.split('.').map(str::parse::<u16>);
        let mut next = || parts.next().and_then(Result::ok);
        let (Some(major), Some(minor)) = (next(), next()) else {
            return Err(refused());
        };
        let version = Self {
            flavour,
            major,
            minor,
            patch: next().unwrap_or(0),
        };
        // 7.0 brought functions, sharded channels, `cluster-port` and channel defaults that the files rely on.
        if version.major < 7 {
            return Err(refused());
        }
        Ok(version)
    }
}

impl TryFrom<String> for ServerVersion {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, VersionError> {
        text.parse()
    }
}

impl From<ServerVersion> for String {
    fn from(version: ServerVersion) -> Self {
        version.to_string()
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.flavour == Flavour::Valkey {
            f.write_str("valkey-")?;
        }
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

fn shortened(text: &str) -> String {
    text.trim().chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_what_it_says() {
        let version = |said: &str| ServerVersion::of_words(said).map(|found| found.to_string());

        let debian = "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=d81b8ff71cfb150e\n";
        assert_eq!(version(debian).as_deref(), Some("7.0.15"));
        let valkey = "Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=39f7c371e0a96e3d\n";
        assert_eq!(version(valkey).as_deref(), Some("valkey-8.0.1"));
        for said in [
            "",
            "Redis server v=6.2.1 sha=0",
            "bash 5.2 server v=9.0.0",
            "Redis server v=",
        ] {
            assert_eq!(version(said), None, "{said}");
        }
    }

    #[test]
    fn a_program_that_is_no_server_is_refused_and_named() {
        let missing = ServerVersion::of_program(Path::new("/nowhere/redis-server"));
        let other = ServerVersion::of_program(Path::new("/bin/echo"));

        assert!(
            missing
                .unwrap_err()
                .to_string()
                .contains("/nowhere/redis-server")
        );
        assert!(other.unwrap_err().to_string().contains("no version"));
    }

    #[test]
    fn a_version_reads_as_it_is_written() {
        for text in ["7.0.15", "7.2.0", "valkey-8.1.3"] {
            let version: ServerVersion = text.parse().unwrap();

            assert_eq!(version.to_string(), text);
        }
    }

    #[test]
    fn a_server_without_functions_is_refused() {
        for text in ["6.2.14", "", "seven", "7"] {
            assert!(text.parse::<ServerVersion>().is_err(), "{text}");
        }
    }
}
