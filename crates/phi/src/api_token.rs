//! Tokens by which programs and people prove to the API who they are.

use std::fmt;

use aws_lc_rs::{constant_time, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::random::{self, RandomError};

const PREFIX: &str = "wl_";
const SECRET: usize = 32;
const ENCODED: usize = 43;
const HASH_PREFIX: &str = "sha256:";

/// A bearer token: `wl_` and 256 random bits in base64url. The prefix lets scanners find one that leaked.
///
/// Only its [`TokenHash`] is stored. The secret has full entropy, so a plain SHA-256 cannot be guessed at and
/// needs neither salt nor stretching.
pub struct ApiToken(Zeroizing<String>);

impl ApiToken {
    /// A new token. Show it once; store its hash.
    ///
    /// # Errors
    /// [`RandomError`] when the random generator failed.
    pub fn generate() -> Result<Self, RandomError> {
        let mut secret = Zeroizing::new([0; SECRET]);
        random::fill(secret.as_mut_slice())?;
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + ENCODED));
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(secret.as_slice(), &mut text);
        Ok(Self(text))
    }

    /// Takes a token that a caller presented, if it has a token's form.
    ///
    /// # Errors
    /// [`ApiTokenError`], which holds nothing of the text.
    pub fn parse(text: &str) -> Result<Self, ApiTokenError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(ApiTokenError)?;
        let in_alphabet = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if encoded.len() == ENCODED && encoded.bytes().all(in_alphabet) {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(ApiTokenError)
        }
    }

    /// The text of the token, to show to its owner once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        let mut hash = [0; SECRET];
        let digest = digest::digest(&digest::SHA256, self.0.as_bytes());
        hash.iter_mut()
            .zip(digest.as_ref())
            .for_each(|(to, from)| *to = *from);
        TokenHash(hash)
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiToken(redacted)")
    }
}

/// A presented text is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an API token: expected wl_ and 43 characters of base64url")]
pub struct ApiTokenError;

/// SHA-256 of a token; compared in constant time, written `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; SECRET]);

impl TokenHash {
    /// Reads a hash back from the text that `Display` gives.
    ///
    /// # Errors
    /// [`TokenHashError`]
    pub fn parse(text: &str) -> Result<Self, TokenHashError> {
        let digits = text
            .strip_prefix(HASH_PREFIX)
            .ok_or(TokenHashError)?
            .as_bytes();
        if digits.len() != SECRET * 2 {
            return Err(TokenHashError);
        }
        let mut hash = [0; SECRET];
        for (to, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *to = pair.iter().try_fold(0, |byte, digit| {
                let digit = char::from(*digit)
                    .to_digit(16)
                    .and_then(|digit| u8::try_from(digit).ok());
                digit.map(|digit| byte << 4 | digit).ok_or(TokenHashError)
            })?;
        }
        Ok(Self(hash))
    }

    /// Whether `token` is the one that was hashed. Takes the same time for every token.
    pub fn matches(&self, token: &ApiToken) -> bool {
        *self == token.hash()
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Eq for TokenHash {}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HASH_PREFIX)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(redacted)")
    }
}

/// A text is no token hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token hash: expected sha256: and 64 hexadecimal digits")]
pub struct TokenHashError;
