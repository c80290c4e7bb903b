//! How Vault lets this process in: a token that is given or that somebody renews in a file, or an AppRole.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;
use ureq::http::Method;
use zeroize::Zeroizing;

use super::wire::Errors;
use super::{Failure, MAX_ANSWER_BYTES, VaultSettings};
use crate::http::{Client, Question, is_passing};
use crate::secret_file;

/// Who one is towards Vault.
#[derive(Clone)]
pub enum VaultAuth {
    /// A token.
    Token(Zeroizing<String>),
    /// A file with a token, read again when the token is refused: what a Vault agent writes.
    TokenFile(PathBuf),
    /// An AppRole; its token is asked for anew before it ends.
    AppRole {
        /// Where the AppRole method is mounted.
        mount: String,
        /// The role's id.
        role_id: String,
        /// The file with the secret id.
        secret_id_file: PathBuf,
    },
}

impl std::fmt::Debug for VaultAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token",
            Self::TokenFile(_) => "TokenFile",
            Self::AppRole { .. } => "AppRole",
        })
    }
}

/// The token in use.
#[derive(Debug)]
pub(super) struct Auth {
    how: VaultAuth,
    held: Mutex<Option<Held>>,
}

struct Held {
    token: Zeroizing<String>,
    /// From then on a new one is asked for; never, when it does not end.
    renew_at: Option<Instant>,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Held")
    }
}

#[derive(Deserialize)]
struct LoggedIn {
    auth: Token,
}

#[derive(Deserialize)]
struct Token {
    client_token: Zeroizing<String>,
    lease_duration: u64,
}

impl Auth {
    pub(super) fn new(how: VaultAuth) -> Self {
        Self {
            how,
            held: Mutex::new(None),
        }
    }

    /// A token that should do.
    pub(super) fn token(
        &self,
        client: &Client,
        settings: &VaultSettings,
        within: Duration,
    ) -> Result<Zeroizing<String>, Failure> {
        // Held while a new one is asked for, so that one caller asks and not all.
        let mut held = self.held();
        if let Some(held) = held.as_ref()
            && held.renew_at.is_none_or(|at| Instant::now() < at)
        {
            return Ok(held.token.clone());
        }
        let unreadable = |error: secret_file::SecretFileError| Failure::Away(error.to_string());
        let next = match &self.how {
            VaultAuth::Token(token) => Held {
                token: token.clone(),
                renew_at: None,
            },
            VaultAuth::TokenFile(path) => Held {
                token: secret_file::read_line(path).map_err(unreadable)?,
                renew_at: None,
            },
            VaultAuth::AppRole {
                mount,
                role_id,
                secret_id_file,
            } => {
                let secret_id = secret_file::read_line(secret_id_file).map_err(unreadable)?;
                let body = json!({ "role_id": role_id, "secret_id": secret_id.as_str() });
                let body = Zeroizing::new(body.to_string());
                log_in(client, settings, (mount, body.as_bytes()), within)?
            }
        };
        let token = next.token.clone();
        *held = Some(next);
        Ok(token)
    }

    /// Lets go of a token that was refused; whether there may be another one.
    pub(super) fn forget(&self) -> bool {
        *self.held() = None;
        !matches!(self.how, VaultAuth::Token(_))
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn log_in(
    client: &Client,
    settings: &VaultSettings,
    (mount, body): (&str, &[u8]),
    within: Duration,
) -> Result<Held, Failure> {
    let mut headers = vec![("x-vault-request", super::yes())];
    if let Some(namespace) = &settings.namespace {
        headers.push(("x-vault-namespace", Zeroizing::new(namespace.clone())));
    }
    let question = Question {
        method: Method::POST,
        target: format!("/v1/auth/{mount}/login"),
        headers,
        body: Some(body),
        max_answer_bytes: MAX_ANSWER_BYTES,
    };
    let answer = client.ask(&question, within);
    let answer = answer.map_err(|error| Failure::Away(error.to_string()))?;
    if is_passing(answer.status) {
        let said = Errors::of(&answer.body);
        return Err(Failure::Away(format!("status {}: {said}", answer.status)));
    }
    if answer.status != 200 {
        return Err(Failure::no(answer.status, &answer.body));
    }
    let read: Result<LoggedIn, _> = serde_json::from_slice(&answer.body);
    let token =
        read.map_err(|_| Failure::Odd("the answer to the login is not Vault's".to_owned()))?;
    let lease = Duration::from_secs(token.auth.lease_duration);
    Ok(Held {
        token: token.auth.client_token,
        // A token of lease 0 does not end.
        renew_at: (!lease.is_zero()).then(|| Instant::now() + lease * 2 / 3),
    })
}
