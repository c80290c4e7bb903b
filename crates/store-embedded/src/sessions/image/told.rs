//! What is still told of sessions that ended, to the holders of their tokens.

use std::collections::{BTreeMap, VecDeque};

use wardline_kernel::UnixMillis;
use wardline_sessions::model::{EndCause, SessionId, TokenHash};
use wardline_sessions::port::{Answer, Ask, Record, TOLD_FOR_MS};

/// Ended sessions that are told of at most: some 8 MB.
const MAX_TOLD: usize = 65_536;

#[derive(Default)]
pub(super) struct Told {
    ended: BTreeMap<SessionId, (TokenHash, EndCause, UnixMillis)>,
    /// In the order in which they ended.
    order: VecDeque<SessionId>,
}

impl Told {
    pub(super) fn put(&mut self, record: &Record, cause: EndCause, now: UnixMillis) {
        let until = now.saturating_add(TOLD_FOR_MS);
        while self.order.len() >= MAX_TOLD || self.first_is_over(now) {
            let Some(first) = self.order.pop_front() else {
                break;
            };
            self.ended.remove(&first);
        }
        self.ended.insert(record.id, (record.token, cause, until));
        self.order.push_back(record.id);
    }

    pub(super) fn of(&self, ask: &Ask<'_>, now: UnixMillis) -> Answer {
        match self.ended.get(&ask.id) {
            Some((token, cause, until)) if *token == ask.token && now < *until => {
                Answer::Ended(*cause)
            }
            _ => Answer::Unknown,
        }
    }

    fn first_is_over(&self, now: UnixMillis) -> bool {
        let first = self.order.front().and_then(|id| self.ended.get(id));
        first.is_some_and(|(_, _, until)| now >= *until)
    }
}
