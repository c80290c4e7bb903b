//! Checks that are answered without asking Redis.
//!
//! A function that changes a session (ends it, locks it, renews it) says so on the channel [`CHANNEL`], in the step in which it
//! does so. Each instance listens at every master, over a connection of its own ([`listener`]), and forgets what is named.
//! An answer may be given from memory only while it is certain that nothing was missed: ten times a second a call goes to
//! the master over that same connection, and when its answer is there, everything that was said before it was sent has
//! come. From then on the sessions of that shard may be believed for [`BELIEVED_FOR`], counted from when the call was
//! *sent*. So nobody is let in by a session later than that after it was revoked, whatever a network or a process does: who
//! hears nothing believes nothing, and asks Redis.
//!
//! That call counts as a write, so a master that lost its replicas, or is none any more, refuses it, as it refuses a
//! check. What is remembered belongs to one connected master: with another one, each shard begins anew.
//!
//! Only "it lives" is said from memory. Whatever else it would be, Redis is asked.
//!
//! A person's activity is put down here and written to Redis twice a second, for many sessions in one call ([`flush`]). It
//! extends nothing that was ended, locked or renewed meanwhile: the function looks. Near its end a session is not
//! answered from memory, so that no instance finds expired what another one has just extended.

mod flush;
mod listener;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wardline_kernel::UnixMillis;
use wardline_sessions::model::{Life, SessionId, TokenHash};
use wardline_sessions::port::{Answer, Ask, Record};

use super::SHARDS;
use super::shard::{self, Shard};

pub(super) use flush::Flusher;
pub(super) use listener::Listeners;

/// Where functions say which sessions changed.
const CHANNEL: &str = "wl:s";
/// How long a shard is believed after a call to its master was sent whose answer has come.
pub(super) const BELIEVED_FOR: Duration = Duration::from_millis(500);
/// A session that Redis would take for ended within this time is not answered from memory, in milliseconds.
const MARGIN_MS: u64 = 10_000;
/// Activity that could not be written for so long is given up, with what is remembered of the session: it might extend
/// what another instance has found expired.
const WRITTEN_WITHIN: Duration = Duration::from_secs(8);

/// Who listens for a shard: a number for each connection.
type Listener = u64;

/// What is remembered, in as many parts as there are shards.
#[derive(Debug)]
pub(super) struct Cache {
    shards: Vec<Mutex<Part>>,
    /// Sessions of one shard at most.
    room: usize,
    listeners: AtomicU64,
    answered: AtomicU64,
}

#[derive(Debug, Default)]
struct Part {
    rows: HashMap<SessionId, Row>,
    /// Sessions whose activity is to be written.
    active: Vec<SessionId>,
    /// Since when the first of them is.
    active_since: Option<Instant>,
    /// Goes up whenever something is forgotten: what was read before is not put down then.
    epoch: u64,
    listener: Option<Listener>,
    believed_until: Option<Instant>,
}

#[derive(Debug)]
struct Row {
    record: Record,
    /// The last activity that Redis knows of.
    written: UnixMillis,
}

impl Row {
    /// When Redis takes it for ended.
    fn ends_there(&self) -> UnixMillis {
        let written = Life {
            last_activity_at: self.written,
            ..self.record.life
        };
        written.end().0
    }

    fn is_ahead(&self) -> bool {
        self.record.life.last_activity_at > self.written
    }
}

/// Taken before Redis is asked, so that an answer that something overtook is not put down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket(u64);

/// Activity that Redis is to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Touch {
    pub(super) id: SessionId,
    pub(super) token: TokenHash,
    pub(super) at: UnixMillis,
}

impl Cache {
    /// Remembers this many sessions, about: each shard has its share.
    pub(super) fn new(sessions: NonZeroUsize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            room: sessions.get().div_ceil(usize::from(SHARDS)),
            listeners: AtomicU64::new(0),
            answered: AtomicU64::new(0),
        }
    }

    fn part(&self, shard: Shard) -> Option<MutexGuard<'_, Part>> {
        let part = self.shards.get(usize::from(shard))?;
        Some(part.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The answer, if it is known that the session lives.
    pub(super) fn live(&self, ask: &Ask<'_>, now: UnixMillis, at: Instant) -> Option<Answer> {
        let mut part = self.part(shard::of(ask.id))?;
        let part = &mut *part;
        if part.believed_until.is_none_or(|until| at >= until) {
            return None;
        }
        let row = part.rows.get_mut(&ask.id)?;
        if now.saturating_add(MARGIN_MS) >= row.ends_there() {
            return None;
        }
        let Answer::Live(live) = row.record.answer(ask, now) else {
            return None;
        };
        let was_ahead = row.is_ahead();
        row.record.life = live.life;
        if row.is_ahead() && !was_ahead {
            part.active.push(ask.id);
            part.active_since.get_or_insert(at);
        }
        self.answered.fetch_add(1, Ordering::Relaxed);
        Some(Answer::Live(live))
    }

    /// To be taken before Redis is asked for a session.
    pub(super) fn ticket(&self, id: SessionId) -> Ticket {
        Ticket(self.part(shard::of(id)).map_or(0, |part| part.epoch))
    }

    /// Puts down what Redis answered, unless something was forgotten since the ticket was taken.
    pub(super) fn put(&self, ticket: Ticket, mut record: Record) {
        let Some(mut part) = self.part(shard::of(record.id)) else {
            return;
        };
        if part.listener.is_none() || part.epoch != ticket.0 {
            return;
        }
        if part.rows.len() >= self.room && !part.rows.contains_key(&record.id) {
            // Begins anew, but for those whose activity is to be written.
            part.rows.retain(|_, row| row.is_ahead());
            if part.rows.len() >= self.room {
                return;
            }
        }
        let mut written = record.life.last_activity_at;
        if let Some(row) = part.rows.get(&record.id) {
            // It may have been read before what was written since.
            written = written.max(row.written);
            record.life = record.life.touched(row.record.life.last_activity_at);
        }
        part.rows.insert(record.id, Row { record, written });
    }

    /// Forgets a session, and what is being read of its shard.
    pub(super) fn forget(&self, id: SessionId) {
        if let Some(mut part) = self.part(shard::of(id)) {
            part.rows.remove(&id);
            part.epoch += 1;
        }
    }

    /// What of a shard is to be written, and since when the first of it is; from now on it counts as on its way.
    fn touches(&self, shard: Shard, at: Instant) -> (Vec<Touch>, Instant) {
        let Some(mut part) = self.part(shard) else {
            return (Vec::new(), at);
        };
        let active = std::mem::take(&mut part.active);
        let since = part.active_since.take().unwrap_or(at);
        if at.saturating_duration_since(since) >= WRITTEN_WITHIN {
            for id in active {
                part.rows.remove(&id);
            }
            part.epoch += 1;
            return (Vec::new(), since);
        }
        let rows = active.iter().filter_map(|id| part.rows.get(id));
        let ahead = rows.filter(|row| row.is_ahead());
        let touches = ahead.map(|row| Touch {
            id: row.record.id,
            token: row.record.token,
            at: row.record.life.last_activity_at,
        });
        (touches.collect(), since)
    }

    /// Redis knows of this activity.
    fn is_written(&self, touch: &Touch, at: Instant) {
        let Some(mut part) = self.part(shard::of(touch.id)) else {
            return;
        };
        let part = &mut *part;
        let Some(row) = part.rows.get_mut(&touch.id) else {
            return;
        };
        row.written = row.written.max(touch.at);
        // Active again while it was written.
        if row.is_ahead() {
            part.active.push(touch.id);
            part.active_since.get_or_insert(at);
        }
    }

    /// Redis may not know of this activity, which is to be written since then: it is tried again.
    fn is_unwritten(&self, touch: &Touch, since: Instant) {
        let Some(mut part) = self.part(shard::of(touch.id)) else {
            return;
        };
        if part.rows.get(&touch.id).is_some_and(Row::is_ahead) {
            part.active.push(touch.id);
            let first = part.active_since.map_or(since, |other| other.min(since));
            part.active_since = Some(first);
        }
    }

    /// Whether activity of this session is to be written.
    pub(super) fn is_ahead(&self, id: SessionId) -> bool {
        self.part(shard::of(id))
            .is_some_and(|part| part.rows.get(&id).is_some_and(Row::is_ahead))
    }

    /// A number for a listener.
    fn new_listener(&self) -> Listener {
        self.listeners.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether a listener has something to ask for a shard: it is not its own yet, or holds something.
    fn wants(&self, shard: Shard, listener: Listener) -> bool {
        self.part(shard)
            .is_some_and(|part| part.listener != Some(listener) || !part.rows.is_empty())
    }

    /// A listener heard everything of a shard that was said before `sent`. With another listener it begins anew.
    fn believe(&self, shard: Shard, listener: Listener, sent: Instant, is_empty: bool) {
        if let Some(mut part) = self.part(shard) {
            if part.listener != Some(listener) || is_empty {
                part.forget_all();
            }
            part.listener = Some(listener);
            part.believed_until = Some(sent + BELIEVED_FOR);
        }
    }

    /// A listener hears no more of a shard.
    fn doubt(&self, shard: Shard, listener: Listener) {
        if let Some(mut part) = self.part(shard)
            && part.listener == Some(listener)
        {
            part.forget_all();
            part.listener = None;
        }
    }

    /// Sessions that are remembered now.
    pub(super) fn len(&self) -> usize {
        let parts = (0..SHARDS).filter_map(|shard| self.part(shard));
        parts.map(|part| part.rows.len()).sum()
    }

    /// Whether somebody listens for every shard.
    pub(super) fn hears_all(&self) -> bool {
        let mut parts = (0..SHARDS).filter_map(|shard| self.part(shard));
        parts.all(|part| part.listener.is_some())
    }

    /// Checks that were answered from memory so far.
    pub(super) fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }
}

impl Part {
    fn forget_all(&mut self) {
        self.rows.clear();
        self.active.clear();
        self.active_since = None;
        self.believed_until = None;
        self.epoch += 1;
    }
}

#[cfg(test)]
mod tests;
