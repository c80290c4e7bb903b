//! The sessions by their ids, in shards with a lock each.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Mutex;

use wardline_kernel::UnixMillis;
use wardline_sessions::model::SessionId;
use wardline_sessions::port::{Answer, Ask, Record};

use super::lock;

/// Shards: enough that checks on all cores hardly meet, and that looking at all of one takes well under a
/// millisecond with a million sessions.
pub(in crate::sessions) const SHARDS: usize = 512;

/// A session in memory.
pub(super) struct Hot {
    pub(super) record: Record,
    /// Where it stands in `due`: what stands elsewhere of it does not count.
    pub(super) due_at: u64,
    /// Somebody was active since that was last written.
    is_touched: bool,
}

impl Hot {
    pub(super) fn new(record: Record, due_at: u64) -> Box<Self> {
        Box::new(Self {
            record,
            due_at,
            is_touched: false,
        })
    }
}

/// Boxed, so that a table that grows makes room for pointers only.
type Table = HashMap<SessionId, Box<Hot>, BuildHasherDefault<IdHasher>>;

#[derive(Default)]
struct Shard {
    sessions: Table,
    touched: Vec<SessionId>,
}

pub(super) struct Shards(Box<[Mutex<Shard>]>);

impl Default for Shards {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| Mutex::default()).collect())
    }
}

impl Shards {
    /// Decides and extends under one lock: one atomic step.
    pub(super) fn check(&self, ask: &Ask<'_>, now: UnixMillis) -> Option<Answer> {
        let mut shard = lock(self.of(ask.id)?);
        let shard = &mut *shard;
        let hot = shard.sessions.get_mut(&ask.id)?;
        let answer = hot.record.answer(ask, now);
        if let Answer::Live(live) = &answer
            && live.life.last_activity_at != hot.record.life.last_activity_at
        {
            hot.record.life = live.life;
            if !hot.is_touched {
                hot.is_touched = true;
                shard.touched.push(ask.id);
            }
        }
        Some(answer)
    }

    pub(super) fn insert(&self, hot: Box<Hot>) {
        let id = hot.record.id;
        if let Some(shard) = self.of(id) {
            lock(shard).sessions.insert(id, hot);
        }
    }

    /// Looks at a session, or changes it.
    pub(super) fn with<T>(&self, id: SessionId, act: impl FnOnce(&mut Hot) -> T) -> Option<T> {
        let mut shard = lock(self.of(id)?);
        shard.sessions.get_mut(&id).map(|hot| act(hot))
    }

    /// Takes a session out, if it is still as it should be then.
    pub(super) fn remove_if(
        &self,
        id: SessionId,
        condition: impl FnOnce(&Record) -> bool,
    ) -> Option<Record> {
        let mut shard = lock(self.of(id)?);
        if !condition(&shard.sessions.get(&id)?.record) {
            return None;
        }
        shard.sessions.remove(&id).map(|hot| hot.record)
    }

    /// Walks all sessions, one shard at a time.
    pub(super) fn each(&self, mut look: impl FnMut(&Record)) {
        for shard in &self.0 {
            let shard = lock(shard);
            shard.sessions.values().for_each(|hot| look(&hot.record));
        }
    }

    pub(super) fn take_touched(&self, number: usize) -> Vec<(SessionId, UnixMillis)> {
        let Some(shard) = self.0.get(number) else {
            return Vec::new();
        };
        let mut shard = lock(shard);
        let touched = std::mem::take(&mut shard.touched);
        let mut activity = Vec::with_capacity(touched.len());
        for id in touched {
            // One that is gone needs no row.
            if let Some(hot) = shard.sessions.get_mut(&id) {
                hot.is_touched = false;
                activity.push((id, hot.record.life.last_activity_at));
            }
        }
        activity
    }

    pub(super) fn mark_touched(&self, id: SessionId) {
        let Some(shard) = self.of(id) else { return };
        let mut shard = lock(shard);
        let shard = &mut *shard;
        if let Some(hot) = shard.sessions.get_mut(&id)
            && !hot.is_touched
        {
            hot.is_touched = true;
            shard.touched.push(id);
        }
    }

    fn of(&self, id: SessionId) -> Option<&Mutex<Shard>> {
        let number = usize::try_from(random_part(id.as_bytes()) % SHARDS as u64).ok()?;
        self.0.get(number)
    }
}

/// The end of an id, which is random. Whoever presents an id of their own making finds nothing, and puts nothing
/// in.
fn random_part(id: &[u8]) -> u64 {
    id.last_chunk().map_or(0, |end| u64::from_be_bytes(*end))
}

/// An id is as random as a hash of it would be; its lowest bits chose the shard.
#[derive(Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = random_part(bytes).rotate_right(SHARDS.trailing_zeros());
    }
}
