//! The port of records, on the embedded store.

use std::ops::Bound::{Excluded, Included};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::oneshot;
use wardline_kernel::StoreError;
use wardline_patients::model::PatientId;
use wardline_patients::port::{
    Committed, Head, IndexToken, MAX_PAGE, PatientStore, StoredKey, Write,
};

use super::rows;
use super::writing::Change;
use crate::engine::Table;
use crate::open::Opened;
use crate::store::EmbeddedStore;
use crate::writer::Task;

/// Values that are looked up on the caller's thread at most.
const MAX_IN_PLACE: usize = 32;

#[async_trait]
impl PatientStore for EmbeddedStore {
    async fn commit(&self, writes: Vec<Write>) -> Result<Committed, StoreError> {
        self.change(Change::Commit(writes)).await
    }

    async fn head(&self, patient: PatientId) -> Result<Option<Head>, StoreError> {
        let opened = self.shared().opened()?;
        let stored = opened.engine.get(Table::Patients, &rows::head(patient))?;
        stored.map(|value| rows::head_of(&value)).transpose()
    }

    async fn manifest(
        &self,
        patient: PatientId,
        version: u64,
    ) -> Result<Option<Bytes>, StoreError> {
        let opened = self.shared().opened()?;
        let key = rows::manifest(patient, version);
        let stored = opened.engine.get(Table::PatientVersions, &key)?;
        Ok(stored.map(|value| Bytes::copy_from_slice(&value)))
    }

    async fn manifests(
        &self,
        patient: PatientId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Bytes)>, StoreError> {
        let limit = limit.min(MAX_PAGE);
        self.read_at_length(move |opened| {
            let view = opened.engine.view();
            let (first, last) = (rows::manifest(patient, 0), rows::manifest(patient, from));
            let (first, last) = (Included(&*first), Included(&*last));
            let mut stored = view.range(Table::PatientVersions, first, last);
            let mut found = Vec::new();
            while found.len() < limit
                && let Some(key) = stored.next_key_back()?
            {
                // Between two manifests stand the values of a version.
                let Some(version) = rows::version_of(&key) else {
                    continue;
                };
                if let Some(value) = view.get(Table::PatientVersions, &key)? {
                    found.push((version, Bytes::copy_from_slice(&value)));
                }
            }
            Ok(found)
        })
        .await
    }

    async fn values(
        &self,
        patient: PatientId,
        places: &[(u64, u16)],
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        if places.len() <= MAX_IN_PLACE {
            return values(&*self.shared().opened()?, patient, places);
        }
        let places = places.to_vec();
        self.read_at_length(move |opened| values(opened, patient, &places))
            .await
    }

    async fn find(
        &self,
        token: IndexToken,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<PatientId>, StoreError> {
        // Whoever decides on access asks for one.
        if limit <= MAX_IN_PLACE {
            return found(&*self.shared().opened()?, token, after, limit);
        }
        self.read_at_length(move |opened| found(opened, token, after, limit.min(MAX_PAGE)))
            .await
    }

    async fn erase(&self, patients: &[PatientId]) -> Result<(), StoreError> {
        // An erasure is never refused.
        self.change(Change::Erase(patients.to_vec())).await?;
        Ok(())
    }

    async fn rewrap(
        &self,
        patient: PatientId,
        from: &StoredKey,
        to: StoredKey,
    ) -> Result<bool, StoreError> {
        let from = from.clone();
        let changed = self.change(Change::Rewrap { patient, from, to }).await?;
        Ok(changed == Committed::Done)
    }

    async fn heads(
        &self,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<(PatientId, Head)>, StoreError> {
        let limit = limit.min(MAX_PAGE);
        self.read_at_length(move |opened| {
            let view = opened.engine.view();
            let after = after.map(rows::head);
            let from = after
                .as_ref()
                .map_or(Included(&rows::HEADS[..]), |after| Excluded(&**after));
            let mut stored = view.range(Table::Patients, from, Excluded(&rows::BEYOND_HEADS));
            let mut found = Vec::new();
            while found.len() < limit
                && let Some((key, value)) = stored.next()?
            {
                found.push((rows::patient_of_head(&key)?, rows::head_of(&value)?));
            }
            Ok(found)
        })
        .await
    }
}

fn values(
    opened: &Opened,
    patient: PatientId,
    places: &[(u64, u16)],
) -> Result<Vec<Option<Bytes>>, StoreError> {
    let values = places.iter().map(|(version, number)| {
        let key = rows::value(patient, *version, *number);
        let stored = opened.engine.get(Table::PatientVersions, &key)?;
        Ok(stored.map(|value| Bytes::copy_from_slice(&value)))
    });
    values.collect()
}

fn found(
    opened: &Opened,
    token: IndexToken,
    after: Option<PatientId>,
    limit: usize,
) -> Result<Vec<PatientId>, StoreError> {
    let last = rows::found(token, PatientId([0xff; 16]));
    let prefix = rows::found_prefix(token);
    let after = after.map(|patient| rows::found(token, patient));
    let from = after
        .as_ref()
        .map_or(Included(&*prefix), |after| Excluded(&**after));
    let view = opened.engine.view();
    let mut stored = view.range(Table::Patients, from, Included(&*last));
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(key) = stored.next_key()?
    {
        found.push(rows::patient_of_found(&key)?);
    }
    Ok(found)
}

impl EmbeddedStore {
    async fn change(&self, change: Change) -> Result<Committed, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.hand_over(Task::Patients { change, answer })?;
        self.answered(answered).await
    }
}
