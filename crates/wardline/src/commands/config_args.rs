//! The flags that every command takes which reads the configuration.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::config::{self, ConfigError, Environment, FlagSetting, Loaded, Overrides};

/// Where the configuration comes from, and what overrides it.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct ConfigArgs {
    /// The configuration file [else $WARDLINE_CONFIG, ./wardline.toml, /etc/wardline/wardline.toml]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Override a setting, as often as needed
    #[arg(long = "set", value_name = "SECTION.KEY=VALUE", value_parser = setting)]
    settings: Vec<FlagSetting>,
    /// The data directory (store.directory)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where the HTTP API listens (http.address)
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    http: Option<SocketAddr>,
    /// auto, human or json (log.format)
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
    /// What is logged: error, warn, info, debug, trace, or by part (log.level)
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
}

impl ConfigArgs {
    /// That file, or the one that is found, and nothing that overrides it.
    pub(crate) fn of_file(config: Option<PathBuf>) -> Self {
        Self {
            config,
            ..Self::default()
        }
    }

    /// The configuration of this process.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(crate) fn load(&self) -> Result<Loaded, ConfigError> {
        config::load(&self.overrides(), &Environment::of_process())
    }

    fn overrides(&self) -> Overrides {
        let named = [
            (
                "--data",
                "store",
                "directory",
                self.data.as_ref().map(|d| d.display().to_string()),
            ),
            (
                "--http",
                "http",
                "address",
                self.http.map(|address| address.to_string()),
            ),
            ("--log-format", "log", "format", self.log_format.clone()),
            ("--log-level", "log", "level", self.log_level.clone()),
        ];
        let named = named.into_iter().filter_map(|(flag, section, key, text)| {
            let (section, key) = (section.to_owned(), key.to_owned());
            Some(FlagSetting {
                flag,
                section,
                key,
                text: text?,
            })
        });
        // A flag with a name of its own wins over `--set`: it is the more deliberate one.
        let settings = self.settings.iter().cloned().chain(named).collect();
        Overrides {
            file: self.config.clone(),
            settings,
        }
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let expected = "expected an IP address and a port, such as 127.0.0.1:8080";
    text.parse().map_err(|_| expected.to_owned())
}

fn setting(text: &str) -> Result<FlagSetting, String> {
    let parts = text.split_once('=').and_then(|(name, value)| {
        let (section, key) = name.split_once('.')?;
        Some((section, key, value))
    });
    let (section, key, value) = parts.ok_or("expected SECTION.KEY=VALUE")?;
    Ok(FlagSetting {
        flag: "--set",
        section: section.trim().to_owned(),
        key: key.trim().to_owned(),
        text: value.to_owned(),
    })
}
