//! Logs: lines for people on a terminal, one JSON object per line otherwise, always on standard error.
//!
//! Log lines carry ids, names of channels, counts and places; types that hold something of a patient print
//! `[redacted]`.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

use crate::config::{Log, LogFormat};

/// Starts logging for this process, as the configuration says.
///
/// # Errors
/// When the process logs already.
pub(crate) fn start(log: &Log) -> Result<(), TryInitError> {
    let on_terminal = io::stderr().is_terminal();
    let json = match log.format {
        LogFormat::Json => true,
        LogFormat::Human => false,
        LogFormat::Auto => !on_terminal,
    };
    let filter: EnvFilter = log.level.to_filter();
    let layers = tracing_subscriber::registry().with(filter);
    if json {
        let lines = fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_writer(io::stderr);
        layers.with(lines).try_init()
    } else {
        let colours = on_terminal && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
        let lines = fmt::layer()
            .with_ansi(colours)
            .with_target(false)
            .with_writer(io::stderr);
        layers.with(lines).try_init()
    }
}
