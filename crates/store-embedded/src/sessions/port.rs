//! The port of sessions, on the embedded store.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::oneshot;
use wardline_kernel::{StoreError, UnixMillis};
use wardline_phi::Token;
use wardline_sessions::model::SessionId;
use wardline_sessions::port::{
    Answer, Ask, Change, Changed, CreateLimits, Created, Ended, Filter, Found, NewSession, Page,
    SessionStore, Stored,
};

use super::rows;
use super::writer::{Answering, Asked, Request, Step};
use crate::engine::Table;
use crate::open::Opened;
use crate::store::EmbeddedStore;

#[async_trait]
impl SessionStore for EmbeddedStore {
    async fn create(
        &self,
        session: NewSession,
        limits: CreateLimits,
        now: UnixMillis,
    ) -> Result<Created, StoreError> {
        let session = Box::new(session);
        let asked = |answer| Asked::Create {
            session,
            limits,
            answer,
        };
        self.step(asked, now).await
    }

    async fn check(&self, ask: &Ask<'_>, now: UnixMillis) -> Result<Answer, StoreError> {
        Ok(self.image().check(ask, now))
    }

    async fn check_many(
        &self,
        asks: &[Ask<'_>],
        now: UnixMillis,
    ) -> Result<Vec<Answer>, StoreError> {
        let image = self.image();
        Ok(asks.iter().map(|ask| image.check(ask, now)).collect())
    }

    async fn change(
        &self,
        id: SessionId,
        change: Change,
        now: UnixMillis,
    ) -> Result<Changed, StoreError> {
        let asked = |answer| Asked::Change { id, change, answer };
        self.step(asked, now).await
    }

    async fn end(&self, id: SessionId, now: UnixMillis) -> Result<Option<Ended>, StoreError> {
        self.step(|answer| Asked::End { id, answer }, now).await
    }

    async fn end_user(&self, user: Token, now: UnixMillis) -> Result<Vec<Ended>, StoreError> {
        self.step(|answer| Asked::EndUser { user, answer }, now)
            .await
    }

    async fn expire(&self, now: UnixMillis, limit: usize) -> Result<Vec<Ended>, StoreError> {
        Ok(self.image().expire(now, limit))
    }

    /// The image first, then the disk: what is sealed is then of this version or a later one, and a change that is
    /// made from it is refused.
    async fn get(&self, id: SessionId, now: UnixMillis) -> Result<Option<Stored>, StoreError> {
        let record = self.image().record(id);
        let Some(record) = record.filter(|record| record.life.expired(now).is_none()) else {
            return Ok(None);
        };
        let opened = self.shared().opened()?;
        let facts = read(&opened, &rows::facts_key(id))?;
        let fields = read(&opened, &rows::fields_key(id))?;
        // One without them is ending now: rows go before the image knows.
        Ok(facts.zip(fields).map(|(facts, fields)| Stored {
            record,
            facts,
            fields,
        }))
    }

    async fn list(
        &self,
        filter: &Filter,
        cursor: Option<SessionId>,
        limit: usize,
        now: UnixMillis,
    ) -> Result<Page<Found>, StoreError> {
        let (image, filter) = (Arc::clone(self.image()), filter.clone());
        self.read_at_length(move |opened| {
            let mut records = image.list(&filter, cursor, limit, now);
            let more = records.len() > limit;
            records.truncate(limit);
            let next = records.last().filter(|_| more).map(|last| last.id);
            let mut items = Vec::with_capacity(records.len());
            for record in records {
                // One without facts is ending now.
                if let Some(facts) = read(opened, &rows::facts_key(record.id))? {
                    items.push(Found { record, facts });
                }
            }
            Ok(Page { items, next })
        })
        .await
    }

    async fn count(&self, filter: &Filter, now: UnixMillis) -> Result<u64, StoreError> {
        let (image, filter) = (Arc::clone(self.image()), filter.clone());
        let count = tokio::task::spawn_blocking(move || image.count(&filter, now));
        let cut_short = |_| StoreError::Unavailable("counting was cut short".to_owned());
        count.await.map_err(cut_short)
    }

    async fn facts(&self, id: SessionId) -> Result<Option<Bytes>, StoreError> {
        let opened = self.shared().opened()?;
        read(&opened, &rows::facts_key(id))
    }

    async fn write_behind(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.session_writer()
            .hand_over(Request::WriteBehind(answer))?;
        self.answered(answered).await
    }
}

impl EmbeddedStore {
    /// Has a change made, and waits for it. It is made also when nobody waits any more.
    async fn step<T>(
        &self,
        asked: impl FnOnce(Answering<T>) -> Asked,
        now: UnixMillis,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let step = Step::new(asked(answer), now);
        self.session_writer().hand_over(Request::Step(step))?;
        self.answered(answered).await
    }
}

fn read(opened: &Opened, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
    let value = opened.engine.get(Table::SessionFacts, key)?;
    Ok(value.map(|value| Bytes::copy_from_slice(&value)))
}
