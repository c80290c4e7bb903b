//! Reading channel files: a folder is taken whole or refused whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Channel, DestinationKind};
use crate::model::ChannelName;

/// Why channel files were refused.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// There is no such folder.
    #[error(
        "the folder of channels {} does not exist: make it, or say where it is (`channels.directory`)",
        .0.display()
    )]
    NoFolder(PathBuf),
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file's name is no channel name.
    #[error("{}: a channel's file name before `.toml`: {source}", path.display())]
    Name {
        /// Which.
        path: PathBuf,
        /// Why.
        source: crate::model::NameError,
    },
    /// A file does not say what a channel must.
    #[error("{place}: {problem}")]
    Invalid {
        /// File, line and column.
        place: String,
        /// What is wrong and what was expected.
        problem: String,
    },
}

/// Reads every `*.toml` of a folder.
///
/// # Errors
/// The first file that cannot be used; nothing of the others takes effect then.
pub fn load_directory(directory: &Path) -> Result<Vec<Channel>, ChannelError> {
    let read_error = |source: std::io::Error| {
        let path = directory.to_owned();
        match source.kind() {
            ErrorKind::NotFound => ChannelError::NoFolder(path),
            _ => ChannelError::Read { path, source },
        }
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(read_error)? {
        let path = entry.map_err(read_error)?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            paths.push(path);
        }
    }
    paths.sort();

    let mut channels = Vec::new();
    for path in paths {
        let name = path
            .file_stem()
            .map(|s| s.to_string_lossy())
            .unwrap_or_default();
        let name = ChannelName::new(&name).map_err(|source| ChannelError::Name {
            path: path.clone(),
            source,
        })?;
        let text = fs::read_to_string(&path).map_err(|source| ChannelError::Read {
            path: path.clone(),
            source,
        })?;
        channels.push(parse_channel(name, &text, &path.display().to_string())?);
    }
    check_together(&channels)?;
    Ok(channels)
}

/// Reads one channel from its file's text; `place` names the file in errors.
///
/// # Errors
/// What is wrong, with line and column.
pub fn parse_channel(name: ChannelName, text: &str, place: &str) -> Result<Channel, ChannelError> {
    let mut channel: Channel = toml::from_str(text).map_err(|error| ChannelError::Invalid {
        place: locate(place, text, error.span()),
        problem: explain(error.message()),
    })?;
    channel.name = name;
    check_alone(&channel).map_err(|problem| ChannelError::Invalid {
        place: place.to_owned(),
        problem,
    })?;
    Ok(channel)
}

/// `file:line:column` of a byte range in a TOML text.
pub fn locate(place: &str, text: &str, span: Option<std::ops::Range<usize>>) -> String {
    let Some(before) = span.and_then(|span| text.get(..span.start)) else {
        return place.to_owned();
    };
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    format!("{place}:{line}:{column}")
}

/// A TOML error's message, with a suggestion where a key is close to one that exists.
pub fn explain(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (Some(found), true) = (quoted.next(), message.starts_with("unknown ")) else {
        return message.to_owned();
    };
    let nearest = quoted
        .map(|candidate| (strsim::damerau_levenshtein(found, candidate), candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= candidate.len().div_ceil(3));
    match nearest {
        Some((_, candidate)) => format!("{message}; did you mean `{candidate}`?"),
        None => message.to_owned(),
    }
}

fn check_alone(channel: &Channel) -> Result<(), String> {
    let listener = &channel.listener;
    at_least_one("listener.max_connections", listener.max_connections)?;
    at_least_one(
        "listener.max_connections_per_peer",
        listener.max_connections_per_peer,
    )?;
    at_least_one("listener.max_unacknowledged", listener.max_unacknowledged)?;
    if !(1_024..=1 << 30).contains(&listener.max_message_bytes) {
        return Err("listener.max_message_bytes: expected 1024 to 1073741824".to_owned());
    }
    if listener.frame_timeout_seconds == 0 || listener.idle_timeout_seconds == 0 {
        return Err("listener: expected timeouts of at least 1 second".to_owned());
    }
    let mut names = std::collections::BTreeSet::new();
    for destination in &channel.destinations {
        if !names.insert(&destination.name) {
            return Err(format!(
                "destination `{}` stands here twice",
                destination.name
            ));
        }
        check_destination(destination)
            .map_err(|problem| format!("destination `{}`: {problem}", destination.name))?;
    }
    Ok(())
}

fn check_destination(destination: &super::Destination) -> Result<(), String> {
    at_least_one("parallel_patients", destination.parallel_patients)?;
    if destination.parallel_patients > 1_024 {
        return Err("parallel_patients: expected at most 1024".to_owned());
    }
    let retry = &destination.retry;
    if retry.max_attempts == 0 || retry.first_delay_ms == 0 || retry.circuit_failures == 0 {
        return Err(
            "retry: expected max_attempts, first_delay_ms and circuit_failures of at least 1"
                .to_owned(),
        );
    }
    match &destination.kind {
        DestinationKind::Mllp(mllp) => {
            let port = mllp
                .address
                .rsplit_once(':')
                .and_then(|(_, port)| port.parse::<u16>().ok());
            if port.is_none_or(|port| port == 0) {
                return Err("address: expected `host:port`".to_owned());
            }
            if mllp.connections == Some(0) {
                return Err("connections: expected at least 1".to_owned());
            }
        }
        DestinationKind::Webhook(webhook) => {
            let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
            let plain_loopback = loopback.iter().any(|prefix| {
                webhook
                    .url
                    .strip_prefix(prefix)
                    .is_some_and(|rest| rest.starts_with([':', '/']))
            });
            if !webhook.url.starts_with("https://") && !plain_loopback {
                return Err(
                    "url: expected https:// (http:// only to a loopback address)".to_owned(),
                );
            }
        }
        DestinationKind::File(_) | DestinationKind::Beds | DestinationKind::Records => {}
    }
    Ok(())
}

fn at_least_one(key: &str, value: usize) -> Result<(), String> {
    if value == 0 {
        Err(format!("{key}: expected at least 1"))
    } else {
        Ok(())
    }
}

fn check_together(channels: &[Channel]) -> Result<(), ChannelError> {
    let mut addresses = BTreeMap::new();
    for channel in channels
        .iter()
        .filter(|c| c.enabled && c.listener.address.port() != 0)
    {
        if let Some(other) = addresses.insert(channel.listener.address, &channel.name) {
            return Err(ChannelError::Invalid {
                place: format!("channel `{}`", channel.name),
                problem: format!(
                    "listener.address {} is taken by channel `{other}`",
                    channel.listener.address
                ),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
