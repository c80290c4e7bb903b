//! The port: each call of it in terms of the functions on the server.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::{StoreError, UnixMillis};
use wardline_phi::Token;
use wardline_sessions::model::{EndCause, RoleName, SessionId};
use wardline_sessions::port::{
    Answer, Ask, Change, Changed, CreateLimits, Created, Ended, Filter, Found, Live, NewSession,
    Page, Record, Roles, SessionStore, Stored,
};

use super::shard::Shard;
use super::{RedisSessions, head, shard};
use crate::call::{Call, Class};
use crate::failure::Failure;
use crate::reply::Reply;

/// Asks of one call at most.
const MAX_ASKS: usize = 256;
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
        let call = check_call(shard::of(ask.id), &[(0, *ask)], now);
        let answers = self.redis.function(call, Class::BestEffort).await?.list()?;
        let answer = answers.into_iter().next();
        let answer = answer.ok_or(Failure::Unreadable("expected one answer for each ask"))?;
        Ok(self.answer(ask.id, answer)?)
    }

    async fn check_many(
        &self,
        asks: &[Ask<'_>],
        now: UnixMillis,
    ) -> Result<Vec<Answer>, StoreError> {
        let mut shards: BTreeMap<Shard, Vec<(usize, Ask<'_>)>> = BTreeMap::new();
        for (place, ask) in asks.iter().enumerate() {
            shards
                .entry(shard::of(ask.id))
                .or_default()
                .push((place, *ask));
        }
        let parts: Vec<(Shard, &[(usize, Ask<'_>)])> = shards
            .iter()
            .flat_map(|(shard, asks)| asks.chunks(MAX_ASKS).map(|part| (*shard, part)))
            .collect();
        let calls = parts
            .iter()
            .map(|(shard, part)| check_call(*shard, part, now));
        let replies = self
            .on_shards(calls.collect::<Vec<_>>(), Class::BestEffort)
            .await?;
        let mut answers = vec![Answer::Unknown; asks.len()];
        for ((_, part), reply) in parts.into_iter().zip(replies) {
            let reply = reply.list()?;
            if reply.len() != part.len() {
                return Err(Failure::Unreadable("expected one answer for each ask").into());
            }
            for ((place, ask), reply) in part.iter().zip(reply) {
                if let Some(answer) = answers.get_mut(*place) {
                    *answer = self.answer(ask.id, reply)?;
                }
            }
        }
        Ok(answers)
    }

    async fn change(
        &self,
        id: SessionId,
        change: Change,
        now: UnixMillis,
    ) -> Result<Changed, StoreError> {
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
            if self.swap(&stored.record, record, sealed).await? {
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
        Ok(self.page(filter, cursor, limit, now).await?)
    }

    async fn count(&self, filter: &Filter, now: UnixMillis) -> Result<u64, StoreError> {
        Ok(self.count_matching(filter, now).await?)
    }

    async fn facts(&self, id: SessionId) -> Result<Option<Bytes>, StoreError> {
        Ok(self.stored(id).await?.map(|stored| stored.facts))
    }

    async fn write_behind(&self) -> Result<(), StoreError> {
        // Activity is written with each check, and replicated right after.
        Ok(())
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

    /// Puts a record in the place of another one. `false` when that is there no more.
    async fn swap(
        &self,
        from: &Record,
        to: &Record,
        sealed: Option<Vec<u8>>,
    ) -> Result<bool, Failure> {
        let call = shard::call(shard::of(to.id), "wl_session_swap")
            .arg(to.id.as_bytes())
            .arg(head::write(from))
            .arg(head::write(to))
            .arg(to.life.end().0);
        let call = match sealed {
            Some(sealed) => call.arg(sealed),
            None => call,
        };
        let reply = self.redis.function(call, Class::Acknowledged).await?;
        Ok(reply.tagged()?.0 == "done")
    }

    /// What a check is answered.
    fn answer(&self, id: SessionId, reply: Reply) -> Result<Answer, Failure> {
        let bytes = reply.bytes()?;
        Ok(match bytes.split_first() {
            Some((b'U', [])) => Answer::Unknown,
            Some((b'E', [cause])) => Answer::Ended(head::cause_of(*cause)?),
            Some((b'K', [])) => Answer::Locked,
            Some((b'R', role)) => {
                let role = std::str::from_utf8(role).ok();
                let role = role.and_then(|role| RoleName::new(role).ok());
                Answer::Role(role.ok_or(Failure::Unreadable("expected a role"))?)
            }
            _ => {
                let record = head::read(id, &bytes, &self.placements)?;
                let record = record.ok_or(Failure::Unreadable("expected a session"))?;
                Answer::Live(Live {
                    user: record.user,
                    placement: record.placement,
                    life: record.life,
                    version: record.version,
                })
            }
        })
    }
}

/// A check of several sessions of a shard. Sets of roles are sent once each.
fn check_call(shard: Shard, asks: &[(usize, Ask<'_>)], now: UnixMillis) -> Call {
    let mut sets: Vec<&Roles> = Vec::new();
    let mut numbers = Vec::with_capacity(asks.len());
    for (_, ask) in asks {
        let known = sets.iter().position(|set| *set == ask.roles);
        numbers.push(known.unwrap_or_else(|| {
            sets.push(ask.roles);
            sets.len() - 1
        }));
    }
    let call = shard::of_heads(shard, "wl_session_check")
        .arg(now)
        .arg(sets.len());
    let call = sets
        .into_iter()
        .fold(call, |call, set| call.arg(lines(set)));
    asks.iter()
        .zip(numbers)
        .fold(call, |call, ((_, ask), set)| {
            call.arg(ask.id.as_bytes())
                .arg(ask.token.as_bytes())
                .arg(u8::from(ask.is_activity))
                .arg(set)
        })
}

/// Each role between line feeds.
fn lines(roles: &Roles) -> String {
    let mut lines = String::from("\n");
    for role in roles.iter() {
        lines.push_str(role.as_str());
        lines.push('\n');
    }
    lines
}
