//! `wardline policy explain`.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use wardline_access::model::{Action, DataType, Fact, Purpose, Role};
use wardline_access::policy::{Answer, Engine, question};

use super::set;
use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, print_json};

/// What `policy explain` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Facts: care_team department own emergency vip employee confidential psychotherapy part2 author \
                  consent suspended off_shift no_second_factor. What is not named is not so.\n\n\
                  Examples:\n  wardline policy explain nurse read vitals --purpose TREAT --fact department\n  \
                  wardline policy explain nurse read vitals --purpose TREAT --fact department --fact vip --built-in"
)]
pub(crate) struct ExplainArgs {
    /// As what somebody acts
    #[arg(value_parser = Role::parse)]
    role: Role,
    /// What is done: read, search, stream, write, delete, export or print
    #[arg(value_parser = Action::parse)]
    action: Action,
    /// With what
    #[arg(value_parser = DataType::parse)]
    data_type: DataType,
    /// What for: TREAT, ETREAT, BTG, HPAYMT, HOPERAT, HRESCH, PATRQT, PUBHLTH or HLEGAL
    #[arg(long, value_parser = Purpose::parse)]
    purpose: Purpose,
    /// What is so of user, patient or item; may be given several times
    #[arg(long = "fact", value_name = "FACT", value_parser = Fact::parse)]
    facts: Vec<Fact>,
    /// Ask the policies of this folder, and no server
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// Ask the policies that Wardline comes with, and no server
    #[arg(long, conflicts_with = "policies")]
    built_in: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What the policies say.
#[derive(Deserialize)]
struct Explained {
    allowed: bool,
    policies: Vec<Said>,
    reasons: Vec<String>,
    to_the_user: Vec<String>,
    policy_set: String,
}

#[derive(Deserialize)]
struct Said {
    id: String,
    says: String,
}

pub(super) fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let answer = if args.built_in || args.policies.is_some() {
        let engine = Engine::new(set::load(args.policies.as_deref())?);
        let facts = question(args.role, args.action, args.purpose, &args.facts);
        to_json(&engine.answer(&facts, args.data_type))
    } else {
        let facts: Vec<&str> = args.facts.iter().map(|fact| fact.as_str()).collect();
        let body = json!({
            "role": args.role.as_str(),
            "action": args.action.as_str(),
            "data_type": args.data_type.as_str(),
            "purpose": args.purpose.as_str(),
            "facts": facts,
        });
        args.client.client()?.query("/v1/policy/explain", &body)?
    };
    if args.json {
        print_json(&answer)?;
        return Ok(Outcome::Done);
    }
    terminal::print(&in_words(&view(answer)?))?;
    Ok(Outcome::Done)
}

fn in_words(answer: &Explained) -> String {
    let decided = if answer.allowed { "allowed" } else { "denied" };
    let line = |name: &str, value: &str| format!("  {name:<12} {}", harmless(value));
    let mut lines = vec![decided.to_owned()];
    let policies = answer.policies.iter();
    lines.extend(policies.map(|said| line("by policy", &format!("{}: {}", said.id, said.says))));
    lines.extend(answer.reasons.iter().map(|reason| line("reason", reason)));
    let told = answer.to_the_user.iter();
    lines.extend(told.map(|told| line("user is told", told)));
    lines.push(line("policy set", &answer.policy_set));
    lines.join("\n") + "\n"
}

fn to_json(answer: &Answer) -> Json {
    let policies = answer.policies.iter();
    let policies: Vec<Json> = policies
        .map(|(id, says)| json!({ "id": &**id, "says": says }))
        .collect();
    let reasons: Vec<&str> = answer.reasons.iter().map(|reason| reason.code()).collect();
    json!({
        "allowed": answer.is_allowed,
        "policies": policies,
        "reasons": reasons,
        "to_the_user": answer.to_the_user(),
        "policy_set": answer.policy_set.to_string(),
    })
}
