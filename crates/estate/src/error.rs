//! Why something could not be done to an estate, and what to do next.

use std::io;
use std::path::{Path, PathBuf};

use crate::link::LinkError;

/// Why something could not be done to an estate.
#[derive(Debug, thiserror::Error)]
pub enum EstateError {
    /// A file or folder of the estate.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The description cannot be used.
    #[error("{0}")]
    Description(String),
    /// A certificate or key could not be made or read.
    #[error("certificate of {name}: {reason}")]
    Certificate {
        /// Whose certificate.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// No randomness, so no secret.
    #[error("the system gives no randomness, so no secret can be made")]
    Random,
    /// There is no `redis-server`.
    #[error(
        "cannot run `{program}`: {source}; install it (Debian: apt-get install redis-server) or name another with \
         --redis-server"
    )]
    NoServer {
        /// The program that was tried.
        program: String,
        /// Why it could not be run.
        #[source]
        source: io::Error,
    },
    /// A server ended while it was being started.
    #[error("{node} ended while starting; its log {} ends with:\n{tail}", log.display())]
    Ended {
        /// The node's name.
        node: String,
        /// Its log.
        log: PathBuf,
        /// The last lines of it.
        tail: String,
    },
    /// The estate did not become whole in time.
    #[error("the estate was not whole within {seconds} s; lacking: {lacking}")]
    NotWhole {
        /// How long was waited, in seconds.
        seconds: u64,
        /// What was still missing.
        lacking: String,
    },
    /// There is no node of this name.
    #[error("there is no node `{name}`; there are: {known}")]
    NoNode {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// The product's connection to a lab.
    #[error("the clients of the drill: {0}")]
    Client(String),
    /// The network of a lab.
    #[error("`ip {command}`: {source}")]
    Network {
        /// What was to be done, as arguments of `ip`.
        command: String,
        /// Why it was not.
        #[source]
        source: io::Error,
    },
    /// A backup cannot be made, read or brought back.
    #[error("backup {}: {reason}", path.display())]
    Backup {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A node could not be asked.
    #[error(transparent)]
    Link(#[from] LinkError),
}

/// Puts path and action to an error of the file system.
pub(crate) fn at<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> EstateError + 'a {
    move |source| EstateError::File {
        action,
        path: path.to_owned(),
        source,
    }
}
