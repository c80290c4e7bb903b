//! The keys of patients in use: made, unwrapped when first needed, forgotten when others are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wardline_phi::{DataKeyId, KeyScope, SubjectKey, SubjectKeys, WrappedKey};

use crate::error::OperationError;
use crate::model::PatientId;
use crate::port::StoredKey;

/// The id of a patient's first key.
pub(crate) const FIRST_KEY: DataKeyId = DataKeyId(1);

/// Makes and unwraps keys, and holds the last ones used: at most as many as it was told.
pub(crate) struct Keys {
    subjects: SubjectKeys,
    held: Mutex<Held>,
    /// Half of what may be held.
    generation: usize,
}

/// Two generations: when the younger is full it becomes the older, and what the older held is forgotten. What is
/// used moves into the younger, so what is in use stays.
#[derive(Default)]
struct Held {
    younger: HashMap<PatientId, (StoredKey, Arc<SubjectKey>)>,
    older: HashMap<PatientId, (StoredKey, Arc<SubjectKey>)>,
}

impl Keys {
    pub(crate) fn new(subjects: SubjectKeys, max_held: usize) -> Self {
        Self {
            subjects,
            held: Mutex::default(),
            generation: (max_held / 2).max(1),
        }
    }

    /// A key for a new patient.
    pub(crate) async fn make(
        &self,
        patient: PatientId,
    ) -> Result<(Arc<SubjectKey>, WrappedKey), OperationError> {
        let subjects = self.subjects.clone();
        let scope = KeyScope::patient(patient.0);
        let made = tokio::task::spawn_blocking(move || subjects.make(FIRST_KEY, &scope)).await;
        let (key, wrapped) = made
            .map_err(|_| OperationError::CutShort)?
            .map_err(OperationError::Key)?;
        Ok((Arc::new(key), wrapped))
    }

    /// The key of a patient, from what is stored of it.
    pub(crate) async fn of(
        &self,
        patient: PatientId,
        stored: &StoredKey,
    ) -> Result<Arc<SubjectKey>, OperationError> {
        if let Some(key) = self.held().get(patient, stored, self.generation) {
            return Ok(key);
        }
        let (subjects, scope) = (self.subjects.clone(), KeyScope::patient(patient.0));
        let wrapped = stored.clone();
        let opened = tokio::task::spawn_blocking(move || {
            subjects.open(wrapped.id, &scope, &wrapped.wrapped)
        });
        let key = opened
            .await
            .map_err(|_| OperationError::CutShort)?
            .map_err(|error| OperationError::Key(error.into()))?;
        let key = Arc::new(key);
        let kept = (stored.clone(), Arc::clone(&key));
        self.held().keep(patient, kept, self.generation);
        Ok(key)
    }

    /// The key under the current KEK, `None` when it is already.
    pub(crate) async fn rewrapped(
        &self,
        patient: PatientId,
        stored: &StoredKey,
    ) -> Result<Option<StoredKey>, OperationError> {
        let (subjects, scope) = (self.subjects.clone(), KeyScope::patient(patient.0));
        let stored = stored.clone();
        let rewrapped = tokio::task::spawn_blocking(move || {
            let wrapped = subjects.rewrap(stored.id, &scope, &stored.wrapped)?;
            Ok(wrapped.map(|wrapped| StoredKey { wrapped, ..stored }))
        });
        rewrapped
            .await
            .map_err(|_| OperationError::CutShort)?
            .map_err(|error: wardline_phi::ProviderError| OperationError::Key(error.into()))
    }

    /// Forgets the key of a patient that is erased.
    pub(crate) fn forget(&self, patient: PatientId) {
        let mut held = self.held();
        held.younger.remove(&patient);
        held.older.remove(&patient);
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Only for the very bytes that are stored: a wrapped key that was altered must not pass because the right one
    /// was seen before.
    fn get(
        &mut self,
        patient: PatientId,
        stored: &StoredKey,
        generation: usize,
    ) -> Option<Arc<SubjectKey>> {
        if let Some((of, key)) = self.younger.get(&patient) {
            return (of == stored).then(|| Arc::clone(key));
        }
        let kept = self.older.remove(&patient).filter(|(of, _)| of == stored)?;
        let key = Arc::clone(&kept.1);
        self.keep(patient, kept, generation);
        Some(key)
    }

    fn keep(&mut self, patient: PatientId, kept: (StoredKey, Arc<SubjectKey>), generation: usize) {
        if self.younger.len() >= generation {
            self.older = std::mem::take(&mut self.younger);
        }
        self.younger.insert(patient, kept);
    }
}

#[cfg(test)]
mod tests {
    use wardline_phi::KeyFile;

    use super::*;

    async fn stored(keys: &Keys, patient: u8) -> (PatientId, StoredKey) {
        let patient = PatientId([patient; 16]);
        let (_, wrapped) = keys.make(patient).await.unwrap();
        let stored = StoredKey {
            id: FIRST_KEY,
            wrapped,
            created_at: 0,
        };
        (patient, stored)
    }

    fn keys() -> Keys {
        let file = KeyFile::generate().unwrap();
        Keys::new(SubjectKeys::new(Arc::new(file.provider())), 4)
    }

    #[test]
    fn as_many_keys_are_held_as_may_be_and_those_in_use_stay() {
        wardline_testkit::block_on(async {
            let keys = keys();
            let (in_use, its) = stored(&keys, 0).await;
            let first = keys.of(in_use, &its).await.unwrap();

            for other in 1..20 {
                let (other, stored) = stored(&keys, other).await;
                keys.of(other, &stored).await.unwrap();
                assert!(Arc::ptr_eq(&first, &keys.of(in_use, &its).await.unwrap()));
                let held = keys.held();
                assert!(held.younger.len() + held.older.len() <= 4);
            }
        });
    }

    #[test]
    fn a_wrapped_key_that_was_altered_does_not_pass_because_the_right_one_was_held() {
        wardline_testkit::block_on(async {
            let keys = keys();
            let (patient, mut its) = stored(&keys, 0).await;
            keys.of(patient, &its).await.unwrap();

            *its.wrapped.bytes.last_mut().unwrap() ^= 1;

            assert!(keys.of(patient, &its).await.is_err());
        });
    }
}
