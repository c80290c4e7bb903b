//! The plain model of the store of records: four maps and one lock; and a ledger of erasures.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::StoreError;
use wardline_patients::model::PatientId;
use wardline_patients::port::{
    Committed, Erasure, ErasureLedger, Head, IndexToken, Indexed, PatientStore, StoredKey, Write,
};

/// Records in memory. Clones share what is stored.
#[derive(Clone, Default)]
pub struct MemoryPatients(Arc<Kept>);

#[derive(Default)]
struct Kept {
    tables: Mutex<PatientTables>,
    is_broken: AtomicBool,
}

/// What is stored, for tests that alter it.
#[derive(Clone, Default)]
pub struct PatientTables {
    /// Heads.
    pub heads: BTreeMap<PatientId, Head>,
    /// Sealed manifests, by patient and version.
    pub manifests: BTreeMap<(PatientId, u64), Bytes>,
    /// Sealed values, by patient, version and number.
    pub values: BTreeMap<(PatientId, u64, u16), Bytes>,
    /// Who is found by which token.
    pub index: BTreeSet<(IndexToken, PatientId)>,
}

impl MemoryPatients {
    /// From now on every write fails and changes nothing, or works again.
    pub fn set_broken(&self, is_broken: bool) {
        self.0.is_broken.store(is_broken, Ordering::SeqCst);
    }

    /// A copy of everything, as a backup is one.
    pub fn copy(&self) -> Self {
        let tables = self.with(|tables| tables.clone());
        Self(Arc::new(Kept {
            tables: Mutex::new(tables),
            is_broken: AtomicBool::new(false),
        }))
    }

    /// Looks at, or alters, what is stored.
    pub fn with<T>(&self, act: impl FnOnce(&mut PatientTables) -> T) -> T {
        act(&mut self.0.tables.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn writable(&self) -> Result<(), StoreError> {
        if self.0.is_broken.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("broken by a test".to_owned()));
        }
        Ok(())
    }
}

impl PatientTables {
    fn commit(&mut self, writes: Vec<Write>) -> Committed {
        for write in &writes {
            let version = self
                .heads
                .get(&write.patient)
                .map_or(0, |head| head.version);
            let is_erased = self
                .heads
                .get(&write.patient)
                .is_some_and(|head| head.key.is_none());
            if version != write.expected || is_erased {
                return Committed::Conflict {
                    patient: write.patient,
                    version,
                };
            }
        }
        let mut after = self.index.clone();
        for write in &writes {
            after.retain(|(_, patient)| *patient != write.patient);
            after.extend(write.tokens.iter().map(|token| (*token, write.patient)));
        }
        for write in &writes {
            let unique = write
                .tokens
                .iter()
                .filter(|token| token.indexed == Indexed::RecordNumber);
            for token in unique {
                let other = |(its, patient): &&(IndexToken, PatientId)| {
                    its == token && *patient != write.patient
                };
                if let Some((_, by)) = after.iter().find(other) {
                    return Committed::Taken { by: *by };
                }
            }
        }
        self.index = after;
        for write in writes {
            let version = write.expected + 1;
            let head = Head {
                version,
                key: Some(write.key),
            };
            self.heads.insert(write.patient, head);
            self.manifests
                .insert((write.patient, version), write.manifest);
            for (number, sealed) in write.values {
                self.values.insert((write.patient, version, number), sealed);
            }
        }
        Committed::Done
    }

    fn erase(&mut self, erased: PatientId) {
        let version = self.heads.get(&erased).map_or(0, |head| head.version);
        self.heads.insert(erased, Head { version, key: None });
        self.manifests.retain(|(patient, _), _| *patient != erased);
        self.values.retain(|(patient, _, _), _| *patient != erased);
        self.index.retain(|(_, patient)| *patient != erased);
    }
}

#[async_trait]
impl PatientStore for MemoryPatients {
    async fn commit(&self, writes: Vec<Write>) -> Result<Committed, StoreError> {
        self.writable()?;
        Ok(self.with(|tables| tables.commit(writes)))
    }

    async fn head(&self, patient: PatientId) -> Result<Option<Head>, StoreError> {
        Ok(self.with(|tables| tables.heads.get(&patient).cloned()))
    }

    async fn manifest(
        &self,
        patient: PatientId,
        version: u64,
    ) -> Result<Option<Bytes>, StoreError> {
        Ok(self.with(|tables| tables.manifests.get(&(patient, version)).cloned()))
    }

    async fn manifests(
        &self,
        patient: PatientId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Bytes)>, StoreError> {
        Ok(self.with(|tables| {
            let range = (patient, 0)..=(patient, from);
            let newest_first = tables.manifests.range(range).rev().take(limit);
            newest_first
                .map(|((_, version), sealed)| (*version, sealed.clone()))
                .collect()
        }))
    }

    async fn values(
        &self,
        patient: PatientId,
        places: &[(u64, u16)],
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        Ok(self.with(|tables| {
            let value = |(version, number): &(u64, u16)| {
                tables.values.get(&(patient, *version, *number)).cloned()
            };
            places.iter().map(value).collect()
        }))
    }

    async fn find(
        &self,
        token: IndexToken,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<PatientId>, StoreError> {
        Ok(self.with(|tables| {
            let of_token = tables.index.iter().filter(|(its, _)| *its == token);
            let beyond = of_token.filter(|(_, patient)| after.is_none_or(|a| *patient > a));
            beyond.take(limit).map(|(_, patient)| *patient).collect()
        }))
    }

    async fn erase(&self, patients: &[PatientId]) -> Result<(), StoreError> {
        self.writable()?;
        self.with(|tables| patients.iter().for_each(|patient| tables.erase(*patient)));
        Ok(())
    }

    async fn rewrap(
        &self,
        patient: PatientId,
        from: &StoredKey,
        to: StoredKey,
    ) -> Result<bool, StoreError> {
        self.writable()?;
        Ok(self.with(|tables| {
            let key = tables.heads.get_mut(&patient).map(|head| &mut head.key);
            match key {
                Some(Some(key)) if key == from => {
                    *key = to;
                    true
                }
                _ => false,
            }
        }))
    }

    async fn heads(
        &self,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<(PatientId, Head)>, StoreError> {
        Ok(self.with(|tables| {
            let from = after.map_or(Bound::Unbounded, Bound::Excluded);
            let beyond = tables.heads.range((from, Bound::Unbounded)).take(limit);
            beyond
                .map(|(patient, head)| (*patient, head.clone()))
                .collect()
        }))
    }
}

/// A ledger in memory. Clones share it.
#[derive(Clone, Default)]
pub struct MemoryLedger(Arc<Mutex<Vec<Erasure>>>);

impl MemoryLedger {
    /// Looks at, or alters, the entries.
    pub fn with<T>(&self, act: impl FnOnce(&mut Vec<Erasure>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl ErasureLedger for MemoryLedger {
    async fn append(&self, entries: &[Erasure]) -> Result<(), StoreError> {
        self.with(|all| all.extend_from_slice(entries));
        Ok(())
    }

    async fn entries(&self) -> Result<Vec<Erasure>, StoreError> {
        Ok(self.with(|all| all.clone()))
    }
}
