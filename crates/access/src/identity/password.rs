//! Passwords: Argon2id, so many at once as memory allows.
//!
//! Cost by the OWASP Password Storage Cheat Sheet (Argon2id, m = 19 MiB, t = 2, p = 1), which RFC 9106 allows for.
//! Hashes are kept sealed, each with a salt of its own and the cost that it was made with.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use zeroize::{Zeroize, Zeroizing};

use crate::error::{AccessError, RandomFailed};

/// Characters of a password at least (NIST SP 800-63B-4 asks for 8 beside a second factor; 15 alone).
pub const MIN_PASSWORD_CHARS: usize = 12;
/// Bytes of a password at most.
pub const MAX_PASSWORD_BYTES: usize = 256;
/// Hashes made at once: 4 x 19 MiB.
const AT_ONCE: usize = 4;
/// Callers that wait for their turn at most.
const MAX_WAITING: usize = 256;

/// What a password costs to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    memory_kib: u32,
    passes: u32,
}

impl PasswordCost {
    /// 19 MiB, two passes.
    pub const OWASP: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };

    /// A higher cost.
    ///
    /// # Errors
    /// [`AccessError::Value`] when it is below [`PasswordCost::OWASP`] or above 1 GiB and 16 passes.
    pub fn new(memory_kib: u32, passes: u32) -> Result<Self, AccessError> {
        let fits = (Self::OWASP.memory_kib..=1024 * 1024).contains(&memory_kib)
            && (Self::OWASP.passes..=16).contains(&passes);
        let cost = Self { memory_kib, passes };
        fits.then_some(cost).ok_or(AccessError::Value {
            field: "password cost",
            expected: "19456 to 1048576 KiB and 2 to 16 passes",
        })
    }

    #[cfg(test)]
    pub(crate) const CHEAP: Self = Self {
        memory_kib: 8,
        passes: 1,
    };
}

/// What is kept of a password.
#[derive(Clone, Serialize, Deserialize, Zeroize)]
#[zeroize(drop)]
pub(super) struct PasswordHash {
    salt: [u8; 16],
    hash: [u8; 32],
    memory_kib: u32,
    passes: u32,
}

impl PasswordHash {
    /// Tells one password from the one that came after it.
    pub(super) fn tag(&self) -> [u8; 16] {
        self.salt
    }
}

/// Makes and checks hashes on threads that may block, few at once.
pub(super) struct Hasher {
    cost: PasswordCost,
    turns: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Hasher {
    pub(super) fn new(cost: PasswordCost) -> Self {
        Self {
            cost,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Semaphore::new(MAX_WAITING),
        }
    }

    pub(super) async fn make(&self, password: &str) -> Result<PasswordHash, AccessError> {
        let fits =
            password.chars().count() >= MIN_PASSWORD_CHARS && password.len() <= MAX_PASSWORD_BYTES;
        if !fits {
            return Err(AccessError::Value {
                field: "password",
                expected: "at least 12 characters and at most 256 bytes",
            });
        }
        let mut salt = [0; 16];
        aws_lc_rs::rand::fill(&mut salt).map_err(|_| RandomFailed)?;
        let blank = self.blank(salt);
        let hash = self.run(password, &blank).await?;
        Ok(PasswordHash {
            hash: *hash,
            ..blank.clone()
        })
    }

    /// Whether it is the password. Without one to compare it costs the same and is wrong.
    pub(super) async fn check(
        &self,
        password: &str,
        kept: Option<&PasswordHash>,
    ) -> Result<bool, AccessError> {
        if password.len() > MAX_PASSWORD_BYTES {
            return Ok(false);
        }
        let blank = self.blank([0; 16]);
        let against = kept.unwrap_or(&blank);
        let hash = self.run(password, against).await?;
        let is_equal =
            constant_time::verify_slices_are_equal(hash.as_slice(), &against.hash).is_ok();
        Ok(is_equal && kept.is_some())
    }

    fn blank(&self, salt: [u8; 16]) -> PasswordHash {
        PasswordHash {
            salt,
            hash: [0; 32],
            memory_kib: self.cost.memory_kib,
            passes: self.cost.passes,
        }
    }

    async fn run(
        &self,
        password: &str,
        with: &PasswordHash,
    ) -> Result<Zeroizing<[u8; 32]>, AccessError> {
        let waits = self.waiting.try_acquire();
        let _waits = waits.map_err(|_| AccessError::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| AccessError::Busy)?;
        let password = Zeroizing::new(password.as_bytes().to_vec());
        let (salt, memory, passes) = (with.salt, with.memory_kib, with.passes);
        let made = tokio::task::spawn_blocking(move || {
            let params = Params::new(memory, passes, 1, Some(32))?;
            let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let mut hash = Zeroizing::new([0; 32]);
            argon.hash_password_into(&password, &salt, hash.as_mut_slice())?;
            drop(turn);
            Ok::<_, argon2::Error>(hash)
        });
        let made = made
            .await
            .map_err(|error| AccessError::Key(error.to_string()))?;
        made.map_err(|error| AccessError::Key(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_of_twelve_characters_is_taken_and_one_of_eleven_is_refused() {
        let hasher = Hasher::new(PasswordCost::CHEAP);

        assert!(hasher.make("123456789012").await.is_ok());
        assert!(hasher.make("12345678901").await.is_err());
        assert!(hasher.make(&"x".repeat(MAX_PASSWORD_BYTES)).await.is_ok());
        assert!(
            hasher
                .make(&"x".repeat(MAX_PASSWORD_BYTES + 1))
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn only_the_password_itself_passes_and_without_one_nothing_does() {
        let hasher = Hasher::new(PasswordCost::CHEAP);
        let kept = hasher.make("correct horse").await.unwrap();

        assert!(hasher.check("correct horse", Some(&kept)).await.unwrap());
        assert!(!hasher.check("correct hors", Some(&kept)).await.unwrap());
        assert!(!hasher.check("correct horse", None).await.unwrap());
    }

    #[test]
    fn a_cost_below_what_owasp_asks_for_is_refused() {
        let PasswordCost { memory_kib, passes } = PasswordCost::OWASP;

        assert!(PasswordCost::new(memory_kib, passes).is_ok());
        assert!(PasswordCost::new(memory_kib - 1, passes).is_err());
        assert!(PasswordCost::new(memory_kib, passes - 1).is_err());
    }
}
