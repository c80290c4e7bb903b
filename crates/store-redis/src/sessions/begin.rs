//! Beginning a session: the session first, then its place on the user's list.

use wardline_kernel::UnixMillis;
use wardline_phi::Token;
use wardline_sessions::model::{EndCause, SessionId};
use wardline_sessions::port::{Admission, CreateLimits, Created, NewSession};

use super::{RedisSessions, head, shard};
use crate::call::{Call, Class};
use crate::failure::Failure;
use crate::reply::Reply;
use redis::cmd as command;

/// How often a list that others change at the same time is looked at again.
const MAX_ROUNDS: usize = 32;
/// A list is kept this long beyond the end of its last session, in milliseconds.
const KEPT_MS: u64 = 24 * 60 * 60 * 1_000;

/// The list of a user as it was read.
#[derive(Debug, Default)]
pub(super) struct UserList {
    version: Vec<u8>,
    /// Sessions, which may have ended, and when they were created.
    pub(super) sessions: Vec<(UnixMillis, SessionId)>,
}

impl RedisSessions {
    pub(super) async fn begin(
        &self,
        session: &NewSession,
        limits: CreateLimits,
        now: UnixMillis,
    ) -> Result<Created, Failure> {
        if limits.max_live != u64::MAX && self.kept().await? >= limits.max_live {
            return Ok(Created::Full);
        }
        let (id, user) = (session.record.id, session.record.user);
        let mut is_put = false;
        for _ in 0..MAX_ROUNDS {
            let list = self.user_list(&user).await?;
            let others = list.sessions.iter().filter(|(_, other)| *other != id);
            let others: Vec<SessionId> = others.map(|(_, other)| *other).collect();
            let (live, dead) = self.living(&others, now).await?;
            let displaced = match limits.admit(live) {
                Admission::TooMany { live } => {
                    if is_put {
                        self.undo(id, now).await?;
                    }
                    return Ok(Created::TooMany { live });
                }
                Admission::Admitted { displaced } => displaced,
            };
            if !is_put {
                self.put(session).await?;
                is_put = true;
            }
            if self.add(session, &list, &dead, now).await? {
                let displaced = self.end_all(&displaced, EndCause::Displaced, now).await?;
                return Ok(Created::Done { displaced });
            }
        }
        self.undo(id, now).await?;
        Err(Failure::Away(
            "the user's sessions are changed by many at once".to_owned(),
        ))
    }

    /// The list of a user.
    pub(super) async fn user_list(&self, user: &Token) -> Result<UserList, Failure> {
        let tag = shard::user_tag(user);
        let mut all = command("HGETALL");
        all.arg(tag.key(shard::user_key(user)));
        let mut fields = self.redis.read(&tag, all).await?.list()?.into_iter();
        let mut list = UserList::default();
        while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
            let name = name.bytes()?;
            if name.as_ref() == b"v" {
                list.version = value.bytes()?.into();
            } else {
                let id = <[u8; 16]>::try_from(name.as_ref())
                    .map_err(|_| Failure::Unreadable("expected the id of a session"))?;
                list.sessions
                    .push((value.number()?, SessionId::from_bytes(id)));
            }
        }
        Ok(list)
    }

    /// Takes sessions off a list that live no more. It is put right whenever it is read, so this may fail.
    pub(super) async fn drop_from_list(&self, user: &Token, ended: &[SessionId]) {
        if ended.is_empty() {
            return;
        }
        let tag = shard::user_tag(user);
        let call = Call::new(&tag, "wl_user_drop").key(shard::user_key(user));
        let call = ended.iter().fold(call, |call, id| call.arg(id.as_bytes()));
        if let Err(failure) = self.redis.function(call, Class::BestEffort).await {
            tracing::debug!(%failure, "a user's list of sessions was not put right");
        }
    }

    /// Sessions that are kept, ended ones that were not taken away yet included.
    async fn kept(&self) -> Result<u64, Failure> {
        let counts = shard::all().map(|shard| {
            let live = shard::reading(shard, "wl_session_live");
            // Before the beginning of time nothing has ended.
            live.arg("-inf")
        });
        let counts = self.on_shards(counts, Class::BestEffort).await?;
        counts.into_iter().map(Reply::number).sum()
    }

    /// Which of these live, with when they were created, and which do not.
    async fn living(
        &self,
        ids: &[SessionId],
        now: UnixMillis,
    ) -> Result<(Vec<(UnixMillis, SessionId)>, Vec<SessionId>), Failure> {
        self.settle(ids.iter().copied()).await?;
        let (mut live, mut dead) = (Vec::new(), Vec::new());
        for (id, record) in self.records(ids).await? {
            match record {
                // One that a limit of time has ended stays on the list until it was taken away: by another
                // instance's clock it may still live.
                Some(record) if record.life.expired(now).is_some() => {}
                Some(record) => live.push((record.life.created_at, id)),
                None => dead.push(id),
            }
        }
        Ok((live, dead))
    }

    async fn put(&self, session: &NewSession) -> Result<(), Failure> {
        let record = &session.record;
        let call = shard::call(shard::of(record.id), "wl_session_put")
            .arg(record.id.as_bytes())
            .arg(head::write(record))
            .arg(head::write_sealed(&session.facts, &session.fields))
            .arg(record.life.end().0);
        let put = self.redis.function(call, Class::Acknowledged).await;
        self.outboxes.mark(shard::of(record.id));
        match put?.text()? {
            said if said == "done" => Ok(()),
            _ => Err(Failure::Away(
                "the session was ended before it began".to_owned(),
            )),
        }
    }

    /// Adds it to its user's list, if that is still as it was read.
    async fn add(
        &self,
        session: &NewSession,
        list: &UserList,
        dead: &[SessionId],
        now: UnixMillis,
    ) -> Result<bool, Failure> {
        let record = &session.record;
        let kept_ms = record.life.ends_at.saturating_sub(now);
        let kept_ms = kept_ms.min(u64::from(u32::MAX)).saturating_add(KEPT_MS);
        let tag = shard::user_tag(&record.user);
        let call = Call::new(&tag, "wl_user_add")
            .key(shard::user_key(&record.user))
            .arg(record.id.as_bytes())
            .arg(record.life.created_at)
            .arg(list.version.as_slice())
            .arg(kept_ms);
        let call = dead.iter().fold(call, |call, id| call.arg(id.as_bytes()));
        let said = self.redis.function(call, Class::Acknowledged).await?;
        Ok(said.text()? == "done")
    }

    async fn undo(&self, id: SessionId, now: UnixMillis) -> Result<(), Failure> {
        let call = shard::call(shard::of(id), "wl_session_undo")
            .arg(id.as_bytes())
            .arg(now);
        let undone = self.redis.function(call, Class::BestEffort).await;
        self.outboxes.mark(shard::of(id));
        undone.map(drop)
    }
}
