//! The plain model of the store of sessions: one map, one lock, every question answered by looking at everything.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::{StoreError, UnixMillis};
use wardline_phi::Token;
use wardline_sessions::model::{EndCause, SessionId, TokenHash};
use wardline_sessions::port::{
    Admission, Answer, Ask, Change, Changed, CreateLimits, Created, Ended, Filter, Found,
    NewSession, Page, SessionStore, Stored, TOLD_FOR_MS,
};

/// Sessions in memory.
#[derive(Default)]
pub struct MemorySessions(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    sessions: BTreeMap<SessionId, Stored>,
    ended: BTreeMap<SessionId, Tombstone>,
}

/// What is still told of a session that ended.
struct Tombstone {
    token: TokenHash,
    cause: EndCause,
    told_until: UnixMillis,
}

impl MemorySessions {
    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Kept {
    fn live(&self, now: UnixMillis) -> impl Iterator<Item = &Stored> {
        let sessions = self.sessions.values();
        sessions.filter(move |s| s.record.life.expired(now).is_none())
    }

    fn live_of(&self, user: Token, now: UnixMillis) -> Vec<(UnixMillis, SessionId)> {
        self.live(now)
            .filter(|s| s.record.user == user)
            .map(|s| (s.record.life.created_at, s.record.id))
            .collect()
    }

    fn matching(&self, filter: &Filter, now: UnixMillis) -> impl Iterator<Item = &Stored> {
        self.live(now).filter(|stored| {
            let record = &stored.record;
            filter.matches(&record.user, &record.placement, &record.life)
        })
    }

    fn end(&mut self, id: SessionId, cause: EndCause, at: UnixMillis, now: UnixMillis) -> Ended {
        let stored = self.sessions.remove(&id).expect("it was just looked at");
        let tombstone = Tombstone {
            token: stored.record.token,
            cause,
            told_until: now.saturating_add(TOLD_FOR_MS),
        };
        self.ended.insert(id, tombstone);
        stored.record.ended(cause, at)
    }

    fn check(&mut self, ask: &Ask<'_>, now: UnixMillis) -> Answer {
        if let Some(stored) = self.sessions.get_mut(&ask.id) {
            let answer = stored.record.answer(ask, now);
            if let Answer::Live(live) = &answer {
                stored.record.life = live.life;
            }
            return answer;
        }
        match self.ended.get(&ask.id) {
            Some(t) if t.token == ask.token && now < t.told_until => Answer::Ended(t.cause),
            _ => Answer::Unknown,
        }
    }
}

#[async_trait]
impl SessionStore for MemorySessions {
    async fn create(
        &self,
        session: NewSession,
        limits: CreateLimits,
        now: UnixMillis,
    ) -> Result<Created, StoreError> {
        Ok(self.with(|kept| {
            if kept.sessions.len() as u64 >= limits.max_live {
                return Created::Full;
            }
            let displaced = match limits.admit(kept.live_of(session.record.user, now)) {
                Admission::TooMany { live } => return Created::TooMany { live },
                Admission::Admitted { displaced } => displaced
                    .into_iter()
                    .map(|id| kept.end(id, EndCause::Displaced, now, now))
                    .collect(),
            };
            let stored = Stored {
                record: session.record,
                facts: session.facts,
                fields: session.fields,
            };
            kept.sessions.insert(stored.record.id, stored);
            Created::Done { displaced }
        }))
    }

    async fn check(&self, ask: &Ask<'_>, now: UnixMillis) -> Result<Answer, StoreError> {
        Ok(self.with(|kept| kept.check(ask, now)))
    }

    async fn check_many(
        &self,
        asks: &[Ask<'_>],
        now: UnixMillis,
    ) -> Result<Vec<Answer>, StoreError> {
        Ok(self.with(|kept| asks.iter().map(|ask| kept.check(ask, now)).collect()))
    }

    async fn change(
        &self,
        id: SessionId,
        change: Change,
        now: UnixMillis,
    ) -> Result<Changed, StoreError> {
        Ok(self.with(|kept| {
            let Some(stored) = kept.sessions.get_mut(&id) else {
                return Changed::Gone;
            };
            let changed = stored.record.changed(&change, now);
            if let Changed::Done(record) = &changed {
                stored.record = record.clone();
                if let Change::Fields { sealed, .. } = change {
                    stored.fields = sealed;
                }
            }
            changed
        }))
    }

    async fn end(&self, id: SessionId, now: UnixMillis) -> Result<Option<Ended>, StoreError> {
        Ok(self.with(|kept| {
            let lives = kept.live(now).any(|stored| stored.record.id == id);
            lives.then(|| kept.end(id, EndCause::Revoked, now, now))
        }))
    }

    async fn end_user(&self, user: Token, now: UnixMillis) -> Result<Vec<Ended>, StoreError> {
        Ok(self.with(|kept| {
            let of_user = kept.live_of(user, now);
            let ended = of_user.into_iter();
            ended
                .map(|(_, id)| kept.end(id, EndCause::Revoked, now, now))
                .collect()
        }))
    }

    async fn expire(&self, now: UnixMillis, limit: usize) -> Result<Vec<Ended>, StoreError> {
        Ok(self.with(|kept| {
            let mut due: Vec<_> = kept
                .sessions
                .values()
                .filter(|stored| stored.record.life.expired(now).is_some())
                .map(|stored| (stored.record.life.end(), stored.record.id))
                .collect();
            due.sort_unstable_by_key(|((at, _), id)| (*at, *id));
            due.truncate(limit);
            due.into_iter()
                .map(|((at, expiry), id)| kept.end(id, EndCause::Expired(expiry), at, now))
                .collect()
        }))
    }

    async fn get(&self, id: SessionId, now: UnixMillis) -> Result<Option<Stored>, StoreError> {
        Ok(self.with(|kept| kept.live(now).find(|s| s.record.id == id).cloned()))
    }

    async fn list(
        &self,
        filter: &Filter,
        cursor: Option<SessionId>,
        limit: usize,
        now: UnixMillis,
    ) -> Result<Page<Found>, StoreError> {
        Ok(self.with(|kept| {
            let mut found: Vec<Found> = kept
                .matching(filter, now)
                .filter(|stored| cursor.is_none_or(|cursor| stored.record.id < cursor))
                .map(|stored| Found {
                    record: stored.record.clone(),
                    facts: stored.facts.clone(),
                })
                .collect();
            found.reverse();
            let more = found.len() > limit;
            found.truncate(limit);
            Page {
                next: found.last().filter(|_| more).map(|last| last.record.id),
                items: found,
            }
        }))
    }

    async fn count(&self, filter: &Filter, now: UnixMillis) -> Result<u64, StoreError> {
        Ok(self.with(|kept| kept.matching(filter, now).count() as u64))
    }

    async fn facts(&self, id: SessionId) -> Result<Option<Bytes>, StoreError> {
        Ok(self.with(|kept| kept.sessions.get(&id).map(|stored| stored.facts.clone())))
    }

    async fn write_behind(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
