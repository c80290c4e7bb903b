//! One token: a JWS in compact form (RFC 7515) with claims (RFC 7519), checked as RFC 8725 says.
//!
//! Of the header only `alg`, `kid`, `typ` and `crit` are read: a token says neither which key it is to be checked with
//! (`jwk`, `jku`, `x5c`, `x5u`) nor, beyond the list of the site, how. Claims are not looked at before the signature.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};
use wardline_kernel::UnixMillis;

use super::keys::KeySet;
use super::{Algorithm, Settings};

/// Bytes of a token at most. Providers stay below, as servers refuse headers that are larger.
pub(crate) const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// The last second of the year 9999.
const LAST_SECOND: f64 = 253_402_300_799.0;
/// Bytes of the name of a key.
pub(super) const MAX_KEY_ID_BYTES: usize = 256;

/// Why a token lets nobody in. Holds nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// Too long, not three parts, not base64url, not JSON, or another kind of token.
    #[error("it has not the form of a token")]
    Form,
    /// The algorithm is not one of the site's.
    #[error("it is signed in a way that is not allowed")]
    Algorithm,
    /// It demands extensions that nobody here knows (`crit`).
    #[error("it demands extensions that are not known")]
    Critical,
    /// The provider has no such key.
    #[error("the provider has no such key")]
    Key,
    /// The signature is not right.
    #[error("its signature is not right")]
    Signature,
    /// Another provider made it.
    #[error("another issuer made it")]
    Issuer,
    /// It is for somebody else.
    #[error("it is for another audience")]
    Audience,
    /// Its time is over.
    #[error("its time is over")]
    Expired,
    /// Its time has not come.
    #[error("its time has not come")]
    NotYet,
    /// It names nobody.
    #[error("it names no user")]
    User,
    /// The provider's keys cannot be had.
    #[error("the provider's keys cannot be had now")]
    NoKeys,
}

impl TokenRefused {
    /// Whether the provider itself signed it.
    pub(crate) fn is_signed(self) -> bool {
        matches!(
            self,
            Self::Issuer | Self::Audience | Self::Expired | Self::NotYet | Self::User
        )
    }

    /// The word for it in the trail.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Algorithm => "algorithm",
            Self::Critical => "critical",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Expired => "expired",
            Self::NotYet => "not_yet",
            Self::User => "no_user",
            Self::NoKeys => "no_keys",
        }
    }
}

/// A header's members that count; one that stands there twice is refused, others are passed over.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
    b64: Option<Value>,
}

/// A token whose signature was not looked at.
pub(super) struct Unchecked<'t> {
    algorithm: Algorithm,
    key_id: Option<String>,
    signed: &'t str,
    payload: &'t str,
    signature: Vec<u8>,
}

/// The claims of a token that was checked.
#[derive(Deserialize)]
pub(crate) struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl<'t> Unchecked<'t> {
    pub(super) fn read(text: &'t str, allowed: &[Algorithm]) -> Result<Self, TokenRefused> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(TokenRefused::Form);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(TokenRefused::Form)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenRefused::Form)?;
        let header: Header = json(header)?;
        if header.crit.is_some() || header.b64.is_some() {
            return Err(TokenRefused::Critical);
        }
        let algorithm = Algorithm::parse(&header.alg).filter(|its| allowed.contains(its));
        let algorithm = algorithm.ok_or(TokenRefused::Algorithm)?;
        let is_token = |kind: &str| {
            let kind = kind.to_ascii_lowercase();
            matches!(&*kind, "jwt" | "at+jwt" | "application/at+jwt")
        };
        if !header.typ.as_deref().is_none_or(is_token) {
            return Err(TokenRefused::Form);
        }
        let key_id = header.kid;
        if key_id
            .as_ref()
            .is_some_and(|id| id.len() > MAX_KEY_ID_BYTES)
        {
            return Err(TokenRefused::Key);
        }
        Ok(Self {
            algorithm,
            key_id,
            signed,
            payload,
            signature: bytes(signature)?,
        })
    }

    pub(super) fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Signature first, then the claims.
    pub(super) fn check(
        &self,
        keys: &KeySet,
        settings: &Settings,
        now_ms: u64,
    ) -> Result<Claims, TokenRefused> {
        let key = keys.get(self.key_id(), self.algorithm);
        let key = key.ok_or(TokenRefused::Key)?;
        if !key.has_signed(self.signed.as_bytes(), &self.signature) {
            return Err(TokenRefused::Signature);
        }
        let claims: Claims = json(self.payload)?;
        claims.check(settings, now_ms)?;
        Ok(claims)
    }
}

impl Claims {
    fn check(&self, settings: &Settings, now_ms: u64) -> Result<(), TokenRefused> {
        let is_for_us = match &self.aud {
            Audience::One(one) => *one == settings.audience,
            Audience::Many(many) => many.contains(&settings.audience),
        };
        // A date before the year 285,000 is exact.
        let seconds = Duration::from_millis(now_ms).as_secs_f64();
        let skew = settings.skew.as_secs_f64();
        let lies_ahead = |time: f64| time > seconds + skew;
        match self {
            it if it.iss != settings.issuer => Err(TokenRefused::Issuer),
            _ if !is_for_us => Err(TokenRefused::Audience),
            it if it.exp + skew <= seconds => Err(TokenRefused::Expired),
            it if [it.nbf, it.iat].into_iter().flatten().any(lies_ahead) => {
                Err(TokenRefused::NotYet)
            }
            it if it.sub.is_empty() => Err(TokenRefused::User),
            _ => Ok(()),
        }
    }

    /// A claim by its name, or by the path to it.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        if let Some(value) = self.others.get(name) {
            return Some(value);
        }
        let mut path = name.split('.');
        let mut value = self.others.get(path.next()?)?;
        for member in path {
            value = value.get(member)?;
        }
        Some(value)
    }

    pub(super) fn issuer(&self) -> &str {
        &self.iss
    }

    pub(super) fn subject(&self) -> &str {
        &self.sub
    }

    /// No later than the year 9999, which is the last one that can be written.
    pub(super) fn ends_at(&self) -> UnixMillis {
        let seconds = self.exp.clamp(0.0, LAST_SECOND);
        let time = Duration::try_from_secs_f64(seconds.floor()).unwrap_or_default();
        u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn issued_or_ends(&self) -> f64 {
        self.iat.unwrap_or(self.exp)
    }
}

impl Algorithm {
    /// By its name in RFC 7518 and RFC 8037.
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            "EdDSA" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

fn json<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, TokenRefused> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| TokenRefused::Form)
}

fn bytes(part: &str) -> Result<Vec<u8>, TokenRefused> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenRefused::Form)
}
