//! `wardline config`: what holds, whether it can be used, and what there is to set.

use std::io::Write as _;

use clap::{Args, Subcommand};
use serde_json::json;

use super::config_args::ConfigArgs;
use crate::config::{self, Effective, Environment, Loaded};
use crate::exit::{Outcome, UnusableFile};
use crate::files;
use crate::terminal::{self, print_json, stdout};

/// Check, show or explain the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Check the configuration, the channel files, keys, tokens and certificates that it names.
    ///
    /// Everything that is wrong is named with its place, and the exit code is 78 then. Run it before a
    /// restart or a reload; it changes nothing.
    Check(CheckArgs),
    /// Show every setting with the value that holds.
    #[command(after_help = "Examples:\n  wardline config show --sources\n  \
                            WARDLINE_LOG__LEVEL=debug wardline config show --sources --json")]
    Show(ShowArgs),
    /// Print the reference of all settings, in Markdown.
    Reference,
}

/// What `config check` takes.
#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// What `config show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Say where each value came from
    #[arg(long)]
    sources: bool,
    /// Print settings, values and sources as JSON
    #[arg(long)]
    json: bool,
}

/// Runs a `config` command.
pub(crate) fn run(command: ConfigCommand) -> anyhow::Result<Outcome> {
    match command {
        ConfigCommand::Check(args) => check(&args)?,
        ConfigCommand::Show(args) => show(&args)?,
        ConfigCommand::Reference => terminal::print(&config::reference::reference())?,
    }
    Ok(Outcome::Done)
}

fn check(args: &CheckArgs) -> anyhow::Result<()> {
    let loaded = match args.config.load() {
        Ok(loaded) => loaded,
        Err(error) => {
            if args.json {
                print_json(&json!({ "usable": false, "problems": error.problems }))?;
            }
            return Err(error.into());
        }
    };
    let findings = files::check(&loaded.config);
    if args.json {
        let problems: Vec<_> = findings
            .problems
            .iter()
            .map(|message| json!({ "message": message }))
            .collect();
        print_json(&json!({
            "usable": problems.is_empty(),
            "file": loaded.file,
            "channels": findings.channels,
            "problems": problems,
        }))?;
    }
    if !findings.problems.is_empty() {
        return Err(UnusableFile(findings.problems.join("\nwardline: ")).into());
    }
    if !args.json {
        let channels = findings.channels.join(", ");
        let channels = if channels.is_empty() {
            "none".to_owned()
        } else {
            channels
        };
        terminal::print(&format!(
            "{}: usable\nchannels: {channels}\n",
            origin(&loaded)
        ))?;
    }
    Ok(())
}

fn show(args: &ShowArgs) -> anyhow::Result<()> {
    let loaded = args.config.load()?;
    if args.json {
        return print_json(&json!({ "file": loaded.file, "settings": loaded.effective }));
    }
    let keys_from_environment = Environment::of_process().keys_text().is_some();
    let mut out = stdout();
    let width = loaded
        .effective
        .iter()
        .map(|entry| line(entry).len())
        .max()
        .unwrap_or_default();
    let mut section = "";
    for entry in &loaded.effective {
        if section != entry.section {
            let gap = if section.is_empty() { "" } else { "\n" };
            section = entry.section;
            writeln!(out, "{gap}[{section}]")?;
        }
        if args.sources {
            let unused = entry.section == "keys" && entry.key == "file" && keys_from_environment;
            let note = if unused {
                ", not used: WARDLINE_KEYS_TEXT holds the keys"
            } else {
                ""
            };
            writeln!(out, "{:width$}  # {}{note}", line(entry), entry.source)?;
        } else {
            writeln!(out, "{}", line(entry))?;
        }
    }
    out.flush()?;
    Ok(())
}

/// The setting as it would stand in the file; one that is not set as a comment.
fn line(entry: &Effective) -> String {
    match &entry.value {
        Some(value) => format!("{} = {value}", entry.key),
        None => format!("# {} is not set", entry.key),
    }
}

fn origin(loaded: &Loaded) -> String {
    match &loaded.file {
        Some(file) => file.display().to_string(),
        None => "no configuration file, defaults hold".to_owned(),
    }
}
