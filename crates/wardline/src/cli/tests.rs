//! The command line as it is written about: whatever a page or a help text shows must be understood.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Command as Clap, CommandFactory as _};

use super::*;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every command that runs something, as it is typed.
fn commands(of: &Clap, typed: &str) -> Vec<String> {
    let below = of
        .get_subcommands()
        .filter(|command| command.get_name() != "help");
    let below: Vec<_> = below
        .flat_map(|command| commands(command, &format!("{typed} {}", command.get_name())))
        .collect();
    if below.is_empty() {
        vec![typed.to_owned()]
    } else {
        below
    }
}

fn help_texts(of: &Clap) -> Vec<String> {
    let own = [of.get_after_help(), of.get_after_long_help()];
    let own = own.into_iter().flatten().map(ToString::to_string);
    own.chain(of.get_subcommands().flat_map(help_texts))
        .collect()
}

/// The command lines in a text: lines that begin with `wardline`, perhaps after a prompt, up to a comment, a pipe or
/// a redirection. Two blanks begin a comment too.
fn shown(text: &str) -> Vec<String> {
    let joined = text.replace("\\\n", " ");
    let lines = joined
        .lines()
        .map(|line| line.trim().trim_start_matches("$ "));
    let ours =
        lines.filter(|line| line.starts_with("wardline ") && !line.starts_with("wardline  "));
    ours.map(|line| {
        let end = [" #", " | ", " < ", " > ", "  ", " && "]
            .iter()
            .filter_map(|mark| line.find(mark))
            .min();
        line.get(..end.unwrap_or(line.len()))
            .unwrap_or(line)
            .to_owned()
    })
    .collect()
}

/// Words as a shell would split them, as far as examples need it.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn understood(line: &str) -> Result<(), String> {
    match Cli::try_parse_from(words(line)) {
        Ok(_) => Ok(()),
        Err(error) if !error.use_stderr() => Ok(()),
        Err(error) => Err(format!("{line}\n{error}")),
    }
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn every_example_in_a_help_text_is_understood() {
    let texts = help_texts(&Cli::command());
    let examples: Vec<_> = texts.iter().flat_map(|text| shown(text)).collect();

    assert!(examples.len() > 20, "{examples:?}");
    for example in examples {
        understood(&example).unwrap();
    }
}

#[test]
fn every_command_line_in_the_guides_is_understood() {
    let guides = fs::read_dir(repository().join("docs/guides")).unwrap();
    let mut pages: Vec<_> = guides.map(|entry| entry.unwrap().path()).collect();
    pages.push(repository().join("README.md"));

    for page in pages {
        for line in shown(&fs::read_to_string(&page).unwrap()) {
            understood(&line).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        }
    }
}

#[test]
fn the_guide_has_every_command() {
    let guide = fs::read_to_string(repository().join("docs/guides/cli.md")).unwrap();

    for command in commands(&Cli::command(), "wardline") {
        assert!(guide.contains(&format!("`{command}")), "{command}");
    }
}

#[test]
fn the_guide_has_every_exit_code() {
    let guide = fs::read_to_string(repository().join("docs/guides/cli.md")).unwrap();

    for line in EXIT_CODES.lines().skip(1) {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        assert!(guide.contains(&format!("| {code} | {meaning} |")), "{line}");
    }
}
