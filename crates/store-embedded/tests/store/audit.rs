//! The audit trail on the embedded store: the contract, kills, a full disk, altered files, and what stands in them.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use wardline_audit::model::{Event, EventKind, Origin, Outcome, PatientId, Seq, UserName};
use wardline_audit::operations::{AuditFilter, VerifyRequest};
use wardline_audit::port::AuditStore;
use wardline_audit::signing::SigningKeys;
use wardline_audit::{Audit, AuditParts, NotRecorded, Settings};
use wardline_kernel::{StoreError, SystemClock};
use wardline_phi::{KeyFile, KeyRing};
use wardline_store_embedded::{EmbeddedStore, Options};
use wardline_testkit::conformance::audit::AuditUnderTest;
use wardline_testkit::{block_on, canary};

use super::support::{SmallDisk, child, folder_of_child, open, reran_where_mounting_is_allowed};

struct Embedded {
    folder: TempDir,
    options: Options,
    store: Option<EmbeddedStore>,
}

impl Embedded {
    fn new() -> Self {
        Self::with(Options::default())
    }

    /// Brings what finds records into its table all the time.
    fn indexing_always() -> Self {
        Self::with(Options {
            index_at_once: 2,
            ..Options::default()
        })
    }

    fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Some(EmbeddedStore::open(folder.path(), options).unwrap());
        Self {
            folder,
            options,
            store,
        }
    }
}

impl AuditUnderTest for Embedded {
    fn store(&self) -> &dyn AuditStore {
        self.store.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.store = None;
        self.store = Some(EmbeddedStore::open(self.folder.path(), self.options).unwrap());
    }
}

wardline_testkit::audit_conformance!(Embedded::new());

mod indexing_always {
    use super::Embedded;

    wardline_testkit::audit_conformance!(Embedded::indexing_always());
}

const ROUNDS: u64 = 6;

fn by(user: &str) -> Origin {
    Origin::of(UserName::new(user).unwrap())
}

fn reading(number: u64) -> Event {
    let mut event = Event::new(EventKind::Read, Outcome::Success, by("nurse.canaryname"));
    let patient = PatientId::new(&format!("MRNCANARY{number}"));
    event.patients.push(patient.unwrap());
    event
}

/// The trail in `folder`, with its keys beside it.
async fn trail(folder: &Path) -> Audit {
    let (key, signing) = (folder.join("key"), folder.join("audit-key"));
    if !key.exists() {
        KeyFile::generate().unwrap().write_new(&key).unwrap();
        let keys = SigningKeys::generate("hospital.example/audit/1").unwrap();
        keys.write_new(&signing).unwrap();
    }
    let key = KeyFile::load(&key).unwrap();
    let store = Arc::new(open(&folder.join("store")));
    let ring = KeyRing::load(Arc::new(key.provider()), store.clone()).unwrap();
    let parts = AuditParts {
        store,
        ring: Arc::new(ring),
        blind_index: Arc::new(key.blind_index()),
        clock: Arc::new(SystemClock),
        keys: Arc::new(SigningKeys::load(&signing).unwrap()),
    };
    let settings = Settings {
        checkpoint_every_records: 7,
        ..Settings::default()
    };
    Audit::open(parts, settings).await.unwrap()
}

#[test]
fn kill_9_loses_no_acknowledged_record_and_the_trail_says_that_it_was_cut_short() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = fastrand::Rng::new();
    let mut acknowledged = 0;

    for round in 0..ROUNDS {
        let mut process = child("audit::records_until_it_is_killed", folder.path())
            .env("WARDLINE_TEST_FIRST", (acknowledged + 1_000).to_string())
            .spawn()
            .unwrap();
        let killed_after = Duration::from_millis(random.u64(100..1_200));
        let pid = rustix::process::Pid::from_child(&process);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(killed_after);
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        });
        let mut said = Vec::new();
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            let recorded = line.strip_prefix("recorded ");
            if let Some((number, seq)) = recorded.and_then(|rest| rest.split_once(' ')) {
                said.push((number.parse::<u64>().unwrap(), seq.parse::<u64>().unwrap()));
            }
        }
        killer.join().unwrap();
        assert!(!process.wait().unwrap().success());
        acknowledged = said.last().map_or(acknowledged, |(number, _)| *number);

        block_on(async {
            let audit = trail(folder.path()).await;
            let last = said.last().copied();
            for (number, seq) in said {
                let record = audit.show(Seq(seq), by("auditor")).await.unwrap();
                let content = record.content.unwrap();
                let expected = reading(number).patients;
                assert_eq!(content.patients, expected, "round {round}, record {seq}");
            }
            if let Some((number, seq)) = last {
                let of_patient = AuditFilter {
                    patient: reading(number).patients.pop(),
                    ..AuditFilter::default()
                };
                let page = audit.search(&of_patient, None, 100, by("auditor")).await;
                let mut found = page.unwrap().items.into_iter();
                assert!(found.any(|record| record.seq == Seq(seq)), "round {round}");
            }
            let request = VerifyRequest::default();
            let found = audit.verify(request, by("auditor")).await.unwrap();
            assert_eq!(found.finding, None, "round {round}");
            let repaired = AuditFilter {
                kind: Some(EventKind::TrailRepaired),
                ..AuditFilter::default()
            };
            let page = audit.search(&repaired, None, 100, by("auditor")).await;
            // Killed before it opened the trail, it left nothing to repair.
            assert!(!page.unwrap().items.is_empty() || acknowledged == 0);
            audit.stop().await.unwrap();
        });
    }

    assert!(acknowledged > 0, "it was always killed before it recorded");
}

#[test]
#[ignore = "run by the test that kills it"]
fn records_until_it_is_killed() {
    let first: u64 = std::env::var("WARDLINE_TEST_FIRST")
        .unwrap()
        .parse()
        .unwrap();
    block_on(async {
        let audit = trail(&folder_of_child()).await;
        let tasks = (0..4).map(|task| {
            let audit = audit.clone();
            tokio::spawn(async move {
                for number in (first + task..).step_by(4) {
                    let recorded = audit.record_one(reading(number)).await.unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "recorded {number} {}", recorded.first()).unwrap();
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
}

#[test]
fn people_stand_in_no_file_and_a_new_start_knows_them() {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let audit = trail(folder.path()).await;
        for number in 0..50 {
            audit.record_one(reading(number)).await.unwrap();
        }
        audit.stop().await.unwrap();
    });

    let findings = canary::scan(&folder.path().join("store"), &["canaryname", "MRNCANARY"]);
    assert!(findings.is_empty(), "{findings:?}");

    block_on(async {
        let audit = trail(folder.path()).await;
        let filter = AuditFilter {
            patient: PatientId::new("MRNCANARY7").ok(),
            ..AuditFilter::default()
        };
        let page = audit
            .search(&filter, None, 10, by("auditor"))
            .await
            .unwrap();
        assert_eq!(page.items.len(), 1);
    });
}

#[test]
fn a_full_disk_refuses_and_the_trail_goes_on_when_there_is_room() {
    let name = "audit::a_full_disk_refuses_and_the_trail_goes_on_when_there_is_room";
    if reran_where_mounting_is_allowed(name) {
        return;
    }
    let disk = SmallDisk::of(160);
    block_on(async {
        let audit = trail(disk.path()).await;
        audit.record_one(reading(1)).await.unwrap();
        let ballast = disk.take_all_but(1 << 20);

        let refused = audit.record_one(reading(2)).await;

        let is_full = matches!(refused, Err(NotRecorded::Store(StoreError::Full)));
        assert!(is_full, "{refused:?}");
        std::fs::remove_file(ballast).unwrap();
        audit.record_one(reading(3)).await.unwrap();
        let request = VerifyRequest::default();
        let found = audit.verify(request, by("auditor")).await.unwrap();
        assert_eq!(found.finding, None);
    });
}
