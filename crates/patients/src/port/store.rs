//! The port to the store, and its contract. Each numbered sentence has a test of the same name in
//! `testkit::conformance::patients`; every adapter runs all of them.
//!
//! A record is a head, and for each version a manifest and the envelopes of the values that the version set. Envelopes
//! and manifests are written once and never changed.
//!
//! 1. A commit writes all of its writes or none: heads, manifests, envelopes and index entries of one or two patients
//!    together.
//! 2. A write that expects version 0 begins a record; when there is one, or was one that is erased, the commit is
//!    answered `Conflict`.
//! 3. A write that expects version n makes version n + 1 of a record of version n; of another version, or none, the
//!    commit is answered `Conflict`. When it says that something was overtaken, nothing was written.
//! 4. Of commits at the same time that expect the same version, one is `Done`.
//! 5. A write names all tokens of the patient: those that it does not name lead to the patient no more.
//! 6. A token of [`Indexed::RecordNumber`] leads to one patient: a commit that gives it to a second one is answered
//!    `Taken` and changes nothing. The others may lead to many.
//! 7. When a commit returns `Done`, it survives the loss of the process and of power; so does an erasure.
//! 8. An erasure takes away the key, all manifests, envelopes and index entries of the patients; the head stays, without
//!    a key. It may be repeated, and of a patient that never was it leaves such a head.
//! 9. Patients of a token are found in the order of their ids, after a given one, at most as many as asked for.
//! 10. Manifests are listed from a version downwards, at most as many as asked for.
//! 11. A rewrap replaces a wrapped key by another if it is still the one that is told; otherwise it changes nothing and
//!     says so. It changes no version.
//! 12. What is stored is given back byte for byte; what is not there is `None`.
//! 13. Heads are listed in the order of the patients' ids, after a given one, at most as many as asked for.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use wardline_kernel::{StoreError, UnixMillis};
use wardline_phi::{DataKeyId, Token, WrappedKey};

use crate::model::PatientId;

/// Writes of a commit at most.
pub const MAX_WRITES: usize = 2;
/// Rows of a page at most.
pub const MAX_PAGE: usize = 1_000;

/// What a token is of. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Indexed {
    /// A medical record number with its authority: unique.
    RecordNumber = 1,
    /// A medical record number of any authority.
    AnyRecordNumber = 2,
    /// A social security number, shortened.
    Ssn = 3,
    /// Name and date of birth, shortened.
    NameBirth = 4,
}

/// A blind token that leads to patients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IndexToken {
    /// Of what.
    pub indexed: Indexed,
    /// The token; what was cut off it is zero.
    pub token: Token,
}

/// A patient's key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredKey {
    /// Its id, unique for the patient.
    pub id: DataKeyId,
    /// The key, wrapped for this patient.
    pub wrapped: WrappedKey,
    /// When it was made.
    pub created_at: UnixMillis,
}

/// What is known of a record without a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The newest version.
    pub version: u64,
    /// The key; none when the record is erased.
    pub key: Option<StoredKey>,
}

/// The next version of one record.
#[derive(Clone, Debug)]
pub struct Write {
    /// Whose.
    pub patient: PatientId,
    /// The version that it follows; 0 begins a record.
    pub expected: u64,
    /// The key of the record.
    pub key: StoredKey,
    /// The sealed manifest of the new version.
    pub manifest: Bytes,
    /// Sealed values that the version sets, each with its number within the version.
    pub values: Vec<(u16, Bytes)>,
    /// All tokens of the patient.
    pub tokens: BTreeSet<IndexToken>,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It is stored.
    Done,
    /// A record is of another version; 0 when there is none.
    Conflict {
        /// Whose.
        patient: PatientId,
        /// Its version now.
        version: u64,
    },
    /// Another patient has a record number.
    Taken {
        /// Which patient.
        by: PatientId,
    },
}

/// The store of records.
#[async_trait]
pub trait PatientStore: Send + Sync + 'static {
    /// Writes versions of one or two records (sentences 1 to 7).
    async fn commit(&self, writes: Vec<Write>) -> Result<Committed, StoreError>;

    /// The head of a record.
    async fn head(&self, patient: PatientId) -> Result<Option<Head>, StoreError>;

    /// The manifest of a version.
    async fn manifest(&self, patient: PatientId, version: u64)
    -> Result<Option<Bytes>, StoreError>;

    /// Manifests from this version downwards (sentence 10).
    async fn manifests(
        &self,
        patient: PatientId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Bytes)>, StoreError>;

    /// Sealed values, each by the version that set it and its number, in the order that was asked for.
    async fn values(
        &self,
        patient: PatientId,
        places: &[(u64, u16)],
    ) -> Result<Vec<Option<Bytes>>, StoreError>;

    /// Patients of a token (sentence 9).
    async fn find(
        &self,
        token: IndexToken,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<PatientId>, StoreError>;

    /// Takes records away for good (sentence 8).
    async fn erase(&self, patients: &[PatientId]) -> Result<(), StoreError>;

    /// Replaces a wrapped key (sentence 11); `false` when it is another meanwhile.
    async fn rewrap(
        &self,
        patient: PatientId,
        from: &StoredKey,
        to: StoredKey,
    ) -> Result<bool, StoreError>;

    /// A page of heads (sentence 13).
    async fn heads(
        &self,
        after: Option<PatientId>,
        limit: usize,
    ) -> Result<Vec<(PatientId, Head)>, StoreError>;
}
