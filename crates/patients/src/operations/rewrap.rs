//! Moves patients' keys to the current KEK, a page at a time, and tells which KEKs are in use.

use std::collections::BTreeMap;

use wardline_kernel::UnixMillis;
use wardline_phi::Kek;

use crate::error::OperationError;
use crate::model::PatientId;
use crate::port::MAX_PAGE;
use crate::service::Patients;

/// What one page of a rewrap did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// Keys that are now under the current KEK and were not before.
    pub rewrapped: usize,
    /// Keys that were already.
    pub already_current: usize,
    /// Where to go on; none when all are done.
    pub next: Option<PatientId>,
}

/// Which KEKs wrap patients' keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyUsage {
    /// Keys by the KEK that wraps them.
    pub by_kek: BTreeMap<Kek, u64>,
    /// When the oldest of these keys was made.
    pub oldest: Option<UnixMillis>,
    /// Records that are erased: they have no key.
    pub erased: u64,
    /// Records that stand in the ledger of erasures and still have a key.
    pub not_yet_erased: u64,
    /// Records without a key that do not stand in the ledger of erasures.
    pub not_in_ledger: u64,
}

impl Patients {
    /// Wraps keys of patients after this one anew, as far as an older KEK wraps them. Records are read and changed
    /// meanwhile; it may be interrupted at any point and begun again.
    ///
    /// # Errors
    /// [`OperationError::Key`] at the first key that cannot be wrapped, or the store failed; those before it are done.
    pub async fn rewrap(
        &self,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Rewrapped, OperationError> {
        let limit = limit.clamp(1, MAX_PAGE);
        let heads = self.0.store.heads(after, limit).await?;
        let mut done = Rewrapped::default();
        for (patient, head) in &heads {
            let Some(key) = &head.key else { continue };
            match self.0.keys.rewrapped(*patient, key).await? {
                None => done.already_current += 1,
                Some(to) => {
                    // Another version of the key was stored meanwhile: by a rewrap beside this one, or an erasure.
                    if self.0.store.rewrap(*patient, key, to).await? {
                        done.rewrapped += 1;
                    }
                }
            }
        }
        if heads.len() == limit {
            done.next = heads.last().map(|(patient, _)| *patient);
        }
        Ok(done)
    }

    /// Counts the keys of all patients by their KEK. Reads every head.
    ///
    /// # Errors
    /// When the store failed.
    pub async fn key_usage(&self) -> Result<KeyUsage, OperationError> {
        let mut usage = KeyUsage::default();
        let mut after = None;
        loop {
            let heads = self.0.store.heads(after, MAX_PAGE).await?;
            for (patient, head) in &heads {
                let is_in_ledger = self.is_erased(*patient);
                let Some(key) = &head.key else {
                    usage.erased += 1;
                    usage.not_in_ledger += u64::from(!is_in_ledger);
                    continue;
                };
                usage.not_yet_erased += u64::from(is_in_ledger);
                *usage.by_kek.entry(key.wrapped.kek()).or_insert(0) += 1;
                let oldest = usage
                    .oldest
                    .map_or(key.created_at, |o| o.min(key.created_at));
                usage.oldest = Some(oldest);
            }
            if heads.len() < MAX_PAGE {
                return Ok(usage);
            }
            after = heads.last().map(|(patient, _)| *patient);
        }
    }
}
