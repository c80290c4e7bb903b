//! Changing records: first what is large, then what decides.

use std::collections::BTreeSet;

use wardline_kernel::StoreError;
use wardline_patients::model::PatientId;
use wardline_patients::port::{Committed, IndexToken, Indexed, StoredKey, Write};

use super::RedisPatients;
use super::rows::{self, CommitId, HeadRow, Stored};
use crate::call::Class;
use crate::codec::damaged;
use crate::commit::{Answer, Commit, Span, send};
use crate::lease::random;

/// Times a rewrap or an erasure is tried while others change the same record.
const TRIES: usize = 16;

impl RedisPatients {
    /// The next versions of records.
    pub(super) async fn write(&self, writes: &[Write]) -> Result<Committed, StoreError> {
        let mut heads: Vec<Option<Stored>> = Vec::with_capacity(writes.len());
        for write in writes {
            let head = self.stored_head(write.patient).await?;
            let version = head.as_ref().map_or(0, |head| head.version);
            let is_erased = head.as_ref().is_some_and(|head| head.row.key.is_none());
            if version != write.expected || is_erased {
                let patient = write.patient;
                return Ok(Committed::Conflict { patient, version });
            }
            heads.push(head);
        }
        if let Some(by) = twice(writes) {
            return Ok(Committed::Taken { by });
        }
        let commit: CommitId = random()?;
        for write in writes {
            if let Some(version) = self.put_down(write, commit).await? {
                let patient = write.patient;
                return Ok(Committed::Conflict { patient, version });
            }
        }
        let (deciding, meanings) = self.deciding(writes, &heads, commit)?;
        match send(&self.redis, &deciding, Class::Acknowledged).await? {
            Answer::Done => Ok(Committed::Done),
            Answer::Refused(refused) => {
                let nth = usize::try_from(refused.nth).ok();
                let meaning = nth.and_then(|nth| meanings.get(nth));
                meaning
                    .ok_or_else(|| damaged("the answer to a commit of records"))?
                    .answer(&refused.found)
            }
            Answer::Gap { .. } => Err(damaged("the answer to a commit of records")),
        }
    }

    /// Puts manifest and values of a version where nothing leads to them yet. The version there is when the record was
    /// erased meanwhile.
    async fn put_down(&self, write: &Write, commit: CommitId) -> Result<Option<u64>, StoreError> {
        let mut steps = Commit::new(&rows::own_tag(write.patient));
        let version = write.expected.saturating_add(1);
        steps.expect_field(rows::CONTENT, rows::ERASED, b"", b"");
        let manifest = rows::manifest(version, commit);
        steps.set(rows::CONTENT, &manifest, &write.manifest);
        for (number, sealed) in &write.values {
            steps.set(
                rows::CONTENT,
                &rows::value(version, commit, *number),
                sealed,
            );
        }
        match send(&self.redis, &steps, Class::Acknowledged).await? {
            Answer::Done => Ok(None),
            Answer::Refused(_) | Answer::Gap { .. } => {
                let head = self.stored_head(write.patient).await?;
                Ok(Some(head.map_or(0, |head| head.version)))
            }
        }
    }

    /// The step that decides, and what it means when one of its expectations is not met.
    fn deciding(
        &self,
        writes: &[Write],
        heads: &[Option<Stored>],
        commit: CommitId,
    ) -> Result<(Commit, Vec<Meaning>), StoreError> {
        let mut steps = Commit::new(&self.tag);
        let mut meanings = Vec::new();
        for (write, head) in writes.iter().zip(heads) {
            let begins = head.as_ref().map(Stored::begins).unwrap_or_default();
            let version = write.expected.saturating_add(1);
            let mine = rows::begins(write.patient, version, commit);
            steps.expect_row(rows::HEADS, &Span::of(&write.patient.0), &begins, &mine);
            meanings.push(Meaning::Version(write.patient));
        }
        let written: Vec<[u8; 16]> = writes.iter().map(|write| write.patient.0).collect();
        for token in writes.iter().flat_map(|write| &write.tokens) {
            if token.indexed == Indexed::RecordNumber {
                let span = Span::of(&rows::token(*token));
                steps.expect_only(&rows::index(*token), &span, &written);
                meanings.push(Meaning::Number);
            }
        }
        // What one record gives up another may take: everything is taken away before anything is put.
        for (write, head) in writes.iter().zip(heads) {
            let before = head.iter().flat_map(|head| &head.row.tokens);
            for token in before.filter(|token| !write.tokens.contains(token)) {
                steps.remove(&rows::index(*token), &rows::found(*token, write.patient));
            }
        }
        for (write, head) in writes.iter().zip(heads) {
            let before: BTreeSet<&IndexToken> =
                head.iter().flat_map(|head| &head.row.tokens).collect();
            for token in write.tokens.iter().filter(|token| !before.contains(token)) {
                steps.add(&rows::index(*token), &rows::found(*token, write.patient));
            }
            let version = write.expected.saturating_add(1);
            let head = Stored {
                patient: write.patient,
                version,
                commit,
                row: HeadRow {
                    key: Some(write.key.clone()),
                    tokens: write.tokens.iter().copied().collect(),
                },
            };
            put_head(&mut steps, &head)?;
            let member = [rows::version(write.patient, version), commit.to_vec()].concat();
            steps.add(&rows::versions(write.patient), &member);
        }
        Ok((steps, meanings))
    }

    /// Takes a record away: first what decides, so that nobody is led to it, then what is large.
    pub(super) async fn erase_one(&self, patient: PatientId) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let head = self.stored_head(patient).await?;
            if !self.erase_head(patient, head.as_ref()).await? {
                // Somebody wrote in between.
                continue;
            }
            let mut content = Commit::new(&rows::own_tag(patient));
            content.also_when_full();
            content.empty_but(rows::CONTENT, rows::ERASED, b"1");
            send(&self.redis, &content, Class::Acknowledged).await?;
            return Ok(());
        }
        Err(busy())
    }

    async fn erase_head(
        &self,
        patient: PatientId,
        head: Option<&Stored>,
    ) -> Result<bool, StoreError> {
        let erased = Stored {
            patient,
            version: head.map_or(0, |head| head.version),
            commit: random()?,
            row: HeadRow {
                key: None,
                tokens: Vec::new(),
            },
        };
        let mut steps = Commit::new(&self.tag);
        steps.also_when_full();
        let begins = head.map(Stored::begins).unwrap_or_default();
        let span = Span::of(&patient.0);
        steps.expect_row(rows::HEADS, &span, &begins, &erased.begins());
        for token in head.iter().flat_map(|head| &head.row.tokens) {
            steps.remove(&rows::index(*token), &rows::found(*token, patient));
        }
        steps.remove_rows(&rows::versions(patient), &span);
        put_head(&mut steps, &erased)?;
        Ok(send(&self.redis, &steps, Class::Acknowledged).await? == Answer::Done)
    }

    /// Replaces a wrapped key if it is still this one.
    pub(super) async fn replace_key(
        &self,
        patient: PatientId,
        from: &StoredKey,
        to: &StoredKey,
    ) -> Result<bool, StoreError> {
        for _ in 0..TRIES {
            let Some(head) = self.stored_head(patient).await? else {
                return Ok(false);
            };
            if head.row.key.as_ref() != Some(from) {
                return Ok(false);
            }
            let mut rewrapped = head.clone();
            rewrapped.row.key = Some(to.clone());
            let (before, after) = (head.member()?, rewrapped.member()?);
            let mut steps = Commit::new(&self.tag);
            steps.expect_row(rows::HEADS, &Span::of(&patient.0), &before, &after);
            put_head(&mut steps, &rewrapped)?;
            if send(&self.redis, &steps, Class::Acknowledged).await? == Answer::Done {
                return Ok(true);
            }
        }
        Err(busy())
    }
}

/// What it means that an expectation is not met.
enum Meaning {
    /// The record is of another version.
    Version(PatientId),
    /// Another patient has the record number.
    Number,
}

impl Meaning {
    fn answer(&self, found: &[u8]) -> Result<Committed, StoreError> {
        match self {
            Self::Version(patient) => {
                let version = if found.is_empty() {
                    0
                } else {
                    rows::stored(found)?.version
                };
                let patient = *patient;
                Ok(Committed::Conflict { patient, version })
            }
            Self::Number => {
                let by = found.try_into().map(PatientId);
                by.map(|by| Committed::Taken { by })
                    .map_err(|_| damaged("what finds a patient"))
            }
        }
    }
}

/// Somebody who would have a record number that another one of these has, too.
fn twice(writes: &[Write]) -> Option<PatientId> {
    writes.iter().find_map(|write| {
        let mut others = writes.iter().filter(|other| other.patient != write.patient);
        let both = |other: &&Write| {
            let mut shared = other.tokens.intersection(&write.tokens);
            shared.any(|token| token.indexed == Indexed::RecordNumber)
        };
        others.find(both).map(|other| other.patient)
    })
}

fn put_head(steps: &mut Commit, head: &Stored) -> Result<(), StoreError> {
    let member = head.member()?;
    let rest = member.get(16..).unwrap_or_default();
    steps.put_row(rows::HEADS, &head.patient.0, rest);
    Ok(())
}

fn busy() -> StoreError {
    StoreError::Unavailable("others change this record all the time; try again".to_owned())
}
