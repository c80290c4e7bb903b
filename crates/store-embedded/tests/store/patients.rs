//! Patients' records on the embedded store: the contract, kills, and what stands in its files.

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use wardline_access::model::TypeSet;
use wardline_kernel::SystemClock;
use wardline_patients::model::{Change, Field, FieldPath, Labels, PatientId};
use wardline_patients::port::{ErasureLedger, PatientStore};
use wardline_patients::{
    OperationError, Patients, PatientsParts, Query, Selection, Settings, Written,
};
use wardline_phi::KeyFile;
use wardline_store_embedded::{EmbeddedStore, ErasureFile, Options};
use wardline_testkit::conformance::patients::PatientsUnderTest;
use wardline_testkit::{block_on, canary};

use super::support::{child, copy, folder_of_child, open};

struct Embedded {
    folder: TempDir,
    store: Option<EmbeddedStore>,
    ledger: ErasureFile,
}

impl Embedded {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = EmbeddedStore::open(&folder.path().join("store"), Options::default());
        let ledger = ErasureFile::at(&folder.path().join("erasures"));
        Self {
            folder,
            store: Some(store.unwrap()),
            ledger,
        }
    }
}

impl PatientsUnderTest for Embedded {
    fn store(&self) -> &dyn PatientStore {
        self.store.as_ref().unwrap()
    }

    fn ledger(&self) -> &dyn ErasureLedger {
        &self.ledger
    }

    fn reopen(&mut self) {
        self.store = None;
        let store = EmbeddedStore::open(&self.folder.path().join("store"), Options::default());
        self.store = Some(store.unwrap());
        self.ledger = ErasureFile::at(&self.folder.path().join("erasures"));
    }
}

wardline_testkit::patients_conformance!(Embedded::new());

const BY: &str = "user.canary";
const ROUNDS: u64 = 6;

/// Records in `folder`: keys, store and ledger side by side.
async fn patients(folder: &Path) -> Patients {
    let key = folder.join("key");
    if !key.exists() {
        KeyFile::generate().unwrap().write_new(&key).unwrap();
    }
    let key = KeyFile::load(&key).unwrap();
    let parts = PatientsParts {
        store: Arc::new(open(&folder.join("store"))),
        ledger: Arc::new(ErasureFile::at(&folder.join("erasures"))),
        provider: Arc::new(key.provider()),
        blind_index: Arc::new(key.blind_index()),
        clock: Arc::new(SystemClock),
    };
    Patients::open(parts, Settings::default()).await.unwrap()
}

fn change(values: &[(Field, Value)]) -> Change {
    let mut change = Change::new();
    for (field, value) in values {
        change.set(FieldPath::Field(*field), value).unwrap();
    }
    change
}

fn ssn(number: u64) -> String {
    format!("{number:09}")
}

async fn find(patients: &Patients, number: u64) -> Option<PatientId> {
    let found = patients.search(&Query::Ssn(ssn(number)), 2).await.unwrap();
    assert!(found.finds.len() < 2 && found.is_complete);
    found.finds.first().map(|find| find.patient)
}

/// What a killed process said that it did, by number of the patient.
#[derive(Default)]
struct Said {
    created: u64,
    updated: u64,
    erased: u64,
}

#[test]
fn kill_9_loses_no_acknowledged_record_or_change_and_brings_nobody_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = fastrand::Rng::new();
    let mut said = Said::default();

    for round in 0..ROUNDS {
        let first = said.created + 1_000;
        let mut process = child("patients::writes_until_it_is_killed", folder.path())
            .env("WARDLINE_TEST_FIRST", first.to_string())
            .spawn()
            .unwrap();
        let killed_after = Duration::from_millis(random.u64(300..1_500));
        let pid = rustix::process::Pid::from_child(&process);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(killed_after);
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        });
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            let Some((what, number)) = line.split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what {
                "created" => said.created = number,
                "updated" => said.updated = number,
                "erased" => said.erased = number,
                _ => {}
            }
        }
        killer.join().unwrap();
        assert!(!process.wait().unwrap().success());
        block_on(as_said(folder.path(), &said, first, round));
    }

    let counts = (said.created, said.updated, said.erased);
    assert!(counts.1 > 0 && counts.2 > 0, "{counts:?}");
}

async fn as_said(folder: &Path, said: &Said, first: u64, round: u64) {
    let patients = patients(folder).await;
    let selection = Selection::of(TypeSet::all());
    for number in first..=said.created {
        // Every third is erased right after it was changed.
        let patient = find(&patients, number).await;
        if number.is_multiple_of(3) && number <= said.erased {
            assert_eq!(patient, None, "round {round}, {number}");
            continue;
        }
        let Some(patient) = patient else {
            // The erasure of the last one was written and not answered.
            assert!(
                number.is_multiple_of(3) && number == said.updated,
                "round {round}, {number}"
            );
            continue;
        };
        let record = patients.read(patient, &selection).await.unwrap();
        let value = |field| {
            let field = record.fields.get(&FieldPath::Field(field));
            field.map(|field| field.value.to_json().unwrap())
        };
        assert_eq!(value(Field::Ssn), Some(json!(ssn(number))));
        if number <= said.updated {
            assert!(record.version >= 2, "round {round}, {number}");
            assert_eq!(value(Field::Allergies), Some(json!([number])));
        }
        // A version is there whole or not at all.
        let history = patients.history(patient, None, 10, &selection).await;
        assert_eq!(history.unwrap().len() as u64, record.version);
    }
}

#[test]
#[ignore = "run by the test that kills it"]
fn writes_until_it_is_killed() {
    let first = std::env::var("WARDLINE_TEST_FIRST")
        .unwrap()
        .parse()
        .unwrap();
    block_on(async {
        let patients = patients(&folder_of_child()).await;
        for number in first.. {
            one_patient(&patients, number).await;
        }
    });
}

async fn one_patient(patients: &Patients, number: u64) {
    let tell = |what: &str| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{what} {number}").unwrap();
    };
    let values = [
        (Field::Ssn, json!(ssn(number))),
        (Field::Name, json!({"family": "Zebrowski"})),
    ];
    let Written {
        patient, version, ..
    } = patients.create(change(&values), BY).await.unwrap();
    tell("created");
    let updated = change(&[(Field::Allergies, json!([number]))]);
    let written = patients
        .update(patient, version, updated, BY)
        .await
        .unwrap();
    tell("updated");
    if number.is_multiple_of(3) {
        patients
            .erase(patient, Some(written.version))
            .await
            .unwrap();
        tell("erased");
    }
}

#[test]
fn people_stand_in_no_file_and_a_new_start_knows_them() {
    let folder = tempfile::tempdir().unwrap();
    let ada = [
        (
            Field::Name,
            json!({"family": "Zebrowski", "given": ["Canaria"]}),
        ),
        (Field::BirthDate, json!("1961-03-09")),
        (Field::Ssn, json!("219-09-7654")),
        (
            Field::RecordNumbers,
            json!([{"value": "MRNCANARY7", "authority": "CANARYHOSP"}]),
        ),
        (
            Field::Diagnoses,
            json!([{"code": "canarycode", "text": "canarydiagnosis"}]),
        ),
        (Field::Address, json!({"city": "Canaryville"})),
    ];
    let patient = block_on(async {
        let patients = patients(folder.path()).await;
        let written = patients.create(change(&ada), BY).await.unwrap();
        let patient = written.patient;
        let mut note = Change::new();
        note.add_note(&json!("canarynote of the night"), Labels::default())
            .unwrap();
        patients.update(patient, 1, note, BY).await.unwrap();
        patients
            .hold(patient, Some(2), "canaryhold", BY)
            .await
            .unwrap();
        let query = Query::NameAndBirth {
            family: "Zebrowski".to_owned(),
            given: "Canaria".to_owned(),
            birth_date: "1961-03-09".to_owned(),
        };
        assert_eq!(patients.search(&query, 9).await.unwrap().finds.len(), 1);
        let gone = patients
            .create(change(&[(Field::Sex, json!("canarysex"))]), BY)
            .await;
        patients
            .erase(gone.unwrap().patient, Some(1))
            .await
            .unwrap();
        patient
    });

    let markers = [
        "Zebrowski",
        "Canaria",
        "1961-03-09",
        "219-09-7654",
        "219097654",
        "MRNCANARY",
        "CANARYHOSP",
        "canarycode",
        "canarydiagnosis",
        "Canaryville",
        "canarynote",
        "canaryhold",
        "canarysex",
        "user.canary",
        "birth_date",
    ];
    let findings = canary::scan(folder.path(), &markers);
    assert!(findings.is_empty(), "{findings:?}");
    // The scan finds what is there in clear.
    fs::write(folder.path().join("in-clear"), "seen: Zebrowski").unwrap();
    assert_eq!(canary::scan(folder.path(), &markers).len(), 1);

    block_on(async {
        let patients = patients(folder.path()).await;
        let selection = Selection::of(TypeSet::all());
        let record = patients.read(patient, &selection).await.unwrap();
        for (field, value) in ada {
            let its = &record.fields[&FieldPath::Field(field)].value;
            assert_eq!(its.to_json().unwrap(), value);
        }
        assert_eq!(record.fields.len(), 7);
    });
}

#[test]
fn a_store_brought_back_from_before_an_erasure_does_not_bring_the_patient_back() {
    let folder = tempfile::tempdir().unwrap();
    let backup = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let patient = block_on(async {
        let patients = patients(folder.path()).await;
        let values = [(Field::Ssn, json!(ssn(7)))];
        patients.create(change(&values), BY).await.unwrap().patient
    });
    copy(&store, &backup.path().join("store"));
    block_on(async {
        let patients = patients(folder.path()).await;
        patients.erase(patient, Some(1)).await.unwrap();
    });
    fs::remove_dir_all(&store).unwrap();
    copy(&backup.path().join("store"), &store);

    block_on(async {
        let patients = patients(folder.path()).await;
        let read = patients.read(patient, &Selection::default()).await;
        assert!(matches!(read, Err(OperationError::NotFound)));
        assert_eq!(find(&patients, 7).await, None);
    });
}
