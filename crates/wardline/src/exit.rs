//! How a command ends: its exit code, and what it says when it failed.

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use crate::config::ConfigError;

/// The exit codes as `wardline --help` lists them. Code 2 for a wrong command line comes from clap.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
   0  done
   1  failed
   2  wrong command line
   3  done in part: some of the messages were refused
   7  done, and something was found that needs a person
  78  the configuration cannot be used";

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it is done.
    Done,
    /// Some of it was refused.
    Partial,
    /// It is done, and found something wrong.
    Findings,
}

/// A command line that clap lets through and that makes no sense nevertheless.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

/// Channel files, keys or tokens that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UnusableFile(pub(crate) String);

/// Says why a command failed, if it did, and gives the process's exit code.
pub(crate) fn finish(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Partial) => ExitCode::from(3),
        Ok(Outcome::Findings) => ExitCode::from(7),
        // Whoever reads our output has seen enough (`wardline ... | head`).
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // When standard error is closed there is nobody left to tell.
            drop(writeln!(io::stderr(), "{}", explanation(&error)));
            code_of(&error)
        }
    }
}

fn code_of(error: &anyhow::Error) -> ExitCode {
    if error.is::<ConfigError>() || error.is::<UnusableFile>() {
        ExitCode::from(78)
    } else if error.is::<UsageError>() {
        ExitCode::from(2)
    } else {
        ExitCode::FAILURE
    }
}

/// Problems of the configuration begin with their place, for editors to jump to; all else says who speaks.
fn explanation(error: &anyhow::Error) -> String {
    if error.is::<ConfigError>() {
        format!("{error}")
    } else {
        let advice = advice(error).unwrap_or_default();
        format!("wardline: {}{advice}", in_words(error))
    }
}

/// What to do about what the system says and explains badly.
fn advice(error: &anyhow::Error) -> Option<&'static str> {
    let mut causes = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.find_map(|cause| match cause.kind() {
        ErrorKind::AddrInUse => {
            Some("; another program listens there: end it, or choose another address")
        }
        ErrorKind::AddrNotAvailable => Some("; this machine has no such address"),
        _ => None,
    })
}

/// An error with its causes, each told once: some errors quote their cause themselves.
pub(crate) fn in_words(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |told, cause| {
        let cause = cause.to_string();
        match told.as_str() {
            "" => cause,
            told if told.contains(&cause) => told.to_owned(),
            told => format!("{told}: {cause}"),
        }
    })
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn who_finds_a_port_taken_is_told_what_to_do() {
        let error = anyhow::Error::from(io::Error::from(ErrorKind::AddrInUse))
            .context("http.address: cannot listen on 127.0.0.1:8080");

        let told = explanation(&error);

        assert!(
            told.ends_with("end it, or choose another address"),
            "{told}"
        );
    }

    #[test]
    fn a_cause_that_was_quoted_is_not_told_again() {
        let cause = anyhow!("address in use");

        let error = cause
            .context("cannot listen: address in use")
            .context("channel `adt`");

        assert_eq!(
            in_words(&error),
            "channel `adt`: cannot listen: address in use"
        );
    }
}
