//! Identities: the public id of a session, and the secret that proves that one holds it.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::{constant_time, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;
use wardline_phi::{RandomError, SecretKey};
use zeroize::{Zeroize, Zeroizing};

const ID: usize = 16;
/// Milliseconds at the beginning of an id: 48 bits last until the year 10889.
const ID_TIME: usize = 6;
const SECRET: usize = 32;
const PREFIX: &str = "wls_";
/// Id and secret in base64url: 48 bytes are exactly 64 characters, so each token has one spelling.
const ENCODED: usize = 64;

/// The public name of a session: 48 bits of its time of creation and 80 random bits, written as 32 hexadecimal
/// digits. It proves nothing and may stand in URLs and logs.
///
/// Ids go up with time as far as the clock does, so the order of ids is the order of creation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SessionId([u8; ID]);

/// A text is no session id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a session id: expected 32 hexadecimal digits")]
pub struct IdError;

impl SessionId {
    /// A new id of a session that begins at `now`.
    ///
    /// # Errors
    /// [`RandomError`] when the random generator failed.
    pub fn generate(now: UnixMillis) -> Result<Self, RandomError> {
        let random = SecretKey::generate()?;
        let mut id = [0; ID];
        id.iter_mut()
            .zip(random.expose())
            .for_each(|(to, from)| *to = *from);
        id.iter_mut()
            .zip(now.to_be_bytes().into_iter().skip(8 - ID_TIME))
            .for_each(|(to, from)| *to = from);
        Ok(Self(id))
    }

    /// The id that stands in these bytes.
    pub const fn from_bytes(bytes: [u8; ID]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; ID] {
        &self.0
    }
}

impl FromStr for SessionId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.len() != ID * 2 {
            return Err(IdError);
        }
        let mut id = [0; ID];
        for (to, pair) in id.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *to = pair.iter().try_fold(0_u8, |byte, digit| {
                let digit = match digit {
                    b'0'..=b'9' => digit - b'0',
                    b'a'..=b'f' => digit - b'a' + 10,
                    _ => return Err(IdError),
                };
                Ok(byte << 4 | digit)
            })?;
        }
        Ok(Self(id))
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; ID * 2];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            for (to, digit) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
                *to = if digit < 10 {
                    b'0' + digit
                } else {
                    b'a' + digit - 10
                };
            }
        }
        f.pad(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}

/// The secret of a session, given out once: `wls_`, then the session's id and 256 random bits in base64url.
///
/// The id stands in it so that a check looks at one place only, and a new token for the same session changes
/// one record only. Only a [`TokenHash`] is stored.
pub struct SessionToken(Zeroizing<String>);

impl SessionToken {
    /// A new token for the session `id`.
    ///
    /// # Errors
    /// [`RandomError`] when the random generator failed.
    pub fn generate(id: SessionId) -> Result<Self, RandomError> {
        let secret = SecretKey::generate()?;
        let mut bytes = Zeroizing::new([0; ID + SECRET]);
        bytes
            .iter_mut()
            .zip(id.0.iter().chain(secret.expose()))
            .for_each(|(to, from)| *to = *from);
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + ENCODED));
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(bytes.as_slice(), &mut text);
        Ok(Self(text))
    }

    /// The text of the token, to show to its owner once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What a presented text says: whose token it is, and the hash to compare. Keeps nothing of it.
    ///
    /// # Errors
    /// [`TokenError`], which holds nothing of the text.
    pub fn read(text: &str) -> Result<(SessionId, TokenHash), TokenError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(TokenError)?;
        if encoded.len() != ENCODED {
            return Err(TokenError);
        }
        let mut bytes = [0; ID + SECRET];
        let read = match URL_SAFE_NO_PAD.decode_slice(encoded, &mut bytes) {
            Ok(length) if length == bytes.len() => Ok(()),
            _ => Err(TokenError),
        };
        let mut id = [0; ID];
        id.iter_mut().zip(&bytes).for_each(|(to, from)| *to = *from);
        let hash = TokenHash::of(&bytes);
        bytes.zeroize();
        read.map(|()| (SessionId(id), hash))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(redacted)")
    }
}

/// A presented text is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a session token: expected wls_ and 64 characters of base64url")]
pub struct TokenError;

/// SHA-256 of a token's 48 bytes; compared in constant time. The secret has full entropy, so a plain hash can be
/// neither guessed at nor looked up, and needs no salt.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct TokenHash([u8; SECRET]);

impl TokenHash {
    /// The hash that stands in these bytes.
    pub const fn from_bytes(bytes: [u8; SECRET]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; SECRET] {
        &self.0
    }

    fn of(token: &[u8; ID + SECRET]) -> Self {
        let mut hash = [0; SECRET];
        let digest = digest::digest(&digest::SHA256, token);
        hash.iter_mut()
            .zip(digest.as_ref())
            .for_each(|(to, from)| *to = *from);
        Self(hash)
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_whose_it_is_and_hashes_alike_each_time() {
        let id = SessionId::generate(7).unwrap();
        let token = SessionToken::generate(id).unwrap();

        let (read_id, hash) = SessionToken::read(token.expose()).unwrap();

        assert_eq!(read_id, id);
        assert_eq!(hash, SessionToken::read(token.expose()).unwrap().1);
        let other = SessionToken::generate(id).unwrap();
        assert_ne!(hash, SessionToken::read(other.expose()).unwrap().1);
    }

    #[test]
    fn what_is_not_exactly_a_token_is_refused() {
        let token = SessionToken::generate(SessionId::generate(7).unwrap()).unwrap();
        let text = token.expose();
        let secret = text.strip_prefix("wls_").unwrap();
        let shorter = text.strip_suffix(|_: char| true).unwrap();

        for wrong in [
            "",
            "wls_",
            secret,
            shorter,
            &format!("{text}A"),
            &format!("{shorter}="),
            &format!("wl__{secret}"),
            &format!("{shorter}é"),
        ] {
            assert_eq!(SessionToken::read(wrong).err(), Some(TokenError), "{wrong}");
        }
    }

    #[test]
    fn ids_are_read_back_from_their_text_and_go_up_with_time() {
        let earlier = SessionId::generate(1_000).unwrap();
        let later = SessionId::generate(1_001).unwrap();

        assert!(earlier < later);
        assert_eq!(earlier.to_string().parse(), Ok(earlier));
        let bytes = std::array::from_fn(|at| u8::try_from(at * 17).unwrap());
        let text = "00112233445566778899aabbccddeeff";
        assert_eq!(SessionId::from_bytes(bytes).to_string(), text);
        assert_eq!("0".repeat(31).parse::<SessionId>(), Err(IdError));
        assert_eq!("0".repeat(33).parse::<SessionId>(), Err(IdError));
        assert_eq!("g".repeat(32).parse::<SessionId>(), Err(IdError));
    }

    #[test]
    fn secrets_do_not_show() {
        let id = SessionId::generate(7).unwrap();
        let token = SessionToken::generate(id).unwrap();
        let hash = SessionToken::read(token.expose()).unwrap().1;

        assert_eq!(
            format!("{token:?} {hash:?}"),
            "SessionToken(redacted) TokenHash(redacted)"
        );
    }
}
