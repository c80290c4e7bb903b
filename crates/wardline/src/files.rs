//! The files that the configuration names, checked without changing anything: channels, keys, tokens,
//! certificates.

use std::path::Path;

use wardline_messaging::channel::load_directory;
use wardline_phi::KeyFile;

use crate::config::{Config, Environment};
use crate::tokens;

/// What was found in the files.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The channels, by name.
    pub(crate) channels: Vec<String>,
    /// What is wrong, one line each.
    pub(crate) problems: Vec<String>,
}

/// Reads every file that the configuration names.
pub(crate) fn check(config: &Config) -> Findings {
    let mut findings = Findings::default();
    match load_directory(&config.channels.directory) {
        Ok(channels) => {
            findings.channels = channels
                .iter()
                .map(|channel| channel.name.to_string())
                .collect();
        }
        Err(error) => findings.problems.push(error.to_string()),
    }
    if let Err(error) = keys(config, &Environment::of_process()) {
        findings.problems.push(error.to_string());
    }
    if let Err(error) = tokens::load(&config.api.tokens_file) {
        findings.problems.push(error.to_string());
    }
    for file in [&config.http.certificate_file, &config.http.key_file]
        .into_iter()
        .flatten()
    {
        findings.problems.extend(unreadable(file));
    }
    findings
}

/// The keys: from the environment if they are given there, else from the key file.
///
/// # Errors
/// When they cannot be read, or others can read them.
pub(crate) fn keys(
    config: &Config,
    environment: &Environment,
) -> Result<KeyFile, wardline_phi::KeyFileError> {
    match environment.keys_text() {
        Some(text) => KeyFile::parse(text.expose()),
        None => KeyFile::load(&config.keys.file),
    }
}

fn unreadable(file: &Path) -> Option<String> {
    let error = std::fs::File::open(file).err()?;
    Some(format!("cannot read {}: {error}", file.display()))
}
