//! Finding the configuration file, laying the layers and checking what single settings cannot show.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::layers::{FlagSetting, Layers};
use super::problem::{ConfigError, Problem, Source};
use super::reader::{Effective, Reader};
use super::{CONFIG_VARIABLE, Config, FILE_NAME, file};

/// Where a packaged Wardline keeps its configuration.
const SYSTEM_FILE: &str = "/etc/wardline/wardline.toml";

/// What the command line says about the configuration.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// `--set` and the flags that stand for a setting, in the order in which they win.
    pub settings: Vec<FlagSetting>,
}

/// A configuration that took effect.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// Each setting with its value and where that came from.
    pub effective: Vec<Effective>,
    /// The file, if there is one; without it defaults, environment and flags hold.
    pub file: Option<PathBuf>,
}

/// Loads the configuration: the file that `--config` or `WARDLINE_CONFIG` names, else `./wardline.toml`, else
/// `/etc/wardline/wardline.toml`, else none; then the environment; then flags.
///
/// # Errors
/// Everything that is wrong in any layer.
pub fn load(overrides: &Overrides, environment: &Environment) -> Result<Loaded, ConfigError> {
    let mut layers = Layers::default();
    let file = add_file(&mut layers, overrides, environment);
    layers.add_environment(environment);
    layers.add_flags(&overrides.settings);

    let base = file
        .as_deref()
        .and_then(Path::parent)
        .unwrap_or(Path::new(""));
    let mut reader = Reader::new(&layers, base);
    let config = Config::read(&mut reader);
    let (effective, refused) = (reader.effective, reader.problems);
    let mut problems = layers.problems;
    problems.extend(refused);
    if let Some(config) = &config {
        problems.extend(contradictions(config, &effective));
    }
    match config {
        Some(config) if problems.is_empty() => Ok(Loaded {
            config,
            effective,
            file,
        }),
        _ => Err(ConfigError { problems }),
    }
}

fn add_file(
    layers: &mut Layers,
    overrides: &Overrides,
    environment: &Environment,
) -> Option<PathBuf> {
    let named = match (&overrides.file, environment.config_file()) {
        (Some(path), _) => Some((
            path.clone(),
            Source::Flag {
                flag: "--config".to_owned(),
            },
        )),
        (None, Some(path)) => Some((
            path,
            Source::Environment {
                variable: CONFIG_VARIABLE.to_owned(),
            },
        )),
        (None, None) => None,
    };
    let found = || {
        let candidates = [Path::new(FILE_NAME), Path::new(SYSTEM_FILE)];
        let path = candidates
            .into_iter()
            .find(|path| path.exists())?
            .to_path_buf();
        let source = Source::File {
            path: path.clone(),
            line: 1,
            column: 1,
        };
        Some((path, source))
    };
    let (path, source) = named.or_else(found)?;
    match read_bounded(&path) {
        Ok(text) => layers.add_file(&path, &text),
        Err(reason) => layers.problems.push(Problem {
            source,
            key: None,
            message: format!("cannot read {}: {reason}", path.display()),
            suggestion: None,
        }),
    }
    Some(path)
}

fn read_bounded(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| {
        file.take(file::MAX_FILE_BYTES + 1)
            .read_to_string(&mut text)
    });
    match read {
        Ok(_) if text.len() as u64 > file::MAX_FILE_BYTES => {
            Err(format!("it is larger than {} bytes", file::MAX_FILE_BYTES))
        }
        Ok(_) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err("there is no such file (`wardline init` writes one)".to_owned())
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => Err("it is not UTF-8".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// What is wrong between settings that are each right.
fn contradictions(config: &Config, effective: &[Effective]) -> Vec<Problem> {
    let problem = |section: &str, key: &str, message: &str| Problem {
        source: effective
            .iter()
            .find(|entry| entry.section == section && entry.key == key)
            .map_or(Source::Default, |entry| entry.source.clone()),
        key: Some(format!("{section}.{key}")),
        message: format!("`{section}.{key}`: {message}"),
        suggestion: None,
    };
    let http = &config.http;
    let mut problems = Vec::new();
    match (&http.certificate_file, &http.key_file) {
        (Some(_), None) => problems.push(problem(
            "http",
            "certificate_file",
            "a certificate needs `http.key_file` with its private key",
        )),
        (None, Some(_)) => problems.push(problem(
            "http",
            "key_file",
            "a private key needs `http.certificate_file` with its certificate",
        )),
        _ => {}
    }
    if http.certificate_file.is_none() && !http.address.ip().is_loopback() && !http.allow_plain_text
    {
        problems.push(problem(
            "http",
            "address",
            "beyond this machine TLS is needed: set `http.certificate_file` and `http.key_file`, or \
             `http.allow_plain_text = true` behind a proxy that ends TLS",
        ));
    }
    problems
}
