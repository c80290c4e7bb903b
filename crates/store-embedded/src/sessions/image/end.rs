//! Taking sessions out of the image.

use std::sync::atomic::Ordering;

use wardline_kernel::UnixMillis;
use wardline_sessions::model::{EndCause, SessionId};
use wardline_sessions::port::{Ended, Record};

use super::{Image, due, lock};

impl Image {
    /// Ends a session, if it is there.
    pub(in crate::sessions) fn end(
        &self,
        id: SessionId,
        cause: EndCause,
        now: UnixMillis,
    ) -> Option<Ended> {
        let record = self.remove_if(id, cause, now, |_| true)?;
        Some(record.ended(cause, now))
    }

    /// Ends up to `limit` sessions that a limit of time has ended, those that ended first before others. Their rows
    /// are still to be removed.
    pub(in crate::sessions) fn expire(&self, now: UnixMillis, limit: usize) -> Vec<Ended> {
        let mut ended = Vec::new();
        while ended.len() < limit {
            let Some(expired) = self.expired_in_next_tick(now, limit - ended.len()) else {
                break;
            };
            for (at, id, cause) in expired {
                let still = |record: &Record| record.life.expired(now).is_some();
                if let Some(record) = self.remove_if(id, cause, now, still) {
                    ended.push(record.ended(cause, at));
                }
            }
        }
        self.bury(ended.iter().map(|ended| ended.id));
        ended
    }

    /// Looks at the sessions of the first tick that has come: those that live on are put where they belong then.
    fn expired_in_next_tick(
        &self,
        now: UnixMillis,
        limit: usize,
    ) -> Option<Vec<(UnixMillis, SessionId, EndCause)>> {
        let mut due = lock(&self.due);
        let (tick, ids) = due.take(now)?;
        let mut expired = Vec::new();
        let mut live_on = 0_usize;
        for id in ids {
            let looked = self.shards.with(id, |hot| {
                if hot.due_at != tick {
                    return None;
                }
                let life = &hot.record.life;
                let (at, expiry) = life.end();
                // What ended in a later tick, also when that has come, ended after others.
                if due::tick_of(life) != tick || now < at {
                    hot.due_at = due::tick_of(life);
                    return Some(Err(hot.due_at));
                }
                Some(Ok((at, id, EndCause::Expired(expiry))))
            });
            match looked.flatten() {
                Some(Ok(found)) => expired.push(found),
                Some(Err(later)) => {
                    live_on += usize::from(later == tick);
                    due.insert(later, id);
                }
                None => {}
            }
        }
        expired.sort_unstable_by_key(|(at, id, _)| (*at, *id));
        for (_, id, _) in expired.iter().skip(limit) {
            due.insert(tick, *id);
        }
        expired.truncate(limit);
        // What is left of this tick lives on for some milliseconds.
        if expired.is_empty() && live_on > 0 {
            return None;
        }
        Some(expired)
    }

    fn remove_if(
        &self,
        id: SessionId,
        cause: EndCause,
        now: UnixMillis,
        condition: impl FnOnce(&Record) -> bool,
    ) -> Option<Record> {
        let record = self.shards.remove_if(id, condition)?;
        lock(&self.told).put(&record, cause, now);
        self.users.remove(record.user, id);
        lock(&self.order).remove(&id);
        self.live.fetch_sub(1, Ordering::Relaxed);
        Some(record)
    }
}
