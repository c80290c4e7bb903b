//! What stands in Redis for records.
//!
//! | key | type | content |
//! |---|---|---|
//! | `{p}:h` | ordered table | patient; the head: version, the commit that made it, key, tokens |
//! | `{p}:v:<bucket>` | ordered table | patient, version, the commit that made it |
//! | `{p}:i:<bucket>` | ordered table | what is indexed, token, patient |
//! | `{p:<patient>}:c` | hash | `m`, version, commit → the sealed manifest |
//! | `{p:<patient>}:c` | hash | `v`, version, commit, number → a sealed value |
//! | `{p:<patient>}:c` | hash | `erased` → the record was taken away, and nothing is put here any more |
//!
//! Numbers are big-endian; a commit is named by 8 random bytes.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use wardline_kernel::StoreError;
use wardline_patients::model::PatientId;
use wardline_patients::port::{Head, IndexToken, Indexed, StoredKey};

use crate::codec::{bucket, damaged, decode, encode, number_first};
use crate::tag::Tag;

pub(super) const HEADS: &[u8] = b":h";
pub(super) const CONTENT: &[u8] = b":c";
pub(super) const ERASED: &[u8] = b"erased";

/// What tells one commit from another.
pub(super) type CommitId = [u8; 8];

/// A head as it is stored, behind the patient, the version and the commit that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HeadRow {
    pub(super) key: Option<StoredKey>,
    pub(super) tokens: Vec<IndexToken>,
}

/// A head that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) patient: PatientId,
    pub(super) version: u64,
    pub(super) commit: CommitId,
    pub(super) row: HeadRow,
}

impl Stored {
    pub(super) fn head(&self) -> Head {
        Head {
            version: self.version,
            key: self.row.key.clone(),
        }
    }

    /// How the row begins.
    pub(super) fn begins(&self) -> Vec<u8> {
        begins(self.patient, self.version, self.commit)
    }

    /// The whole row.
    pub(super) fn member(&self) -> Result<Vec<u8>, StoreError> {
        Ok([self.begins(), encode(&self.row)?].concat())
    }
}

/// How the row of a head begins.
pub(super) fn begins(patient: PatientId, version: u64, commit: CommitId) -> Vec<u8> {
    [&patient.0[..], &version.to_be_bytes(), &commit].concat()
}

pub(super) fn stored(member: &[u8]) -> Result<Stored, StoreError> {
    let head = || {
        let (patient, rest) = member.split_first_chunk()?;
        let (version, rest) = number_first(rest)?;
        let (commit, rest) = rest.split_first_chunk()?;
        Some((PatientId(*patient), version, *commit, rest))
    };
    let (patient, version, commit, rest) = head().ok_or_else(|| damaged("a patient's head"))?;
    Ok(Stored {
        patient,
        version,
        commit,
        row: decode("a patient's head", rest)?,
    })
}

/// The tag of a patient's own keys.
pub(super) fn own_tag(patient: PatientId) -> Tag {
    Tag::new(format!("p:{patient}"))
}

pub(super) fn versions(patient: PatientId) -> Vec<u8> {
    format!(":v:{}", bucket(&patient.0)).into_bytes()
}

pub(super) fn version(patient: PatientId, version: u64) -> Vec<u8> {
    [&patient.0[..], &version.to_be_bytes()].concat()
}

/// The version and the commit that made it, of a row of versions.
pub(super) fn version_of(member: &Bytes) -> Result<(u64, CommitId), StoreError> {
    let read = || {
        let (version, commit) = number_first(member.get(16..)?)?;
        Some((version, commit.try_into().ok()?))
    };
    read().ok_or_else(|| damaged("a version of a record"))
}

pub(super) fn index(token: IndexToken) -> Vec<u8> {
    format!(":i:{}", bucket(&token.token)).into_bytes()
}

/// What the members of a token begin with.
pub(super) fn token(token: IndexToken) -> Vec<u8> {
    // The number is stored: it never changes.
    let indexed = match token.indexed {
        Indexed::RecordNumber => 1,
        Indexed::AnyRecordNumber => 2,
        Indexed::Ssn => 3,
        Indexed::NameBirth => 4,
    };
    [&[indexed][..], &token.token].concat()
}

pub(super) fn found(its: IndexToken, patient: PatientId) -> Vec<u8> {
    [&token(its)[..], &patient.0].concat()
}

pub(super) fn patient_found(member: &Bytes) -> Result<PatientId, StoreError> {
    let id = member.last_chunk().copied().filter(|_| member.len() == 33);
    id.map(PatientId)
        .ok_or_else(|| damaged("what finds a patient"))
}

pub(super) fn manifest(version: u64, commit: CommitId) -> Vec<u8> {
    [&b"m"[..], &version.to_be_bytes(), &commit].concat()
}

pub(super) fn value(version: u64, commit: CommitId, number: u16) -> Vec<u8> {
    let (version, number) = (version.to_be_bytes(), number.to_be_bytes());
    [&b"v"[..], &version, &commit, &number].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENT: PatientId = PatientId([7; 16]);

    #[test]
    fn heads_versions_and_tokens_are_read_back() {
        let its = IndexToken {
            indexed: Indexed::Ssn,
            token: [9; 16],
        };
        let head = Stored {
            patient: PATIENT,
            version: 258,
            commit: [3; 8],
            row: HeadRow {
                key: None,
                tokens: vec![its],
            },
        };

        assert_eq!(stored(&head.member().unwrap()).unwrap(), head);
        let member = Bytes::from([&version(PATIENT, 258)[..], &[3; 8]].concat());
        assert_eq!(version_of(&member).unwrap(), (258, [3; 8]));
        let member = Bytes::from(found(its, PATIENT));
        assert_eq!(patient_found(&member).unwrap(), PATIENT);
    }

    #[test]
    fn what_is_cut_short_is_damage() {
        assert!(stored(&[0; 31]).is_err());
        assert!(version_of(&Bytes::from_static(&[0; 31])).is_err());
        assert!(patient_found(&Bytes::from_static(&[0; 32])).is_err());
    }
}
