//! Reading what is named: by its id, its key or its queue.

use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wardline_kernel::{StoreError, UnixMillis};
use wardline_messaging::model::{
    DeadLetter, Delivery, DestinationName, LaneKey, MessageId, MessageRecord, Queue, Token,
};
use wardline_messaging::port::{DuplicateEntry, Page, QueueEntry, StoreUsage};

use super::{RedisMessages, keys, names::Names};
use crate::codec::{damaged, decode, number_first};
use crate::commit::{HEAD, Span};
use crate::failure::Failure;
use crate::fields::{all_fields, field, large_field};
use crate::ordered::{self, MAX_ROWS, Way};
use crate::reply::Reply;
use crate::tag::Key;

/// A row of a queue behind its id.
#[derive(Deserialize)]
struct QueuedRow {
    lanes: Vec<LaneKey>,
    received_at: UnixMillis,
}

impl RedisMessages {
    pub(super) fn key(&self, suffix: impl AsRef<[u8]>) -> Key {
        self.writer.tag().key(suffix)
    }

    pub(super) async fn last_id(&self) -> Result<MessageId, StoreError> {
        let key = self.key(HEAD);
        let found = field(&self.redis, (self.writer.tag(), &key), keys::LAST).await?;
        let last = found.map(|last| {
            let number = number_first(&last).map(|(number, _)| MessageId(number));
            number.ok_or_else(|| damaged("the greatest message id"))
        });
        Ok(last.transpose()?.unwrap_or_default())
    }

    pub(super) async fn known_duplicates(
        &self,
        wanted: &[Token],
    ) -> Result<Vec<Option<DuplicateEntry>>, StoreError> {
        let mut known = Vec::with_capacity(wanted.len());
        for some in wanted.chunks(MAX_ROWS) {
            let commands = some.iter().map(|key| {
                let mut command = crate::command("HGET");
                command.arg(self.key(keys::duplicates(key))).arg(&key[..]);
                command
            });
            let found = self
                .redis
                .read_many(self.writer.tag(), commands.collect())
                .await?;
            for reply in found {
                let entry = reply?.optional().map(Reply::bytes).transpose()?;
                known.push(entry.map(|entry| duplicate_of(&entry)).transpose()?);
            }
        }
        Ok(known)
    }

    pub(super) async fn stored_record(
        &self,
        id: MessageId,
    ) -> Result<Option<MessageRecord>, StoreError> {
        let suffix = keys::records(keys::thousand_of(id));
        self.decoded(suffix, &keys::id(id), "a message's record")
            .await
    }

    pub(super) async fn stored_body(&self, id: MessageId) -> Result<Option<Bytes>, StoreError> {
        let key = self.key(keys::bodies(keys::thousand_of(id)));
        let table = (self.writer.tag(), &key);
        Ok(large_field(&self.redis, table, &keys::id(id)).await?)
    }

    pub(super) async fn stored_deliveries(
        &self,
        id: MessageId,
    ) -> Result<Vec<(DestinationName, Delivery)>, StoreError> {
        let queues = self.stored_queues().await?;
        if queues.is_empty() {
            return Ok(Vec::new());
        }
        let commands = queues.iter().map(|queue| {
            let key = self.key(keys::deliveries(keys::thousand_of(id), queue));
            let mut command = crate::command("HGET");
            command.arg(key).arg(&keys::id(id)[..]);
            command
        });
        let found = self
            .redis
            .read_many(self.writer.tag(), commands.collect())
            .await?;
        let mut deliveries = Vec::new();
        for (queue, reply) in queues.into_iter().zip(found) {
            if let Some(row) = reply?.optional().map(Reply::bytes).transpose()? {
                deliveries.push((queue.destination, decode("a delivery", &row)?));
            }
        }
        Ok(deliveries)
    }

    pub(super) async fn stored_delivery(
        &self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<Option<Delivery>, StoreError> {
        let suffix = keys::deliveries(keys::thousand_of(id), queue);
        self.decoded(suffix, &keys::id(id), "a delivery").await
    }

    pub(super) async fn entries_of(
        &self,
        queue: &Queue,
        after: MessageId,
        limit: usize,
    ) -> Result<Vec<QueueEntry>, StoreError> {
        let Some(mut span) = Span::all().beyond(&keys::id(after)) else {
            return Ok(Vec::new());
        };
        let key = self.key(keys::queue(queue));
        let mut entries: Vec<QueueEntry> = Vec::new();
        while entries.len() < limit {
            let wanted = (limit - entries.len()).min(MAX_ROWS);
            let table = (self.writer.tag(), &key);
            let found = ordered::rows(&self.redis, table, &span, Way::Up, wanted).await?;
            for row in &found {
                let (id, rest) = number_first(row).ok_or_else(|| damaged("a queue's row"))?;
                let row: QueuedRow = decode("a queue's row", rest)?;
                entries.push(QueueEntry {
                    id: MessageId(id),
                    lanes: row.lanes,
                    received_at: row.received_at,
                });
            }
            match found.last() {
                Some(last) if found.len() == wanted => span = Span::behind(last),
                _ => break,
            }
        }
        Ok(entries)
    }

    pub(super) async fn is_in_queue(
        &self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<bool, StoreError> {
        let key = self.key(keys::queue(queue));
        let table = (self.writer.tag(), &key);
        let found = ordered::row(&self.redis, table, &keys::id(id)).await?;
        Ok(found.is_some())
    }

    pub(super) async fn letters_of(
        &self,
        queue: &Queue,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<DeadLetter>, StoreError> {
        let span = match cursor {
            None => Some(Span::all()),
            Some(cursor) => Span::all().beyond(&keys::id(cursor)),
        };
        let mut items: Vec<DeadLetter> = Vec::new();
        let Some(span) = span else {
            return Ok(Page { items, next: None });
        };
        let limit = limit.clamp(1, MAX_ROWS);
        let key = self.key(keys::dead_letters(queue));
        let table = (self.writer.tag(), &key);
        let found = ordered::rows(&self.redis, table, &span, Way::Up, limit + 1).await?;
        for row in found.iter().take(limit) {
            items.push(decode("a dead letter", row.get(8..).unwrap_or_default())?);
        }
        let more = found.len() > limit;
        Ok(Page {
            next: items.last().map(|letter| letter.id).filter(|_| more),
            items,
        })
    }

    pub(super) async fn letter(
        &self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<Option<DeadLetter>, StoreError> {
        let key = self.key(keys::dead_letters(queue));
        let table = (self.writer.tag(), &key);
        let row = ordered::row(&self.redis, table, &keys::id(id)).await?;
        row.map(|row| decode("a dead letter", &row)).transpose()
    }

    pub(super) async fn stored_queues(&self) -> Result<Vec<Queue>, StoreError> {
        let names = Names::read(&self.redis, self.writer.tag()).await?;
        Ok(names.queues.into_iter().collect())
    }

    /// The decoded values of all fields.
    pub(super) async fn all_of<T: DeserializeOwned>(
        &self,
        suffix: &[u8],
        what: &str,
    ) -> Result<Vec<T>, StoreError> {
        let key = self.key(suffix);
        let all = all_fields(&self.redis, (self.writer.tag(), &key)).await?;
        all.iter().map(|(_, row)| decode(what, row)).collect()
    }

    pub(super) async fn all_jobs<T: DeserializeOwned>(&self) -> Result<Vec<T>, StoreError> {
        let key = self.key(keys::JOBS);
        let (mut jobs, mut span) = (Vec::new(), Some(Span::all()));
        while let Some(some) = span.take() {
            let table = (self.writer.tag(), &key);
            let found = ordered::rows(&self.redis, table, &some, Way::Up, MAX_ROWS).await?;
            if found.len() == MAX_ROWS {
                span = found.last().map(|last| Span::behind(last));
            }
            for row in found {
                jobs.push(decode("a job", row.get(8..).unwrap_or_default())?);
            }
        }
        Ok(jobs)
    }

    /// Memory taken, and left below `maxmemory`, of the master that has the least left; where none is set, below what the
    /// machine has. Of a Cluster any shard that is full stops something: sessions, beds, the trail.
    pub(super) async fn memory(&self) -> Result<StoreUsage, StoreError> {
        let mut command = crate::command("INFO");
        command.arg("memory");
        let mut fullest: Option<StoreUsage> = None;
        let mut why = Failure::Away("no server is connected".to_owned());
        for said in self.redis.of_each_master(&command).await {
            let usage = said.and_then(Reply::text).and_then(|text| {
                usage_of(&text).ok_or(Failure::Unreadable("expected INFO memory"))
            });
            match usage {
                Ok(usage) => {
                    let least = |other: &StoreUsage| other.free_bytes <= usage.free_bytes;
                    fullest = fullest.filter(least).or(Some(usage));
                }
                Err(failure) => why = failure,
            }
        }
        fullest.ok_or_else(|| why.into())
    }

    async fn decoded<T: DeserializeOwned>(
        &self,
        suffix: Vec<u8>,
        name: &[u8],
        what: &str,
    ) -> Result<Option<T>, StoreError> {
        let key = self.key(suffix);
        let found = field(&self.redis, (self.writer.tag(), &key), name).await?;
        found.map(|row| decode(what, &row)).transpose()
    }
}

fn duplicate_of(entry: &[u8]) -> Result<DuplicateEntry, StoreError> {
    let read = || {
        let (id, rest) = number_first(entry)?;
        let (content_hash, rest) = rest.split_first_chunk()?;
        let (received_at, rest) = number_first(rest)?;
        rest.is_empty().then_some(DuplicateEntry {
            id: MessageId(id),
            content_hash: *content_hash,
            received_at,
        })
    };
    read().ok_or_else(|| damaged("what is known of a control id"))
}

fn usage_of(info: &str) -> Option<StoreUsage> {
    let figure = |name: &str| {
        let mut lines = info.lines();
        let figure = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        figure.trim().parse::<u64>().ok()
    };
    let used_bytes = figure("used_memory")?;
    let most = figure("maxmemory").filter(|most| *most > 0);
    let most = most.or_else(|| figure("total_system_memory"))?;
    Some(StoreUsage {
        used_bytes,
        free_bytes: most.saturating_sub(used_bytes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_what_maxmemory_leaves_or_else_the_machine() {
        let limited = "used_memory:700\r\nused_memory_rss:900\r\nmaxmemory:1000\r\ntotal_system_memory:9000\r\n";
        let unlimited = limited.replace("maxmemory:1000", "maxmemory:0");

        let free = |info: &str| usage_of(info).map(|usage| usage.free_bytes);

        assert_eq!(free(limited), Some(300));
        assert_eq!(free(&unlimited), Some(8_300));
        assert_eq!(free("maxmemory:0\r\n"), None);
    }

    #[test]
    fn what_is_known_of_a_control_id_has_one_length() {
        assert!(duplicate_of(&[0; 32]).is_ok());
        assert!(duplicate_of(&[0; 31]).is_err());
        assert!(duplicate_of(&[0; 33]).is_err());
    }
}
