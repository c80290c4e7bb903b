//! The ring's memory: wrapped keys, and those of them that were unwrapped.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::KekUsage;
use crate::key_store::{DataKeyId, WrappedDataKey};
use crate::provider::Kek;
use crate::scope::KeyScope;
use crate::sensitive::SecretKey;

/// Every change is one insertion, so a thread that died within one leaves nothing half done.
#[derive(Default)]
pub(super) struct Keys(RwLock<Tables>);

#[derive(Default)]
struct Tables {
    wrapped: BTreeMap<DataKeyId, WrappedDataKey>,
    secrets: HashMap<DataKeyId, Arc<SecretKey>>,
    /// The newest key of each scope.
    scopes: HashMap<KeyScope, DataKeyId>,
}

impl Keys {
    /// Adds keys, or their newer form. Where a scope has several keys, the latest seals.
    pub(super) fn take_in(&self, keys: Vec<WrappedDataKey>) {
        let mut tables = self.write();
        for key in keys {
            let newest = tables.scopes.entry(key.scope.clone()).or_insert(key.id);
            *newest = key.id.max(*newest);
            tables.wrapped.insert(key.id, key);
        }
    }

    pub(super) fn set_secret(&self, id: DataKeyId, secret: SecretKey) -> Arc<SecretKey> {
        let secret = Arc::new(secret);
        self.write().secrets.insert(id, Arc::clone(&secret));
        secret
    }

    pub(super) fn secret(&self, id: DataKeyId) -> Option<Arc<SecretKey>> {
        self.read().secrets.get(&id).cloned()
    }

    pub(super) fn wrapped(&self, id: DataKeyId) -> Option<WrappedDataKey> {
        self.read().wrapped.get(&id).cloned()
    }

    pub(super) fn of_scope(&self, scope: &KeyScope) -> Option<DataKeyId> {
        self.read().scopes.get(scope).copied()
    }

    pub(super) fn contains(&self, id: DataKeyId) -> bool {
        self.read().wrapped.contains_key(&id)
    }

    pub(super) fn count(&self) -> usize {
        self.read().wrapped.len()
    }

    pub(super) fn ids(&self) -> Vec<DataKeyId> {
        self.read().wrapped.keys().copied().collect()
    }

    /// The id of the next key: one more than the largest there is, from 1 on.
    pub(super) fn next_id(&self) -> Option<DataKeyId> {
        let largest = self
            .read()
            .wrapped
            .last_key_value()
            .map_or(0, |(id, _)| id.0);
        largest.checked_add(1).map(DataKeyId)
    }

    pub(super) fn newest_of_each_kek(&self) -> Vec<DataKeyId> {
        let tables = self.read();
        let by_kek = tables
            .wrapped
            .values()
            .map(|key| (key.wrapped.kek(), key.id));
        by_kek
            .collect::<BTreeMap<Kek, DataKeyId>>()
            .into_values()
            .collect()
    }

    /// What each KEK wraps.
    pub(super) fn kek_usage(&self) -> BTreeMap<Kek, KekUsage> {
        let mut usage = BTreeMap::new();
        for key in self.read().wrapped.values() {
            let made = key.created_at_unix_ms;
            let of = usage.entry(key.wrapped.kek()).or_insert(KekUsage {
                keys: 0,
                oldest_unix_ms: made,
            });
            of.keys += 1;
            of.oldest_unix_ms = of.oldest_unix_ms.min(made);
        }
        usage
    }

    /// Keys that are not unwrapped, the newest first.
    pub(super) fn not_unwrapped(&self) -> Vec<DataKeyId> {
        let tables = self.read();
        let ids = tables.wrapped.keys().rev();
        ids.filter(|id| !tables.secrets.contains_key(id))
            .copied()
            .collect()
    }

    pub(super) fn scopes(&self) -> Vec<KeyScope> {
        self.read().scopes.keys().cloned().collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tables> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
