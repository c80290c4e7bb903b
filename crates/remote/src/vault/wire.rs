//! The shapes of Transit's HTTP API.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wardline_phi::{KekVersion, ProviderError, WrapContext, WrappedKey};
use zeroize::Zeroizing;

use super::Failure;

/// Characters of an error that are told on.
const MAX_SAID: usize = 200;
/// Room for a body, so that a key does not stay behind in a buffer that was outgrown.
const BODY: usize = 2048;

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

/// What `keys/NAME` answers.
#[derive(Deserialize)]
pub(super) struct KeyInfo {
    pub(super) latest_version: u32,
    #[serde(default)]
    pub(super) derived: bool,
}

/// A key, in base64, and its context.
#[derive(Serialize, Deserialize)]
pub(super) struct Plaintext {
    pub(super) plaintext: Zeroizing<String>,
    #[serde(default)]
    pub(super) context: String,
}

/// What is to be decrypted or wrapped anew.
#[derive(Serialize)]
pub(super) struct Ciphertext {
    ciphertext: String,
    context: String,
}

/// What was wrapped.
#[derive(Deserialize)]
pub(super) struct Wrapped {
    pub(super) ciphertext: String,
}

impl Ciphertext {
    pub(super) fn of(
        wrapped: &WrappedKey,
        within: &WrapContext<'_>,
    ) -> Result<Self, ProviderError> {
        let refused = ProviderError::Refused {
            id: within.id,
            version: wrapped.kek_version,
        };
        let ciphertext = std::str::from_utf8(&wrapped.bytes).ok();
        // The version stands twice; both must say the same.
        let ciphertext = ciphertext.filter(|text| version_of(text) == Some(wrapped.kek_version));
        Ok(Self {
            ciphertext: ciphertext.ok_or(refused)?.to_owned(),
            context: context(within),
        })
    }
}

/// Whatever went wrong, in Vault's words.
#[derive(Deserialize)]
pub(super) struct Errors {
    errors: Vec<String>,
}

impl Errors {
    pub(super) fn of(body: &[u8]) -> String {
        let read: Option<Self> = serde_json::from_slice(body).ok();
        let said = read.map(|read| read.errors.join("; "));
        let said = said.unwrap_or_else(|| "no reason was given".to_owned());
        said.chars()
            .filter(|c| !c.is_control())
            .take(MAX_SAID)
            .collect()
    }
}

/// Whether an error of status 400 speaks of the ciphertext and not of the key or the token.
pub(super) fn is_about_ciphertext(said: &str) -> bool {
    said.contains("message authentication failed") || said.contains("invalid ciphertext")
}

pub(super) fn data<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let read: Result<Answer<T>, _> = serde_json::from_slice(body);
    // The error of the parser may repeat what it read.
    read.map(|answer| answer.data)
        .map_err(|_| Failure::Odd("the answer is not Transit's".to_owned()))
}

/// The version in `vault:vN:...`.
pub(super) fn version_of(ciphertext: &str) -> Option<KekVersion> {
    let (version, _) = ciphertext.strip_prefix("vault:v")?.split_once(':')?;
    version.parse().ok().map(KekVersion)
}

/// What binds a wrapped key to its place: who made it, its id and its scope, each after its length.
pub(super) fn context(context: &WrapContext<'_>) -> String {
    let mut bytes = Vec::new();
    let id = context.id.0.to_be_bytes();
    for part in [
        b"wardline/data-key/1".as_slice(),
        &id,
        context.scope.as_str().as_bytes(),
    ] {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        bytes.extend(length.to_be_bytes());
        bytes.extend_from_slice(part);
    }
    STANDARD.encode(bytes)
}

pub(super) fn base64(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(bytes))
}

pub(super) fn from_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    STANDARD.decode(text).ok().map(Zeroizing::new)
}

pub(super) fn encoded<T: Serialize>(body: &T) -> Result<Zeroizing<Vec<u8>>, ProviderError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(BODY));
    serde_json::to_writer(&mut *bytes, body)
        .map_err(|_| ProviderError::unavailable("the question cannot be written"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use wardline_phi::{DataKeyId, KeyScope};

    use super::*;

    #[test]
    fn the_version_is_read_from_the_ciphertext() {
        assert_eq!(version_of("vault:v12:abc"), Some(KekVersion(12)));
        for wrong in ["vault:v:abc", "vault:12:abc", "vault:v1", "", "vault:v-1:a"] {
            assert_eq!(version_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn no_two_places_have_one_context() {
        let scope = |text: &str| KeyScope::parse(text).unwrap();
        let of = |id, scope: &KeyScope| {
            context(&WrapContext {
                id: DataKeyId(id),
                scope,
            })
        };
        let (one, other) = (scope("beds/2026-11"), scope("beds/2026-12"));

        assert_ne!(of(1, &one), of(2, &one));
        assert_ne!(of(1, &one), of(1, &other));
        assert_eq!(of(1, &one), of(1, &one));
    }

    #[test]
    fn an_error_is_cut_and_holds_no_line_breaks() {
        let long = format!(r#"{{"errors":["a\nb{}"]}}"#, "x".repeat(1000));

        let said = Errors::of(long.as_bytes());

        assert_eq!(said.chars().count(), MAX_SAID);
        assert!(said.starts_with("abx"));
        assert_eq!(Errors::of(b"<html>"), "no reason was given");
    }
}
