//! Looking at many sessions: listings, counts, what a user has.

use wardline_kernel::UnixMillis;
use wardline_phi::Token;
use wardline_sessions::model::SessionId;
use wardline_sessions::port::{Filter, Record};

use super::{Image, lock};

/// Ids that are taken from the order at a time, so that its lock is held for some microseconds only.
const STRETCH: usize = 512;

impl Image {
    /// The live sessions of a user, with their times of creation.
    pub(in crate::sessions) fn live_of(
        &self,
        user: &Token,
        now: UnixMillis,
    ) -> Vec<(UnixMillis, SessionId)> {
        let ids = self.users.sessions(user).into_iter();
        let created_at = |id: SessionId| {
            self.shards.with(id, |hot| {
                let life = &hot.record.life;
                life.expired(now).is_none().then_some((life.created_at, id))
            })
        };
        ids.filter_map(|id| created_at(id).flatten()).collect()
    }

    /// The live sessions that match, newest first, beyond `cursor`; one more than `limit` if there are more.
    pub(in crate::sessions) fn list(
        &self,
        filter: &Filter,
        cursor: Option<SessionId>,
        limit: usize,
        now: UnixMillis,
    ) -> Vec<Record> {
        let mut found = Vec::new();
        let wanted = limit.saturating_add(1);
        if let Some(user) = &filter.user {
            let mut ids = self.users.sessions(user);
            ids.sort_unstable();
            let ids = ids.into_iter().rev();
            let beyond = ids.filter(|id| cursor.is_none_or(|cursor| *id < cursor));
            found.extend(
                beyond
                    .filter_map(|id| self.matching(id, filter, now))
                    .take(wanted),
            );
            return found;
        }
        let mut from = cursor;
        loop {
            let ids = self.stretch_before(from);
            let Some(last) = ids.last().copied() else {
                return found;
            };
            for id in ids {
                found.extend(self.matching(id, filter, now));
                if found.len() == wanted {
                    return found;
                }
            }
            from = Some(last);
        }
    }

    /// How many live sessions match.
    pub(in crate::sessions) fn count(&self, filter: &Filter, now: UnixMillis) -> u64 {
        let mut count = 0;
        if let Some(user) = &filter.user {
            let ids = self.users.sessions(user).into_iter();
            let matching = ids.filter_map(|id| self.matching(id, filter, now));
            return u64::try_from(matching.count()).unwrap_or(u64::MAX);
        }
        self.shards
            .each(|record| count += u64::from(matches(record, filter, now)));
        count
    }

    fn matching(&self, id: SessionId, filter: &Filter, now: UnixMillis) -> Option<Record> {
        let matching = self.shards.with(id, |hot| {
            matches(&hot.record, filter, now).then(|| hot.record.clone())
        });
        matching.flatten()
    }

    fn stretch_before(&self, from: Option<SessionId>) -> Vec<SessionId> {
        let order = lock(&self.order);
        match from {
            Some(from) => order.range(..from).rev().take(STRETCH).copied().collect(),
            None => order.iter().rev().take(STRETCH).copied().collect(),
        }
    }
}

fn matches(record: &Record, filter: &Filter, now: UnixMillis) -> bool {
    record.life.expired(now).is_none()
        && filter.matches(&record.user, &record.placement, &record.life)
}
