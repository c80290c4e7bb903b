//! People of the demonstration, so that console and command line can be tried as somebody: an administrator, staff of two
//! units, a desk, an auditor and a privacy officer. Only on this machine, and with one password that is shown.
//!
//! They are made once for a folder, over HTTP as a site would: the first administrator by a token of the site, enrolled
//! here; the others by her. Each enrols a second factor of its own, as nobody is let in without.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;
use wardline_access::identity::authenticator_code;
use wardline_messaging::port::{Clock as _, SystemClock};
use wardline_phi::ApiToken;
use wardline_server::http::auth::{Scope, TokenEntry};
use zeroize::Zeroizing;

use super::layout::Layout;
use crate::client::{ClientArgs, view};
use crate::commands::token::write_token;
use crate::{private_file, tokens};

/// Login, role, department.
const STAFF: [(&str, &str, Option<&str>); 6] = [
    ("kim", "nurse", Some("ICU")),
    ("lee", "nurse", Some("MED")),
    ("dora", "physician", Some("ICU")),
    ("rita", "registrar", None),
    ("ada", "auditor", None),
    ("pat", "privacy_officer", None),
];
const ADMINISTRATOR: &str = "root";

/// What is shown of them.
pub(super) struct People {
    /// One for all.
    pub(super) password: Zeroizing<String>,
    /// Where it is kept, with the administrator's second factor.
    pub(super) file: PathBuf,
}

#[derive(Deserialize)]
struct Enrolment {
    secret: Zeroizing<String>,
    uri: Zeroizing<String>,
}

#[derive(Deserialize)]
struct Recovery {
    recovery_codes: Vec<Zeroizing<String>>,
}

#[derive(Deserialize)]
struct SignedIn {
    token: Zeroizing<String>,
}

/// Lets the first administrator be made: a token of the site, before the server reads them.
pub(super) fn prepare(directory: &Path) -> anyhow::Result<()> {
    let (path, token_file) = (directory.join("tokens.toml"), token_file(directory));
    let mut entries = tokens::load(&path)?;
    let token = ApiToken::generate()?;
    entries.push(TokenEntry {
        name: "demo-people".into(),
        hash: token.hash(),
        scopes: vec![Scope::IdentitiesWrite],
        created_at: tokens::now(),
        expires_at: None,
    });
    write_token(&token_file, &token)?;
    tokens::replace(&path, &entries)?;
    Ok(())
}

/// The people of this folder, made when there are none. None when the server is reached from elsewhere, or the folder is
/// of a demonstration without people.
pub(super) async fn people(layout: &Layout, http: SocketAddr) -> anyhow::Result<Option<People>> {
    let directory = layout.directory.clone();
    if !http.ip().is_loopback() || !token_file(&directory).exists() {
        return Ok(None);
    }
    let made = tokio::task::spawn_blocking(move || kept_or_made(&directory, http));
    made.await?
        .context("cannot make the demonstration's people")
}

fn kept_or_made(directory: &Path, http: SocketAddr) -> anyhow::Result<Option<People>> {
    let file = directory.join("people.txt");
    if file.exists() {
        let text = Zeroizing::new(private_file::read(&file)?);
        let password = text.lines().find_map(|line| line.strip_prefix("password "));
        return Ok(password.map(|password| People {
            password: Zeroizing::new(password.to_owned()),
            file,
        }));
    }
    let password = password()?;
    let root = administrator(directory, http, &password)?;
    let uri = root.1;
    for (login, role, department) in STAFF {
        let body = json!({"login": login, "name": login, "kind": "person", "roles": [role],
            "department": department, "password": password.as_str()});
        root.0.act("/v1/users", Some(&body))?;
    }
    root.0.act("/v1/sign-out", None)?;
    let text = Zeroizing::new(format!(
        "password {}\n{ADMINISTRATOR} {}\n",
        password.as_str(),
        uri.as_str()
    ));
    private_file::write_new(&file, &text)?;
    Ok(Some(People { password, file }))
}

/// Makes the administrator, enrols her, and signs in as her. Gives her second factor too.
fn administrator(
    directory: &Path,
    http: SocketAddr,
    password: &str,
) -> anyhow::Result<(crate::client::Client, Zeroizing<String>)> {
    let site = ClientArgs::on_this_machine(http, &token_file(directory));
    let body = json!({"login": ADMINISTRATOR, "name": "Administrator", "kind": "person",
        "roles": ["security_admin"], "password": password});
    site.client()?.act("/v1/users", Some(&body))?;
    let anonymous = site.anonymous()?;
    let proof = json!({"login": ADMINISTRATOR, "password": password});
    let enrolment: Enrolment = view(anonymous.act_for("/v1/sign-in/second-factor", &proof)?)?;
    let code = authenticator_code(&enrolment.secret, SystemClock.now());
    let code = code.context("the secret of the second factor is no base32")?;
    let first = json!({"credentials": proof, "first_code": code.as_str()});
    let confirm = anonymous.act_for("/v1/sign-in/second-factor/confirm", &first)?;
    let recovery: Recovery = view(confirm)?;
    // A code holds once, so the next door is opened by another proof.
    let code = recovery
        .recovery_codes
        .first()
        .context("no recovery code was given")?;
    let proof =
        json!({"login": ADMINISTRATOR, "password": password, "recovery_code": code.as_str()});
    let signed_in: SignedIn = view(anonymous.act_for("/v1/sign-in", &proof)?)?;
    let session = directory.join("root.session");
    drop(std::fs::remove_file(&session));
    private_file::write_new(&session, &format!("{}\n", signed_in.token.as_str()))?;
    let client = ClientArgs::on_this_machine(http, &session).client()?;
    drop(std::fs::remove_file(&session));
    Ok((client, enrolment.uri))
}

fn token_file(directory: &Path) -> PathBuf {
    directory.join("people.token")
}

fn password() -> anyhow::Result<Zeroizing<String>> {
    let token = ApiToken::generate()?;
    let random = token.expose().trim_start_matches("wl_");
    let short: String = random.chars().take(16).collect();
    Ok(Zeroizing::new(format!("demo-{short}")))
}
