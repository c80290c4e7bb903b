//! Answers that were given, until anything changes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Facts, Reasons};
use crate::model::DataType;

/// Questions remembered at most. There are a few hundred in use; beyond this all are forgotten and asked anew.
pub(super) const MAX_REMEMBERED: usize = 4_096;

/// What the policies say of one data type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) is_allowed: bool,
    /// Policies that decided.
    pub(super) policies: Vec<Arc<str>>,
    /// Why not.
    pub(super) reasons: Reasons,
}

/// What is known of one question.
type Known = BTreeMap<DataType, Arc<Verdict>>;

/// Answers of one set of policies in one epoch. It is thrown away with both.
#[derive(Default)]
pub(super) struct Cache(Mutex<BTreeMap<Facts, Known>>);

impl Cache {
    pub(super) fn get(&self, facts: &Facts, data_type: DataType) -> Option<Arc<Verdict>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(facts)?.get(&data_type).cloned()
    }

    pub(super) fn put(&self, facts: Facts, data_type: DataType, verdict: &Arc<Verdict>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_REMEMBERED && !kept.contains_key(&facts) {
            kept.clear();
        }
        kept.entry(facts)
            .or_default()
            .insert(data_type, Arc::clone(verdict));
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
