//! Begins a record.

use std::sync::Arc;

use wardline_kernel::UnixMillis;

use crate::error::OperationError;
use crate::keys::FIRST_KEY;
use crate::manifest::Manifest;
use crate::model::{Change, ChangeError, ChangeKind, PatientId};
use crate::operations::update::Written;
use crate::port::StoredKey;
use crate::service::{Loaded, Patients};

impl Patients {
    /// Begins a record with these values, under an id and a key of its own. `by` is kept, sealed, as who did it.
    ///
    /// # Errors
    /// [`OperationError::NumberTaken`] when another record has one of the record numbers; the change cannot be taken;
    /// the store failed.
    pub async fn create(&self, change: Change, by: &str) -> Result<Written, OperationError> {
        self.begin(change, by, None).await
    }

    /// The same, of a feed's message that was entered then.
    pub(super) async fn begin(
        &self,
        change: Change,
        by: &str,
        fed_at: Option<UnixMillis>,
    ) -> Result<Written, OperationError> {
        if change.is_empty() {
            return Err(ChangeError::Empty.into());
        }
        let patient = PatientId::generate()?;
        let (key, wrapped) = self.0.keys.make(patient).await?;
        let stored_key = StoredKey {
            id: FIRST_KEY,
            wrapped,
            created_at: self.now(),
        };
        let mut manifest = Manifest::first(self.0.change(ChangeKind::Created, by)?);
        manifest.fed_at = fed_at;
        let begun = Loaded {
            patient,
            stored_key,
            key: Arc::clone(&key),
            manifest: manifest.clone(),
        };
        self.apply(&begun, manifest, change).await
    }
}
