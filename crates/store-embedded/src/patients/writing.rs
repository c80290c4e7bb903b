//! Whether a change of records is made, and what it writes. Runs on the writer's thread, so nothing changes in between.

use std::collections::{BTreeMap, BTreeSet};

use wardline_kernel::StoreError;
use wardline_patients::model::PatientId;
use wardline_patients::port::{Committed, Head, IndexToken, Indexed, StoredKey, Write};

use super::rows;
use crate::engine::{Engine, Row, Table, Value, View};

/// What is to be changed.
pub(crate) enum Change {
    /// The next versions of records.
    Commit(Vec<Write>),
    /// Records to be taken away for good.
    Erase(Vec<PatientId>),
    /// A key that was wrapped anew. When it is another meanwhile, the answer is a conflict.
    Rewrap {
        patient: PatientId,
        from: StoredKey,
        to: StoredKey,
    },
}

/// What becomes of a change.
pub(crate) enum Decided {
    /// These rows are written, and then it is done.
    Write(Vec<Row>),
    /// It changes nothing.
    Not(Committed),
}

impl Change {
    pub(crate) fn is_erasure(&self) -> bool {
        matches!(self, Self::Erase(_))
    }

    /// About how many bytes it writes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Commit(writes) => {
                let values = writes.iter().flat_map(|write| &write.values);
                let values: usize = values.map(|(_, value)| value.len()).sum();
                let manifests: usize = writes.iter().map(|write| write.manifest.len()).sum();
                values.saturating_add(manifests)
            }
            Self::Erase(_) => 0,
            Self::Rewrap { to, .. } => to.wrapped.bytes.len(),
        }
    }
}

/// Compares a change with what there is.
pub(crate) fn decide(engine: &Engine, change: Change) -> Result<Decided, StoreError> {
    let view = engine.view();
    match change {
        Change::Commit(writes) => commit(&view, writes),
        Change::Erase(patients) => {
            let mut writes = Vec::new();
            for patient in patients {
                erase(&view, patient, &mut writes)?;
            }
            Ok(Decided::Write(writes))
        }
        Change::Rewrap { patient, from, to } => {
            let head = stored_head(&view, patient)?;
            match head {
                Some(head) if head.key.as_ref() == Some(&from) => {
                    let key = Some(to);
                    let head = Head { key, ..head };
                    Ok(Decided::Write(vec![head_row(patient, &head)?]))
                }
                head => Ok(Decided::Not(Committed::Conflict {
                    patient,
                    version: head.map_or(0, |head| head.version),
                })),
            }
        }
    }
}

fn commit(view: &View, writes: Vec<Write>) -> Result<Decided, StoreError> {
    for write in &writes {
        let head = stored_head(view, write.patient)?;
        let version = head.as_ref().map_or(0, |head| head.version);
        let is_erased = head.is_some_and(|head| head.key.is_none());
        if version != write.expected || is_erased {
            return Ok(Decided::Not(Committed::Conflict {
                patient: write.patient,
                version,
            }));
        }
    }
    if let Some(by) = taken_by(view, &writes)? {
        return Ok(Decided::Not(Committed::Taken { by }));
    }
    // No key may come twice: of several writes to one the last counts.
    let mut all: BTreeMap<_, Option<Value>> = BTreeMap::new();
    for write in writes {
        let (patient, version) = (write.patient, write.expected.saturating_add(1));
        let head = Head {
            version,
            key: Some(write.key),
        };
        let (table, key, value) = head_row(patient, &head)?;
        all.insert((table, key), value);
        let manifest = Some(Value::from(&*write.manifest));
        all.insert(
            (Table::PatientVersions, rows::manifest(patient, version)),
            manifest,
        );
        for (number, sealed) in write.values {
            let key = rows::value(patient, version, number);
            all.insert((Table::PatientVersions, key), Some(Value::from(&*sealed)));
        }
        let before = stored_tokens(view, patient)?;
        for token in before.difference(&write.tokens) {
            all.insert((Table::Patients, rows::found(*token, patient)), None);
            all.insert((Table::Patients, rows::token(patient, *token)), None);
        }
        for token in write.tokens.difference(&before) {
            let nothing = || Some(Value::from(&[][..]));
            all.insert((Table::Patients, rows::found(*token, patient)), nothing());
            all.insert((Table::Patients, rows::token(patient, *token)), nothing());
        }
    }
    let all = all
        .into_iter()
        .map(|((table, key), value)| (table, key, value));
    Ok(Decided::Write(all.collect()))
}

/// Another patient who would have a record number as well, when all of this is written.
fn taken_by(view: &View, writes: &[Write]) -> Result<Option<PatientId>, StoreError> {
    for write in writes {
        let unique = |token: &&IndexToken| token.indexed == Indexed::RecordNumber;
        for token in write.tokens.iter().filter(unique) {
            let beside = writes.iter().filter(|other| other.patient != write.patient);
            let mut beside = beside.filter(|other| other.tokens.contains(token));
            if let Some(other) = beside.next() {
                return Ok(Some(other.patient));
            }
            let mut found = view.prefix(Table::Patients, &rows::found_prefix(*token));
            while let Some(key) = found.next_key()? {
                let patient = rows::patient_of_found(&key)?;
                // One that is written here too gives it up: it does not name it.
                if !writes.iter().any(|write| write.patient == patient) {
                    return Ok(Some(patient));
                }
            }
        }
    }
    Ok(None)
}

fn erase(view: &View, patient: PatientId, writes: &mut Vec<Row>) -> Result<(), StoreError> {
    let version = stored_head(view, patient)?.map_or(0, |head| head.version);
    writes.push(head_row(patient, &Head { version, key: None })?);
    for token in stored_tokens(view, patient)? {
        writes.push((Table::Patients, rows::found(token, patient), None));
        writes.push((Table::Patients, rows::token(patient, token), None));
    }
    let mut versions = view.prefix(Table::PatientVersions, &patient.0);
    while let Some(key) = versions.next_key()? {
        writes.push((Table::PatientVersions, key, None));
    }
    Ok(())
}

fn stored_head(view: &View, patient: PatientId) -> Result<Option<Head>, StoreError> {
    let stored = view.get(Table::Patients, &rows::head(patient))?;
    stored.map(|value| rows::head_of(&value)).transpose()
}

fn stored_tokens(view: &View, patient: PatientId) -> Result<BTreeSet<IndexToken>, StoreError> {
    let mut tokens = BTreeSet::new();
    let mut stored = view.prefix(Table::Patients, &rows::tokens_prefix(patient));
    while let Some(key) = stored.next_key()? {
        tokens.insert(rows::token_of(&key)?);
    }
    Ok(tokens)
}

fn head_row(patient: PatientId, head: &Head) -> Result<Row, StoreError> {
    let value = rows::head_value(head)?;
    Ok((Table::Patients, rows::head(patient), Some(value)))
}
