//! `wardline sign-in`, `sign-out` and `whoami`: a person at a command line.
//!
//! What proves who somebody is comes from the terminal without being shown, or from the lines of standard input; never
//! from the command line, which everybody on the machine can see. The session's token goes into the file that the other
//! commands are told to take theirs from.

mod ask;
mod enrol;

use std::path::Path;

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::client::{Bearer, Client, ClientArgs, view};
use crate::exit::{Outcome, UsageError};
use crate::{private_file, terminal};
pub(super) use ask::Questions;

/// What `sign-in` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Password and codes are asked for, or read from the lines of standard input.\n\nExamples:\n  \
                  wardline sign-in --login kim --enrol\n  wardline sign-in --login kim --token-file kim.session\n  \
                  wardline bed list --token-file kim.session"
)]
pub(crate) struct SignInArgs {
    /// What you sign in with
    #[arg(long, value_name = "NAME")]
    login: String,
    /// In which of your roles; not needed when you have one
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Use one of your recovery codes instead of the code of your authenticator
    #[arg(long)]
    recovery: bool,
    /// Begin a second factor: without one nobody gets in
    #[arg(long, conflicts_with_all = ["role", "recovery", "change_password"])]
    enrol: bool,
    /// Change your password
    #[arg(long, conflicts_with = "role")]
    change_password: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `sign-out` and `whoami` take.
#[derive(Args, Debug)]
pub(crate) struct OwnArgs {
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct SignedIn {
    token: Zeroizing<String>,
    role: String,
    absolute_expires_at: String,
}

#[derive(Deserialize)]
struct Me {
    login: String,
    role: Vec<String>,
    department: Option<String>,
    session_id: String,
}

pub(crate) fn sign_in(args: &SignInArgs) -> anyhow::Result<Outcome> {
    let client = args.client.anonymous()?;
    if args.enrol {
        return enrol::enrol(&client, &args.login);
    }
    let mut questions = Questions::new();
    let body = credentials(args, &mut questions)?;
    if args.change_password {
        return enrol::change_password(&client, &body, &mut questions);
    }
    let file = args.client.token_path().ok_or_else(|| {
        UsageError("where to? Name a file for the session's token with --token-file".to_owned())
    })?;
    let signed_in: SignedIn = view(client.act_for(Client::SIGN_IN, &body)?)?;
    // Whatever a server sends as a token is checked before it is written anywhere.
    Bearer::parse(&signed_in.token)?;
    keep(file, &signed_in.token)?;
    terminal::print(&format!(
        "Signed in as {} until {} at most; the token is in {}.\n",
        signed_in.role,
        signed_in.absolute_expires_at,
        file.display()
    ))?;
    Ok(Outcome::Done)
}

pub(crate) fn sign_out(args: &OwnArgs) -> anyhow::Result<Outcome> {
    args.client.client()?.act("/v1/sign-out", None)?;
    if let Some(file) = args.client.token_path() {
        std::fs::remove_file(file)
            .with_context(|| format!("the session has ended, but {} stays", file.display()))?;
    }
    terminal::print("Signed out.\n")?;
    Ok(Outcome::Done)
}

pub(crate) fn whoami(args: &OwnArgs) -> anyhow::Result<Outcome> {
    let me: Me = view(args.client.client()?.get("/v1/me")?)?;
    let mut rows = terminal::table(&["LOGIN", "ROLE", "DEPARTMENT", "SESSION"]);
    let department = me.department.unwrap_or_else(|| "-".to_owned());
    rows.add([me.login, me.role.join(","), department, me.session_id]);
    terminal::print(&rows.to_string())?;
    Ok(Outcome::Done)
}

fn credentials(args: &SignInArgs, questions: &mut Questions) -> anyhow::Result<Value> {
    let password = questions.secret("Password")?;
    let mut body = json!({"login": args.login, "password": password.as_str()});
    let (field, question) = if args.recovery {
        ("recovery_code", "Recovery code")
    } else {
        ("code", "Code")
    };
    let code = questions.secret(question)?;
    if let Some(body) = body.as_object_mut() {
        body.insert(field.to_owned(), json!(code.as_str()));
        if let Some(role) = args.role.as_ref().filter(|_| !args.change_password) {
            body.insert("role".to_owned(), json!(role));
        }
    }
    Ok(body)
}

/// Puts the token into its file, in the place of an older one.
fn keep(file: &Path, token: &str) -> anyhow::Result<()> {
    let text = Zeroizing::new(format!("{token}\n"));
    let kept = if file.exists() {
        private_file::replace(file, &text)
    } else {
        private_file::write_new(file, &text)
    };
    kept.with_context(|| format!("cannot write {}", file.display()))
}
