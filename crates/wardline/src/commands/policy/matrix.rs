//! `wardline policy matrix`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use wardline_access::model::{Action, Role};
use wardline_access::policy::{Engine, Right, matrix};

use super::set;
use crate::exit::Outcome;
use crate::terminal::{self, print_json, table};

/// What `policy matrix` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Sees includes reading, searching and live streams. Everybody must have a second factor and be on \
                  shift; labels such as VIP or 42 CFR Part 2 restrict further: `wardline policy explain` says how.\n\n\
                  Examples:\n  wardline policy matrix\n  wardline policy matrix --role nurse /etc/wardline/policies"
)]
pub(crate) struct MatrixArgs {
    /// The folder with *.cedar files [else those that Wardline comes with]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Of this role only
    #[arg(long, value_parser = Role::parse)]
    role: Option<Role>,
    /// Print JSON: one object per right
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &MatrixArgs) -> anyhow::Result<Outcome> {
    let engine = Engine::new(set::load(args.folder.as_deref())?);
    let rights: Vec<Right> = matrix(&engine)
        .into_iter()
        .filter(|right| args.role.is_none_or(|role| right.role == role))
        .collect();
    if args.json {
        let all: Vec<_> = rights.iter().map(to_json).collect();
        print_json(&all)?;
        return Ok(Outcome::Done);
    }
    let mut rows = table(&["ROLE", "DATA TYPE", "MAY", "OF WHOM", "PURPOSES"]);
    // What one line says of several actions is one line.
    let mut rest = rights.as_slice();
    while let Some(first) = rest.first() {
        let is_like = |right: &&Right| {
            right.role == first.role
                && right.data_type == first.data_type
                && right.of == first.of
                && right.purposes == first.purposes
        };
        let alike = rest.iter().take_while(is_like).count();
        let (line, others) = rest.split_at(alike);
        let may: Vec<&str> = line.iter().map(|right| word(right.action)).collect();
        let purposes: Vec<&str> = first.purposes.iter().map(|p| p.as_str()).collect();
        rows.add([
            first.role.to_string(),
            first.data_type.to_string(),
            may.join(" "),
            first.of.as_str().to_owned(),
            purposes.join(" "),
        ]);
        rest = others;
    }
    terminal::print(&rows.to_string())?;
    Ok(Outcome::Done)
}

const fn word(action: Action) -> &'static str {
    match action {
        Action::Read | Action::Search | Action::Stream => "sees",
        Action::Write => "writes",
        Action::Delete => "deletes",
        Action::Print => "prints",
        Action::Export => "exports",
    }
}

fn to_json(right: &Right) -> serde_json::Value {
    let purposes: Vec<&str> = right.purposes.iter().map(|p| p.as_str()).collect();
    json!({
        "role": right.role.as_str(),
        "data_type": right.data_type.as_str(),
        "action": right.action.as_str(),
        "of": right.of.as_str(),
        "purposes": purposes,
    })
}
