//! Tokens of an outside provider (OpenID Connect): whose they are, by its keys, and what this site makes of their claims.
//!
//! `file` is what the site says of its provider, `token` checks one token, `keys` reads the provider's keys (RFC 7517),
//! `fetch` gets and keeps them. A token says who somebody is and in which role; whether that account may be used here,
//! and has that role, access says. Why it is so: `docs/decisions/0020-outside-identities.md`.

mod fetch;
mod file;
mod keys;
mod token;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::digest;
use serde_json::Value;
use wardline_access::identity::Outside;
use wardline_access::model::{Role, RoleSet};
use wardline_kernel::{Clock, SteadyClock, UnixMillis};

pub use file::{OidcFileError, parse};
pub(crate) use token::Claims;
pub use token::TokenRefused;

use fetch::KeyCache;

/// A signature algorithm that may be allowed (RFC 7518, RFC 8037). There are no others: neither `none`, nor any that
/// signs with a shared secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, keys of 2,048 to 8,192 bits.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

/// What the site says of its provider.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who must have made a token (`iss`), to the letter.
    pub issuer: String,
    /// For whom it must be (`aud`).
    pub audience: String,
    /// Where its keys are.
    pub keys: KeysAt,
    /// Algorithms that are allowed.
    pub algorithms: Vec<Algorithm>,
    /// The claim with the login of the account here.
    pub user_claim: String,
    /// The claim with groups or roles, `a.b` for a member of an object.
    pub role_claim: String,
    /// What each of its words is here.
    pub roles: BTreeMap<String, Role>,
    /// The claim with the department; that of the account without it.
    pub department_claim: Option<String>,
    /// Words of `amr` that stand for a second factor.
    pub second_factor_amr: Vec<String>,
    /// Values of `acr` that stand for a second factor.
    pub second_factor_acr: Vec<String>,
    /// How far clocks may lie apart.
    pub skew: Duration,
}

/// Where a provider's keys are.
#[derive(Clone, Debug)]
pub enum KeysAt {
    /// In a file.
    File(PathBuf),
    /// At an address.
    Url {
        /// `https://`, or `http://` for this machine.
        url: String,
        /// PEM file: authorities that may have signed its certificate; those of the machine without it.
        ca_file: Option<PathBuf>,
        /// They are fetched again when older.
        fresh: Duration,
        /// While the provider is down they are used until they are as old.
        stale: Duration,
    },
}

/// The provider of a site, or none. Exchanged whole.
pub struct Oidc {
    provider: RwLock<Option<Arc<Provider>>>,
    clock: Arc<dyn Clock>,
    steady: Arc<dyn Clock>,
}

struct Provider {
    settings: Settings,
    keys: KeyCache,
}

impl Oidc {
    /// This provider, or none.
    ///
    /// # Errors
    /// A sentence that names the setting which cannot be used.
    pub fn new(settings: Option<Settings>, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let this = Self {
            provider: RwLock::new(None),
            clock,
            steady: Arc::new(SteadyClock::default()),
        };
        this.replace(settings)?;
        Ok(this)
    }

    /// No provider: no outside token lets anybody in.
    pub fn none(clock: Arc<dyn Clock>) -> Self {
        Self {
            provider: RwLock::new(None),
            clock,
            steady: Arc::new(SteadyClock::default()),
        }
    }

    /// Puts another provider in its place; when that cannot be used, the old one stays.
    ///
    /// # Errors
    /// As [`Oidc::new`].
    pub fn replace(&self, settings: Option<Settings>) -> Result<(), String> {
        let provider = match settings {
            None => None,
            Some(settings) => Some(Arc::new(Provider {
                keys: KeyCache::new(&settings.keys)?,
                settings,
            })),
        };
        *self
            .provider
            .write()
            .unwrap_or_else(PoisonError::into_inner) = provider;
        Ok(())
    }

    /// Whether there is a provider.
    pub(crate) fn is_set(&self) -> bool {
        self.provider().is_some()
    }

    /// Whether a text may be a token of the provider: no token and no session of this process has this form.
    pub(crate) fn may_be_one(&self, text: &str) -> bool {
        let provider = self.provider();
        provider.is_some() && text.bytes().filter(|byte| *byte == b'.').count() == 2
    }

    /// Who it says somebody is.
    ///
    /// # Errors
    /// [`TokenRefused`]
    pub(crate) async fn read(&self, text: &str) -> Result<Outside, TokenRefused> {
        let provider = self.provider().ok_or(TokenRefused::Form)?;
        let claims = provider.claims(text, self.times()).await?;
        provider.settings.outside(&claims)
    }

    /// When a token ends, to the second.
    ///
    /// # Errors
    /// [`TokenRefused`]
    pub(crate) async fn ends_at(&self, text: &str) -> Result<UnixMillis, TokenRefused> {
        let provider = self.provider().ok_or(TokenRefused::Form)?;
        let claims = provider.claims(text, self.times()).await?;
        Ok(claims.ends_at())
    }

    /// The time of day, for tokens; and one that nobody sets back, for the age of keys.
    fn times(&self) -> (UnixMillis, u64) {
        (self.clock.now(), self.steady.now())
    }

    fn provider(&self) -> Option<Arc<Provider>> {
        let provider = self.provider.read();
        provider.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc").finish_non_exhaustive()
    }
}

impl Provider {
    async fn claims(&self, text: &str, (now, steady): (u64, u64)) -> Result<Claims, TokenRefused> {
        let unchecked = token::Unchecked::read(text, &self.settings.algorithms)?;
        let keys = self.keys.with(unchecked.key_id(), steady).await?;
        unchecked.check(&keys, &self.settings, now)
    }
}

impl Settings {
    /// What this site makes of checked claims.
    fn outside(&self, claims: &Claims) -> Result<Outside, TokenRefused> {
        let login = match self.user_claim.as_str() {
            "sub" => Some(claims.subject()),
            claim => claims.get(claim).and_then(Value::as_str),
        };
        let login = login.filter(|login| (1..=128).contains(&login.len()));
        let words = claims.get(&self.role_claim);
        let roles: RoleSet = words_of(words)
            .filter_map(|word| self.roles.get(word).copied())
            .collect();
        let department = self.department_claim.as_ref();
        let amr = words_of(claims.get("amr"));
        let acr = claims.get("acr").and_then(Value::as_str);
        let proved = |word: &str| self.second_factor_amr.iter().any(|its| its == word);
        let is_class = |acr: &str| self.second_factor_acr.iter().any(|its| its == acr);
        Ok(Outside {
            login: login.ok_or(TokenRefused::User)?.to_owned(),
            roles,
            department: department.map(|claim| {
                let text = claims.get(claim).and_then(Value::as_str);
                text.unwrap_or_default().to_owned()
            }),
            session: session_of(claims),
            has_second_factor: amr.into_iter().any(proved) || acr.is_some_and(is_class),
        })
    }
}

/// One word, or a list of them.
fn words_of(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let (one, many) = match value {
        Some(Value::Array(many)) => (None, many.as_slice()),
        one => (one, &[][..]),
    };
    one.into_iter().chain(many).filter_map(Value::as_str)
}

/// The session at the provider, else the token: what an emergency access is bound to, and what the trail says. Of what
/// the provider calls it only a hash is kept.
fn session_of(claims: &Claims) -> String {
    let text = |name| claims.get(name).and_then(Value::as_str);
    let its = text("sid").or_else(|| text("jti"));
    let its = its.map_or_else(|| format!("{}", claims.issued_or_ends()), str::to_owned);
    let whole = format!("{}\n{}\n{its}", claims.issuer(), claims.subject());
    let hash = digest::digest(&digest::SHA256, whole.as_bytes());
    let hex = hash
        .as_ref()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"));
    hex.collect()
}

#[cfg(test)]
mod tests;
