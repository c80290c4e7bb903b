//! What is had ahead of time, so that a key service that is away for days is missed by nobody: keys unwrapped before
//! they are read with, and next month's keys made before the month begins.

use std::sync::PoisonError;

use super::{KeyRing, KeyRingError};
use crate::key_store::DataKeyId;
use crate::scope::ScopeError;

impl KeyRing {
    /// Unwraps every key that is not unwrapped yet, the newest first. From then on opening asks nobody. Says how many
    /// there were. One that is refused keeps none of the others.
    ///
    /// # Errors
    /// [`KeyRingError`] of the first key that cannot be unwrapped; at once when the provider is not available.
    pub fn unwrap_all(&self) -> Result<usize, KeyRingError> {
        let ids = self.keys.not_unwrapped();
        let mut failed = None;
        for id in &ids {
            match self.secret(*id) {
                Ok(_) => {}
                Err(error) if error.is_unavailable() => return Err(error),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(ids.len()), Err)
    }

    /// Reads the wrapped keys again, for those that another process has made meanwhile.
    ///
    /// # Errors
    /// [`KeyRingError`]; what was known stays so.
    pub fn refresh(&self) -> Result<(), KeyRingError> {
        // Not while one is being moved to another KEK: what was read before would undo it here.
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.keys.take_in(self.store.load_all()?);
        Ok(())
    }

    /// Makes the keys of the month that holds `then_unix_ms` for every scope that has one of the month of
    /// `now_unix_ms`. Says how many were made; in the same month that is none.
    ///
    /// # Errors
    /// [`KeyRingError`] at the first key that cannot be made; those before it are.
    pub fn make_ahead(
        &self,
        now_unix_ms: u64,
        then_unix_ms: u64,
    ) -> Result<Vec<DataKeyId>, KeyRingError> {
        let mut made = Vec::new();
        for scope in self.keys.scopes() {
            let of = |at| -> Result<_, ScopeError> { scope.in_month_of(at) };
            let (Ok(Some(now)), Ok(Some(then))) = (of(now_unix_ms), of(then_unix_ms)) else {
                continue;
            };
            if now == scope && then != scope && self.keys.of_scope(&then).is_none() {
                made.push(self.data_key(&then, now_unix_ms)?);
            }
        }
        Ok(made)
    }
}
