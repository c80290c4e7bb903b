//! Moving data keys to the current KEK.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use super::{KeyRing, KeyRingError};
use crate::key_store::DataKeyId;
use crate::provider::Kek;

/// What a rewrap did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RewrapReport {
    /// Keys that are now wrapped under the current KEK and were not before.
    pub rewrapped: usize,
    /// Keys that were already.
    pub already_current: usize,
}

/// What a KEK wraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KekUsage {
    /// How many data keys.
    pub keys: usize,
    /// When the oldest of them was made, in milliseconds since 1970-01-01T00:00:00Z.
    pub oldest_unix_ms: u64,
}

impl KeyRing {
    /// Wraps every data key that an older KEK wraps under the current one. May be interrupted at any point and
    /// started again; values stay readable, and are sealed and opened, throughout.
    ///
    /// # Errors
    /// [`KeyRingError`] at the first key that cannot be wrapped or stored; those before it are done.
    pub fn rewrap(&self) -> Result<RewrapReport, KeyRingError> {
        self.rewrap_telling(&mut |_, _| true)
    }

    /// The same; after every key `told` hears how many are done, and of how many. When it says `false` that is the end.
    ///
    /// # Errors
    /// As [`KeyRing::rewrap`].
    pub fn rewrap_telling(
        &self,
        told: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<RewrapReport, KeyRingError> {
        let mut report = RewrapReport {
            rewrapped: 0,
            already_current: 0,
        };
        let ids = self.keys.ids();
        for (done, id) in ids.iter().enumerate() {
            if self.rewrap_one(*id)? {
                report.rewrapped += 1;
            } else {
                report.already_current += 1;
            }
            if !told(done + 1, ids.len()) {
                break;
            }
        }
        Ok(report)
    }

    /// What each KEK wraps: a version that is not here may leave the key file, once no backup needs it either.
    pub fn kek_usage(&self) -> BTreeMap<Kek, KekUsage> {
        self.keys.kek_usage()
    }

    fn rewrap_one(&self, id: DataKeyId) -> Result<bool, KeyRingError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = self.keys.wrapped(id).ok_or(KeyRingError::UnknownKey(id))?;
        if self.provider.is_current(&key.wrapped)? {
            return Ok(false);
        }
        key.wrapped = self.provider.rewrap(&key.wrapped, &key.context())?;
        self.store.replace(&key)?;
        self.keys.take_in(vec![key]);
        Ok(true)
    }
}
