//! The versions of one kind of key; there is always at least one.

use std::collections::BTreeMap;
use std::fmt;

use crate::sensitive::SecretKey;

/// Keys by version, the newest apart.
pub(crate) struct Versions {
    newest: (u32, SecretKey),
    older: BTreeMap<u32, SecretKey>,
}

impl Versions {
    pub(crate) fn first(key: SecretKey) -> Self {
        Self {
            newest: (1, key),
            older: BTreeMap::new(),
        }
    }

    /// All of `keys`, or nothing when there are none.
    pub(crate) fn of(mut keys: BTreeMap<u32, SecretKey>) -> Option<Self> {
        keys.pop_last().map(|newest| Self {
            newest,
            older: keys,
        })
    }

    pub(crate) fn add(&mut self, key: SecretKey) -> u32 {
        let version = self.newest.0.saturating_add(1);
        let (old_version, old_key) = std::mem::replace(&mut self.newest, (version, key));
        self.older.insert(old_version, old_key);
        version
    }

    pub(crate) fn newest(&self) -> (u32, &SecretKey) {
        (self.newest.0, &self.newest.1)
    }

    pub(crate) fn get(&self, version: u32) -> Option<&SecretKey> {
        if version == self.newest.0 {
            Some(&self.newest.1)
        } else {
            self.older.get(&version)
        }
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &SecretKey)> {
        let older = self.older.iter().map(|(version, key)| (*version, key));
        older.chain(std::iter::once(self.newest()))
    }

    pub(crate) fn duplicate(&self) -> Self {
        let older = self
            .older
            .iter()
            .map(|(version, key)| (*version, key.duplicate()))
            .collect();
        Self {
            newest: (self.newest.0, self.newest.1.duplicate()),
            older,
        }
    }
}

impl fmt::Debug for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("versions ")?;
        f.debug_list()
            .entries(self.iter().map(|(version, _)| version))
            .finish()
    }
}
