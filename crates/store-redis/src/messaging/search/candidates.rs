//! Ids that may match, round by round, in the order of the search.

use std::collections::VecDeque;

use wardline_kernel::StoreError;
use wardline_messaging::model::{MessageId, SearchToken};
use wardline_messaging::port::Query;

use super::super::{RedisMessages, keys};
use super::Range;
use super::sets::Sets;
use crate::bits::{Bits, STRETCH, stretch_of};
use crate::codec::{damaged, number_first, number_last};
use crate::commit::Span;
use crate::fields::all_fields;
use crate::ordered::{self, Way};

/// Messages of a token that are looked at in one round.
const TOKENS_AT_ONCE: usize = 512;

/// Where candidates come from.
pub(super) struct Candidates<'a> {
    store: &'a RedisMessages,
    range: Range,
    token: Option<SearchToken>,
    /// Stretches that are left, in the order of the search. For a token: those that can match at all.
    stretches: VecDeque<u64>,
    /// The last id that was passed.
    passed: Option<u64>,
}

impl<'a> Candidates<'a> {
    pub(super) async fn of(
        store: &'a RedisMessages,
        query: &Query,
        token: Option<SearchToken>,
        range: Range,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            store,
            token,
            stretches: stretches(store, query, range).await?.into(),
            range,
            passed: None,
        })
    }

    /// The last id that was passed: a search may go on beyond it.
    pub(super) fn passed(&self) -> Option<MessageId> {
        self.passed.map(MessageId)
    }

    /// The next candidates, none as long as there may be more; `None` at the end.
    pub(super) async fn next(&mut self, sets: &Sets) -> Result<Option<Vec<u64>>, StoreError> {
        match self.token {
            Some(token) => self.next_of_token(&token, sets).await,
            None => self.next_of_stretch(sets).await,
        }
    }

    async fn next_of_stretch(&mut self, sets: &Sets) -> Result<Option<Vec<u64>>, StoreError> {
        let Some(stretch) = self.stretches.pop_front() else {
            return Ok(None);
        };
        let bits = sets.read(self.store, stretch).await?;
        let Range { first, last, way } = self.range;
        let mut ids = bits.ids(stretch, way);
        ids.retain(|id| (first..=last).contains(id));
        let begins = stretch * STRETCH;
        self.passed = Some(match way {
            Way::Up => last.min(begins | (STRETCH - 1)),
            Way::Down => first.max(begins),
        });
        Ok(Some(ids))
    }

    async fn next_of_token(
        &mut self,
        token: &SearchToken,
        sets: &Sets,
    ) -> Result<Option<Vec<u64>>, StoreError> {
        let Range { first, last, way } = self.range;
        if first > last {
            return Ok(None);
        }
        let key = self.store.key(keys::tokens(token));
        let member = |id: u64| [keys::token(token), id.to_be_bytes().to_vec()].concat();
        let span = Span::between(&member(first), &member(last));
        let table = (self.store.writer.tag(), &key);
        let rows = ordered::rows(&self.store.redis, table, &span, way, TOKENS_AT_ONCE).await?;
        let ids: Option<Vec<u64>> = rows.iter().map(|row| number_last(row)).collect();
        let ids = ids.ok_or_else(|| damaged("a token of a message"))?;
        let Some(passed) = ids.last().copied() else {
            return Ok(None);
        };
        self.passed = Some(passed);
        self.go_beyond(passed, ids.len() < TOKENS_AT_ONCE);
        let mut candidates = Vec::new();
        for some in ids.chunk_by(|a, b| stretch_of(*a) == stretch_of(*b)) {
            let Some(stretch) = some.first().copied().map(stretch_of) else {
                continue;
            };
            if self.stretches.contains(&stretch) {
                let mut bits = Bits::of_ids(stretch, some.iter().copied());
                bits.keep(&sets.read(self.store, stretch).await?);
                candidates.extend(bits.ids(stretch, way));
            }
        }
        Ok(Some(candidates))
    }

    /// Narrows the range to what is beyond an id; to nothing at the end.
    fn go_beyond(&mut self, id: u64, is_end: bool) {
        let next = match self.range.way {
            Way::Up => id.checked_add(1),
            Way::Down => id.checked_sub(1),
        };
        match (next, self.range.way) {
            (Some(next), Way::Up) if !is_end => self.range.first = next,
            (Some(next), Way::Down) if !is_end => self.range.last = next,
            _ => (self.range.first, self.range.last) = (1, 0),
        }
    }
}

/// Stretches that hold messages of the time asked for, in the order of the search.
async fn stretches(
    store: &RedisMessages,
    query: &Query,
    range: Range,
) -> Result<Vec<u64>, StoreError> {
    let key = store.key(keys::TIME);
    let all = all_fields(&store.redis, (store.writer.tag(), &key)).await?;
    let mut found = Vec::new();
    for (stretch, times) in all {
        let read = || {
            let (stretch, _) = number_first(&stretch)?;
            let (earliest, rest) = number_first(&times)?;
            let (latest, _) = number_first(rest)?;
            Some((stretch, earliest, latest))
        };
        let (stretch, earliest, latest) = read().ok_or_else(|| damaged("a stretch of messages"))?;
        let is_in_time = query.received_from.is_none_or(|from| latest >= from)
            && query.received_until.is_none_or(|until| earliest < until);
        let ids = stretch_of(range.first)..=stretch_of(range.last);
        if is_in_time && ids.contains(&stretch) {
            found.push(stretch);
        }
    }
    found.sort_unstable();
    if range.way == Way::Down {
        found.reverse();
    }
    Ok(found)
}
