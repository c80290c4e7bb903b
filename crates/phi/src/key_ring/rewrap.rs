//! Moving data keys to the current KEK: the values sealed under them are not touched.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use super::{KeyRing, KeyRingError};
use crate::key_store::DataKeyId;
use crate::provider::KekVersion;

/// What a rewrap did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RewrapReport {
    /// Keys that are now wrapped under the current KEK and were not before.
    pub rewrapped: usize,
    /// Keys that were already.
    pub already_current: usize,
}

impl KeyRing {
    /// Wraps every data key that an older KEK wraps under the current one. May be interrupted at any point and
    /// started again; values stay readable throughout.
    ///
    /// # Errors
    /// [`KeyRingError`] at the first key that cannot be wrapped or stored; those before it are done.
    pub fn rewrap(&self) -> Result<RewrapReport, KeyRingError> {
        let current = self.provider.current_version()?;
        let mut report = RewrapReport {
            rewrapped: 0,
            already_current: 0,
        };
        for id in self.keys.ids() {
            if self.rewrap_one(id, current)? {
                report.rewrapped += 1;
            } else {
                report.already_current += 1;
            }
        }
        Ok(report)
    }

    /// How many data keys each KEK version wraps: a version that is not here may leave the key file, once no
    /// backup needs it either.
    pub fn kek_usage(&self) -> BTreeMap<KekVersion, usize> {
        self.keys.kek_usage()
    }

    fn rewrap_one(&self, id: DataKeyId, current: KekVersion) -> Result<bool, KeyRingError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = self.keys.wrapped(id).ok_or(KeyRingError::UnknownKey(id))?;
        if key.kek_version() == current {
            return Ok(false);
        }
        key.wrapped = self.provider.rewrap(&key.wrapped, &key.context())?;
        self.store.replace(&key)?;
        self.keys.take_in(vec![key]);
        Ok(true)
    }
}
