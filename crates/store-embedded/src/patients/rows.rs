//! What stands in the tables of records.
//!
//! | table | key | value |
//! |---|---|---|
//! | patients | 0, patient | the head: version, and the wrapped key unless it is erased |
//! | patients | 1, what is indexed, token, patient | nothing |
//! | patients | 2, patient, what is indexed, token | nothing: which tokens lead to a patient |
//! | patient-versions | patient, version, 0 | the sealed manifest |
//! | patient-versions | patient, version, 1, number | a sealed value |
//!
//! Numbers are big-endian, so that rows stand in the order of their keys.

use wardline_kernel::StoreError;
use wardline_patients::model::PatientId;
use wardline_patients::port::{Head, IndexToken, Indexed};

use crate::codec;
use crate::engine::{Key, Table, Value};
use crate::error::damaged;

const HEAD: u8 = 0;
const FOUND: u8 = 1;
const TOKENS: u8 = 2;
const MANIFEST: u8 = 0;
const VALUE: u8 = 1;

pub(super) const HEADS: [u8; 1] = [HEAD];
pub(super) const BEYOND_HEADS: [u8; 1] = [HEAD + 1];

pub(super) fn head(patient: PatientId) -> Key {
    Key::from([&[HEAD], &patient.0[..]].concat())
}

pub(super) fn patient_of_head(key: &[u8]) -> Result<PatientId, StoreError> {
    let id = key.strip_prefix(&HEADS).and_then(|id| id.try_into().ok());
    id.map(PatientId)
        .ok_or_else(|| damaged("a key of the table of patients"))
}

pub(super) fn head_value(head: &Head) -> Result<Value, StoreError> {
    codec::encode(head)
}

pub(super) fn head_of(value: &[u8]) -> Result<Head, StoreError> {
    codec::decode(Table::Patients, value)
}

/// What finds patients by this token.
pub(super) fn found_prefix(token: IndexToken) -> Vec<u8> {
    [&[FOUND, number(token.indexed)], &token.token[..]].concat()
}

pub(super) fn found(token: IndexToken, patient: PatientId) -> Key {
    Key::from([found_prefix(token), patient.0.to_vec()].concat())
}

/// The patient at the end of a key of what finds it.
pub(super) fn patient_of_found(key: &[u8]) -> Result<PatientId, StoreError> {
    let id = key.last_chunk().copied().filter(|_| key.len() == 34);
    id.map(PatientId)
        .ok_or_else(|| damaged("a key of the index of patients"))
}

pub(super) fn tokens_prefix(patient: PatientId) -> Vec<u8> {
    [&[TOKENS], &patient.0[..]].concat()
}

pub(super) fn token(patient: PatientId, token: IndexToken) -> Key {
    let prefix = tokens_prefix(patient);
    Key::from([&prefix[..], &[number(token.indexed)], &token.token[..]].concat())
}

pub(super) fn token_of(key: &[u8]) -> Result<IndexToken, StoreError> {
    let token = || {
        let (indexed, token) = key.get(17..)?.split_first()?;
        Some(IndexToken {
            indexed: indexed_of(*indexed)?,
            token: token.try_into().ok()?,
        })
    };
    token().ok_or_else(|| damaged("a key of the index of patients"))
}

pub(super) fn manifest(patient: PatientId, version: u64) -> Key {
    let version = version.to_be_bytes();
    Key::from([&patient.0[..], &version, &[MANIFEST]].concat())
}

/// The version, of a manifest's key; `None` of a value's.
pub(super) fn version_of(key: &[u8]) -> Option<u64> {
    let (version, kind) = key.get(16..)?.split_first_chunk::<8>()?;
    (kind == [MANIFEST]).then(|| u64::from_be_bytes(*version))
}

pub(super) fn value(patient: PatientId, version: u64, number: u16) -> Key {
    let (version, number) = (version.to_be_bytes(), number.to_be_bytes());
    Key::from([&patient.0[..], &version, &[VALUE], &number].concat())
}

/// The number is stored: it never changes.
const fn number(indexed: Indexed) -> u8 {
    match indexed {
        Indexed::RecordNumber => 1,
        Indexed::AnyRecordNumber => 2,
        Indexed::Ssn => 3,
        Indexed::NameBirth => 4,
    }
}

const fn indexed_of(number: u8) -> Option<Indexed> {
    Some(match number {
        1 => Indexed::RecordNumber,
        2 => Indexed::AnyRecordNumber,
        3 => Indexed::Ssn,
        4 => Indexed::NameBirth,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENT: PatientId = PatientId([7; 16]);

    #[test]
    fn what_a_key_stands_for_is_read_back() {
        for indexed in [
            Indexed::RecordNumber,
            Indexed::AnyRecordNumber,
            Indexed::Ssn,
            Indexed::NameBirth,
        ] {
            let its = IndexToken {
                indexed,
                token: [9; 16],
            };

            assert_eq!(token_of(&token(PATIENT, its)).unwrap(), its);
            assert_eq!(patient_of_found(&found(its, PATIENT)).unwrap(), PATIENT);
        }
        assert_eq!(patient_of_head(&head(PATIENT)).unwrap(), PATIENT);
        assert_eq!(version_of(&manifest(PATIENT, 258)), Some(258));
        assert_eq!(version_of(&value(PATIENT, 258, 3)), None);
    }

    #[test]
    fn what_is_no_key_is_damage() {
        assert!(token_of(&[2; 33]).is_err());
        assert!(patient_of_head(&[0; 16]).is_err());
        assert!(patient_of_found(&[1; 33]).is_err());
        assert_eq!(version_of(&[0; 16]), None);
    }

    #[test]
    fn versions_stand_in_their_order_each_with_its_values() {
        let keys = [
            manifest(PATIENT, 1),
            value(PATIENT, 1, 0),
            value(PATIENT, 1, 256),
            manifest(PATIENT, 2),
            manifest(PATIENT, 256),
        ];

        assert!(keys.is_sorted());
    }
}
