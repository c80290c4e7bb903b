//! What is done with a user.

use clap::Args;
use serde_json::json;
use wardline_access::model::{Role, UserId};
use zeroize::Zeroizing;

use crate::client::ClientArgs;
use crate::exit::{Outcome, UsageError};
use crate::terminal;

/// Which user.
#[derive(Args, Debug)]
pub(crate) struct ActArgs {
    /// The user's id
    id: String,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `user roles` takes.
#[derive(Args, Debug)]
pub(crate) struct RolesArgs {
    /// The user's id
    id: String,
    /// All that it may act as from now on
    #[arg(required = true, value_parser = Role::parse)]
    roles: Vec<Role>,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(args: &ActArgs, what: &str) -> anyhow::Result<Outcome> {
    let path = format!("/v1/users/{}/{what}", id(&args.id)?);
    args.client.client()?.act(&path, None)?;
    terminal::print("done\n")?;
    Ok(Outcome::Done)
}

pub(super) fn roles(args: &RolesArgs) -> anyhow::Result<Outcome> {
    let path = format!("/v1/users/{}/roles", id(&args.id)?);
    let roles: Vec<&str> = args.roles.iter().map(|role| role.as_str()).collect();
    args.client
        .client()?
        .put(&path, &json!({ "roles": roles }))?;
    terminal::print("done\n")?;
    Ok(Outcome::Done)
}

pub(super) fn password(args: &ActArgs) -> anyhow::Result<Outcome> {
    let path = format!("/v1/users/{}/password", id(&args.id)?);
    let password = from_input()?;
    let body = json!({ "password": password.as_str() });
    args.client.client()?.put(&path, &body)?;
    terminal::print("done\n")?;
    Ok(Outcome::Done)
}

/// A password, from the first line of standard input: a command line is seen by everybody on the machine.
pub(super) fn from_input() -> anyhow::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    std::io::stdin().read_line(&mut line)?;
    Ok(Zeroizing::new(
        line.trim_end_matches(['\r', '\n']).to_owned(),
    ))
}

/// An id as it stands in a path.
pub(super) fn id(text: &str) -> anyhow::Result<UserId> {
    let id = UserId::parse(text);
    id.map_err(|_| UsageError("a user's id has 32 hexadecimal digits".to_owned()).into())
}
