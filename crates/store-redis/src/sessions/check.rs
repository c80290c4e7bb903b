//! Checking sessions: from memory where that is certain to be right, else by Redis.

use std::collections::BTreeMap;
use std::time::Instant;

use wardline_kernel::{StoreError, UnixMillis};
use wardline_sessions::model::{RoleName, SessionId};
use wardline_sessions::port::{Answer, Ask, Live, Roles};

use super::cache::Ticket;
use super::shard::Shard;
use super::{RedisSessions, head, shard};
use crate::call::{Call, Class};
use crate::failure::Failure;
use crate::reply::Reply;

/// Asks of one call at most.
const MAX_ASKS: usize = 256;

/// An ask that goes to Redis.
struct Open<'a> {
    /// Which of all asks it is.
    place: usize,
    ask: Ask<'a>,
    ticket: Option<Ticket>,
}

impl RedisSessions {
    pub(super) async fn check_one(
        &self,
        ask: &Ask<'_>,
        now: UnixMillis,
    ) -> Result<Answer, StoreError> {
        if let Some(answer) = self.remembered_answer(ask, now, Instant::now()) {
            return Ok(answer);
        }
        self.settle([ask.id]).await?;
        let open = [self.open(0, *ask)];
        let call = check_call(shard::of(ask.id), &open, now);
        let answers = self.redis.function(call, Class::BestEffort).await?.list()?;
        let mut answers = open.iter().zip(answers);
        let (open, answer) = answers
            .next()
            .ok_or(Failure::Unreadable("expected one answer for each ask"))?;
        Ok(self.answer(open, answer)?)
    }

    pub(super) async fn check_each(
        &self,
        asks: &[Ask<'_>],
        now: UnixMillis,
    ) -> Result<Vec<Answer>, StoreError> {
        let at = Instant::now();
        let mut answers = vec![Answer::Unknown; asks.len()];
        let mut left = Vec::new();
        for ((place, ask), answer) in asks.iter().enumerate().zip(&mut answers) {
            match self.remembered_answer(ask, now, at) {
                Some(known) => *answer = known,
                None => left.push((place, *ask)),
            }
        }
        if left.is_empty() {
            return Ok(answers);
        }
        self.settle(left.iter().map(|(_, ask)| ask.id)).await?;
        let mut shards: BTreeMap<Shard, Vec<Open<'_>>> = BTreeMap::new();
        for (place, ask) in left {
            let open = self.open(place, ask);
            shards.entry(shard::of(ask.id)).or_default().push(open);
        }
        let parts: Vec<(Shard, &[Open<'_>])> = shards
            .iter()
            .flat_map(|(shard, asks)| asks.chunks(MAX_ASKS).map(|part| (*shard, part)))
            .collect();
        let calls = parts
            .iter()
            .map(|(shard, part)| check_call(*shard, part, now));
        let replies = self
            .on_shards(calls.collect::<Vec<_>>(), Class::BestEffort)
            .await?;
        for ((_, part), reply) in parts.into_iter().zip(replies) {
            let reply = reply.list()?;
            if reply.len() != part.len() {
                return Err(Failure::Unreadable("expected one answer for each ask").into());
            }
            for (open, reply) in part.iter().zip(reply) {
                if let Some(answer) = answers.get_mut(open.place) {
                    *answer = self.answer(open, reply)?;
                }
            }
        }
        Ok(answers)
    }

    fn remembered_answer(&self, ask: &Ask<'_>, now: UnixMillis, at: Instant) -> Option<Answer> {
        self.memory.as_ref()?.cache.live(ask, now, at)
    }

    fn open<'a>(&self, place: usize, ask: Ask<'a>) -> Open<'a> {
        let memory = self.memory.as_ref();
        Open {
            place,
            ask,
            ticket: memory.map(|memory| memory.cache.ticket(ask.id)),
        }
    }

    /// Writes what persons did before Redis decides on one of these sessions.
    pub(super) async fn settle(
        &self,
        ids: impl IntoIterator<Item = SessionId>,
    ) -> Result<(), Failure> {
        match &self.memory {
            Some(memory) => memory.flusher.before(ids).await,
            None => Ok(()),
        }
    }

    /// Whether activity of one of these is still to be written.
    pub(super) fn is_ahead(&self, ids: &[SessionId]) -> bool {
        let memory = self.memory.as_ref();
        memory.is_some_and(|memory| ids.iter().any(|id| memory.cache.is_ahead(*id)))
    }

    /// Writes all that persons did.
    pub(super) async fn settle_all(&self) -> Result<(), Failure> {
        match &self.memory {
            Some(memory) => memory.flusher.all().await,
            None => Ok(()),
        }
    }

    /// What was changed here holds here at once, not only when Redis has said so.
    pub(super) fn forget(&self, ids: &[SessionId]) {
        if let Some(memory) = &self.memory {
            for id in ids {
                memory.cache.forget(*id);
            }
        }
    }

    /// What a check is answered.
    fn answer(&self, open: &Open<'_>, reply: Reply) -> Result<Answer, Failure> {
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
                let record = head::read(open.ask.id, &bytes, &self.placements)?;
                let record = record.ok_or(Failure::Unreadable("expected a session"))?;
                let live = Live {
                    user: record.user,
                    placement: record.placement.clone(),
                    life: record.life,
                    version: record.version,
                };
                if let (Some(memory), Some(ticket)) = (&self.memory, open.ticket) {
                    memory.cache.put(ticket, record);
                }
                Answer::Live(live)
            }
        })
    }
}

/// A check of several sessions of a shard. Sets of roles are sent once each.
fn check_call(shard: Shard, asks: &[Open<'_>], now: UnixMillis) -> Call {
    let mut sets: Vec<&Roles> = Vec::new();
    let mut numbers = Vec::with_capacity(asks.len());
    for Open { ask, .. } in asks {
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
        .fold(call, |call, (Open { ask, .. }, set)| {
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
