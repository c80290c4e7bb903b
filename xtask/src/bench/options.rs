//! Options of a bench: `--name value` and `--flag`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};

/// What was asked for on the command line.
#[derive(Debug)]
pub(super) struct Options {
    values: BTreeMap<String, u64>,
    flags: BTreeSet<String>,
}

impl Options {
    /// Reads options that take a whole number, and flags.
    pub(super) fn parse(arguments: &[String], names: &[&str], flags: &[&str]) -> Result<Self> {
        let mut options = Self {
            values: BTreeMap::new(),
            flags: BTreeSet::new(),
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let name = argument.strip_prefix("--").unwrap_or_default();
            if flags.contains(&name) {
                options.flags.insert(name.to_owned());
            } else if names.contains(&name) {
                let value = arguments.next().and_then(|value| value.parse().ok());
                let value = value.with_context(|| format!("{argument} takes a whole number"))?;
                options.values.insert(name.to_owned(), value);
            } else {
                bail!("there is no option `{argument}`; see `cargo xtask bench help`");
            }
        }
        Ok(options)
    }

    /// The value of an option, or what holds without it.
    pub(super) fn number(&self, name: &str, otherwise: u64) -> u64 {
        self.values.get(name).copied().unwrap_or(otherwise)
    }

    /// Whether a flag was given.
    pub(super) fn has(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options> {
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        Options::parse(&arguments, &["seconds"], &["record"])
    }

    #[test]
    fn what_was_not_given_has_its_default() {
        let options = parse(&["--record"]).unwrap();

        assert!(options.has("record"));
        assert_eq!(options.number("seconds", 5), 5);
    }

    #[test]
    fn an_unknown_option_and_a_missing_number_are_refused() {
        assert!(parse(&["--secs", "3"]).is_err());
        assert!(parse(&["--seconds"]).is_err());
        assert!(parse(&["--seconds", "many"]).is_err());
        assert_eq!(parse(&["--seconds", "3"]).unwrap().number("seconds", 5), 3);
    }
}
