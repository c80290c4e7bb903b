//! The port of records, on Redis.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::StoreError;
use wardline_patients::model::PatientId;
use wardline_patients::port::{
    Committed, Head, IndexToken, MAX_PAGE, PatientStore, StoredKey, Write,
};

use super::RedisPatients;
use super::rows::{self, CommitId, Stored};
use crate::commit::Span;
use crate::fields::{field, fields};
use crate::ordered::{self, MAX_ROWS, Way};

#[async_trait]
impl PatientStore for RedisPatients {
    async fn commit(&self, writes: Vec<Write>) -> Result<Committed, StoreError> {
        self.write(&writes).await
    }

    async fn head(&self, patient: PatientId) -> Result<Option<Head>, StoreError> {
        let head = self.stored_head(patient).await?;
        Ok(head.as_ref().map(Stored::head))
    }

    async fn manifest(
        &self,
        patient: PatientId,
        version: u64,
    ) -> Result<Option<Bytes>, StoreError> {
        let span = Span::of(&rows::version(patient, version));
        let versions = self.versions(patient, &span, Way::Up, 1).await?;
        let Some((version, commit)) = versions.first() else {
            return Ok(None);
        };
        let tag = rows::own_tag(patient);
        let key = tag.key(rows::CONTENT);
        let name = rows::manifest(*version, *commit);
        Ok(field(&self.redis, (&tag, &key), &name).await?)
    }

    async fn manifests(
        &self,
        patient: PatientId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Bytes)>, StoreError> {
        let span = Span::between(&rows::version(patient, 0), &rows::version(patient, from));
        let limit = limit.min(MAX_PAGE);
        let versions = self.versions(patient, &span, Way::Down, limit).await?;
        let names = versions
            .iter()
            .map(|(v, commit)| rows::manifest(*v, *commit));
        let names: Vec<_> = names.collect();
        let tag = rows::own_tag(patient);
        let key = tag.key(rows::CONTENT);
        let found = fields(&self.redis, (&tag, &key), &names).await?;
        let manifests = versions.iter().zip(found);
        // What is missing was erased between the two readings.
        let manifests = manifests.filter_map(|((version, _), found)| Some((*version, found?)));
        Ok(manifests.collect())
    }

    async fn values(
        &self,
        patient: PatientId,
        places: &[(u64, u16)],
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        let commits = self.commits_of(patient, places).await?;
        let names = places.iter().map(|(version, number)| {
            // A version that nothing leads to has values of no name.
            let commit = commits.get(version)?;
            Some(rows::value(*version, *commit, *number))
        });
        let names: Vec<Vec<u8>> = names.map(Option::unwrap_or_default).collect();
        let tag = rows::own_tag(patient);
        let key = tag.key(rows::CONTENT);
        Ok(fields(&self.redis, (&tag, &key), &names).await?)
    }

    async fn find(
        &self,
        token: IndexToken,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<PatientId>, StoreError> {
        let span = Span::of(&rows::token(token));
        let span = match after {
            None => Some(span),
            Some(after) => span.beyond(&rows::found(token, after)),
        };
        let Some(span) = span else {
            return Ok(Vec::new());
        };
        let key = self.tag.key(rows::index(token));
        let limit = limit.min(MAX_PAGE);
        let found = ordered::rows(&self.redis, (&self.tag, &key), &span, Way::Up, limit).await?;
        found.iter().map(rows::patient_found).collect()
    }

    async fn erase(&self, patients: &[PatientId]) -> Result<(), StoreError> {
        for patient in patients {
            self.erase_one(*patient).await?;
        }
        Ok(())
    }

    async fn rewrap(
        &self,
        patient: PatientId,
        from: &StoredKey,
        to: StoredKey,
    ) -> Result<bool, StoreError> {
        self.replace_key(patient, from, &to).await
    }

    async fn heads(
        &self,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<(PatientId, Head)>, StoreError> {
        let span = match after {
            None => Some(Span::all()),
            Some(after) => Span::all().beyond(&after.0),
        };
        let Some(span) = span else {
            return Ok(Vec::new());
        };
        let key = self.tag.key(rows::HEADS);
        let limit = limit.min(MAX_PAGE);
        let found = ordered::rows(&self.redis, (&self.tag, &key), &span, Way::Up, limit).await?;
        let heads = found.iter().map(|member| {
            let stored = rows::stored(member)?;
            Ok((stored.patient, stored.head()))
        });
        heads.collect()
    }
}

impl RedisPatients {
    pub(super) async fn stored_head(
        &self,
        patient: PatientId,
    ) -> Result<Option<Stored>, StoreError> {
        let key = self.tag.key(rows::HEADS);
        let span = Span::of(&patient.0);
        let found = ordered::rows(&self.redis, (&self.tag, &key), &span, Way::Up, 1).await?;
        found.first().map(|member| rows::stored(member)).transpose()
    }

    /// Versions of a span, each with the commit that made it.
    async fn versions(
        &self,
        patient: PatientId,
        span: &Span,
        way: Way,
        limit: usize,
    ) -> Result<Vec<(u64, CommitId)>, StoreError> {
        let key = self.tag.key(rows::versions(patient));
        let found = ordered::rows(&self.redis, (&self.tag, &key), span, way, limit).await?;
        found.iter().map(rows::version_of).collect()
    }

    /// The commits that made the versions of these places.
    async fn commits_of(
        &self,
        patient: PatientId,
        places: &[(u64, u16)],
    ) -> Result<BTreeMap<u64, CommitId>, StoreError> {
        let mut commits = BTreeMap::new();
        let first = places.iter().map(|(version, _)| *version).min();
        let last = places.iter().map(|(version, _)| *version).max();
        let (Some(first), Some(last)) = (first, last) else {
            return Ok(commits);
        };
        let last = rows::version(patient, last);
        let mut next = Some(Span::between(&rows::version(patient, first), &last));
        while let Some(span) = next.take() {
            let found = self.versions(patient, &span, Way::Up, MAX_ROWS).await?;
            if let Some((version, _)) = found.last().filter(|_| found.len() == MAX_ROWS) {
                next = span.beyond(&rows::version(patient, *version));
            }
            commits.extend(found);
        }
        Ok(commits)
    }
}
