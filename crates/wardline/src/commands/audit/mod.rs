//! `wardline audit`: the audit trail.

mod alert;
mod filter;
mod hold;
mod keep;
mod key;
mod offline;
mod prove;
mod report;
mod search;
mod verify;
mod view;

use clap::Subcommand;

use crate::exit::Outcome;
pub(crate) use key::new_key;

/// The trail of who did what to whose records.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Find records by user, patient, kind, outcome and time, newest first.
    Search(search::SearchArgs),
    /// Show a record.
    Show(search::ShowArgs),
    /// Look whether anything in the trail was altered, removed, added or moved.
    Verify(verify::VerifyArgs),
    /// Print the newest signed checkpoint, to be kept where nobody who runs the service can change it.
    Checkpoint(prove::CheckpointArgs),
    /// Prove that a record is in the trail, or that one checkpoint is the beginning of another.
    Prove(prove::ProveArgs),
    /// Report a period: totals, per user, per patient, exports, alerts.
    Report(report::ReportArgs),
    /// Say to whom a patient's records were disclosed (45 CFR 164.528).
    Accounting(report::AccountingArgs),
    /// Write records as FHIR `AuditEvent` resources, one a line.
    Export(search::ExportArgs),
    /// List alerts, and say that somebody looks into them or is done.
    #[command(subcommand)]
    Alert(alert::AlertCommand),
    /// List, place and release holds: what one covers is not dropped.
    #[command(subcommand)]
    Hold(hold::HoldCommand),
    /// Archive whole segments into the folder of the configuration.
    Archive(keep::KeepArgs),
    /// Drop records whose time is over, that are archived, and that no hold covers.
    Retain(keep::KeepArgs),
    /// Make, show or renew the key that signs the trail's checkpoints.
    #[command(subcommand)]
    Key(key::KeyCommand),
}

/// Runs an `audit` command.
pub(crate) fn run(command: AuditCommand) -> anyhow::Result<Outcome> {
    match command {
        AuditCommand::Search(args) => search::run(&args),
        AuditCommand::Show(args) => search::show(&args),
        AuditCommand::Verify(args) => verify::run(&args),
        AuditCommand::Checkpoint(args) => prove::checkpoint(&args),
        AuditCommand::Prove(args) => prove::run(&args),
        AuditCommand::Report(args) => report::run(&args),
        AuditCommand::Accounting(args) => report::accounting(&args),
        AuditCommand::Export(args) => search::export(&args),
        AuditCommand::Alert(command) => alert::run(&command),
        AuditCommand::Hold(command) => hold::run(&command),
        AuditCommand::Archive(args) => keep::archive(&args),
        AuditCommand::Retain(args) => keep::retain(&args),
        AuditCommand::Key(command) => key::run(command),
    }
}
