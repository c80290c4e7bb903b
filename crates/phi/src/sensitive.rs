//! Values that must not be printed, copied by accident or left in memory.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::random::{self, RandomError};

/// Length of every secret key here, in bytes: AES-256 and HMAC-SHA-256.
pub const KEY_BYTES: usize = 32;

/// A value of a patient's or a secret: wiped when dropped, silent in `{:?}`, and without `Display` or
/// `Serialize`, so that it reaches a face or a file only through [`Sensitive::expose`].
///
/// For bytes, `Sensitive<Vec<u8>>` is [`AsRef<[u8]>`](AsRef), so that it can own a shared buffer that is
/// still wiped with its last reader.
pub struct Sensitive<T: Zeroize>(T);

impl<T: Zeroize> Sensitive<T> {
    /// Takes charge of `value`.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Every call is a place where it may leak: keep what it returns short-lived.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, to change in place.
    pub fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Zeroize + Default> Sensitive<T> {
    /// Hands the value out; from here on the caller answers for wiping it.
    pub fn into_inner(mut self) -> T {
        std::mem::take(&mut self.0)
    }
}

impl<T: Zeroize> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl AsRef<[u8]> for Sensitive<Vec<u8>> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(redacted)")
    }
}

impl<T: Zeroize> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> ZeroizeOnDrop for Sensitive<T> {}

/// A 256-bit secret key, wiped when dropped. It lives in one heap place, so that moving it leaves no copies.
pub struct SecretKey(Box<Zeroizing<[u8; KEY_BYTES]>>);

impl SecretKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`RandomError`] when the random generator failed.
    pub fn generate() -> Result<Self, RandomError> {
        let mut key = Self::blank();
        random::fill(key.0.as_mut_slice())?;
        Ok(key)
    }

    /// A key from its bytes; the caller wipes its own copy.
    pub fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Self {
        let mut key = Self::blank();
        key.0.copy_from_slice(bytes);
        key
    }

    /// The key's bytes, for a provider that wraps them.
    pub fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    pub(crate) fn duplicate(&self) -> Self {
        Self::from_bytes(self.expose())
    }

    fn blank() -> Self {
        Self(Box::new(Zeroizing::new([0; KEY_BYTES])))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(redacted)")
    }
}

impl ZeroizeOnDrop for SecretKey {}
