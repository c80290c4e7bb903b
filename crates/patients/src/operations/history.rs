//! Tells who made which version of a record, and when.

use wardline_kernel::UnixMillis;

use crate::error::OperationError;
use crate::model::{ChangeKind, FieldPath, PatientId};
use crate::operations::Selection;
use crate::port::MAX_PAGE;
use crate::service::Patients;

/// A version of a record.
#[derive(Clone, Debug)]
pub struct Past {
    /// Its number.
    pub version: u64,
    /// What was done.
    pub kind: ChangeKind,
    /// When.
    pub at: UnixMillis,
    /// By whom, as it was told.
    pub by: String,
    /// What was changed, as far as it may be seen.
    pub paths: Vec<FieldPath>,
}

impl Patients {
    /// Versions before `before`, or the newest, the newer first. What was changed is told of values in the selection
    /// alone.
    ///
    /// # Errors
    /// [`OperationError::NotFound`], [`OperationError::Damaged`], or the store failed.
    pub async fn history(
        &self,
        patient: PatientId,
        before: Option<u64>,
        limit: usize,
        selection: &Selection,
    ) -> Result<Vec<Past>, OperationError> {
        let loaded = self.0.load(patient).await?;
        let newest = loaded.manifest.version;
        let from = before.map_or(newest, |before| before.saturating_sub(1).min(newest));
        let limit = limit.clamp(1, MAX_PAGE);
        let sealed = self.0.store.manifests(patient, from, limit).await?;
        let sealer = self.0.sealer(patient, &loaded.key);
        let mut past = Vec::with_capacity(sealed.len());
        let mut expected = from;
        for (version, sealed) in sealed {
            // A version that is missing was taken away.
            if version != expected {
                return Err(OperationError::Damaged);
            }
            expected = expected.saturating_sub(1);
            let manifest = sealer.open_manifest(version, &sealed)?;
            let labels = |path: &FieldPath| {
                let now = loaded.manifest.entries.get(path);
                let then = manifest.entries.get(path);
                let restricting = [now, then].into_iter().flatten();
                let mut labels = restricting.filter_map(|entry| entry.labels.as_ref());
                labels.find(|labels| labels.restrict()).cloned()
            };
            let may_be_seen = |path: &FieldPath| selection.has(path, labels(path).as_ref());
            let change = &manifest.change;
            past.push(Past {
                version,
                kind: change.kind,
                at: change.at,
                by: change.by.clone(),
                paths: change
                    .paths
                    .iter()
                    .filter(|p| may_be_seen(p))
                    .cloned()
                    .collect(),
            });
        }
        let is_whole = past.len() == limit || expected == 0;
        if is_whole || from == 0 {
            Ok(past)
        } else {
            Err(OperationError::Damaged)
        }
    }
}
