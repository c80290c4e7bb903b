//! Erases a patient for good.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use crate::error::OperationError;
use crate::model::PatientId;
use crate::operations::merge::MAX_MERGED;
use crate::service::{Loaded, Patients, end_of_chain, erase_what_is_left};
use wardline_phi::Token;

impl Patients {
    /// Destroys the keys of a record and of all that were merged into it, with every version and index entry, and
    /// writes them down in the ledger first: from that on they are served no more, even should the store fail now or
    /// come back from an older backup. A legal hold on any of them wins.
    ///
    /// Gives the records that were erased. Without an expected version whatever there is is erased.
    ///
    /// # Errors
    /// [`OperationError::Held`], [`OperationError::Merged`] when it is not the surviving record,
    /// [`OperationError::Conflict`], [`OperationError::NotFound`]. When the store or the ledger failed, the record may
    /// be erased at the next start: repeat it.
    pub async fn erase(
        &self,
        patient: PatientId,
        expected: Option<u64>,
    ) -> Result<Vec<PatientId>, OperationError> {
        self.erase_if(patient, expected, |_| true).await
    }

    /// As [`Patients::erase`], and these records alone: when by now another one was merged into it, nothing is erased.
    ///
    /// # Errors
    /// As [`Patients::erase`]; [`OperationError::Conflict`] also when other records would go with it.
    pub async fn erase_agreed(
        &self,
        patient: PatientId,
        expected: Option<u64>,
        agreed: &[PatientId],
    ) -> Result<Vec<PatientId>, OperationError> {
        let agreed: BTreeSet<_> = agreed.iter().collect();
        let is_agreed = |group: &[PatientId]| group.iter().collect::<BTreeSet<_>>() == agreed;
        self.erase_if(patient, expected, is_agreed).await
    }

    async fn erase_if(
        &self,
        patient: PatientId,
        expected: Option<u64>,
        is_agreed: impl Fn(&[PatientId]) -> bool,
    ) -> Result<Vec<PatientId>, OperationError> {
        let mut end = self.0.stewardship.lock().await;
        let mut mac = match *end {
            Some(mac) => mac,
            None => self.read_ledger_again().await?,
        };
        let loaded = self.0.load(patient).await?;
        let version = loaded.manifest.version;
        if expected.is_some_and(|expected| expected != version) {
            return Err(OperationError::Conflict { version });
        }
        self.stands_by_itself(&loaded).await?;
        let group = self.group_of(patient).await?;
        if !is_agreed(&group) {
            return Err(OperationError::Conflict { version });
        }

        let mut entries = Vec::with_capacity(group.len());
        for patient in &group {
            let entry = self.0.erasure(mac, *patient);
            mac = entry.mac;
            entries.push(entry);
        }
        // Should this fail, nobody knows whether it was written: the next one looks.
        *end = None;
        self.0.ledger.append(&entries).await?;
        *end = Some(mac);
        {
            let erased = self.0.erased.write();
            let mut erased = erased.unwrap_or_else(PoisonError::into_inner);
            erased.extend(&group);
        }
        let erased = self.0.store.erase(&group).await;
        for patient in &group {
            self.0.keys.forget(*patient);
        }
        erased?;
        Ok(group)
    }

    /// Ends erasures whose ledger was written when the store failed: takes away what is left in the store of whoever stands
    /// in the ledger. Gives the records of whom something was left.
    ///
    /// # Errors
    /// [`OperationError`]; repeat it then. Nobody of the ledger is served meanwhile.
    pub async fn erase_again(&self) -> Result<Vec<PatientId>, OperationError> {
        let mut end = self.0.stewardship.lock().await;
        if end.is_none() {
            *end = Some(self.read_ledger_again().await?);
        }
        let erased = {
            let erased = self.0.erased.read();
            erased.unwrap_or_else(PoisonError::into_inner).clone()
        };
        let left = erase_what_is_left(self.0.store.as_ref(), &erased).await?;
        for patient in &left {
            self.0.keys.forget(*patient);
        }
        Ok(left)
    }

    /// Whether a record stands in the ledger of erasures.
    pub fn is_erased(&self, patient: PatientId) -> bool {
        let erased = self.0.erased.read();
        erased
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&patient)
    }

    /// The end of the ledger's chain as it stands there; whoever stands there is served no more.
    async fn read_ledger_again(&self) -> Result<Token, OperationError> {
        let entries = self.0.ledger.entries().await?;
        let end = end_of_chain(&self.0.index, &entries)?;
        let mut erased = self
            .0
            .erased
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        erased.extend(entries.iter().map(|entry| entry.patient));
        Ok(end)
    }

    /// Which records would be erased now: it is there, is the surviving one, and no hold is on it or on what was merged
    /// into it.
    ///
    /// # Errors
    /// [`OperationError::Held`], [`OperationError::Merged`], [`OperationError::Conflict`], [`OperationError::NotFound`],
    /// or the store failed.
    pub async fn erasable(
        &self,
        patient: PatientId,
        expected: Option<u64>,
    ) -> Result<Vec<PatientId>, OperationError> {
        let loaded = self.0.load(patient).await?;
        let version = loaded.manifest.version;
        if expected.is_some_and(|expected| expected != version) {
            return Err(OperationError::Conflict { version });
        }
        self.stands_by_itself(&loaded).await?;
        self.group_of(patient).await
    }

    /// A record and all that were merged into it, if none is held.
    async fn group_of(&self, patient: PatientId) -> Result<Vec<PatientId>, OperationError> {
        let mut group = vec![patient];
        let mut at = 0;
        while let Some(&patient) = group.get(at) {
            at += 1;
            // A record that was merged may have been erased before it was.
            let Some(Loaded { manifest, .. }) = self.there(patient).await? else {
                continue;
            };
            if manifest.hold.is_some() {
                return Err(OperationError::Held);
            }
            for merged in manifest.merged_from {
                if !group.contains(&merged) {
                    group.push(merged);
                }
            }
            if group.len() > MAX_MERGED * MAX_MERGED {
                return Err(OperationError::TooMany {
                    what: "merged or linked records",
                    max: MAX_MERGED * MAX_MERGED,
                });
            }
        }
        Ok(group)
    }
}
