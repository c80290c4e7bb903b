//! The port of the audit trail, on Redis.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_audit::model::Seq;
use wardline_audit::port::{
    AuditStore, Commit as TrailCommit, Committed, Head, Posting, RowKey, RowKind, StoredCheckpoint,
};
use wardline_audit::tree::{Hash, NodeId};
use wardline_kernel::StoreError;

use super::RedisAudit;
use super::rows::{self, Place};
use crate::bits::{self, place_of, stretch_of};
use crate::call::Class;
use crate::codec::{damaged, number_first, number_last};
use crate::commit::{Answer, Commit, HEAD, Span};
use crate::fields::{all_fields, field};
use crate::ordered::{self, MAX_ROWS, Way};

const ONLY_APPENDS: &str = "the trail's user on Redis (redis.audit_user) only appends; to drop what is past its time, let \
                            Wardline sign in as a user that may remove";

#[async_trait]
impl AuditStore for RedisAudit {
    async fn commit(&self, commit: TrailCommit) -> Result<Committed, StoreError> {
        if self.only_appends && !commit.removals.is_empty() {
            return Err(StoreError::Unavailable(ONLY_APPENDS.to_owned()));
        }
        let mut turn = self.writer.turn().await;
        let commit = steps_of(Commit::new(self.writer.tag()), commit);
        match turn.send(commit, Class::Acknowledged).await? {
            Answer::Done => Ok(Committed::Done),
            Answer::Refused(refused) => {
                let size = number_first(&refused.found).map(|(size, _)| size);
                let size = size.ok_or_else(|| damaged("the size of the audit trail"))?;
                Ok(Committed::Conflict { size })
            }
            Answer::Gap { .. } => Err(damaged("the answer to a commit of the audit trail")),
        }
    }

    async fn head(&self) -> Result<Option<Head>, StoreError> {
        self.writer.settle().await?;
        let stored = self.field(HEAD, rows::END).await?;
        let head = stored.map(|head| {
            Head::from_bytes(&head).ok_or_else(|| damaged("the end of the audit trail"))
        });
        head.transpose()
    }

    async fn leaves(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Bytes)>, StoreError> {
        self.writer.settle().await?;
        let mut leaves = Vec::new();
        for stretch in self.stretches(from.0, u64::MAX, Way::Up).await? {
            let mut seqs = self.bits(rows::present(stretch), stretch, Way::Up).await?;
            seqs.retain(|seq| *seq >= from.0);
            seqs.truncate(limit - leaves.len());
            for some in seqs.chunks(MAX_ROWS) {
                self.read_leaves(some, &mut leaves).await?;
            }
            if leaves.len() >= limit {
                break;
            }
        }
        Ok(leaves)
    }

    async fn postings(
        &self,
        posting: Posting,
        range: Range<Seq>,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        self.writer.settle().await?;
        let Some(last) = range
            .end
            .0
            .checked_sub(1)
            .filter(|last| *last >= range.start.0)
        else {
            return Ok(Vec::new());
        };
        let way = if newest_first { Way::Down } else { Way::Up };
        let range = (range.start.0, last);
        match rows::place(posting) {
            Place::Bits(kind) => self.of_kind(kind, range, way, limit).await,
            Place::Table(table, begins) => self.of_token(table, &begins, range, (way, limit)).await,
        }
    }

    async fn node(&self, node: NodeId) -> Result<Option<Hash>, StoreError> {
        let stored = self.field(rows::NODES, &rows::node(node)).await?;
        let hash = stored.map(|hash| Hash::try_from(&*hash));
        hash.transpose()
            .map_err(|_| damaged("a hash of the audit trail's tree"))
    }

    async fn checkpoints(
        &self,
        beyond: u64,
        limit: usize,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        let Some(span) = Span::all().beyond(&beyond.to_be_bytes()) else {
            return Ok(Vec::new());
        };
        let found = self
            .rows_of(rows::CHECKPOINTS, &span, Way::Up, limit)
            .await?;
        found.iter().map(checkpoint).collect()
    }

    async fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreError> {
        let all = Span::all();
        let found = self.rows_of(rows::CHECKPOINTS, &all, Way::Down, 1).await?;
        found.first().map(checkpoint).transpose()
    }

    async fn row(&self, key: RowKey) -> Result<Option<Bytes>, StoreError> {
        let table = self.writer.tag().key(rows::row_table(key.kind()));
        let table = (self.writer.tag(), &table);
        Ok(ordered::row(self.writer.redis(), table, &rows::row_key(key)).await?)
    }

    async fn rows(
        &self,
        kind: RowKind,
        after: Option<RowKey>,
        limit: usize,
    ) -> Result<Vec<(RowKey, Bytes)>, StoreError> {
        let span = match after {
            None => Some(Span::all()),
            Some(after) => Span::all().beyond(&rows::row_key(after)),
        };
        let Some(span) = span else {
            return Ok(Vec::new());
        };
        let table = rows::row_table(kind);
        let found = self.rows_of(table, &span, Way::Up, limit).await?;
        let rows = found.iter().map(|member| rows::row_of(kind, member));
        let rows: Option<_> = rows.collect();
        rows.ok_or_else(|| damaged("a row of the audit trail"))
    }
}

impl RedisAudit {
    async fn field(&self, suffix: &[u8], name: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let key = self.writer.tag().key(suffix);
        Ok(field(self.writer.redis(), (self.writer.tag(), &key), name).await?)
    }

    async fn rows_of(
        &self,
        suffix: &[u8],
        span: &Span,
        way: Way,
        limit: usize,
    ) -> Result<Vec<Bytes>, StoreError> {
        let key = self.writer.tag().key(suffix);
        let table = (self.writer.tag(), &key);
        Ok(ordered::rows(self.writer.redis(), table, span, way, limit).await?)
    }

    /// Stretches that hold leaves of a range.
    async fn stretches(&self, first: u64, last: u64, way: Way) -> Result<Vec<u64>, StoreError> {
        let key = self.writer.tag().key(rows::STRETCHES);
        let all = all_fields(self.writer.redis(), (self.writer.tag(), &key)).await?;
        let all: Option<Vec<u64>> = all.iter().map(|(name, _)| number_last(name)).collect();
        let mut all = all.ok_or_else(|| damaged("a stretch of the audit trail"))?;
        all.retain(|stretch| (stretch_of(first)..=stretch_of(last)).contains(stretch));
        all.sort_unstable();
        if way == Way::Down {
            all.reverse();
        }
        Ok(all)
    }

    async fn bits(&self, suffix: Vec<u8>, stretch: u64, way: Way) -> Result<Vec<u64>, StoreError> {
        let key = self.writer.tag().key(suffix);
        let bits = bits::read(self.writer.redis(), self.writer.tag(), &[key]).await?;
        let ids = bits.first().map(|bits| bits.ids(stretch, way));
        Ok(ids.unwrap_or_default())
    }

    async fn read_leaves(
        &self,
        seqs: &[u64],
        leaves: &mut Vec<(Seq, Bytes)>,
    ) -> Result<(), StoreError> {
        let commands = seqs.iter().map(|seq| {
            let mut command = crate::command("HGET");
            let key = self.writer.tag().key(rows::leaves(*seq));
            command.arg(key).arg(&seq.to_be_bytes()[..]);
            command
        });
        let redis = self.writer.redis();
        let found = redis
            .read_many(self.writer.tag(), commands.collect())
            .await?;
        for (seq, reply) in seqs.iter().zip(found) {
            // One that is not there any more was removed between the two readings.
            if let Some(leaf) = reply?.optional() {
                leaves.push((Seq(*seq), leaf.bytes()?));
            }
        }
        Ok(())
    }

    async fn of_kind(
        &self,
        kind: u8,
        (first, last): (u64, u64),
        way: Way,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        let mut found = Vec::new();
        for stretch in self.stretches(first, last, way).await? {
            let seqs = self.bits(rows::kinds(kind, stretch), stretch, way).await?;
            let seqs = seqs.into_iter().filter(|seq| (first..=last).contains(seq));
            found.extend(seqs.map(Seq).take(limit - found.len()));
            if found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }

    async fn of_token(
        &self,
        table: Vec<u8>,
        begins: &[u8],
        (first, last): (u64, u64),
        (way, limit): (Way, usize),
    ) -> Result<Vec<Seq>, StoreError> {
        let member = |seq: u64| [begins, &seq.to_be_bytes()].concat();
        let span = Span::between(&member(first), &member(last));
        let found = self.rows_of(&table, &span, way, limit).await?;
        let seqs: Option<Vec<Seq>> = found.iter().map(|row| number_last(row).map(Seq)).collect();
        seqs.ok_or_else(|| damaged("what finds records of the audit trail"))
    }
}

fn checkpoint(member: &Bytes) -> Result<StoredCheckpoint, StoreError> {
    rows::checkpoint_of(member).ok_or_else(|| damaged("a checkpoint of the audit trail"))
}

fn steps_of(mut steps: Commit, commit: TrailCommit) -> Commit {
    let nothing = 0_u64.to_be_bytes();
    let expected = commit.expected_size.to_be_bytes();
    steps.expect_field(HEAD, rows::SIZE, &expected, &nothing);
    if commit.leaves.is_empty() {
        steps.also_when_full();
    }
    let mut bits: BTreeMap<Vec<u8>, BTreeSet<u64>> = BTreeMap::new();
    for leaf in commit.leaves {
        let seq = leaf.seq.0;
        steps.set_once(&rows::leaves(seq), &seq.to_be_bytes(), &leaf.bytes);
        let place = place_of(seq);
        bits.entry(rows::present(stretch_of(seq)))
            .or_default()
            .insert(place);
        steps.widen(rows::STRETCHES, &rows::stretch_field(seq), (seq, seq));
        for posting in leaf.postings {
            match rows::place(posting) {
                Place::Bits(kind) => {
                    let key = rows::kinds(kind, stretch_of(seq));
                    bits.entry(key).or_default().insert(place);
                }
                Place::Table(table, begins) => {
                    steps.add(&table, &[&begins[..], &seq.to_be_bytes()].concat());
                }
            }
        }
    }
    for (key, places) in &bits {
        steps.set_bits(key, places);
    }
    for removal in commit.removals {
        let seq = removal.seq.0;
        steps.unset(&rows::leaves(seq), &[seq.to_be_bytes().to_vec()]);
        for posting in removal.postings {
            match rows::place(posting) {
                Place::Bits(kind) => {
                    steps.clear_bit(&rows::kinds(kind, stretch_of(seq)), place_of(seq), None);
                }
                Place::Table(table, begins) => {
                    steps.remove(&table, &[&begins[..], &seq.to_be_bytes()].concat());
                }
            }
        }
        let field = rows::stretch_field(seq);
        let told = Some((rows::STRETCHES, &field[..]));
        steps.clear_bit(&rows::present(stretch_of(seq)), place_of(seq), told);
    }
    for (node, hash) in commit.nodes {
        steps.set(rows::NODES, &rows::node(node), &hash);
    }
    for (key, row) in commit.rows {
        let (table, key) = (rows::row_table(key.kind()), rows::row_key(key));
        match row {
            Some(row) => steps.put_row(table, &key, &row),
            None => steps.remove_rows(table, &Span::of(&key)),
        }
    }
    if let Some(checkpoint) = commit.checkpoint {
        let size = checkpoint.size.to_be_bytes();
        steps.add(
            rows::CHECKPOINTS,
            &[&size[..], checkpoint.note.as_bytes()].concat(),
        );
    }
    let size = commit.head.tree.size().to_be_bytes();
    steps.set(HEAD, rows::SIZE, &size);
    steps.set(HEAD, rows::END, &commit.head.to_bytes());
    steps
}
