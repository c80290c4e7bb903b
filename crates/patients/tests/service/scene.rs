//! What the specifications start from: a service over stores in memory, and a patient.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use wardline_access::model::{DataType, TypeSet};
use wardline_kernel::ManualClock;
use wardline_patients::model::{Change, Field, FieldPath, Labels, PatientId};
use wardline_patients::{OperationError, Patients, PatientsParts, Selection, Settings, Written};
use wardline_phi::KeyFile;
use wardline_testkit::{MemoryLedger, MemoryPatients};

/// 2026-11-21T12:00:00Z.
pub(crate) const NOW: u64 = 1_795_262_400_000;
pub(crate) const BY: &str = "user-7";

pub(crate) struct Scene {
    pub(crate) file: KeyFile,
    pub(crate) store: MemoryPatients,
    pub(crate) ledger: MemoryLedger,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) patients: Patients,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let file = KeyFile::generate().unwrap();
        let (store, ledger) = (MemoryPatients::default(), MemoryLedger::default());
        let clock = Arc::new(ManualClock::at(NOW));
        let patients = open(&file, &store, &ledger, &clock).await.unwrap();
        Self {
            file,
            store,
            ledger,
            clock,
            patients,
        }
    }

    /// A new process on what is stored.
    pub(crate) async fn reopened(&self) -> Result<Patients, OperationError> {
        open(&self.file, &self.store, &self.ledger, &self.clock).await
    }

    pub(crate) async fn create(&self, values: &[(Field, Value)]) -> Written {
        self.patients.create(change(values), BY).await.unwrap()
    }

    /// Ada Zebrowski, with everything that people are found by.
    pub(crate) async fn ada(&self) -> PatientId {
        self.create(&ada()).await.patient
    }

    pub(crate) async fn update(
        &self,
        patient: PatientId,
        expected: u64,
        values: &[(Field, Value)],
    ) -> Result<Written, OperationError> {
        let change = change(values);
        self.patients.update(patient, expected, change, BY).await
    }

    /// Everything of a record that has no restricting labels, by path.
    pub(crate) async fn all(&self, patient: PatientId) -> BTreeMap<String, Value> {
        self.seen(patient, TypeSet::all()).await.unwrap()
    }

    pub(crate) async fn seen(
        &self,
        patient: PatientId,
        types: TypeSet,
    ) -> Result<BTreeMap<String, Value>, OperationError> {
        let record = self.patients.read(patient, &Selection::of(types)).await?;
        let fields = record.fields.iter();
        Ok(fields
            .map(|(path, field)| (path.to_string(), field.value.to_json().unwrap()))
            .collect())
    }
}

pub(crate) async fn open(
    file: &KeyFile,
    store: &MemoryPatients,
    ledger: &MemoryLedger,
    clock: &Arc<ManualClock>,
) -> Result<Patients, OperationError> {
    let parts = PatientsParts {
        store: Arc::new(store.clone()),
        ledger: Arc::new(ledger.clone()),
        provider: Arc::new(file.provider()),
        blind_index: Arc::new(file.blind_index()),
        clock: clock.clone(),
    };
    Patients::open(parts, Settings::default()).await
}

pub(crate) fn ada() -> Vec<(Field, Value)> {
    vec![
        (
            Field::Name,
            json!({"family": "Zebrowski", "given": ["Ada", "Marie"]}),
        ),
        (Field::BirthDate, json!("1971-03-09")),
        (Field::Ssn, json!("219-09-9999")),
        (
            Field::RecordNumbers,
            json!([{"value": "MRN-4711", "authority": "HOSP"}]),
        ),
        (Field::Diagnoses, json!([{"code": "E11.9"}])),
        (Field::Allergies, json!([])),
    ]
}

pub(crate) fn change(values: &[(Field, Value)]) -> Change {
    let mut change = Change::new();
    for (field, value) in values {
        change.set(FieldPath::Field(*field), value).unwrap();
    }
    change
}

pub(crate) fn note(text: &str, labels: Labels) -> Change {
    let mut change = Change::new();
    change.add_note(&json!({ "text": text }), labels).unwrap();
    change
}

pub(crate) fn only(data_type: DataType) -> TypeSet {
    TypeSet::one(data_type)
}
