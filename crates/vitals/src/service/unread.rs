//! Codes of devices that are not read, named once in the log for whoever connects the monitors.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Codes that are named by one process.
const MAX_NAMED: usize = 256;

/// What was named.
#[derive(Debug, Default)]
pub(crate) struct UnreadCodes(Mutex<BTreeSet<String>>);

impl UnreadCodes {
    /// Names those that were not named before.
    pub(crate) fn name(&self, codes: BTreeSet<String>) {
        for code in self.new_ones(codes) {
            tracing::info!(
                code,
                "values with this code of a device are not read; they are counted at the bed (unknown_code)"
            );
        }
    }

    fn new_ones(&self, codes: BTreeSet<String>) -> Vec<String> {
        let mut named = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new = Vec::new();
        for code in codes {
            if named.len() < MAX_NAMED && named.insert(code.clone()) {
                new.push(code);
            }
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(all: impl IntoIterator<Item = usize>) -> BTreeSet<String> {
        all.into_iter()
            .map(|number| format!("MDC {number}"))
            .collect()
    }

    #[test]
    fn a_code_is_named_once_and_no_more_than_so_many_are() {
        let unread = UnreadCodes::default();

        assert_eq!(unread.new_ones(codes([1, 2])).len(), 2);
        assert_eq!(unread.new_ones(codes([2, 3])), ["MDC 3"]);
        assert_eq!(unread.new_ones(codes(4..1_000)).len(), MAX_NAMED - 3);
        assert!(unread.new_ones(codes([1_000])).is_empty());
    }
}
