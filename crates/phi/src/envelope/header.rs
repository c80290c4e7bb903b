//! The fixed part of an envelope: written and read without trust in a single byte of it.

use super::{COMMITMENT, Fault, SALT, SUITE, TAG};
use crate::key_store::DataKeyId;

const MAGIC: u8 = 0x57;
const KEY_ID: usize = 4;

/// Bytes before the ciphertext.
pub(crate) const HEADER: usize = 2 + KEY_ID + SALT + COMMITMENT;

/// An envelope's parts, where they lie. Nothing in it is verified yet.
pub(crate) struct Envelope<'a> {
    pub(crate) key_id: u32,
    pub(super) salt: &'a [u8; SALT],
    pub(super) commitment: &'a [u8; COMMITMENT],
    pub(super) ciphertext: &'a [u8],
    pub(super) tag: &'a [u8; TAG],
}

impl<'a> Envelope<'a> {
    /// Splits `bytes`; refuses what cannot be an envelope of this suite.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Fault> {
        let truncated = Fault::Truncated {
            length: bytes.len(),
        };
        let (&[magic, suite], rest) = bytes.split_first_chunk::<2>().ok_or(truncated)?;
        if magic != MAGIC {
            return Err(Fault::NotAnEnvelope);
        }
        if suite != SUITE {
            return Err(Fault::UnknownSuite { suite });
        }
        let (key_id, rest) = rest.split_first_chunk::<KEY_ID>().ok_or(truncated)?;
        let (salt, rest) = rest.split_first_chunk::<SALT>().ok_or(truncated)?;
        let (commitment, rest) = rest.split_first_chunk::<COMMITMENT>().ok_or(truncated)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(truncated)?;
        Ok(Self {
            key_id: u32::from_be_bytes(*key_id),
            salt,
            commitment,
            ciphertext,
            tag,
        })
    }
}

/// Which data key an envelope says it was sealed under, without opening it.
///
/// # Errors
/// [`Fault`] when the bytes are not an envelope of a known suite.
pub fn data_key_id_of(envelope: &[u8]) -> Result<DataKeyId, Fault> {
    Envelope::parse(envelope).map(|parsed| DataKeyId(parsed.key_id))
}

pub(super) fn write(
    out: &mut Vec<u8>,
    key_id: u32,
    salt: &[u8; SALT],
    commitment: &[u8; COMMITMENT],
) {
    out.extend_from_slice(&[MAGIC, SUITE]);
    out.extend_from_slice(&key_id.to_be_bytes());
    out.extend_from_slice(salt);
    out.extend_from_slice(commitment);
}
