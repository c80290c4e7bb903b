//! One copy of each combination of role, department and portal.

use std::collections::BTreeSet;
use std::sync::Arc;

use wardline_sessions::model::Placement;

/// Combinations that are kept. Beyond, each session has its own copy: slower to hold, right all the same.
const MAX_PLACES: usize = 65_536;

#[derive(Default)]
pub(super) struct Places(BTreeSet<Arc<Placement>>);

impl Places {
    /// The copy that is kept of `placement`.
    pub(super) fn shared(&mut self, placement: &Arc<Placement>) -> Arc<Placement> {
        if let Some(kept) = self.0.get(placement) {
            return Arc::clone(kept);
        }
        if self.0.len() >= MAX_PLACES {
            // Those that no session has any more.
            self.0.retain(|kept| Arc::strong_count(kept) > 1);
        }
        if self.0.len() < MAX_PLACES {
            self.0.insert(Arc::clone(placement));
        }
        Arc::clone(placement)
    }
}
