//! `wardline comply check`.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use wardline_server::compliance::{ControlResult, Report, Status, page};

use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, print_json};

/// What `comply check` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline comply check\n  wardline comply check --failing\n  \
                  wardline comply check --html controls.html      a page to print and sign\n  \
                  wardline comply check --json > controls.json\n\n\
                  The exit code is 7 when a control fails. What is unknown does not change it: it is for people to look at."
)]
pub(crate) struct CheckArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write a page to print to this file, which may be there already
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Leave out what passes and what does not apply
    #[arg(long, conflicts_with = "json")]
    failing: bool,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let answer = args.client.client()?.get("/v1/compliance")?;
    let report: Report = view(answer.clone())?;
    if let Some(file) = &args.html {
        fs::write(file, page(&report))
            .with_context(|| format!("cannot write the page to {}", file.display()))?;
    }
    if args.json {
        print_json(&answer)?;
    } else {
        terminal::print(&in_words(&report, args.failing))?;
    }
    Ok(match report.totals.fail {
        0 => Outcome::Done,
        _ => Outcome::Findings,
    })
}

fn in_words(report: &Report, failing: bool) -> String {
    let is_open = |status| matches!(status, Status::Fail | Status::Unknown);
    let shown = report.controls.iter();
    let shown = shown.filter(|it| !failing || is_open(it.status));
    let controls: String = shown.map(of_control).collect();
    let totals = &report.totals;
    format!(
        "{controls}{} pass, {} fail, {} unknown, {} not applicable, at {}.\n{}\n",
        totals.pass,
        totals.fail,
        totals.unknown,
        totals.not_applicable,
        terminal::seconds(&report.checked_at),
        harmless(&report.notice)
    )
}

/// A control on lines of its own: what it came to, what shows that, what to do.
fn of_control(control: &ControlResult) -> String {
    let evidence = control.evidence.iter().map(|it| format!("- {it}"));
    let to_do = control.to_do.iter().map(|it| format!("> {it}"));
    let mut told = format!(
        "{:<7} {}: {} ({})\n",
        status(control.status),
        harmless(&control.id),
        harmless(&control.title),
        harmless(&control.citations.join(", "))
    );
    for line in evidence.chain(to_do) {
        for part in ["        ", &harmless(&line), "\n"] {
            told.push_str(part);
        }
    }
    told.push('\n');
    told
}

/// In capitals what a person is to look at, so that it is found among what is well.
const fn status(status: Status) -> &'static str {
    match status {
        Status::Pass => "pass",
        Status::Fail => "FAIL",
        Status::Unknown => "UNKNOWN",
        Status::NotApplicable => "-",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wardline_server::compliance::Totals;

    fn control(id: &str, status: Status, to_do: Option<&str>) -> ControlResult {
        ControlResult {
            id: id.to_owned(),
            title: "It holds".to_owned(),
            citations: vec!["164.312(b)".to_owned()],
            status,
            evidence: vec!["seen\u{1b}[2J".to_owned()],
            to_do: to_do.map(str::to_owned),
        }
    }

    fn report() -> Report {
        Report {
            checked_at: "2026-11-21T08:30:00.123Z".to_owned(),
            trail: "ward-1".to_owned(),
            version: "0.0.0".to_owned(),
            notice: "No certificate.".to_owned(),
            totals: Totals {
                pass: 1,
                fail: 1,
                ..Totals::default()
            },
            controls: vec![
                control("trail.written", Status::Pass, None),
                control("backup.fresh", Status::Fail, Some("Make one.")),
            ],
            outside: Vec::new(),
        }
    }

    #[test]
    fn it_says_what_holds_what_does_not_and_what_to_do_and_nothing_that_a_terminal_obeys() {
        let told = in_words(&report(), false);

        let passed = "pass    trail.written: It holds (164.312(b))\n        - seen\u{fffd}[2J\n\n";
        assert!(told.starts_with(passed), "{told}");
        assert!(
            told.contains("FAIL    backup.fresh: It holds (164.312(b))"),
            "{told}"
        );
        assert!(told.contains("        > Make one.\n"), "{told}");
        assert!(
            told.contains("1 pass, 1 fail, 0 unknown, 0 not applicable, at 2026-11-21T08:30:00Z.")
        );
        assert!(told.ends_with("No certificate.\n"));
        assert!(!told.contains('\u{1b}'));
    }

    #[test]
    fn what_passes_can_be_left_out() {
        let told = in_words(&report(), true);

        assert!(told.contains("backup.fresh") && !told.contains("trail.written"));
    }
}
