//! Whoever can write to the store can destroy, and cannot make anybody believe.

use bytes::Bytes;
use serde_json::json;
use wardline_access::model::TypeSet;
use wardline_patients::model::{Field, PatientId};
use wardline_patients::{OperationError, Selection};
use wardline_testkit::{PatientTables, block_on};

use crate::scene::{Scene, ada};

/// Alters what is stored, and expects that nothing of the record is given out.
async fn fails_closed(scene: &Scene, patient: PatientId, alter: impl FnOnce(&mut PatientTables)) {
    let before = scene.store.with(|tables| tables.clone());
    scene.store.with(alter);

    // Here, where the key is held, and in a new process.
    let here = scene.seen(patient, TypeSet::all()).await;
    let anew = scene.reopened().await.unwrap();
    let anew = anew.read(patient, &Selection::of(TypeSet::all())).await;

    assert!(here.is_err() && anew.is_err());
    scene.store.with(|tables| *tables = before);
    assert!(scene.seen(patient, TypeSet::all()).await.is_ok());
}

#[test]
fn every_byte_of_every_value_manifest_and_key_counts() {
    block_on(async {
        let scene = Scene::new().await;
        let values = [(Field::Sex, json!("F")), (Field::Allergies, json!([]))];
        let patient = scene.create(&values).await.patient;
        let stored = scene.store.with(|tables| tables.clone());
        let selection = Selection::of(TypeSet::all());
        let flipped = |bytes: &Bytes, at: usize| {
            let mut bytes = bytes.to_vec();
            bytes[at] ^= 1;
            Bytes::from(bytes)
        };
        let mut tried = 0;

        for (place, bytes) in &stored.values {
            for at in 0..bytes.len() {
                scene
                    .store
                    .with(|tables| tables.values.insert(*place, flipped(bytes, at)));
                let read = scene.patients.read(patient, &selection).await;
                assert!(matches!(read, Err(OperationError::Damaged)), "value, {at}");
                tried += 1;
            }
            scene
                .store
                .with(|tables| tables.values.insert(*place, bytes.clone()));
        }
        for (place, bytes) in &stored.manifests {
            for at in 0..bytes.len() {
                scene
                    .store
                    .with(|tables| tables.manifests.insert(*place, flipped(bytes, at)));
                let read = scene.patients.read(patient, &selection).await;
                assert!(
                    matches!(read, Err(OperationError::Damaged)),
                    "manifest, {at}"
                );
                tried += 1;
            }
            scene
                .store
                .with(|tables| tables.manifests.insert(*place, bytes.clone()));
        }
        let length = stored.heads[&patient]
            .key
            .as_ref()
            .unwrap()
            .wrapped
            .bytes
            .len();
        for at in 0..length {
            let mut head = stored.heads[&patient].clone();
            head.key.as_mut().unwrap().wrapped.bytes[at] ^= 1;
            scene
                .store
                .with(|tables| tables.heads.insert(patient, head));
            let read = scene.patients.read(patient, &selection).await;
            assert!(matches!(read, Err(OperationError::Key(_))), "key, {at}");
            tried += 1;
        }
        scene.store.with(|tables| *tables = stored);

        assert!(tried > 400, "{tried}");
        assert!(scene.patients.read(patient, &selection).await.is_ok());
    });
}

#[test]
fn values_that_change_places_do_not_open() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let values = [
            (Field::Name, ada()[0].1.clone()),
            (Field::BirthDate, json!("1999-09-09")),
        ];
        let other = scene.create(&values).await.patient;
        let birth = [(Field::BirthDate, json!("1971-03-10"))];
        scene.update(patient, 1, &birth).await.unwrap();
        let at = |tables: &PatientTables, patient, version, number| {
            tables.values[&(patient, version, number)].clone()
        };

        // Between fields.
        fails_closed(&scene, patient, |tables| {
            let (one, two) = (at(tables, patient, 1, 0), at(tables, patient, 1, 2));
            tables.values.insert((patient, 1, 0), two);
            tables.values.insert((patient, 1, 2), one);
        })
        .await;
        // Between patients.
        fails_closed(&scene, patient, |tables| {
            let others = at(tables, other, 1, 0);
            tables.values.insert((patient, 1, 0), others);
        })
        .await;
        // Between versions: the date of birth as it was.
        fails_closed(&scene, patient, |tables| {
            let older = at(tables, patient, 1, 1);
            tables.values.insert((patient, 2, 0), older);
        })
        .await;
        // Taken away.
        fails_closed(&scene, patient, |tables| {
            tables.values.remove(&(patient, 1, 0));
        })
        .await;
    });
}

#[test]
fn manifests_and_keys_that_change_places_do_not_open() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let other = scene.create(&[(Field::Sex, json!("F"))]).await.patient;
        scene
            .update(patient, 1, &[(Field::Sex, json!("F"))])
            .await
            .unwrap();

        // The manifest of an older version, whose values are all there.
        fails_closed(&scene, patient, |tables| {
            let older = tables.manifests[&(patient, 1)].clone();
            tables.manifests.insert((patient, 2), older);
        })
        .await;
        fails_closed(&scene, patient, |tables| {
            let others = tables.manifests[&(other, 1)].clone();
            tables.manifests.insert((patient, 2), others);
        })
        .await;
        fails_closed(&scene, patient, |tables| {
            tables.manifests.remove(&(patient, 2));
        })
        .await;
        // Another patient's whole record under this one's name.
        fails_closed(&scene, patient, |tables| {
            let head = tables.heads[&other].clone();
            tables.heads.insert(patient, head);
            let manifest = tables.manifests[&(other, 1)].clone();
            tables.manifests.insert((patient, 1), manifest);
            let value = tables.values[&(other, 1, 0)].clone();
            tables.values.insert((patient, 1, 0), value);
        })
        .await;
    });
}

#[test]
fn a_version_taken_out_of_the_history_is_missed() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        for version in 1..4 {
            let sex = [(Field::Sex, json!(version.to_string()))];
            scene.update(patient, version, &sex).await.unwrap();
        }
        let selection = Selection::default();

        for taken_out in [1, 2, 3, 4] {
            let kept = scene
                .store
                .with(|tables| tables.manifests.remove(&(patient, taken_out)));
            let history = scene.patients.history(patient, None, 10, &selection).await;
            assert!(
                matches!(history, Err(OperationError::Damaged)),
                "{taken_out}"
            );
            scene
                .store
                .with(|tables| tables.manifests.insert((patient, taken_out), kept.unwrap()));
        }
        assert_eq!(
            scene
                .patients
                .history(patient, None, 10, &selection)
                .await
                .unwrap()
                .len(),
            4
        );
    });
}

#[test]
fn a_record_of_another_site_does_not_open() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let parts = wardline_patients::PatientsParts {
            store: std::sync::Arc::new(scene.store.clone()),
            ledger: std::sync::Arc::new(scene.ledger.clone()),
            provider: std::sync::Arc::new(scene.file.provider()),
            blind_index: std::sync::Arc::new(scene.file.blind_index()),
            clock: scene.clock.clone(),
        };
        let settings = wardline_patients::Settings {
            site: "elsewhere".to_owned(),
            ..Default::default()
        };
        let elsewhere = wardline_patients::Patients::open(parts, settings)
            .await
            .unwrap();

        let read = elsewhere
            .read(patient, &Selection::of(TypeSet::all()))
            .await;

        assert!(matches!(read, Err(OperationError::Damaged)));
    });
}

#[test]
fn nothing_of_a_patient_stands_in_what_is_stored() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        scene
            .patients
            .hold(patient, Some(1), "case Zebrowski", "user-7")
            .await
            .unwrap();

        let all = scene.store.with(|tables| {
            let manifests = tables.manifests.values();
            let values = tables.values.values();
            manifests
                .chain(values)
                .flatten()
                .copied()
                .collect::<Vec<u8>>()
        });
        let shown = format!("{:?}", scene.store.with(|tables| tables.heads.clone()));

        for marker in [
            "Zebrowski",
            "1971",
            // Whole groups: three digits stand in random bytes by chance.
            "219-09",
            "219099",
            "4711",
            "diagnoses",
            "user-7",
            "E11.9",
        ] {
            let found = all
                .windows(marker.len())
                .any(|window| window == marker.as_bytes());
            assert!(!found && !shown.contains(marker), "{marker}");
        }
    });
}
