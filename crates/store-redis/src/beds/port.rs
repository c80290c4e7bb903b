//! The port of beds, on Redis.

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::StoreError;
use wardline_vitals::port::{
    BedStore, Durability, EntryKey, Page, Row, StoredEntry, StoredRow, Write,
};

use super::{RedisBeds, rows};
use crate::call::Class;
use crate::codec::damaged;
use crate::commit::{Answer, Commit, Number, Span, Turn};
use crate::ordered::{self, MAX_ROWS, Way};

/// Commits kept until the next synced one, at most; then one is synced without having been asked to.
const MAX_UNSYNCED: usize = 1_024;
/// Bytes of them at most.
const MAX_UNSYNCED_BYTES: usize = 8 * 1024 * 1024;

#[async_trait]
impl BedStore for RedisBeds {
    async fn commit(&self, writes: Vec<Write>, durability: Durability) -> Result<(), StoreError> {
        let mut turn = self.writer.turn().await;
        let mut unsynced = self.unsynced.lock().await;
        let commit = commit_of(Commit::new(self.writer.tag()).without_a_gap(), writes);
        let kept: usize = unsynced.iter().map(|(_, commit)| commit.bytes()).sum();
        let is_full = unsynced.len() >= MAX_UNSYNCED
            || kept.saturating_add(commit.bytes()) > MAX_UNSYNCED_BYTES;
        let class = match durability {
            Durability::Written if !is_full => Class::BestEffort,
            Durability::Written | Durability::Synced => Class::Acknowledged,
        };
        send_after(&mut turn, &unsynced, commit.clone(), class).await?;
        if class == Class::Acknowledged {
            unsynced.clear();
        } else {
            unsynced.push((turn.last_number(), commit));
        }
        Ok(())
    }

    async fn rows(
        &self,
        after: Option<Row>,
        limit: usize,
    ) -> Result<Page<StoredRow, Row>, StoreError> {
        let after = after.map(rows::row_key);
        let (found, more) = self.page(rows::ROWS, after, limit).await?;
        page_of(&found, more, rows::row_of, |stored| stored.row)
    }

    async fn entries(
        &self,
        after: Option<EntryKey>,
        limit: usize,
    ) -> Result<Page<StoredEntry, EntryKey>, StoreError> {
        let after = after.map(rows::entry_key);
        let (found, more) = self.page(rows::ENTRIES, after, limit).await?;
        page_of(&found, more, rows::entry_of, |stored| stored.key)
    }
}

/// Sends a commit as the next one. When commits before it are missing on the server, those go first.
async fn send_after(
    turn: &mut Turn<'_>,
    unsynced: &[(Number, Commit)],
    commit: Commit,
    class: Class,
) -> Result<(), StoreError> {
    let number = turn.last_number();
    let last = match turn.send(commit.clone(), class).await? {
        Answer::Done => return Ok(()),
        Answer::Gap { last } => last,
        Answer::Refused(_) => return Err(damaged("the answer to a commit of beds")),
    };
    let missing = unsynced.iter().filter(|(number, _)| *number > last);
    tracing::warn!(
        missing = number.saturating_sub(last),
        "a server of Redis was lost with commits of beds; they are written again"
    );
    turn.go_back_to(last);
    for (_, commit) in missing {
        sent_again(turn, commit.clone(), Class::BestEffort).await?;
    }
    sent_again(turn, commit, class).await
}

async fn sent_again(turn: &mut Turn<'_>, commit: Commit, class: Class) -> Result<(), StoreError> {
    match turn.send(commit, class).await? {
        Answer::Done => Ok(()),
        Answer::Gap { .. } | Answer::Refused(_) => Err(StoreError::Unavailable(
            "servers of Redis change too fast to write to them".to_owned(),
        )),
    }
}

impl RedisBeds {
    /// At most `limit` members of a table beyond a key, and whether there are more.
    async fn page(
        &self,
        table: &[u8],
        after: Option<Vec<u8>>,
        limit: usize,
    ) -> Result<(Vec<Bytes>, bool), StoreError> {
        let span = match after {
            None => Some(Span::all()),
            Some(after) => Span::all().beyond(&after),
        };
        let Some(span) = span else {
            return Ok((Vec::new(), false));
        };
        let limit = limit.min(MAX_ROWS);
        let key = self.writer.tag().key(table);
        let table = (self.writer.tag(), &key);
        let wanted = limit.saturating_add(1);
        let mut found = ordered::rows(self.writer.redis(), table, &span, Way::Up, wanted).await?;
        let more = found.len() > limit;
        found.truncate(limit);
        Ok((found, more))
    }
}

fn page_of<T, C>(
    found: &[Bytes],
    more: bool,
    read: impl Fn(&Bytes) -> Option<T>,
    cursor: impl Fn(&T) -> C,
) -> Result<Page<T, C>, StoreError> {
    let items: Option<Vec<T>> = found.iter().map(read).collect();
    let items = items.ok_or_else(|| damaged("a row of beds"))?;
    Ok(Page {
        next: items.last().map(cursor).filter(|_| more),
        items,
    })
}

fn commit_of(mut commit: Commit, writes: Vec<Write>) -> Commit {
    let frees = |write: &Write| matches!(write, Write::Remove(_) | Write::Trim { .. });
    if writes.iter().all(frees) {
        commit.also_when_full();
    }
    for write in writes {
        match write {
            Write::Put { row, sealed } => {
                commit.put_row(rows::ROWS, &rows::row_key(row), &sealed);
            }
            Write::Remove(row) => commit.remove_rows(rows::ROWS, &Span::of(&rows::row_key(row))),
            Write::Append {
                stay,
                number,
                sealed,
            } => commit.put_row(rows::ENTRIES, &rows::entry_key((stay, number)), &sealed),
            Write::Trim { stay, up_to } => {
                let (first, last) = (rows::entry_key((stay, 0)), rows::entry_key((stay, up_to)));
                commit.remove_rows(rows::ENTRIES, &Span::between(&first, &last));
            }
        }
    }
    commit
}
