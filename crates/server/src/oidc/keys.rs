//! The keys of a provider: a JSON Web Key Set (RFC 7517). Keys that cannot check what may be allowed here are passed
//! over; one that is malformed as well.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::Algorithm;
use super::token::MAX_KEY_ID_BYTES;

/// Keys of a set at most; the rest is passed over.
const MAX_KEYS: usize = 64;
/// Bytes of a modulus of 8,192 bits.
const MAX_MODULUS_BYTES: usize = 1_024;
const MAX_EXPONENT_BYTES: usize = 8;

/// Keys by their names.
#[derive(Debug)]
pub(super) struct KeySet(Vec<(Option<String>, Key)>);

/// A public key.
#[derive(Debug)]
pub(super) enum Key {
    /// Modulus and exponent, big-endian.
    Rsa(Vec<u8>, Vec<u8>),
    /// A point, uncompressed.
    P256([u8; 65]),
    /// As RFC 8032 writes it.
    Ed25519([u8; 32]),
}

/// A set without keys that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a JSON Web Key Set with keys for RS256, ES256 or EdDSA that sign")]
pub(super) struct NoKeySet;

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    used_for: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    pub(super) fn parse(json: &[u8]) -> Result<Self, NoKeySet> {
        let set: Set = serde_json::from_slice(json).map_err(|_| NoKeySet)?;
        let keys = set.keys.into_iter().take(MAX_KEYS);
        let keys: Vec<_> = keys.filter_map(named).collect();
        if keys.is_empty() {
            return Err(NoKeySet);
        }
        Ok(Self(keys))
    }

    pub(super) fn has(&self, id: Option<&str>) -> bool {
        id.is_none_or(|id| self.0.iter().any(|(its, _)| its.as_deref() == Some(id)))
    }

    /// The key of this name, or the only one that there is for the algorithm when a token names none. A key is used for
    /// its own algorithm alone.
    pub(super) fn get(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&Key> {
        let of_kind = |key: &&Key| key.algorithm() == algorithm;
        let Some(id) = id else {
            let mut fitting = self.0.iter().map(|(_, key)| key).filter(of_kind);
            return match (fitting.next(), fitting.next()) {
                (Some(only), None) => Some(only),
                _ => None,
            };
        };
        let named = self.0.iter().filter(|(its, _)| its.as_deref() == Some(id));
        named.map(|(_, key)| key).find(of_kind)
    }
}

impl Key {
    fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa(..) => Algorithm::Rs256,
            Self::P256(_) => Algorithm::Es256,
            Self::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    pub(super) fn has_signed(&self, signed: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::Rsa(n, e) => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(signed, signature),
        };
        verified.is_ok()
    }
}

fn named(value: Value) -> Option<(Option<String>, Key)> {
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    let signs = jwk.used_for.as_deref().is_none_or(|it| it == "sig");
    let verifies = |ops: &Vec<String>| ops.iter().any(|op| op == "verify");
    let is_named = jwk
        .kid
        .as_ref()
        .is_none_or(|id| id.len() <= MAX_KEY_ID_BYTES);
    if !signs || !jwk.key_ops.as_ref().is_none_or(verifies) || !is_named {
        return None;
    }
    let key = jwk.key()?;
    let its_own = jwk.alg.as_deref().map(Algorithm::parse);
    let fits = its_own.is_none_or(|algorithm| algorithm == Some(key.algorithm()));
    fits.then_some((jwk.kid, key))
}

impl Jwk {
    fn key(&self) -> Option<Key> {
        let part = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_ref()?).ok();
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => {
                let (n, e) = (part(&self.n)?, part(&self.e)?);
                let fits = n.len() <= MAX_MODULUS_BYTES && e.len() <= MAX_EXPONENT_BYTES;
                fits.then_some(Key::Rsa(n, e))
            }
            ("EC", Some("P-256")) => {
                let x: [u8; 32] = part(&self.x)?.try_into().ok()?;
                let y: [u8; 32] = part(&self.y)?.try_into().ok()?;
                let point = [&[4_u8][..], &x, &y].concat();
                Some(Key::P256(point.try_into().ok()?))
            }
            ("OKP", Some("Ed25519")) => Some(Key::Ed25519(part(&self.x)?.try_into().ok()?)),
            _ => None,
        }
    }
}
