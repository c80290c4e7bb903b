//! Keys that AWS KMS holds, through its JSON API.
//!
//! KMS does not say which version of a key wrapped something. The version here is one more than the number of
//! rotations that KMS lists, asked before wrapping: what was wrapped is never older than it says.

mod wire;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::Method;
use wardline_kernel::Clock;
use wardline_phi::{
    KEY_BYTES, KekHolder, KekVersion, KeyProvider, ProviderError, SecretKey, WrapContext,
    WrappedKey,
};
use zeroize::Zeroizing;

use crate::credentials::AwsCredentials;
use crate::http::{Client, Endpoint, EndpointError, Question, Tried, is_passing};
use crate::sigv4::{self, Signable, SigningScope};
use wire::{Context, Problem};

const MAX_ANSWER_BYTES: u64 = 256 * 1024;
/// The number of rotations is asked for again after this time.
const VERSION_HOLDS: Duration = Duration::from_mins(1);
/// Pages of rotations that are read at most; a page has a hundred.
const MAX_PAGES: usize = 100;
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Where the key is.
#[derive(Clone, Debug)]
pub struct KmsSettings {
    /// KMS of the region.
    pub endpoint: Endpoint,
    /// The region, as it is signed.
    pub region: String,
    /// The key's id, ARN or alias.
    pub key_id: String,
    /// Who asks.
    pub credentials: AwsCredentials,
}

/// Wraps and unwraps by a KMS key.
pub struct KmsProvider {
    client: Client,
    settings: KmsSettings,
    clock: Arc<dyn Clock>,
    version: Mutex<Option<(KekVersion, Instant)>>,
}

impl std::fmt::Debug for KmsProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KmsProvider")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl KmsProvider {
    /// A provider; asks nothing yet.
    ///
    /// # Errors
    /// [`EndpointError`]
    pub fn new(settings: KmsSettings, clock: Arc<dyn Clock>) -> Result<Self, EndpointError> {
        Ok(Self {
            client: Client::new(&settings.endpoint)?,
            settings,
            clock,
            version: Mutex::new(None),
        })
    }

    fn call<Q: Serialize, A: DeserializeOwned>(
        &self,
        action: &str,
        question: &Q,
    ) -> Result<A, Failure> {
        let mut body = Zeroizing::new(Vec::with_capacity(wire::BODY));
        serde_json::to_writer(&mut *body, question)
            .map_err(|_| Failure::Away("the question cannot be written".to_owned()))?;
        self.client.tries(|within| {
            let question = match self.signed(action, &body) {
                Ok(question) => question,
                Err(error) => return Tried::Done(Err(Failure::Away(error))),
            };
            let answer = match self.client.ask(&question, within) {
                Ok(answer) => answer,
                Err(error) => return Tried::Again(Failure::Away(error.to_string())),
            };
            if answer.status == 200 {
                // An empty answer is an empty object.
                let text: &[u8] = if answer.body.is_empty() {
                    b"{}"
                } else {
                    &answer.body
                };
                let read = serde_json::from_slice(text);
                return Tried::Done(
                    read.map_err(|_| Failure::Away("the answer is not KMS's".to_owned())),
                );
            }
            let problem = Problem::of(&answer.body);
            if is_passing(answer.status) || problem.passes() {
                return Tried::Again(Failure::Away(problem.to_string()));
            }
            Tried::Done(Err(Failure::No(problem)))
        })
    }

    fn signed<'b>(&self, action: &str, body: &'b [u8]) -> Result<Question<'b>, String> {
        let credentials = self.settings.credentials.now();
        let credentials = credentials.map_err(|error| error.to_string())?;
        let at = self.clock.now();
        let date = sigv4::amz_date(at);
        let target = format!("TrentService.{action}");
        let mut signed = vec![
            ("content-type", CONTENT_TYPE),
            ("host", self.client.authority.as_str()),
            ("x-amz-date", date.as_str()),
            ("x-amz-target", target.as_str()),
        ];
        let session = credentials.session.as_deref();
        if let Some(session) = session {
            signed.push(("x-amz-security-token", session.as_str()));
        }
        let scope = SigningScope {
            region: &self.settings.region,
            service: "kms",
            at,
        };
        let request = Signable {
            method: "POST",
            path: "/",
            query: Vec::new(),
            headers: signed.clone(),
            payload_sha256: &sigv4::sha256_hex(body),
        };
        let authorization = sigv4::authorization(&credentials, scope, &request);
        let mut headers: Vec<(&'static str, Zeroizing<String>)> = vec![
            ("content-type", Zeroizing::new(CONTENT_TYPE.to_owned())),
            ("x-amz-date", Zeroizing::new(date.clone())),
            ("x-amz-target", Zeroizing::new(target.clone())),
            ("authorization", authorization),
        ];
        if let Some(session) = &credentials.session {
            headers.push(("x-amz-security-token", session.clone()));
        }
        Ok(Question {
            method: Method::POST,
            target: "/".to_owned(),
            headers,
            body: Some(body),
            max_answer_bytes: MAX_ANSWER_BYTES,
        })
    }

    fn rotations(&self) -> Result<u32, ProviderError> {
        let (mut count, mut marker) = (0_usize, None);
        for _ in 0..MAX_PAGES {
            let page: wire::Rotations = self
                .call(
                    "ListKeyRotations",
                    &wire::ListRotations {
                        key_id: &self.settings.key_id,
                        limit: 100,
                        marker: marker.as_deref(),
                    },
                )
                .map_err(Failure::of_key)?;
            count += page.rotations.len();
            marker = page.next_marker.filter(|_| page.truncated);
            if marker.is_none() {
                break;
            }
        }
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    fn learn(&self, version: KekVersion) {
        let mut known = self.version.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = known.map_or(version, |(known, _)| known.max(version));
        *known = Some((newest, Instant::now()));
    }

    fn blob<'w>(
        wrapped: &'w WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<&'w str, ProviderError> {
        let blob = wrapped.bytes.strip_prefix(WrappedKey::AWS_KMS);
        let blob = blob.and_then(|blob| std::str::from_utf8(blob).ok());
        blob.ok_or(ProviderError::Refused {
            id: context.id,
            version: wrapped.kek_version,
        })
    }
}

fn marked(blob: &str, version: KekVersion) -> WrappedKey {
    WrappedKey {
        kek_version: version,
        bytes: [WrappedKey::AWS_KMS, blob.as_bytes()].concat(),
    }
}

impl KeyProvider for KmsProvider {
    fn holder(&self) -> KekHolder {
        KekHolder::AwsKms
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
        let version = self.current_version()?;
        let question = wire::Encrypt {
            key_id: &self.settings.key_id,
            plaintext: Zeroizing::new(STANDARD.encode(key.expose())),
            context: Context::of(context),
        };
        let answer: wire::Encrypted = self.call("Encrypt", &question).map_err(Failure::of_key)?;
        Ok(marked(&answer.blob, version))
    }

    fn unwrap_key(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<SecretKey, ProviderError> {
        let question = wire::Decrypt {
            key_id: &self.settings.key_id,
            blob: Self::blob(wrapped, context)?,
            context: Context::of(context),
        };
        let answer: Result<wire::Decrypted, Failure> = self.call("Decrypt", &question);
        let answer = answer.map_err(|failure| failure.of(wrapped, context))?;
        let bytes = STANDARD.decode(answer.plaintext.as_bytes()).ok();
        let bytes = bytes.map(Zeroizing::new);
        let bytes = bytes.filter(|bytes| bytes.len() == KEY_BYTES);
        let bytes = bytes.ok_or(ProviderError::Refused {
            id: context.id,
            version: wrapped.kek_version,
        })?;
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        key.copy_from_slice(&bytes);
        Ok(SecretKey::from_bytes(&key))
    }

    fn rewrap(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        let version = self.current_version()?;
        let question = wire::ReEncrypt {
            blob: Self::blob(wrapped, context)?,
            from_key: &self.settings.key_id,
            to_key: &self.settings.key_id,
            from_context: Context::of(context),
            to_context: Context::of(context),
        };
        let answer: Result<wire::Encrypted, Failure> = self.call("ReEncrypt", &question);
        let answer = answer.map_err(|failure| failure.of(wrapped, context))?;
        Ok(marked(&answer.blob, version))
    }

    fn rotate(&self) -> Result<KekVersion, ProviderError> {
        let before = self.probe()?;
        let question = wire::OfKey {
            key_id: &self.settings.key_id,
        };
        let _: wire::Nothing = self
            .call("RotateKeyOnDemand", &question)
            .map_err(Failure::of_key)?;
        // KMS rotates behind the answer; until it lists the rotation, the old version is the current one.
        self.client.tries(|_| match self.probe() {
            Ok(version) if version > before => Tried::Done(Ok(version)),
            Ok(_) => Tried::Again(ProviderError::unavailable(
                "KMS took the rotation and does not list it yet; look again in a minute",
            )),
            Err(error) => Tried::Done(Err(error)),
        })
    }

    fn probe(&self) -> Result<KekVersion, ProviderError> {
        let version = KekVersion(self.rotations()?.saturating_add(1));
        self.learn(version);
        Ok(version)
    }
}

/// Why KMS gave nothing.
#[derive(Debug)]
enum Failure {
    Away(String),
    No(Problem),
}

impl Failure {
    fn of_key(self) -> ProviderError {
        match self {
            Self::Away(why) => ProviderError::unavailable(why),
            Self::No(problem) => ProviderError::Forbidden(problem.to_string()),
        }
    }

    fn of(self, wrapped: &WrappedKey, context: &WrapContext<'_>) -> ProviderError {
        match self {
            Self::No(problem) if problem.is_about_ciphertext() => ProviderError::Refused {
                id: context.id,
                version: wrapped.kek_version,
            },
            other => other.of_key(),
        }
    }
}
