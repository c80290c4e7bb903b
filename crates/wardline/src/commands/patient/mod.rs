//! `wardline patient`: records of patients. Masked unless asked otherwise; what is sent comes from files, as a command
//! line is seen by everybody on the machine.

mod act;
mod erase;
mod history;
mod search;
mod show;
mod take;
mod view;

use std::path::Path;

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::Value as Json;

use crate::exit::Outcome;

/// Show, find, copy, change, merge, hold and erase records of patients.
#[derive(Debug, Subcommand)]
pub(crate) enum PatientCommand {
    /// Show a record, as far as you may see it; masked unless --reveal
    Show(show::ShowArgs),
    /// Find patients by what stands in a file; masked unless --reveal
    Search(search::SearchArgs),
    /// Say who made which version of a record.
    History(history::HistoryArgs),
    /// Take a copy of a record away, into a file for its owner alone; it is recorded as an export, or as a disclosure
    Take(take::TakeArgs),
    /// Begin a record from a file.
    Create(act::CreateArgs),
    /// Change a record by a file, following a version.
    Update(act::UpdateArgs),
    /// Merge a record into another one.
    Merge(act::MergeArgs),
    /// Take a merge back.
    Unmerge(act::VersionArgs),
    /// Link two records that may be of one person, as of two authorities. Nothing else of them changes.
    Link(act::LinkArgs),
    /// Take the link between two records away.
    Unlink(act::LinkArgs),
    /// Put a record under a legal hold.
    Hold(act::HoldArgs),
    /// Lift the legal hold of a record.
    Release(act::ReleaseArgs),
    /// Ask that a record be erased for good, with all that were merged into it; another privacy officer approves it.
    Erase(erase::EraseArgs),
    /// Approve what another privacy officer asked for: the record is erased.
    ApproveErasure(erase::ApproveArgs),
    /// Take back that a record is to be erased.
    WithdrawErasure(erase::WithdrawArgs),
    /// List what waits for approval.
    Erasures(erase::ErasuresArgs),
}

/// Runs a `patient` command.
pub(crate) fn run(command: &PatientCommand) -> anyhow::Result<Outcome> {
    match command {
        PatientCommand::Show(args) => show::run(args),
        PatientCommand::Search(args) => search::run(args),
        PatientCommand::History(args) => history::run(args),
        PatientCommand::Take(args) => take::run(args),
        PatientCommand::Create(args) => act::create(args),
        PatientCommand::Update(args) => act::update(args),
        PatientCommand::Merge(args) => act::merge(args),
        PatientCommand::Unmerge(args) => act::unmerge(args),
        PatientCommand::Link(args) => act::link(args, "link"),
        PatientCommand::Unlink(args) => act::link(args, "unlink"),
        PatientCommand::Hold(args) => act::hold(args),
        PatientCommand::Release(args) => act::release(args),
        PatientCommand::Erase(args) => erase::ask(args),
        PatientCommand::ApproveErasure(args) => erase::approve(args),
        PatientCommand::WithdrawErasure(args) => erase::withdraw(args),
        PatientCommand::Erasures(args) => erase::list(args),
    }
}

/// Text from a file, or from the standard input for `-`.
fn text(path: &Path) -> anyhow::Result<String> {
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    text.with_context(|| format!("cannot read {}", path.display()))
}

/// JSON from a file. What is wrong with it is told by its place, never by its content.
fn json(path: &Path) -> anyhow::Result<Json> {
    let text = text(path)?;
    serde_json::from_str(&text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        anyhow::anyhow!(
            "{}, line {line}, column {column}: this is no JSON",
            path.display()
        )
    })
}
