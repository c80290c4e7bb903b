//! `wardline user create`.

use clap::Args;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use wardline_access::model::Role;

use super::act::from_input;
use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless};

/// What `user create` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "The password of a person is read from standard input. As long as there is no user, a token of the site \
                  with the scope identities:write makes the first one, a security_admin.\n\n\
                  Examples:\n  wardline user create root --name Root --role security_admin < password.txt\n  \
                  wardline user create icu-monitor --name Monitor --role device"
)]
pub(crate) struct CreateArgs {
    /// What it signs in with
    login: String,
    /// What people call it
    #[arg(long)]
    name: String,
    /// What it may act as; may be given several times. A role of machines makes a service account
    #[arg(long = "role", required = true, value_name = "ROLE", value_parser = Role::parse)]
    roles: Vec<Role>,
    /// Its department
    #[arg(long)]
    department: Option<String>,
    /// Who is told of its emergency accesses, by id
    #[arg(long, value_name = "ID")]
    supervisor: Option<String>,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

pub(super) fn run(args: &CreateArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let is_machine = args.roles.iter().any(|role| role.is_machine());
    let roles: Vec<&str> = args.roles.iter().map(|role| role.as_str()).collect();
    let password = if is_machine {
        None
    } else {
        Some(from_input()?)
    };
    let body: Json = json!({
        "login": args.login,
        "name": args.name,
        "kind": if is_machine { "service" } else { "person" },
        "roles": roles,
        "department": args.department,
        "supervisor": args.supervisor,
        "password": password.as_ref().map(|password| password.as_str()),
    });
    let created: Created = view(client.create("/v1/users", &body)?)?;
    terminal::print(&format!("{}\n", harmless(&created.id)))?;
    Ok(Outcome::Done)
}
