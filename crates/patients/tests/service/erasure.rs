//! An erased patient does not come back; a legal hold wins.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::json;
use wardline_access::model::TypeSet;
use wardline_kernel::StoreError;
use wardline_patients::model::{Field, PatientId};
use wardline_patients::port::{Erasure, ErasureLedger};
use wardline_patients::{
    Dates, Find, OperationError, Patients, PatientsParts, Query, Selection, Settings,
};
use wardline_testkit::{MemoryLedger, block_on};

use crate::scene::{BY, Scene, open};

fn by_ssn() -> Query {
    Query::Ssn("219-09-9999".to_owned())
}

#[test]
fn nothing_is_left_of_an_erased_record_but_that_it_is_erased() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;

        let erased = scene.patients.erase(patient, Some(1)).await.unwrap();

        assert_eq!(erased, [patient]);
        let read = scene.seen(patient, TypeSet::all()).await;
        assert!(matches!(read, Err(OperationError::NotFound)));
        let changed = scene.update(patient, 1, &[(Field::Sex, json!("F"))]).await;
        assert!(matches!(changed, Err(OperationError::NotFound)));
        let found = scene.patients.search(&by_ssn(), 10).await.unwrap();
        assert!(found.finds.is_empty() && found.is_complete);
        scene.store.with(|tables| {
            assert!(tables.values.is_empty() && tables.manifests.is_empty());
            assert!(tables.index.is_empty());
            assert_eq!(tables.heads[&patient].key, None);
        });
        let usage = scene.patients.key_usage().await.unwrap();
        assert_eq!((usage.erased, usage.not_in_ledger), (1, 0));
    });
}

#[test]
fn a_store_brought_back_from_before_an_erasure_does_not_bring_the_patient_back() {
    block_on(async {
        let mut scene = Scene::new().await;
        let patient = scene.ada().await;
        let backup = scene.store.copy();
        scene.patients.erase(patient, Some(1)).await.unwrap();

        scene.store = backup;
        // That it is there is seen without the ledger.
        let no_ledger = MemoryLedger::default();
        let without = open(&scene.file, &scene.store, &no_ledger, &scene.clock).await;
        let there = without.unwrap().search(&by_ssn(), 10).await.unwrap();
        assert_eq!(there.finds.len(), 1);
        scene.patients = scene.reopened().await.unwrap();

        let read = scene.seen(patient, TypeSet::all()).await;
        assert!(matches!(read, Err(OperationError::NotFound)));
        assert!(scene.store.with(|tables| tables.values.is_empty()));
        let found = scene.patients.search(&by_ssn(), 10).await.unwrap();
        assert!(found.finds.is_empty());
    });
}

#[test]
fn what_the_ledger_has_is_served_no_more_though_the_store_failed_then() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        scene.store.set_broken(true);

        let failed = scene.patients.erase(patient, Some(1)).await;

        assert!(matches!(failed, Err(OperationError::Store(_))));
        let read = scene.seen(patient, TypeSet::all()).await;
        assert!(matches!(read, Err(OperationError::NotFound)));
        scene.store.set_broken(false);
        let usage = scene.patients.key_usage().await.unwrap();
        assert_eq!((usage.erased, usage.not_yet_erased), (0, 1));
        scene.reopened().await.unwrap();
        assert!(scene.store.with(|tables| tables.values.is_empty()));
    });
}

/// A ledger that fails the next time, before or after it wrote.
#[derive(Clone, Default)]
struct Stumbling {
    ledger: MemoryLedger,
    fails: Arc<Mutex<Option<bool>>>,
}

impl Stumbling {
    fn stumble(&self, after_writing: bool) {
        *self.fails.lock().unwrap() = Some(after_writing);
    }
}

#[async_trait]
impl ErasureLedger for Stumbling {
    async fn append(&self, entries: &[Erasure]) -> Result<(), StoreError> {
        let fails = self.fails.lock().unwrap().take();
        if fails != Some(false) {
            self.ledger.append(entries).await?;
        }
        match fails {
            Some(_) => Err(StoreError::Unavailable("told to fail".to_owned())),
            None => Ok(()),
        }
    }

    async fn entries(&self) -> Result<Vec<Erasure>, StoreError> {
        self.ledger.entries().await
    }
}

#[test]
fn a_ledger_that_failed_goes_on_whole_whether_it_had_written_or_not() {
    for after_writing in [false, true] {
        block_on(async {
            let scene = Scene::new().await;
            let (one, other) = (
                scene.ada().await,
                scene.create(&[(Field::Sex, json!("F"))]).await.patient,
            );
            let ledger = Stumbling::default();
            let patients = || {
                let parts = PatientsParts {
                    store: Arc::new(scene.store.clone()),
                    ledger: Arc::new(ledger.clone()),
                    provider: Arc::new(scene.file.provider()),
                    blind_index: Arc::new(scene.file.blind_index()),
                    clock: scene.clock.clone(),
                };
                Patients::open(parts, Settings::default())
            };
            let service = patients().await.unwrap();
            ledger.stumble(after_writing);

            assert!(service.erase(one, None).await.is_err());
            let again = service.erase(one, None).await;

            // What was written counts, and is not written once more.
            let was_written = matches!(again, Err(OperationError::NotFound));
            assert_eq!(was_written, after_writing);
            let left = service.erase_again().await.unwrap();
            assert_eq!(left.contains(&one), after_writing);
            assert!(service.is_erased(one) && !service.is_erased(other));
            service.erase(other, None).await.unwrap();
            assert_eq!(ledger.ledger.with(|entries| entries.len()), 2);
            assert!(scene.store.with(|tables| tables.values.is_empty()));
            assert!(patients().await.is_ok());
        });
    }
}

#[test]
fn a_ledger_that_was_altered_is_refused() {
    block_on(async {
        let scene = Scene::new().await;
        for _ in 0..3 {
            let patient = scene.create(&[(Field::Sex, json!("F"))]).await.patient;
            scene.patients.erase(patient, Some(1)).await.unwrap();
        }
        let whole = scene.ledger.with(|entries| entries.clone());
        assert!(scene.reopened().await.is_ok());

        for alter in [
            |entries: &mut Vec<Erasure>| {
                entries.remove(1);
            },
            |entries: &mut Vec<_>| entries.swap(0, 1),
            |entries: &mut Vec<Erasure>| entries[0].at += 1,
            |entries: &mut Vec<Erasure>| entries[2].patient.0[0] ^= 1,
        ] {
            scene.ledger.with(|entries| {
                entries.clone_from(&whole);
                alter(entries);
            });
            let opened = scene.reopened().await;
            assert!(matches!(opened, Err(OperationError::LedgerDamaged)));
        }
    });
}

#[test]
fn a_legal_hold_wins_over_erasure_until_it_is_lifted() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let patients = &scene.patients;
        patients.hold(patient, Some(1), "case 7", BY).await.unwrap();

        let refused = patients.erase(patient, Some(2)).await;
        let twice = patients.hold(patient, Some(2), "case 8", BY).await;
        scene
            .update(patient, 2, &[(Field::Sex, json!("F"))])
            .await
            .unwrap();
        let still = patients.erase(patient, Some(3)).await;
        patients.release(patient, Some(3), BY).await.unwrap();
        let not_held = patients.release(patient, Some(4), BY).await;

        assert!(matches!(refused, Err(OperationError::Held)));
        assert!(matches!(twice, Err(OperationError::Held)));
        assert!(matches!(still, Err(OperationError::Held)));
        assert!(matches!(not_held, Err(OperationError::NotHeld)));
        assert!(scene.ledger.with(|entries| entries.is_empty()));
        assert!(patients.erase(patient, Some(4)).await.is_ok());
    });
}

#[test]
fn a_survivor_is_erased_with_what_was_merged_into_it_and_held_by_a_hold_on_any() {
    block_on(async {
        let scene = Scene::new().await;
        let (survivor, patients) = (scene.ada().await, &scene.patients);
        let merged = scene.create(&[(Field::Sex, json!("F"))]).await.patient;
        patients.hold(merged, Some(1), "case 7", BY).await.unwrap();
        patients
            .merge((survivor, 1), (merged, 2), BY)
            .await
            .unwrap();

        let alone = patients.erase(merged, Some(3)).await;
        let held = patients.erase(survivor, Some(2)).await;
        patients.release(merged, Some(3), BY).await.unwrap();
        let erased = patients.erase(survivor, Some(2)).await;

        assert!(matches!(alone, Err(OperationError::Merged { .. })));
        assert!(matches!(held, Err(OperationError::Held)));
        assert_eq!(erased.unwrap(), [survivor, merged]);
        let selection = Selection::default();
        for patient in [survivor, merged] {
            let read = patients.read(patient, &selection).await;
            assert!(matches!(read, Err(OperationError::NotFound)));
        }
    });
}

#[test]
fn a_stale_version_erases_nothing() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        scene
            .update(patient, 1, &[(Field::Sex, json!("F"))])
            .await
            .unwrap();

        let stale = scene.patients.erase(patient, Some(1)).await;

        assert!(matches!(
            stale,
            Err(OperationError::Conflict { version: 2 })
        ));
        assert!(scene.seen(patient, TypeSet::all()).await.is_ok());
    });
}

#[test]
fn no_record_goes_that_was_not_agreed_on() {
    block_on(async {
        let scene = Scene::new().await;
        let (survivor, patients) = (scene.ada().await, &scene.patients);
        let agreed = patients.erasable(survivor, None).await.unwrap();
        let late = scene.create(&[(Field::Sex, json!("F"))]).await.patient;
        patients.merge((survivor, 1), (late, 1), BY).await.unwrap();

        let refused = patients.erase_agreed(survivor, None, &agreed).await;

        assert_eq!(agreed, [survivor]);
        assert!(matches!(refused, Err(OperationError::Conflict { .. })));
        assert!(scene.seen(survivor, TypeSet::all()).await.is_ok());
        let both = [late, survivor];
        let erased = patients.erase_agreed(survivor, None, &both).await;
        assert_eq!(erased.unwrap(), [survivor, late]);
    });
}

#[test]
fn a_record_without_a_key_that_the_ledger_does_not_name_is_told() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        scene.patients.erase(patient, Some(1)).await.unwrap();

        let no_ledger = MemoryLedger::default();
        let without = open(&scene.file, &scene.store, &no_ledger, &scene.clock).await;

        let usage = without.unwrap().key_usage().await.unwrap();
        assert_eq!((usage.erased, usage.not_in_ledger), (1, 1));
    });
}

/// As a backup brings it back: its survivor is erased, and it was taken out of that before.
async fn stranded(scene: &mut Scene) -> PatientId {
    let survivor = scene.ada().await;
    let other = [(Field::Ssn, json!("000-00-0001")), (Field::Sex, json!("F"))];
    let merged = scene.create(&other).await.patient;
    let patients = &scene.patients;
    let merge = patients.merge((survivor, 1), (merged, 1), BY);
    merge.await.unwrap();
    let backup = scene.store.copy();
    patients.unmerge((merged, 2), BY).await.unwrap();
    let erased = patients.erase(survivor, None).await.unwrap();
    assert_eq!(erased, [survivor]);

    scene.store = backup;
    scene.patients = scene.reopened().await.unwrap();
    merged
}

#[test]
fn a_version_names_whom_it_was_merged_from_until_that_one_is_erased() {
    block_on(async {
        let scene = Scene::new().await;
        let (survivor, patients) = (scene.ada().await, &scene.patients);
        let merged = scene.create(&[(Field::Sex, json!("F"))]).await.patient;
        let merge = patients.merge((survivor, 1), (merged, 1), BY);
        merge.await.unwrap();
        patients.unmerge((merged, 2), BY).await.unwrap();
        let all = Selection::default();

        let before = patients.read_version(survivor, 2, &all).await.unwrap();
        assert_eq!(patients.erase(merged, None).await.unwrap(), [merged]);
        let after = patients.read_version(survivor, 2, &all).await.unwrap();

        assert_eq!(before.merged_from, [merged]);
        assert_eq!(after.merged_from, []);
    });
}

#[test]
fn no_record_names_whom_it_was_merged_into_or_linked_with_once_that_one_is_erased() {
    block_on(async {
        let mut scene = Scene::new().await;
        let merged = stranded(&mut scene).await;
        let friend = scene.create(&[(Field::Sex, json!("F"))]).await.patient;
        let linked = scene.create(&[(Field::Sex, json!("F"))]).await.patient;
        let patients = &scene.patients;
        let link = patients.link((friend, 1), (linked, 1), BY);
        link.await.unwrap();
        patients.erase(linked, None).await.unwrap();

        let all = Selection::default();
        let shown = patients.read(merged, &all).await.unwrap();
        let before = patients.read_version(merged, 2, &all).await.unwrap();
        let linked = patients.read(friend, &all).await.unwrap();

        assert_eq!((shown.merged_into, before.merged_into), (None, None));
        assert_eq!(linked.links, []);
    });
}

#[test]
fn a_record_whose_survivor_is_gone_is_found_and_changed_as_itself() {
    block_on(async {
        let mut scene = Scene::new().await;
        let patient = stranded(&mut scene).await;

        let query = Query::Ssn("000-00-0001".to_owned());
        let found = scene.patients.search(&query, 10).await.unwrap().finds;
        let found_as = None;
        assert_eq!(found, [Find { patient, found_as }]);
        let view = scene.patients.deidentify(patient, Dates::Year).await;
        assert!(view.is_ok());
        let changed = scene.update(patient, 2, &[(Field::Sex, json!("M"))]).await;
        assert_eq!(changed.unwrap().version, 3);
        let alone = scene.patients.unmerge((patient, 3), BY).await.unwrap();
        assert_eq!(alone.version, 4);
        let shown = scene.patients.read(patient, &Selection::default()).await;
        assert_eq!(shown.unwrap().merged_into, None);
    });
}

#[test]
fn a_record_whose_survivor_is_gone_is_merged_anew_and_erased() {
    block_on(async {
        let mut scene = Scene::new().await;
        let patient = stranded(&mut scene).await;
        let third = scene.create(&[(Field::Sex, json!("F"))]).await.patient;

        let merged = scene.patients.merge((patient, 2), (third, 1), BY).await;
        merged.unwrap();
        let erased = scene.patients.erase(patient, Some(3)).await.unwrap();

        assert_eq!(erased, [patient, third]);
    });
}
