//! `wardline policy show`.

use clap::Args;
use serde::Deserialize;

use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, print_json, table};

/// What `policy show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Policies {
    policy_set: String,
    policies: Vec<Policy>,
}

#[derive(Deserialize)]
struct Policy {
    id: String,
    says: String,
}

pub(super) fn run(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let answer = args.client.client()?.get("/v1/policy")?;
    if args.json {
        print_json(&answer)?;
        return Ok(Outcome::Done);
    }
    let shown: Policies = view(answer)?;
    let mut rows = table(&["POLICY", "SAYS"]);
    for policy in shown.policies {
        rows.add([harmless(&policy.id), harmless(&policy.says)]);
    }
    let set = harmless(&shown.policy_set);
    terminal::print(&format!("{rows}the set is {set}\n"))?;
    Ok(Outcome::Done)
}
