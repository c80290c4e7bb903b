//! Looking at many sessions: listings and counts.

use wardline_kernel::UnixMillis;
use wardline_sessions::model::{DepartmentName, PortalName, RoleName, SessionId};
use wardline_sessions::port::{Filter, Found, Page, Record, State};

use super::shard::Shard;
use super::{RedisSessions, head, shard};
use crate::call::{Call, Class};
use crate::failure::Failure;
use crate::reply::Reply;

/// Sessions of a shard that one call looks at, at most: the server does nothing else meanwhile.
const LOOK_AT: usize = 500;
/// Where a shard begins that was not looked at: beyond every id.
const FROM_THE_NEWEST: &[u8] = b"+";

/// How far one shard has been looked at.
struct Progress {
    shard: Shard,
    from: Vec<u8>,
    is_done: bool,
    /// Found and not given yet, newest first.
    found: std::collections::VecDeque<Found>,
    matched: u64,
}

impl RedisSessions {
    /// Records of these sessions; `None` of those that live no more.
    pub(super) async fn records(
        &self,
        ids: &[SessionId],
    ) -> Result<Vec<(SessionId, Option<Record>)>, Failure> {
        let calls = ids.iter().map(|id| {
            let call = shard::reading(shard::of(*id), "wl_session_get");
            call.arg(id.as_bytes())
        });
        let answers = self.on_shards(calls, Class::BestEffort).await?;
        let mut records = Vec::with_capacity(ids.len());
        for (id, answer) in ids.iter().zip(answers) {
            let record = match answer.list()?.into_iter().next() {
                Some(head) => head::read(*id, &head.bytes()?, &self.placements)?,
                None => None,
            };
            records.push((*id, record));
        }
        Ok(records)
    }

    pub(super) async fn page(
        &self,
        filter: &Filter,
        cursor: Option<SessionId>,
        limit: usize,
        now: UnixMillis,
    ) -> Result<Page<Found>, Failure> {
        let mut found = match &filter.user {
            Some(user) => {
                let list = self.user_list(user).await?;
                self.of_user(filter, list.sessions, cursor, now).await?
            }
            None => {
                self.newest(filter, cursor, limit.saturating_add(1), now)
                    .await?
            }
        };
        let has_more = found.len() > limit;
        found.truncate(limit);
        Ok(Page {
            next: found.last().filter(|_| has_more).map(|last| last.record.id),
            items: found,
        })
    }

    pub(super) async fn count_matching(
        &self,
        filter: &Filter,
        now: UnixMillis,
    ) -> Result<u64, Failure> {
        if let Some(user) = &filter.user {
            let list = self.user_list(user).await?;
            let found = self.of_user(filter, list.sessions, None, now).await?;
            return Ok(u64::try_from(found.len()).unwrap_or(u64::MAX));
        }
        if *filter == Filter::default() {
            let calls = shard::all().map(|shard| shard::reading(shard, "wl_session_live").arg(now));
            let counts = self.on_shards(calls, Class::BestEffort).await?;
            return counts.into_iter().map(Reply::number).sum();
        }
        let mut shards: Vec<Progress> = shard::all().map(|at| Progress::new(at, None)).collect();
        while shards.iter().any(|shard| !shard.is_done) {
            self.go_on(&mut shards, filter, 0, now).await?;
        }
        Ok(shards.iter().map(|shard| shard.matched).sum())
    }

    /// The newest of all shards, by taking the newest of what each has.
    async fn newest(
        &self,
        filter: &Filter,
        cursor: Option<SessionId>,
        wanted: usize,
        now: UnixMillis,
    ) -> Result<Vec<Found>, Failure> {
        let mut shards: Vec<Progress> = shard::all().map(|at| Progress::new(at, cursor)).collect();
        // Ids are random, so each shard has about its share.
        let share = (2 * wanted / shards.len()).max(8);
        let mut newest = Vec::new();
        while newest.len() < wanted {
            self.go_on(&mut shards, filter, share, now).await?;
            // A shard without anything found that is not done may have a newer one than others show.
            while newest.len() < wanted
                && shards
                    .iter()
                    .all(|shard| shard.is_done || !shard.found.is_empty())
            {
                let next = shards
                    .iter_mut()
                    .max_by_key(|shard| shard.found.front().map(|found| found.record.id))
                    .and_then(|shard| shard.found.pop_front());
                match next {
                    Some(found) => newest.push(found),
                    None => return Ok(newest),
                }
            }
        }
        Ok(newest)
    }

    /// Looks further in every shard that is not done and has nothing found.
    async fn go_on(
        &self,
        shards: &mut [Progress],
        filter: &Filter,
        wanted: usize,
        now: UnixMillis,
    ) -> Result<(), Failure> {
        let mut open: Vec<&mut Progress> = shards
            .iter_mut()
            .filter(|shard| !shard.is_done && shard.found.is_empty())
            .collect();
        let calls = open.iter().map(|progress| {
            let call = shard::reading(progress.shard, "wl_session_scan")
                .arg(LOOK_AT)
                .arg(wanted)
                .arg(progress.from.as_slice())
                .arg(now);
            with_filter(call, filter)
        });
        let answers = self
            .on_shards(calls.collect::<Vec<_>>(), Class::BestEffort)
            .await?;
        for (progress, answer) in open.iter_mut().zip(answers) {
            progress.take_in(answer, self)?;
        }
        Ok(())
    }

    async fn of_user(
        &self,
        filter: &Filter,
        mut sessions: Vec<(UnixMillis, SessionId)>,
        cursor: Option<SessionId>,
        now: UnixMillis,
    ) -> Result<Vec<Found>, Failure> {
        sessions.retain(|(_, id)| cursor.is_none_or(|cursor| *id < cursor));
        sessions.sort_unstable_by_key(|(_, id)| std::cmp::Reverse(*id));
        let ids: Vec<SessionId> = sessions.into_iter().map(|(_, id)| id).collect();
        let calls = ids.iter().map(|id| {
            let call = shard::reading(shard::of(*id), "wl_session_get");
            call.arg(id.as_bytes())
        });
        let answers = self
            .on_shards(calls.collect::<Vec<_>>(), Class::BestEffort)
            .await?;
        let mut found = Vec::new();
        for (id, answer) in ids.iter().zip(answers) {
            let mut parts = answer.list()?.into_iter();
            let (Some(head), Some(sealed)) = (parts.next(), parts.next()) else {
                continue;
            };
            let Some(record) = head::read(*id, &head.bytes()?, &self.placements)? else {
                continue;
            };
            let lives = record.life.expired(now).is_none();
            if lives && filter.matches(&record.user, &record.placement, &record.life) {
                let (facts, _) = head::read_sealed(&sealed.bytes()?)?;
                found.push(Found { record, facts });
            }
        }
        Ok(found)
    }
}

impl Progress {
    fn new(shard: Shard, cursor: Option<SessionId>) -> Self {
        Self {
            shard,
            from: cursor.map_or_else(|| FROM_THE_NEWEST.to_vec(), |id| before(id.as_bytes())),
            is_done: false,
            found: std::collections::VecDeque::new(),
            matched: 0,
        }
    }

    fn take_in(&mut self, answer: Reply, of: &RedisSessions) -> Result<(), Failure> {
        let mut words = answer.list()?.into_iter();
        let mut next = || {
            words
                .next()
                .ok_or(Failure::Unreadable("a listing ends early"))
        };
        self.matched = self.matched.saturating_add(next()?.number()?);
        self.is_done = next()?.text()? == "1";
        let last = next()?.bytes()?;
        if last.is_empty() {
            self.is_done = true;
        } else {
            self.from = before(&last);
        }
        while let (Some(id), Some(head), Some(facts)) = (words.next(), words.next(), words.next()) {
            let id = shard::id_of(id)?;
            let record = head::read(id, &head.bytes()?, &of.placements)?;
            let record = record.ok_or(Failure::Unreadable("a listing holds what has ended"))?;
            let facts = facts.bytes()?;
            self.found.push_back(Found { record, facts });
        }
        Ok(())
    }
}

/// Everything before this id, as `BYLEX` says it.
fn before(id: &[u8]) -> Vec<u8> {
    let mut bound = Vec::with_capacity(1 + id.len());
    bound.push(b'(');
    bound.extend_from_slice(id);
    bound
}

fn with_filter(call: Call, filter: &Filter) -> Call {
    call.arg(filter.role.as_ref().map_or("", RoleName::as_str))
        .arg(
            filter
                .department
                .as_ref()
                .map_or("", DepartmentName::as_str),
        )
        .arg(filter.portal.as_ref().map_or("", PortalName::as_str))
        .arg(match filter.state {
            None => "",
            Some(State::Locked) => "L",
            Some(State::Active) => "A",
        })
}
