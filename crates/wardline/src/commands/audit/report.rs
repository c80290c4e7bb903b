//! `wardline audit report` and `accounting`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Deserialize;
use serde_json::json;

use super::filter::name_in;
use super::view::Accounting;
use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, print_json, seconds, stdout, table};

/// Rows of people in a table on the terminal.
const SHOWN: usize = 20;

/// What `audit report` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline audit report --from 2026-11-01T00:00:00Z --until 2026-12-01T00:00:00Z\n  \
                  wardline audit report --from 2026-11-01T00:00:00Z --until 2026-12-01T00:00:00Z --format html > november.html"
)]
pub(crate) struct ReportArgs {
    /// Records from this time on
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Records before this time
    #[arg(long, value_name = "TIME")]
    until: String,
    /// In which form
    #[arg(long, default_value = "table")]
    format: Format,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal; the first 20 users and patients
    Table,
    /// For programs
    Json,
    /// For a spreadsheet
    Csv,
    /// A page to print
    Html,
}

/// What `audit accounting` takes.
#[derive(Args, Debug)]
pub(crate) struct AccountingArgs {
    /// The file with the patient's reference (`mrn:HOSP:4711`); `-` is standard input
    #[arg(long, value_name = "FILE")]
    patient_file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Report {
    events: u64,
    exported_records: u64,
    kinds: BTreeMap<String, u64>,
    outcomes: BTreeMap<String, u64>,
    alerts: BTreeMap<String, u64>,
    users: Vec<User>,
    patients: Vec<Patient>,
}

#[derive(Deserialize)]
struct User {
    user: Option<String>,
    events: u64,
    denied: u64,
    patients: u64,
}

#[derive(Deserialize)]
struct Patient {
    patient: Option<String>,
    events: u64,
    users: u64,
}

pub(super) fn run(args: &ReportArgs) -> anyhow::Result<Outcome> {
    let form = match args.format {
        Format::Table | Format::Json => "json",
        Format::Csv => "csv",
        Format::Html => "html",
    };
    let body = json!({ "from": args.from, "until": args.until, "format": form });
    let client = args.client.client()?;
    let answer = client.query_bytes("/v1/audit/report", &body)?;
    if args.format == Format::Table {
        print_table(&view(serde_json::from_slice(&answer)?)?)?;
        return Ok(Outcome::Done);
    }
    let mut out = stdout();
    out.write_all(&answer)?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn print_table(report: &Report) -> anyhow::Result<()> {
    let mut totals = table(&["WHAT", "", "HOW MANY"]);
    let mut add = |what: &str, name: &str, count: u64| {
        totals.add([what.to_owned(), harmless(name), count.to_string()]);
    };
    add("events", "", report.events);
    add("exported records", "", report.exported_records);
    let counts = [
        ("kind", &report.kinds),
        ("outcome", &report.outcomes),
        ("alert", &report.alerts),
    ];
    for (what, counts) in counts {
        for (name, count) in counts {
            add(what, name, *count);
        }
    }
    let name = |name: &Option<String>| name.as_deref().map_or("-".to_owned(), harmless);
    let mut users = table(&["USER", "EVENTS", "REFUSED", "PATIENTS"]);
    for user in report.users.iter().take(SHOWN) {
        let figures = [user.events, user.denied, user.patients].map(|count| count.to_string());
        let [events, denied, patients] = figures;
        users.add([name(&user.user), events, denied, patients]);
    }
    let mut patients = table(&["PATIENT", "EVENTS", "USERS"]);
    for patient in report.patients.iter().take(SHOWN) {
        let figures = [patient.events, patient.users].map(|count| count.to_string());
        let [events, of_users] = figures;
        patients.add([name(&patient.patient), events, of_users]);
    }
    terminal::print(&format!("{totals}\n{users}\n{patients}"))?;
    Ok(())
}

pub(super) fn accounting(args: &AccountingArgs) -> anyhow::Result<Outcome> {
    let body = json!({ "patient": name_in(&args.patient_file)? });
    let answer = args.client.client()?.query("/v1/audit/accounting", &body)?;
    if args.json {
        print_json(&answer)?;
        return Ok(Outcome::Done);
    }
    let accounting: Accounting = view(answer)?;
    let mut rows = table(&["RECIPIENT", "PURPOSE", "TIMES", "FIRST", "LAST", "OF WHAT"]);
    for row in &accounting.disclosures {
        rows.add([
            row.recipient.as_deref().map_or("-".to_owned(), harmless),
            row.purpose.as_deref().map_or("-".to_owned(), harmless),
            row.count.to_string(),
            seconds(&row.first_at),
            seconds(&row.last_at),
            harmless(&row.data_types.join(" ")),
        ]);
    }
    terminal::print(&format!(
        "{rows}\n{} more for treatment, payment, operations or the patient need no accounting.\n",
        accounting.exempt
    ))?;
    if accounting.unreadable > 0 {
        terminal::complain(&format!(
            "the keys of {} records were destroyed: what they disclosed is not known",
            accounting.unreadable
        ));
    }
    if accounting.cut {
        terminal::complain("there are more rows than are given");
    }
    Ok(Outcome::Done)
}
