//! `wardline emergency request` and `give-back`: for who treats, in an emergency.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use wardline_access::model::GrantId;
use wardline_phi::ApiToken;
use zeroize::Zeroizing;

use crate::client::{ClientArgs, view};
use crate::commands::sign_in::Questions;
use crate::exit::Outcome;
use crate::{private_file, terminal};

/// What `emergency request` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "The file holds JSON such as\n  {\"patient\": {\"number\": \"4711\", \"authority\": \"HOSP\"}, \"reason\": \
                  \"emergency_treatment\", \"text\": \"..\"}\nThe code of your authenticator is asked for, or read from \
                  standard input.\n\nExamples:\n  wardline emergency request why.json --write emergency.token\n  wardline \
                  bed show ICU~1~A --emergency-file emergency.token"
)]
pub(crate) struct RequestArgs {
    /// The file that says to whom (a patient), and why
    about: PathBuf,
    /// Where to write its token; it is shown nowhere
    #[arg(long, value_name = "FILE")]
    write: PathBuf,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `emergency give-back` takes.
#[derive(Args, Debug)]
pub(crate) struct GiveBackArgs {
    /// Its id
    #[arg(value_parser = GrantId::parse)]
    id: GrantId,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Granted {
    id: String,
    token: Zeroizing<String>,
    expires_at: String,
    told: usize,
}

pub(super) fn request(args: &RequestArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let text = private_file::read(&args.about)
        .with_context(|| format!("cannot read {}", args.about.display()))?;
    // What is wrong with it is told by its place, never by its content.
    let mut body: Json = serde_json::from_str(&text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        anyhow::anyhow!(
            "{}, line {line}, column {column}: this is no JSON",
            args.about.display()
        )
    })?;
    let code = Questions::new().secret("Code")?;
    if let Some(body) = body.as_object_mut() {
        body.insert("code".to_owned(), json!(code.as_str()));
    }
    let granted: Granted = view(client.create("/v1/emergencies", &body)?)?;
    ApiToken::parse(&granted.token).context("the server gave no token")?;
    private_file::write_new(&args.write, &format!("{}\n", granted.token.as_str()))
        .with_context(|| format!("cannot write {}", args.write.display()))?;
    terminal::print(&format!(
        "{} holds until {}; {} people were told, and every use is counted.\n",
        terminal::harmless(&granted.id),
        terminal::harmless(&granted.expires_at),
        granted.told
    ))?;
    Ok(Outcome::Done)
}

pub(super) fn give_back(args: &GiveBackArgs) -> anyhow::Result<Outcome> {
    let path = format!("/v1/emergencies/{}/give-back", args.id);
    args.client.client()?.act(&path, None)?;
    terminal::print("Given back.\n")?;
    Ok(Outcome::Done)
}
