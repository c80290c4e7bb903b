//! Merges records of one patient, and takes a merge back.

use crate::error::OperationError;
use crate::model::{ChangeKind, PatientId};
use crate::operations::update::Written;
use crate::service::{Loaded, Patients};

/// Records that may be merged into one at most.
pub(super) const MAX_MERGED: usize = 64;

impl Patients {
    /// Merges `merged` into `survivor`, each in the version that is expected (HL7 A40). No value is moved: the merged
    /// record stays as it was, points to the survivor, and takes no more changes. Searches that find it give the survivor.
    ///
    /// # Errors
    /// [`OperationError::Merged`] when either was merged before, [`OperationError::Conflict`],
    /// [`OperationError::NotFound`], or the store failed.
    pub async fn merge(
        &self,
        survivor: (PatientId, u64),
        merged: (PatientId, u64),
        by: &str,
    ) -> Result<Written, OperationError> {
        if survivor.0 == merged.0 {
            return Err(OperationError::Value {
                field: "merged",
                expected: "another record than the surviving one",
            });
        }
        let _no_erasure = self.0.stewardship.lock().await;
        let into = self.0.load_for_change(survivor.0, survivor.1).await?;
        let from = self.0.load_for_change(merged.0, merged.1).await?;
        for loaded in [&into, &from] {
            self.stands_by_itself(loaded).await?;
        }
        let mut next_into = into.manifest.next(self.0.change(ChangeKind::TookIn, by)?);
        next_into.merged_into = None;
        next_into.merged_from.push(merged.0);
        within(&next_into.merged_from, MAX_MERGED)?;
        let mut next_from = from.manifest.next(self.0.change(ChangeKind::Merged, by)?);
        next_from.merged_into = Some(survivor.0);
        let writes = vec![
            self.0.rewrite(&into, &next_into)?,
            self.0.rewrite(&from, &next_from)?,
        ];
        self.0.commit(writes).await?;
        Ok(Written {
            patient: survivor.0,
            version: next_into.version,
            notes: Vec::new(),
        })
    }

    /// Takes a merge back: `merged` stands by itself again, with what it held when it was merged. What was written
    /// into the survivor since stays there.
    ///
    /// # Errors
    /// [`OperationError::Value`] when it was not merged, [`OperationError::Conflict`], [`OperationError::NotFound`],
    /// or the store failed.
    pub async fn unmerge(
        &self,
        merged: (PatientId, u64),
        by: &str,
    ) -> Result<Written, OperationError> {
        let _no_erasure = self.0.stewardship.lock().await;
        let from = self.0.load_for_change(merged.0, merged.1).await?;
        let survivor = from.manifest.merged_into.ok_or(OperationError::Value {
            field: "merged",
            expected: "a record that was merged into another one",
        })?;
        let mut next_from = from.manifest.next(self.0.change(ChangeKind::Unmerged, by)?);
        next_from.merged_into = None;
        let mut writes = vec![self.0.rewrite(&from, &next_from)?];
        if let Some(into) = self.there(survivor).await? {
            let mut next_into = into.manifest.next(self.0.change(ChangeKind::Unmerged, by)?);
            next_into.merged_from.retain(|patient| *patient != merged.0);
            writes.push(self.0.rewrite(&into, &next_into)?);
        }
        self.0.commit(writes).await?;
        Ok(Written {
            patient: merged.0,
            version: next_from.version,
            notes: Vec::new(),
        })
    }

    /// Whether a record was merged into no other one that is there. One whose survivor was erased stands by itself: else its
    /// patient could be found, changed and erased no more.
    ///
    /// # Errors
    /// [`OperationError::Merged`], or the store failed.
    pub(super) async fn stands_by_itself(&self, loaded: &Loaded) -> Result<(), OperationError> {
        let Some(into) = loaded.manifest.merged_into else {
            return Ok(());
        };
        match self.there(into).await? {
            Some(_) => Err(OperationError::Merged { into }),
            None => Ok(()),
        }
    }

    /// A record, unless it was erased.
    pub(super) async fn there(&self, patient: PatientId) -> Result<Option<Loaded>, OperationError> {
        match self.0.load(patient).await {
            Ok(loaded) => Ok(Some(loaded)),
            Err(OperationError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether a list is within its limit.
pub(super) fn within(list: &[PatientId], max: usize) -> Result<(), OperationError> {
    if list.len() <= max {
        return Ok(());
    }
    Err(OperationError::TooMany {
        what: "merged or linked records",
        max,
    })
}
