//! The ledger of erasures, on Redis; and one that is kept in two places.
//!
//! A ledger in Redis is seen by every instance, and goes back in time together with the records when an older backup of
//! Redis is brought back. So it does not do alone what a ledger of erasures is for. [`TwofoldErasures`] keeps every entry
//! in a second place as well, as in a file that is no part of Redis's backups, and brings whichever is behind up to date.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::Mutex;
use wardline_kernel::StoreError;
use wardline_patients::model::PatientId;
use wardline_patients::port::{Erasure, ErasureLedger};

use crate::call::Class;
use crate::codec::{damaged, number_first};
use crate::commit::{Answer, Commit, send};
use crate::lease::random;
use crate::redis_handle::Redis;
use crate::reply::Reply;
use crate::tag::Tag;

const LEDGER: &[u8] = b":l";
const LAST: &[u8] = b"last";
const MARKS: &[u8] = b":last";
/// Entries of one reading.
const ENTRIES_AT_ONCE: usize = 1_000;
/// Patient, time and what ties it to the one before.
const ENTRY_BYTES: usize = 40;
/// Times an entry is tried to be added while others add theirs.
const TRIES: usize = 16;

/// The ledger of erasures on Redis: a list under a tag of its own. Clones are the same.
///
/// Brought back with an older backup, it is as old as that.
#[derive(Clone, Debug)]
pub struct RedisErasures {
    redis: Redis,
    tag: Tag,
}

impl RedisErasures {
    /// That of this Redis.
    pub fn new(redis: &Redis) -> Self {
        Self {
            redis: redis.clone(),
            tag: Tag::new("e"),
        }
    }

    /// What the last addition left: the one after it expects this.
    async fn mark(&self) -> Result<Bytes, StoreError> {
        let key = self.tag.key(MARKS);
        let mark = crate::fields::field(&self.redis, (&self.tag, &key), LAST).await?;
        Ok(mark.unwrap_or_default())
    }
}

#[async_trait]
impl ErasureLedger for RedisErasures {
    async fn append(&self, entries: &[Erasure]) -> Result<(), StoreError> {
        let mine: [u8; 16] = random()?;
        for _ in 0..TRIES {
            let before = self.mark().await?;
            if *before == mine {
                return self.confirm().await;
            }
            let mut commit = Commit::new(&self.tag);
            commit.also_when_full();
            commit.expect_field(MARKS, LAST, &before, b"");
            commit.set(MARKS, LAST, &mine);
            for entry in entries {
                commit.append(LEDGER, &bytes_of(entry));
            }
            match send(&self.redis, &commit, Class::Acknowledged).await? {
                Answer::Done => return Ok(()),
                // This very addition was done by a call whose answer was lost.
                Answer::Refused(refused) if *refused.found == mine => return self.confirm().await,
                Answer::Refused(_) | Answer::Gap { .. } => {}
            }
        }
        Err(StoreError::Unavailable(
            "others add to the ledger of erasures all the time; try again".to_owned(),
        ))
    }

    async fn entries(&self) -> Result<Vec<Erasure>, StoreError> {
        let key = self.tag.key(LEDGER);
        let mut entries = Vec::new();
        loop {
            let mut command = crate::command("LRANGE");
            command.arg(&key).arg(entries.len());
            command.arg(entries.len() + ENTRIES_AT_ONCE - 1);
            let some = self.redis.read(&self.tag, command).await?.list()?;
            let is_last = some.len() < ENTRIES_AT_ONCE;
            for entry in some.into_iter().map(Reply::bytes) {
                let entry = entry_of(&entry?);
                entries.push(entry.ok_or_else(|| damaged("an entry of the ledger of erasures"))?);
            }
            if is_last {
                return Ok(entries);
            }
        }
    }
}

impl RedisErasures {
    /// Makes sure that what was added before is durable.
    async fn confirm(&self) -> Result<(), StoreError> {
        send(&self.redis, &Commit::new(&self.tag), Class::Acknowledged).await?;
        Ok(())
    }
}

/// A ledger of erasures in two places, each as good as the other. What one of them lost the other has.
pub struct TwofoldErasures {
    first: Arc<dyn ErasureLedger>,
    second: Arc<dyn ErasureLedger>,
    one_at_a_time: Mutex<()>,
}

impl TwofoldErasures {
    /// Kept in both of these.
    pub fn new(first: Arc<dyn ErasureLedger>, second: Arc<dyn ErasureLedger>) -> Self {
        Self {
            first,
            second,
            one_at_a_time: Mutex::new(()),
        }
    }

    /// Brings the one that is behind up to date, and gives what both have then.
    async fn level(&self) -> Result<Vec<Erasure>, StoreError> {
        let (first, second) = (self.first.entries().await?, self.second.entries().await?);
        if let Some(missing) = first.strip_prefix(&second[..]) {
            append_to(&*self.second, missing).await?;
            return Ok(first);
        }
        if let Some(missing) = second.strip_prefix(&first[..]) {
            append_to(&*self.first, missing).await?;
            return Ok(second);
        }
        Err(StoreError::Corrupt(
            "the two ledgers of erasures differ before their ends; compare both with the audit trail".to_owned(),
        ))
    }
}

async fn append_to(ledger: &dyn ErasureLedger, missing: &[Erasure]) -> Result<(), StoreError> {
    if missing.is_empty() {
        return Ok(());
    }
    tracing::warn!(
        entries = missing.len(),
        "a ledger of erasures was behind the other and is brought up to date"
    );
    ledger.append(missing).await
}

#[async_trait]
impl ErasureLedger for TwofoldErasures {
    async fn append(&self, entries: &[Erasure]) -> Result<(), StoreError> {
        let _alone = self.one_at_a_time.lock().await;
        self.level().await?;
        self.first.append(entries).await?;
        self.second.append(entries).await
    }

    async fn entries(&self) -> Result<Vec<Erasure>, StoreError> {
        let _alone = self.one_at_a_time.lock().await;
        self.level().await
    }
}

fn bytes_of(entry: &Erasure) -> Vec<u8> {
    [&entry.patient.0[..], &entry.at.to_be_bytes(), &entry.mac].concat()
}

fn entry_of(bytes: &Bytes) -> Option<Erasure> {
    let (patient, rest) = bytes.split_first_chunk()?;
    let (at, mac) = number_first(rest)?;
    (bytes.len() == ENTRY_BYTES).then_some(Erasure {
        patient: PatientId(*patient),
        at,
        mac: mac.try_into().ok()?,
    })
}
