//! `wardline policy check`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use wardline_access::policy::lint;

use super::set;
use crate::exit::Outcome;
use crate::terminal::{self, print_json};

/// What `policy check` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "It ends with 0 when the folder can be used, with 7 when it can and something about it is to be \
                  objected to, with 78 when it cannot."
)]
pub(crate) struct CheckArgs {
    /// The folder with *.cedar files
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let policies = set::load(Some(&args.folder))?;
    let (hash, count) = (policies.hash().to_string(), policies.policies().count());
    let findings: Vec<String> = lint(policies).iter().map(ToString::to_string).collect();
    let outcome = if findings.is_empty() {
        Outcome::Done
    } else {
        Outcome::Findings
    };
    if args.json {
        print_json(&json!({ "policy_set": hash, "policies": count, "findings": findings }))?;
        return Ok(outcome);
    }
    for finding in &findings {
        terminal::print(&format!("finding: {finding}\n"))?;
    }
    let found = findings.len();
    terminal::print(&format!(
        "{count} policies can be used, {found} findings; the set is {hash}\n"
    ))?;
    Ok(outcome)
}
