//! Ending sessions: by somebody, by another session, by a limit of time.

use std::collections::BTreeMap;

use wardline_kernel::UnixMillis;
use wardline_phi::Token;
use wardline_sessions::model::{EndCause, SessionId};
use wardline_sessions::port::{Ended, Record, TOLD_FOR_MS};

use super::{RedisSessions, head, shard};
use crate::call::Class;
use crate::failure::Failure;
use crate::reply::Reply;

/// Ids of one call at most.
const MAX_IDS: usize = 256;
/// Sessions of a shard that are looked at in one call, at least: most have been extended since they were put there.
const LOOK_AT: usize = 64;
/// How often is looked again when all that was due had been extended.
const MAX_ROUNDS: usize = 16;

/// What a shard says is due.
#[derive(Debug, Default)]
struct Due {
    /// Up to when it was looked, if there may be more.
    horizon: Option<UnixMillis>,
    ended: Vec<(UnixMillis, SessionId)>,
}

impl RedisSessions {
    /// Ends those of these that live, in the order given.
    pub(super) async fn end_all(
        &self,
        ids: &[SessionId],
        cause: EndCause,
        now: UnixMillis,
    ) -> Result<Vec<Ended>, Failure> {
        self.settle(ids.iter().copied()).await?;
        let heads = self
            .bury(ids, Class::Acknowledged, "wl_session_end", |call| {
                call.arg(now)
                    .arg(&[head::cause_byte(cause)][..])
                    .arg(now.saturating_add(TOLD_FOR_MS))
            })
            .await?;
        let ended = ids.iter().filter_map(|id| heads.get(id));
        Ok(ended.map(|record| record.ended(cause, now)).collect())
    }

    /// Ends all sessions of a user.
    pub(super) async fn end_of_user(
        &self,
        user: &Token,
        now: UnixMillis,
    ) -> Result<Vec<Ended>, Failure> {
        let list = self.user_list(user).await?;
        let ids: Vec<SessionId> = list.sessions.into_iter().map(|(_, id)| id).collect();
        let ended = self.end_all(&ids, EndCause::Revoked, now).await?;
        let gone: Vec<SessionId> = ended.iter().map(|ended| ended.id).collect();
        self.drop_from_list(user, &gone).await;
        Ok(ended)
    }

    /// Takes away what limits of time have ended, those first that ended first.
    pub(super) async fn take_expired(
        &self,
        now: UnixMillis,
        limit: usize,
    ) -> Result<Vec<Ended>, Failure> {
        for _ in 0..MAX_ROUNDS {
            let (mut due, is_all) = self.due(now, limit).await?;
            if due.is_empty() && !is_all {
                // What was due has been extended and put where it belongs; there may be more.
                continue;
            }
            due.truncate(limit);
            let ids: Vec<SessionId> = due.iter().map(|(_, id)| *id).collect();
            if self.is_ahead(&ids) {
                // Somebody was active in one of these, and Redis does not know it yet.
                self.settle(ids).await?;
                continue;
            }
            let heads = self
                .bury(&ids, Class::BestEffort, "wl_session_take", |call| {
                    call.arg(now).arg(now.saturating_add(TOLD_FOR_MS))
                })
                .await?;
            let taken = ids.iter().filter_map(|id| heads.get(id));
            return Ok(taken
                .map(|record| {
                    let (at, expiry) = record.life.end();
                    record.ended(EndCause::Expired(expiry), at)
                })
                .collect());
        }
        Ok(Vec::new())
    }

    /// What has ended, in its order, and whether that is all.
    async fn due(
        &self,
        now: UnixMillis,
        limit: usize,
    ) -> Result<(Vec<(UnixMillis, SessionId)>, bool), Failure> {
        let look_at = limit.clamp(LOOK_AT, MAX_IDS);
        let calls = shard::all().map(|shard| {
            let call = shard::call(shard, "wl_session_due");
            call.arg(now).arg(look_at)
        });
        let answers = self.on_shards(calls, Class::BestEffort).await?;
        let answers: Vec<Due> = answers
            .into_iter()
            .map(Due::read)
            .collect::<Result<_, _>>()?;
        // Beyond the horizon of one shard, another one's sessions may come after some of its own.
        let horizon = answers.iter().filter_map(|due| due.horizon).min();
        let mut ended: Vec<_> = answers.into_iter().flat_map(|due| due.ended).collect();
        ended.retain(|(at, _)| horizon.is_none_or(|horizon| *at <= horizon));
        ended.sort_unstable();
        Ok((ended, horizon.is_none()))
    }

    /// Calls a function that puts tombstones, on each shard of these, and gives what it buried.
    async fn bury(
        &self,
        ids: &[SessionId],
        class: Class,
        function: &'static str,
        with: impl Fn(crate::call::Call) -> crate::call::Call,
    ) -> Result<BTreeMap<SessionId, Record>, Failure> {
        let mut parts: Vec<Vec<SessionId>> = Vec::new();
        for (_, ids) in shard::grouped(ids.iter().copied()) {
            parts.extend(ids.chunks(MAX_IDS).map(<[SessionId]>::to_vec));
        }
        let calls = parts.iter().map(|ids| {
            let shard = ids.first().map_or(0, |id| shard::of(*id));
            let call = with(shard::call(shard, function));
            ids.iter().fold(call, |call, id| call.arg(id.as_bytes()))
        });
        let answers = self.on_shards(calls, class).await;
        self.forget(ids);
        for id in ids {
            self.outboxes.mark(shard::of(*id));
        }
        let answers = answers?;
        let mut buried = BTreeMap::new();
        for (ids, answer) in parts.iter().zip(answers) {
            for (id, head) in ids.iter().zip(answer.list()?) {
                if let Some(record) = head::read(*id, &head.bytes()?, &self.placements)? {
                    buried.insert(*id, record);
                }
            }
        }
        Ok(buried)
    }
}

impl Due {
    fn read(reply: Reply) -> Result<Self, Failure> {
        let mut words = reply.list()?.into_iter();
        let mut next = || {
            words
                .next()
                .ok_or(Failure::Unreadable("what is due ends early"))
        };
        let (has_more, horizon) = (next()?.text()? == "1", next()?.number()?);
        let mut due = Self {
            horizon: has_more.then_some(horizon),
            ended: Vec::new(),
        };
        while let (Some(id), Some(at)) = (words.next(), words.next()) {
            due.ended.push((at.number()?, shard::id_of(id)?));
        }
        Ok(due)
    }
}
