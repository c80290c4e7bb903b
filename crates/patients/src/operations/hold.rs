//! Puts a record under a legal hold, and lifts it: what is held is not erased.

use crate::error::OperationError;
use crate::model::{ChangeKind, PatientId};
use crate::operations::update::Written;
use crate::service::{Patients, text};

impl Patients {
    /// Puts a record under a legal hold. It may be read and changed as before. Without an expected
    /// version it is put under it in whatever version it is.
    ///
    /// # Errors
    /// [`OperationError::Held`] when it is already, [`OperationError::Conflict`], [`OperationError::NotFound`], or the
    /// store failed.
    pub async fn hold(
        &self,
        patient: PatientId,
        expected: Option<u64>,
        reason: &str,
        by: &str,
    ) -> Result<Written, OperationError> {
        let reason = text("reason", reason)?;
        self.set_hold((patient, expected), ChangeKind::Held, Some(reason), by)
            .await
    }

    /// Lifts the legal hold.
    ///
    /// # Errors
    /// [`OperationError::NotHeld`], [`OperationError::Conflict`], [`OperationError::NotFound`], or the store failed.
    pub async fn release(
        &self,
        patient: PatientId,
        expected: Option<u64>,
        by: &str,
    ) -> Result<Written, OperationError> {
        self.set_hold((patient, expected), ChangeKind::Released, None, by)
            .await
    }

    async fn set_hold(
        &self,
        (patient, expected): (PatientId, Option<u64>),
        kind: ChangeKind,
        hold: Option<String>,
        by: &str,
    ) -> Result<Written, OperationError> {
        let _no_erasure = self.0.stewardship.lock().await;
        let loaded = self.0.load(patient).await?;
        let version = loaded.manifest.version;
        if expected.is_some_and(|expected| expected != version) {
            return Err(OperationError::Conflict { version });
        }
        match (&hold, &loaded.manifest.hold) {
            (Some(_), Some(_)) => return Err(OperationError::Held),
            (None, None) => return Err(OperationError::NotHeld),
            _ => {}
        }
        let mut next = loaded.manifest.next(self.0.change(kind, by)?);
        next.hold = hold;
        self.0.commit(vec![self.0.rewrite(&loaded, &next)?]).await?;
        Ok(Written {
            patient,
            version: next.version,
            notes: Vec::new(),
        })
    }
}
