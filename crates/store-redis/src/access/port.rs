//! The port of access, on Redis.

use async_trait::async_trait;
use wardline_access::port::{AccessStore, Kind, MAX_PAGE, Put, Row};
use wardline_kernel::StoreError;

use super::{RedisAccess, rows};
use crate::call::Class;
use crate::codec::damaged;
use crate::commit::{Answer, Commit, Refused, Span, send};
use crate::fields::field;
use crate::lease::random;
use crate::ordered::{self, Way};

/// Times a row is looked for whose key changes while it is.
const LOOKS: usize = 3;

#[async_trait]
impl AccessStore for RedisAccess {
    async fn put(&self, row: Row) -> Result<Put, StoreError> {
        let there = self.get(row.kind, row.id).await?;
        let version = there.as_ref().map_or(0, |there| there.version);
        if version.checked_add(1) != Some(row.version) {
            return Ok(Put::Conflict(version));
        }
        let put: rows::PutId = random()?;
        let (table, lookups) = (rows::table(row.kind), rows::lookups(row.kind));
        let mut commit = Commit::new(&self.tag);
        // Somebody may have to be locked out just then.
        commit.also_when_full();
        let begins = there
            .as_ref()
            .map(|there| rows::begins(row.id, there.version));
        let mine = [rows::begins(row.id, row.version), put.to_vec()].concat();
        commit.expect_row(
            &table,
            &Span::of(&row.id),
            &begins.unwrap_or_default(),
            &mine,
        );
        let old_key = there.and_then(|there| there.key);
        if let Some(key) = row.key {
            commit.expect_field(&lookups, &key, &row.id, &row.id);
        }
        if old_key != row.key {
            if let Some(key) = row.key {
                commit.set(&lookups, &key, &row.id);
            }
            if let Some(key) = old_key {
                commit.unset(&lookups, &[key.to_vec()]);
            }
        }
        commit.put_row(&table, &row.id, &rows::rest_of(&row, put));
        match send(&self.redis, &commit, Class::Acknowledged).await? {
            Answer::Done => Ok(Put::Done),
            Answer::Refused(Refused { nth: 0, found }) if found.is_empty() => Ok(Put::Conflict(0)),
            Answer::Refused(Refused { nth: 0, found }) => rows::version_of(&found)
                .map(Put::Conflict)
                .ok_or_else(|| damaged("a row of access")),
            Answer::Refused(_) => Ok(Put::Taken),
            Answer::Gap { .. } => Err(damaged("the answer to a put")),
        }
    }

    async fn get(&self, kind: Kind, id: [u8; 16]) -> Result<Option<Row>, StoreError> {
        let key = self.tag.key(rows::table(kind));
        let table = (&self.tag, &key);
        let found = ordered::rows(&self.redis, table, &Span::of(&id), Way::Up, 1).await?;
        let row = found.first().map(|row| {
            let row = rows::row_of(kind, row);
            row.ok_or_else(|| damaged("a row of access"))
        });
        row.transpose()
    }

    async fn find(&self, kind: Kind, key: [u8; 32]) -> Result<Option<Row>, StoreError> {
        let lookups = self.tag.key(rows::lookups(kind));
        for _ in 0..LOOKS {
            let id = field(&self.redis, (&self.tag, &lookups), &key).await?;
            let Some(id) = id else { return Ok(None) };
            let id = <[u8; 16]>::try_from(&*id);
            let id = id.map_err(|_| damaged("what finds a row of access"))?;
            let row = self.get(kind, id).await?;
            if let Some(row) = row.filter(|row| row.key == Some(key)) {
                return Ok(Some(row));
            }
            // Its key changed between the two looks.
        }
        Ok(None)
    }

    async fn list(
        &self,
        kind: Kind,
        after: Option<[u8; 16]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let span = match after {
            None => Some(Span::all()),
            Some(after) => Span::all().beyond(&after),
        };
        let Some(span) = span else {
            return Ok(Vec::new());
        };
        let key = self.tag.key(rows::table(kind));
        let limit = limit.min(MAX_PAGE);
        let found = ordered::rows(&self.redis, (&self.tag, &key), &span, Way::Up, limit).await?;
        let rows = found.iter().map(|row| {
            let row = rows::row_of(kind, row);
            row.ok_or_else(|| damaged("a row of access"))
        });
        rows.collect()
    }
}
