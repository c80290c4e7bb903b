//! Keys that HashiCorp Vault or OpenBao holds, through the Transit engine's HTTP API.
//!
//! The key must be made with `derived = true`: then every data key is wrapped under a key of its own, derived from the
//! context, and one that is moved to another place does not unwrap.

mod auth;
mod wire;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::json;
use ureq::http::Method;
use wardline_phi::{
    KEY_BYTES, KekHolder, KekVersion, KeyProvider, ProviderError, SecretKey, WrapContext,
    WrappedKey,
};
use zeroize::Zeroizing;

use crate::http::{Client, Endpoint, EndpointError, Question, Tried, is_passing};
use auth::Auth;
use wire::{Ciphertext, Errors, KeyInfo, Plaintext, Wrapped};

pub use auth::VaultAuth;

/// Bytes of an answer at most: what is wrapped is a key.
const MAX_ANSWER_BYTES: u64 = 256 * 1024;
/// The current version is asked for again after this time, as others may rotate it.
const VERSION_HOLDS: Duration = Duration::from_secs(30);

/// Where the key is.
#[derive(Clone, Debug)]
pub struct VaultSettings {
    /// The server.
    pub endpoint: Endpoint,
    /// The namespace, where there are any.
    pub namespace: Option<String>,
    /// Where the Transit engine is mounted.
    pub mount: String,
    /// The key's name.
    pub key: String,
    /// How to be let in.
    pub auth: VaultAuth,
}

/// Wraps and unwraps by a Transit key.
#[derive(Debug)]
pub struct VaultProvider {
    client: Client,
    settings: VaultSettings,
    auth: Auth,
    version: Mutex<Option<(KekVersion, Instant)>>,
}

impl VaultProvider {
    /// A provider; asks nothing yet.
    ///
    /// # Errors
    /// [`EndpointError`]
    pub fn new(settings: VaultSettings) -> Result<Self, EndpointError> {
        Ok(Self {
            client: Client::new(&settings.endpoint)?,
            auth: Auth::new(settings.auth.clone()),
            settings,
            version: Mutex::new(None),
        })
    }

    /// Asks for `path` of the mount until there is an answer that stands. `None` where the answer has no body.
    fn call<T: DeserializeOwned>(
        &self,
        (method, path): (Method, &str),
        body: Option<&[u8]>,
    ) -> Result<Option<T>, Failure> {
        let mut may_log_in = true;
        self.client.tries(|within| {
            let token = match self.auth.token(&self.client, &self.settings, within) {
                Ok(token) => token,
                Err(failure) => return Tried::from(failure),
            };
            let mut headers = vec![("x-vault-token", token), ("x-vault-request", yes())];
            if let Some(namespace) = &self.settings.namespace {
                headers.push(("x-vault-namespace", Zeroizing::new(namespace.clone())));
            }
            let question = Question {
                method: method.clone(),
                target: format!("/v1/{}/{path}", self.settings.mount),
                headers,
                body,
                max_answer_bytes: MAX_ANSWER_BYTES,
            };
            let answer = match self.client.ask(&question, within) {
                Ok(answer) => answer,
                Err(error) => return Tried::Again(Failure::Away(error.to_string())),
            };
            match answer.status {
                204 => Tried::Done(Ok(None)),
                200 => Tried::Done(wire::data(&answer.body).map(Some)),
                // The token may have ended; one new one is worth a try.
                401 | 403 if std::mem::take(&mut may_log_in) && self.auth.forget() => {
                    Tried::Again(Failure::no(answer.status, &answer.body))
                }
                status if is_passing(status) => {
                    let said = Errors::of(&answer.body);
                    Tried::Again(Failure::Away(format!("status {status}: {said}")))
                }
                status => Tried::Done(Err(Failure::no(status, &answer.body))),
            }
        })
    }

    fn post<T: DeserializeOwned>(&self, path: &str, body: &[u8]) -> Result<T, Failure> {
        let answer = self.call((Method::POST, path), Some(body))?;
        answer.ok_or_else(|| Failure::Odd("an answer without a body".to_owned()))
    }

    fn info(&self) -> Result<KeyInfo, ProviderError> {
        let path = format!("keys/{}", self.settings.key);
        let info = self.call::<KeyInfo>((Method::GET, &path), None);
        let info = info.map_err(Failure::of_key)?;
        let info = info.ok_or_else(|| ProviderError::unavailable("an empty answer"))?;
        if !info.derived {
            return Err(ProviderError::Forbidden(format!(
                "Transit key `{}` is not made with derived=true, so what it wraps is not bound to its place; make \
                 another key",
                self.settings.key
            )));
        }
        self.learn(KekVersion(info.latest_version));
        Ok(info)
    }

    fn learn(&self, version: KekVersion) {
        let mut known = self.version.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = known.map_or(version, |(known, _)| known.max(version));
        *known = Some((newest, Instant::now()));
    }

    fn wrapped(&self, answer: Wrapped) -> Result<WrappedKey, ProviderError> {
        let odd = || ProviderError::unavailable("the answer is no ciphertext of Transit");
        let version = wire::version_of(&answer.ciphertext).ok_or_else(odd)?;
        self.learn(version);
        Ok(WrappedKey {
            kek_version: version,
            bytes: answer.ciphertext.into_bytes(),
        })
    }
}

impl KeyProvider for VaultProvider {
    fn holder(&self) -> KekHolder {
        KekHolder::Vault
    }

    fn current_version(&self) -> Result<KekVersion, ProviderError> {
        let known = *self.version.lock().unwrap_or_else(PoisonError::into_inner);
        match known {
            Some((version, at)) if at.elapsed() < VERSION_HOLDS => Ok(version),
            _ => self.probe(),
        }
    }

    fn wrap(
        &self,
        key: &SecretKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        // Transit makes a key that is not there; that it is there, and derived, is asked before.
        self.current_version()?;
        let body = wire::encoded(&Plaintext {
            plaintext: wire::base64(key.expose()),
            context: wire::context(context),
        })?;
        let path = format!("encrypt/{}", self.settings.key);
        let answer = self.post(&path, &body);
        self.wrapped(answer.map_err(Failure::of_key)?)
    }

    fn unwrap_key(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<SecretKey, ProviderError> {
        let body = wire::encoded(&Ciphertext::of(wrapped, context)?)?;
        let path = format!("decrypt/{}", self.settings.key);
        let answer: Result<Plaintext, Failure> = self.post(&path, &body);
        let answer = answer.map_err(|failure| failure.of(wrapped, context))?;
        let bytes = wire::from_base64(&answer.plaintext);
        let bytes = bytes.filter(|bytes| bytes.len() == KEY_BYTES);
        let refused = ProviderError::Refused {
            id: context.id,
            version: wrapped.kek_version,
        };
        let bytes = bytes.ok_or(refused)?;
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        key.copy_from_slice(&bytes);
        Ok(SecretKey::from_bytes(&key))
    }

    fn rewrap(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        let body = wire::encoded(&Ciphertext::of(wrapped, context)?)?;
        let path = format!("rewrap/{}", self.settings.key);
        let answer: Result<Wrapped, Failure> = self.post(&path, &body);
        self.wrapped(answer.map_err(|failure| failure.of(wrapped, context))?)
    }

    fn rotate(&self) -> Result<KekVersion, ProviderError> {
        let path = format!("keys/{}/rotate", self.settings.key);
        let before = self.info()?;
        let body = json!({}).to_string();
        // When an answer is lost it is asked again: a version more does no harm.
        let asked = self.call::<KeyInfo>((Method::POST, &path), Some(body.as_bytes()));
        asked.map_err(Failure::of_key)?;
        let after = self.info()?;
        if after.latest_version > before.latest_version {
            Ok(KekVersion(after.latest_version))
        } else {
            Err(ProviderError::unavailable("the key was not rotated"))
        }
    }

    fn probe(&self) -> Result<KekVersion, ProviderError> {
        self.info().map(|info| KekVersion(info.latest_version))
    }
}

/// Why Transit gave nothing.
#[derive(Debug)]
enum Failure {
    /// It is not there, or cannot do it now.
    Away(String),
    /// It says no.
    No { status: u16, said: String },
    /// What it says is not its API.
    Odd(String),
}

impl Failure {
    fn no(status: u16, body: &[u8]) -> Self {
        Self::No {
            status,
            said: Errors::of(body),
        }
    }

    /// As the answer to a question about the key.
    fn of_key(self) -> ProviderError {
        match self {
            Self::Away(why) | Self::Odd(why) => ProviderError::unavailable(why),
            Self::No { status: 404, .. } => ProviderError::Forbidden(
                "there is no such Transit key; make it with derived=true, or correct the settings"
                    .to_owned(),
            ),
            Self::No { status, said } => {
                ProviderError::Forbidden(format!("status {status}: {said}"))
            }
        }
    }

    /// As the answer to a question about a wrapped key.
    fn of(self, wrapped: &WrappedKey, context: &WrapContext<'_>) -> ProviderError {
        match self {
            Self::No { status: 400, said } if wire::is_about_ciphertext(&said) => {
                ProviderError::Refused {
                    id: context.id,
                    version: wrapped.kek_version,
                }
            }
            other => other.of_key(),
        }
    }
}

impl<T> From<Failure> for Tried<T, Failure> {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Away(_) => Self::Again(failure),
            failure => Self::Done(Err(failure)),
        }
    }
}

/// The value of `X-Vault-Request`, which a Vault agent may ask for against forged requests.
fn yes() -> Zeroizing<String> {
    Zeroizing::new("true".to_owned())
}
