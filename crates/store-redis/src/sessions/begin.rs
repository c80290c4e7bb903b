//! Beginning a session: the session first, then its place on the user's list.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};
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
/// How long it is tried to take a session back of which nobody was told: longer than a failover takes.
const TAKEN_BACK_WITHIN: Duration = Duration::from_secs(30);
/// Between two of these tries.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(250);

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
        let mut put: Option<Untold> = None;
        for _ in 0..MAX_ROUNDS {
            let list = self.user_list(&user).await?;
            let others = list.sessions.iter().filter(|(_, other)| *other != id);
            let others: Vec<SessionId> = others.map(|(_, other)| *other).collect();
            let (live, dead) = self.living(&others, now).await?;
            let displaced = match limits.admit(live) {
                Admission::TooMany { live } => {
                    if let Some(untold) = put {
                        untold.take_back().await?;
                    }
                    return Ok(Created::TooMany { live });
                }
                Admission::Admitted { displaced } => displaced,
            };
            if put.is_none() {
                // Before it is put: what came of that may not be known.
                let untold = put.insert(Untold::new(self, session, now));
                if let Err(failure) = self.put(session).await {
                    if matches!(failure, Failure::Away(_) | Failure::Full) {
                        untold.settle();
                    }
                    return Err(failure);
                }
            }
            if self.add(session, &list, &dead, now).await? {
                let displaced = self.end_all(&displaced, EndCause::Displaced, now).await?;
                if let Some(untold) = &mut put {
                    untold.settle();
                }
                return Ok(Created::Done { displaced });
            }
        }
        if let Some(untold) = put {
            untold.take_back().await?;
        }
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
        let call = dropping(user, ended);
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

    /// Takes back a session, and its place on the list if it had one. Confirmed, and so behind what was asked for before.
    async fn undo(&self, id: SessionId, user: &Token, now: UnixMillis) -> Result<(), Failure> {
        let call = shard::call(shard::of(id), "wl_session_undo")
            .arg(id.as_bytes())
            .arg(now);
        let undone = self.redis.function(call, Class::Acknowledged).await;
        self.outboxes.mark(shard::of(id));
        undone?;
        let dropped = dropping(user, &[id]);
        self.redis.function(dropped, Class::Acknowledged).await?;
        Ok(())
    }
}

fn dropping(user: &Token, ended: &[SessionId]) -> Call {
    let tag = shard::user_tag(user);
    let call = Call::new(&tag, "wl_user_drop").key(shard::user_key(user));
    ended.iter().fold(call, |call, id| call.arg(id.as_bytes()))
}

/// A session of which nobody was told. When that ends as it is, by an error or as whoever waited went away, it is taken back: it
/// would live without its user, and count towards how many that user may have.
struct Untold {
    sessions: RedisSessions,
    id: SessionId,
    user: Token,
    now: UnixMillis,
    is_settled: bool,
}

impl Untold {
    fn new(sessions: &RedisSessions, session: &NewSession, now: UnixMillis) -> Self {
        Self {
            sessions: sessions.clone(),
            id: session.record.id,
            user: session.record.user,
            now,
            is_settled: false,
        }
    }

    /// There is nothing to take back: the caller was told, or nothing was stored.
    fn settle(&mut self) {
        self.is_settled = true;
    }

    async fn take_back(mut self) -> Result<(), Failure> {
        self.sessions.undo(self.id, &self.user, self.now).await?;
        self.is_settled = true;
        Ok(())
    }
}

impl Drop for Untold {
    fn drop(&mut self) {
        // Without a runtime the process ends, and with it whoever could.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        if self.is_settled {
            return;
        }
        let (sessions, id, user, now) = (self.sessions.clone(), self.id, self.user, self.now);
        drop(runtime.spawn(async move {
            let began = Instant::now();
            while let Err(failure) = sessions.undo(id, &user, now).await {
                if began.elapsed() >= TAKEN_BACK_WITHIN {
                    tracing::warn!(%failure, "a session that nobody was told of is left until its time is over");
                    return;
                }
                sleep(TRY_AGAIN_AFTER).await;
            }
        }));
    }
}
