//! Finding messages without reading all of them.
//!
//! Where a token is asked for, the messages of the rarest one are walked. Else stretches of ids are, and what of a
//! stretch can match is a matter of bitmaps: those of its feeds, cut with that of the state. What comes out is checked
//! against the record itself.
//!
//! A search sees what was there when it began: ids beyond the greatest one then are passed over, so no batch is seen by
//! half. All bitmaps of a stretch are read at one moment. A page ends after a bounded amount of work, with a cursor,
//! also when it is not full.

mod candidates;
mod sets;

use wardline_kernel::StoreError;
use wardline_messaging::model::{Disposition, MessageId, MessageRecord, SearchField, SearchToken};
use wardline_messaging::port::{Direction, MessageState, Page, Query};

use super::{RedisMessages, keys, names::Names};
use crate::codec::decode;
use crate::ordered::Way;
use crate::reply::Reply;
use candidates::Candidates;
use sets::Sets;

/// Rounds of candidates that one page may take: each asks the server once or twice.
const MOST_ROUNDS: u32 = 256;
/// Records that one page may read.
const MOST_RECORDS: usize = 8_192;
/// Records that are read at once.
const RECORDS_AT_ONCE: usize = 256;

/// A page of what matches.
pub(super) async fn page(
    store: &RedisMessages,
    query: &Query,
    cursor: Option<MessageId>,
    limit: usize,
) -> Result<Page<MessageRecord>, StoreError> {
    page_within(store, query, (cursor, limit), MOST_ROUNDS).await
}

async fn page_within(
    store: &RedisMessages,
    query: &Query,
    (cursor, limit): (Option<MessageId>, usize),
    most_rounds: u32,
) -> Result<Page<MessageRecord>, StoreError> {
    let mut found = Found {
        items: Vec::new(),
        limit: limit.max(1),
        looked_at: 0,
    };
    // Before anything else, so that what is read later holds all that came until then.
    let last = store.last_id().await?;
    let Some(range) = range(query, cursor, last) else {
        return Ok(found.end());
    };
    let names = Names::read(&store.redis, store.writer.tag()).await?;
    let sets = Sets::of(query, &names);
    let token = rarest(&query.tokens);
    let mut candidates = Candidates::of(store, query, token, range).await?;
    for _ in 0..most_rounds {
        let Some(round) = candidates.next(&sets).await? else {
            return Ok(found.end());
        };
        for some in round.chunks(RECORDS_AT_ONCE) {
            if found.add(store, query, some).await? {
                let next = found.items.last().map(|record| record.id);
                return Ok(found.until(next));
            }
            if found.looked_at >= MOST_RECORDS {
                let next = some.last().copied().map(MessageId);
                return Ok(found.until(next));
            }
        }
    }
    let next = candidates.passed();
    Ok(found.until(next.or(cursor)))
}

/// What a page has so far.
struct Found {
    items: Vec<MessageRecord>,
    limit: usize,
    looked_at: usize,
}

impl Found {
    /// Adds those of these that match; whether there is one more than the page may hold.
    async fn add(
        &mut self,
        store: &RedisMessages,
        query: &Query,
        ids: &[u64],
    ) -> Result<bool, StoreError> {
        self.looked_at += ids.len();
        let commands = ids.iter().map(|id| {
            let id = MessageId(*id);
            let key = store.key(keys::records(keys::thousand_of(id)));
            let mut command = crate::command("HGET");
            command.arg(key).arg(&keys::id(id)[..]);
            command
        });
        let tag = store.writer.tag();
        for reply in store.redis.read_many(tag, commands.collect()).await? {
            let Some(row) = reply?.optional().map(Reply::bytes).transpose()? else {
                continue;
            };
            let record: MessageRecord = decode("a message's record", &row)?;
            if query.matches_record(&record) && disposition_fits(query.state, &record) {
                if self.items.len() == self.limit {
                    return Ok(true);
                }
                self.items.push(record);
            }
        }
        Ok(false)
    }

    fn end(self) -> Page<MessageRecord> {
        self.until(None)
    }

    fn until(self, next: Option<MessageId>) -> Page<MessageRecord> {
        Page {
            items: self.items,
            next,
        }
    }
}

/// Ids from the first to the last, and which way they are walked.
#[derive(Clone, Copy, Debug)]
struct Range {
    first: u64,
    last: u64,
    way: Way,
}

fn range(query: &Query, cursor: Option<MessageId>, last: MessageId) -> Option<Range> {
    let (way, first, last) = match (query.direction, cursor) {
        (Direction::OldestFirst, None) => (Way::Up, 0, last.0),
        (Direction::OldestFirst, Some(cursor)) => (Way::Up, cursor.0.checked_add(1)?, last.0),
        (Direction::NewestFirst, None) => (Way::Down, 0, last.0),
        (Direction::NewestFirst, Some(cursor)) => {
            (Way::Down, 0, last.0.min(cursor.0.checked_sub(1)?))
        }
    };
    (first <= last).then_some(Range { first, last, way })
}

/// What few messages share comes first.
fn rarest(tokens: &[SearchToken]) -> Option<SearchToken> {
    let rarity = |token: &&SearchToken| match token.field {
        SearchField::ControlId => 0,
        SearchField::Accession => 1,
        SearchField::Visit => 2,
        SearchField::Patient => 3,
    };
    tokens.iter().min_by_key(rarity).copied()
}

/// What the bitmaps of a state leave open.
fn disposition_fits(state: Option<MessageState>, record: &MessageRecord) -> bool {
    state != Some(MessageState::Done) || record.disposition == Disposition::Routed
}
