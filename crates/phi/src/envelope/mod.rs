//! Suite 1: how a value is sealed, byte by byte.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 1 | magic, `0x57` ("W") |
//! | 1 | 1 | suite, `0x01` |
//! | 2 | 4 | key id, big-endian: the data key (for a wrapped data key: the KEK's version) |
//! | 6 | 24 | salt, random for every value |
//! | 30 | 32 | key commitment |
//! | 62 | n | ciphertext, as long as the plaintext |
//! | 62 + n | 16 | AES-256-GCM tag |
//!
//! `key || commitment = HKDF-SHA256(ikm = data key, salt, info = label, 64 bytes)` (RFC 5869). The derived key
//! seals this one value, so its GCM nonce is twelve zero bytes (NIST SP 800-38D §8.2: a nonce must not repeat
//! *under one key*). The commitment is compared in constant time before anything is decrypted: an envelope
//! opens under one key only. The layout and the sizes of salt and commitment follow C2SP chunked-encryption
//! and the commitment of the AWS Encryption SDK.

mod aad;
mod header;

use aws_lc_rs::aead::{self, AES_256_GCM, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{constant_time, hkdf};
use zeroize::{Zeroize, Zeroizing};

use crate::random;
use crate::sensitive::{KEY_BYTES, SecretKey, Sensitive};

pub use aad::{Aad, RecordId};
pub use header::data_key_id_of;
pub(crate) use header::{Envelope, HEADER};

pub(crate) const SUITE: u8 = 1;
const SALT: usize = 24;
const COMMITMENT: usize = 32;
const TAG: usize = 16;

/// Bytes that an envelope adds to its plaintext.
pub const OVERHEAD: usize = HEADER + TAG;

/// What a key is used for; derived keys of one use are unrelated to those of another.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Value,
    DataKey,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Value => b"wardline/phi/suite-1/value",
            Self::DataKey => b"wardline/phi/suite-1/data-key",
        }
    }
}

/// What is wrong with an envelope, before or while it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Shorter than any envelope.
    #[error("the sealed value is cut short: {length} bytes, at least {OVERHEAD} are needed")]
    Truncated {
        /// Bytes there are.
        length: usize,
    },
    /// The first byte is not an envelope's.
    #[error("the bytes are not a sealed value")]
    NotAnEnvelope,
    /// Sealed by a suite that this version does not know.
    #[error(
        "the value is sealed with suite {suite}, this version opens suite {SUITE} only; use a newer version"
    )]
    UnknownSuite {
        /// The suite it names.
        suite: u8,
    },
    /// Commitment or tag do not match: other key, other record, or altered bytes.
    #[error("the sealed value was altered, or belongs to another record, field or key")]
    Refused,
}

/// Appends to `out` the envelope of the concatenated `parts`. On failure `out` is as before.
pub(crate) fn seal_into(
    out: &mut Vec<u8>,
    (key, key_id): (&SecretKey, u32),
    purpose: Purpose,
    aad: &[u8],
    parts: &[&[u8]],
) -> Result<(), SealFault> {
    let mut salt = [0; SALT];
    random::fill(&mut salt).map_err(|_| SealFault::Random)?;
    let value = ValueKey::derive(key, &salt, purpose).ok_or(SealFault::TooLong)?;

    let length: usize = parts.iter().map(|part| part.len()).sum();
    let start = out.len();
    // Room for all of it at once: growing later would leave a copy of the plaintext in freed memory.
    out.reserve_exact(OVERHEAD.saturating_add(length));
    header::write(out, key_id, &salt, &value.commitment);
    let body = out.len();
    for part in parts {
        out.extend_from_slice(part);
    }

    let sealed = out.get_mut(body..).and_then(|body| {
        value
            .aead
            .seal_in_place_separate_tag(zero_nonce(), aead::Aad::from(aad), body)
            .ok()
    });
    if let Some(tag) = sealed {
        out.extend_from_slice(tag.as_ref());
        return Ok(());
    }
    if let Some(unsealed) = out.get_mut(start..) {
        unsealed.zeroize();
    }
    out.truncate(start);
    Err(SealFault::TooLong)
}

/// Why nothing was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SealFault {
    Random,
    TooLong,
}

/// Opens an envelope into a buffer of its own.
pub(crate) fn open(
    envelope: &Envelope<'_>,
    key: &SecretKey,
    purpose: Purpose,
    aad: &[u8],
) -> Result<Sensitive<Vec<u8>>, Fault> {
    let value = ValueKey::check(envelope, key, purpose)?;
    let mut plaintext = Sensitive::new(vec![0; envelope.ciphertext.len()]);
    value
        .aead
        .open_separate_gather(
            zero_nonce(),
            aead::Aad::from(aad),
            envelope.ciphertext,
            envelope.tag,
            plaintext.expose_mut(),
        )
        .map_err(|_| Fault::Refused)?;
    Ok(plaintext)
}

/// The key of one value, and the commitment to it.
struct ValueKey {
    aead: LessSafeKey,
    commitment: [u8; COMMITMENT],
}

impl ValueKey {
    fn derive(key: &SecretKey, salt: &[u8; SALT], purpose: Purpose) -> Option<Self> {
        let mut okm = Zeroizing::new([0; KEY_BYTES + COMMITMENT]);
        hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
            .extract(key.expose())
            .expand(&[purpose.label()], OkmLength)
            .ok()?
            .fill(okm.as_mut_slice())
            .ok()?;
        let (key, rest) = okm.split_first_chunk::<KEY_BYTES>()?;
        let commitment = *rest.first_chunk::<COMMITMENT>()?;
        let aead = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
        Some(Self { aead, commitment })
    }

    fn check(envelope: &Envelope<'_>, key: &SecretKey, purpose: Purpose) -> Result<Self, Fault> {
        let value = Self::derive(key, envelope.salt, purpose).ok_or(Fault::Refused)?;
        constant_time::verify_slices_are_equal(&value.commitment, envelope.commitment)
            .map_err(|_| Fault::Refused)?;
        Ok(value)
    }
}

struct OkmLength;

impl hkdf::KeyType for OkmLength {
    fn len(&self) -> usize {
        KEY_BYTES + COMMITMENT
    }
}

fn zero_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}
