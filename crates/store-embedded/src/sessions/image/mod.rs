//! Every live session in memory: what a check needs, and nothing that is sealed.
//!
//! Some 300 bytes a session, so a million take some 300 MB. Each part has its own lock, held for a look or a
//! step; only `expire` holds one (`due`) while it takes another (a shard). What is in the parts besides `shards`
//! are ways to find a session: what they name and the shards do not have is passed over.

mod due;
mod end;
mod look;
mod places;
mod shard;
mod told;
mod users;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wardline_kernel::UnixMillis;
use wardline_sessions::model::{Placement, SessionId};
use wardline_sessions::port::{Answer, Ask, Record};

use due::Due;
use places::Places;
pub(super) use shard::SHARDS;
use shard::{Hot, Shards};
use told::Told;
use users::Users;

/// The image.
#[derive(Default)]
pub(crate) struct Image {
    shards: Shards,
    users: Users,
    /// Ids go up with time: their order is that of creation.
    order: Mutex<BTreeSet<SessionId>>,
    due: Mutex<Due>,
    places: Mutex<Places>,
    told: Mutex<Told>,
    /// Sessions that are gone here and not yet on disk.
    graves: Mutex<Vec<SessionId>>,
    live: AtomicU64,
}

impl Image {
    /// Decides on a session, extends it, and is done: no waiting, no allocation.
    pub(crate) fn check(&self, ask: &Ask<'_>, now: UnixMillis) -> Answer {
        if let Some(answer) = self.shards.check(ask, now) {
            return answer;
        }
        lock(&self.told).of(ask, now)
    }

    /// Sessions, those included that have ended and that nobody has taken away yet.
    pub(super) fn len(&self) -> u64 {
        self.live.load(Ordering::Relaxed)
    }

    /// The one copy of a placement that many sessions share.
    fn placement(&self, placement: &Arc<Placement>) -> Arc<Placement> {
        lock(&self.places).shared(placement)
    }

    /// Takes a session in.
    pub(super) fn insert(&self, mut record: Record) {
        let (id, user) = (record.id, record.user);
        let due_at = due::tick_of(&record.life);
        record.placement = self.placement(&record.placement);
        self.shards.insert(Hot::new(record, due_at));
        self.users.insert(user, id);
        lock(&self.order).insert(id);
        lock(&self.due).insert(due_at, id);
        self.live.fetch_add(1, Ordering::Relaxed);
    }

    /// Puts a changed session in the place of what it was; activity meanwhile is kept. `false` when it is gone.
    pub(super) fn replace(&self, record: &Record) -> bool {
        let id = record.id;
        let placement = self.placement(&record.placement);
        let moved = self.shards.with(id, |hot| {
            let life = record.life.touched(hot.record.life.last_activity_at);
            hot.record = Record {
                placement,
                life,
                ..record.clone()
            };
            // Later ends are found when the earlier one comes; sooner ones would be found too late.
            let due_at = due::tick_of(&life);
            let is_sooner = due_at < hot.due_at;
            if is_sooner {
                hot.due_at = due_at;
            }
            is_sooner.then_some(due_at)
        });
        if let Some(Some(due_at)) = moved {
            lock(&self.due).insert(due_at, id);
        }
        moved.is_some()
    }

    /// A session's part in clear.
    pub(super) fn record(&self, id: SessionId) -> Option<Record> {
        self.shards.with(id, |hot| hot.record.clone())
    }

    /// Notes that rows of these are to be removed.
    pub(super) fn bury(&self, ids: impl IntoIterator<Item = SessionId>) {
        lock(&self.graves).extend(ids);
    }

    /// What is to be removed, and is somebody else's to remove from now on.
    pub(super) fn take_graves(&self) -> Vec<SessionId> {
        std::mem::take(&mut *lock(&self.graves))
    }

    /// The sessions of a shard in which somebody was active since, and when. They count as written.
    pub(super) fn take_activity(&self, shard: usize) -> Vec<(SessionId, UnixMillis)> {
        self.shards.take_touched(shard)
    }

    /// Takes that back: it was not written.
    pub(super) fn activity_unwritten(&self, ids: impl IntoIterator<Item = SessionId>) {
        ids.into_iter().for_each(|id| self.shards.mark_touched(id));
    }
}

/// A lock is held for steps that do not panic; what a panic left behind is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
