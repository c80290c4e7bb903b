//! The port: each call of it in terms of the functions on the server.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::{StoreError, UnixMillis};
use wardline_phi::Token;
use wardline_sessions::model::{EndCause, EventKind, SessionId};
use wardline_sessions::port::{
    Answer, Ask, Change, Changed, CreateLimits, Created, Ended, EventLog, Filter, Found,
    NewSession, Page, Record, SessionStore, Stored,
};

use super::{RedisSessions, head, shard};
use crate::call::Class;
use crate::failure::Failure;

/// How often a change is decided on anew when the session was extended meanwhile.
const MAX_ROUNDS: usize = 32;

#[async_trait]
impl SessionStore for RedisSessions {
    async fn create(
        &self,
        session: NewSession,
        limits: CreateLimits,
        now: UnixMillis,
    ) -> Result<Created, StoreError> {
        Ok(self.begin(&session, limits, now).await?)
    }

    async fn check(&self, ask: &Ask<'_>, now: UnixMillis) -> Result<Answer, StoreError> {
        self.check_one(ask, now).await
    }

    async fn check_many(
        &self,
        asks: &[Ask<'_>],
        now: UnixMillis,
    ) -> Result<Vec<Answer>, StoreError> {
        self.check_each(asks, now).await
    }

    async fn change(
        &self,
        id: SessionId,
        change: Change,
        now: UnixMillis,
    ) -> Result<Changed, StoreError> {
        self.settle([id]).await?;
        for _ in 0..MAX_ROUNDS {
            let Some(stored) = self.stored(id).await? else {
                return Ok(Changed::Gone);
            };
            let changed = stored.record.changed(&change, now);
            let record = match &changed {
                // Where nothing changes it is written again, so that what the answer rests on is confirmed as well.
                Changed::Done(record) | Changed::Already(record) => record,
                Changed::Gone | Changed::Locked | Changed::Conflict { .. } => return Ok(changed),
            };
            let sealed = match &change {
                Change::Fields { sealed, .. } => Some(head::write_sealed(&stored.facts, sealed)),
                _ => None,
            };
            let told = change.event().map(|kind| (kind, now));
            if self.swap(&stored.record, record, sealed, told).await? {
                return Ok(changed);
            }
        }
        Err(StoreError::Unavailable(
            "the session is changed by many at once".to_owned(),
        ))
    }

    async fn end(&self, id: SessionId, now: UnixMillis) -> Result<Option<Ended>, StoreError> {
        let mut ended = self.end_all(&[id], EndCause::Revoked, now).await?;
        let ended = ended.pop();
        if let Some(ended) = &ended {
            self.drop_from_list(&ended.user, &[id]).await;
        }
        Ok(ended)
    }

    async fn end_user(&self, user: Token, now: UnixMillis) -> Result<Vec<Ended>, StoreError> {
        Ok(self.end_of_user(&user, now).await?)
    }

    async fn expire(&self, now: UnixMillis, limit: usize) -> Result<Vec<Ended>, StoreError> {
        Ok(self.take_expired(now, limit).await?)
    }

    async fn get(&self, id: SessionId, now: UnixMillis) -> Result<Option<Stored>, StoreError> {
        self.settle([id]).await?;
        let stored = self.stored(id).await?;
        Ok(stored.filter(|stored| stored.record.life.expired(now).is_none()))
    }

    async fn list(
        &self,
        filter: &Filter,
        cursor: Option<SessionId>,
        limit: usize,
        now: UnixMillis,
    ) -> Result<Page<Found>, StoreError> {
        self.settle_all().await?;
        Ok(self.page(filter, cursor, limit, now).await?)
    }

    async fn count(&self, filter: &Filter, now: UnixMillis) -> Result<u64, StoreError> {
        self.settle_all().await?;
        Ok(self.count_matching(filter, now).await?)
    }

    async fn facts(&self, id: SessionId) -> Result<Option<Bytes>, StoreError> {
        Ok(self.stored(id).await?.map(|stored| stored.facts))
    }

    async fn write_behind(&self) -> Result<(), StoreError> {
        // What is not remembered is written with each check, and all of it is replicated right after.
        Ok(self.settle_all().await?)
    }

    fn event_log(&self) -> Option<Arc<dyn EventLog>> {
        Some(Arc::new(self.log()))
    }
}

impl RedisSessions {
    /// A session that has not been taken away, whether a limit of time has ended it or not.
    async fn stored(&self, id: SessionId) -> Result<Option<Stored>, Failure> {
        let call = shard::reading(shard::of(id), "wl_session_get").arg(id.as_bytes());
        let reply = self.redis.function(call, Class::BestEffort).await?;
        let mut parts = reply.list()?.into_iter();
        let (Some(head), Some(sealed)) = (parts.next(), parts.next()) else {
            return Ok(None);
        };
        let Some(record) = head::read(id, &head.bytes()?, &self.placements)? else {
            return Ok(None);
        };
        let (facts, fields) = head::read_sealed(&sealed.bytes()?)?;
        Ok(Some(Stored {
            record,
            facts,
            fields,
        }))
    }

    /// Puts a record in the place of another one, and down what is told of it and when it happened. `false` when that is there no
    /// more.
    async fn swap(
        &self,
        from: &Record,
        to: &Record,
        sealed: Option<Vec<u8>>,
        told: Option<(EventKind, UnixMillis)>,
    ) -> Result<bool, Failure> {
        let call = shard::call(shard::of(to.id), "wl_session_swap")
            .arg(to.id.as_bytes())
            .arg(head::write(from))
            .arg(head::write(to))
            .arg(to.life.end().0)
            .arg(sealed.unwrap_or_default());
        let call = match told {
            Some((kind, at)) => call.arg(&[head::kind_byte(kind)][..]).arg(at),
            None => call,
        };
        let reply = self.redis.function(call, Class::Acknowledged).await;
        self.forget(&[to.id]);
        self.outboxes.mark(shard::of(to.id));
        Ok(reply?.tagged()?.0 == "done")
    }
}
