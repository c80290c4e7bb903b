//! `wardline sign-in --enrol` and `--change-password`: a person's own proofs.

use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::ask::Questions;
use crate::client::{Client, view};
use crate::exit::Outcome;
use crate::terminal;

#[derive(Deserialize)]
struct Enrolment {
    secret: Zeroizing<String>,
    uri: Zeroizing<String>,
}

#[derive(Deserialize)]
struct Recovery {
    recovery_codes: Vec<Zeroizing<String>>,
}

pub(super) fn enrol(client: &Client, login: &str) -> anyhow::Result<Outcome> {
    let mut questions = Questions::new();
    let password = questions.secret("Password")?;
    let proof = json!({"login": login, "password": password.as_str()});
    let enrolment: Enrolment = view(client.act_for("/v1/sign-in/second-factor", &proof)?)?;
    terminal::print(&format!(
        "Give this to your authenticator app; it is not shown again:\n  {}\n  {}\n",
        enrolment.secret.as_str(),
        enrolment.uri.as_str()
    ))?;
    let code = questions.secret("The code that it shows now")?;
    let first = json!({"credentials": proof, "first_code": code.as_str()});
    let confirm = client.act_for("/v1/sign-in/second-factor/confirm", &first)?;
    let recovery: Recovery = view(confirm)?;
    let mut text = Zeroizing::new(
        "Your second factor counts. When the authenticator is lost, each of these lets you in once; \
         print them:\n"
            .to_owned(),
    );
    for code in &recovery.recovery_codes {
        text.push_str("  ");
        text.push_str(code);
        text.push('\n');
    }
    terminal::print(&text)?;
    Ok(Outcome::Done)
}

pub(super) fn change_password(
    client: &Client,
    credentials: &Value,
    questions: &mut Questions,
) -> anyhow::Result<Outcome> {
    let new = questions.secret("New password")?;
    let body = json!({"credentials": credentials, "new_password": new.as_str()});
    client.act("/v1/sign-in/password", Some(&body))?;
    terminal::print(
        "The password is changed, and you are signed out everywhere: sign in again.\n",
    )?;
    Ok(Outcome::Done)
}
