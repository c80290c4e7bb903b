//! Records are created, read, changed, and remember what they were.

use serde_json::json;
use wardline_access::model::{DataType, TypeSet, UserId};
use wardline_patients::model::{
    Change, ChangeKind, ExtensionName, Field, FieldPath, Labels, PatientId,
};
use wardline_patients::{OperationError, Selection};
use wardline_phi::{Kek, KekHolder};
use wardline_testkit::block_on;

use crate::scene::{BY, NOW, Scene, ada, change, note, only};

#[test]
fn what_was_created_is_read_back_by_a_new_process() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;

        let again = scene.reopened().await.unwrap();
        let record = again
            .read(patient, &Selection::of(TypeSet::all()))
            .await
            .unwrap();

        assert_eq!(record.version, 1);
        assert_eq!(record.fields.len(), ada().len());
        for (field, value) in ada() {
            let its = &record.fields[&FieldPath::Field(field)].value;
            assert_eq!(its.to_json().unwrap(), value, "{field:?}");
        }
    });
}

#[test]
fn a_read_gives_the_permitted_data_types_and_fetches_nothing_else() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        // Whatever of demographics were fetched would be found damaged.
        scene.store.with(|tables| {
            let values = tables.values.iter_mut();
            values.for_each(|((_, _, number), value)| {
                // Values stand in the order of their paths: the first four are demographics.
                if *number < 4 {
                    *value = bytes::Bytes::new();
                }
            });
        });

        let seen = scene.seen(patient, only(DataType::Allergies)).await;

        let seen = seen.unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!(seen["allergies"], json!([]));
        let all = scene.seen(patient, TypeSet::all()).await;
        assert!(matches!(all, Err(OperationError::Damaged)));
        assert!(
            scene
                .seen(patient, TypeSet::EMPTY)
                .await
                .unwrap()
                .is_empty()
        );
    });
}

#[test]
fn null_false_zero_and_empty_text_are_stored_and_absent_is_absent() {
    block_on(async {
        let scene = Scene::new().await;
        let values = [
            (Field::Sex, json!(null)),
            (Field::Deceased, json!(false)),
            (Field::Billing, json!(0)),
            (Field::Language, json!("")),
        ];
        let patient = scene.create(&values).await.patient;

        let all = scene.all(patient).await;

        assert_eq!(all.len(), values.len());
        for (field, value) in values {
            assert_eq!(all[field.as_str()], value);
        }
        let mut remove = Change::new();
        remove.remove(FieldPath::Field(Field::Deceased)).unwrap();
        scene.patients.update(patient, 1, remove, BY).await.unwrap();
        assert!(!scene.all(patient).await.contains_key("deceased"));
    });
}

#[test]
fn a_stale_version_changes_nothing() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let first = [(Field::Allergies, json!([{"code": "7980"}]))];
        let second = [(Field::Allergies, json!(["none"]))];
        scene.update(patient, 1, &first).await.unwrap();

        let stale = scene.update(patient, 1, &second).await;

        assert!(matches!(
            stale,
            Err(OperationError::Conflict { version: 2 })
        ));
        assert_eq!(scene.all(patient).await["allergies"], first[0].1);
    });
}

#[test]
fn of_two_changes_at_the_same_time_one_is_made() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let (one, other) = (
            [(Field::Allergies, json!(["a"]))],
            [(Field::Diagnoses, json!(["b"]))],
        );

        let (first, second) = tokio::join!(
            scene.update(patient, 1, &one),
            scene.update(patient, 1, &other)
        );

        assert!(first.is_ok() != second.is_ok());
        assert_eq!(
            scene
                .patients
                .history(patient, None, 10, &Selection::default())
                .await
                .unwrap()
                .len(),
            2
        );
    });
}

#[test]
fn the_history_tells_who_did_what_and_when_and_names_only_what_may_be_seen() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        scene.clock.advance(60_000);
        let updated = change(&[(Field::Allergies, json!(["x"])), (Field::Billing, json!(1))]);
        scene
            .patients
            .update(patient, 1, updated, "user-8")
            .await
            .unwrap();

        let selection = Selection::of(only(DataType::Allergies));
        let history = scene.patients.history(patient, None, 10, &selection).await;

        let history = history.unwrap();
        assert_eq!(history.len(), 2);
        assert_eq!(history[0].version, 2);
        assert_eq!(history[0].kind, ChangeKind::Updated);
        assert_eq!(history[0].at, NOW + 60_000);
        assert_eq!(history[0].by, "user-8");
        assert_eq!(history[0].paths, [FieldPath::Field(Field::Allergies)]);
        assert_eq!(history[1].kind, ChangeKind::Created);
        let before = scene
            .patients
            .history(patient, Some(2), 10, &selection)
            .await;
        assert_eq!(before.unwrap().len(), 1);
    });
}

#[test]
fn an_earlier_version_is_read_as_it_was() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let updated = [(Field::Allergies, json!(["penicillin"]))];
        scene.update(patient, 1, &updated).await.unwrap();
        let selection = Selection::of(only(DataType::Allergies));

        let first = scene.patients.read_version(patient, 1, &selection).await;

        let path = FieldPath::Field(Field::Allergies);
        let value = first.unwrap().fields[&path].value.to_json().unwrap();
        assert_eq!(value, json!([]));
        for none in [0, 3] {
            let read = scene.patients.read_version(patient, none, &selection).await;
            assert!(matches!(read, Err(OperationError::NotFound)));
        }
    });
}

#[test]
fn an_extension_keeps_the_data_type_that_it_was_declared_with() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let extension = |data_type| {
            let name = ExtensionName::parse("x-donor").unwrap();
            FieldPath::Extension(name, data_type)
        };
        let mut declared = Change::new();
        declared
            .set(extension(DataType::Treatment), &json!(true))
            .unwrap();
        scene
            .patients
            .update(patient, 1, declared, BY)
            .await
            .unwrap();

        let mut other = Change::new();
        other
            .set(extension(DataType::Demographics), &json!(false))
            .unwrap();
        let refused = scene.patients.update(patient, 2, other, BY).await;

        assert!(matches!(refused, Err(OperationError::OtherType)));
        let seen = scene
            .seen(patient, only(DataType::Treatment))
            .await
            .unwrap();
        assert_eq!(seen["x-donor"], json!(true));
        let seen = scene.seen(patient, only(DataType::Demographics)).await;
        assert!(!seen.unwrap().contains_key("x-donor"));
    });
}

#[test]
fn a_labelled_note_is_opened_by_its_own_name_alone() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let labels = Labels {
            is_psychotherapy_note: true,
            author: Some(UserId([7; 16])),
            ..Labels::default()
        };
        let added = note("she said", labels.clone());
        let added = scene.patients.update(patient, 1, added, BY).await.unwrap();
        let plain = note("slept well", Labels::default());
        scene.patients.update(patient, 2, plain, BY).await.unwrap();
        let path = FieldPath::Note(added.notes[0]);

        let seen = scene.all(patient).await;
        let mut selection = Selection::of(only(DataType::Notes));
        selection.labelled.insert(path.clone());
        let with_it = scene.patients.read(patient, &selection).await.unwrap();

        assert_eq!(seen.keys().filter(|k| k.starts_with("notes/")).count(), 1);
        assert!(!seen.contains_key(&path.to_string()));
        assert!(with_it.fields.contains_key(&path));
        assert_eq!(with_it.fields.len(), 2);
        let labelled = scene.patients.labelled(patient).await.unwrap();
        assert_eq!(labelled, [(path.clone(), labels)]);
        let facts = scene
            .patients
            .item(patient, &path.to_string())
            .await
            .unwrap();
        assert!(facts.is_psychotherapy_note);
        assert_eq!(facts.author, Some(UserId([7; 16])));
        let history = scene
            .patients
            .history(patient, None, 10, &Selection::of(TypeSet::all()))
            .await;
        let tells = |paths: &[FieldPath]| paths.contains(&path);
        assert!(!history.unwrap().iter().any(|past| tells(&past.paths)));
    });
}

#[test]
fn what_is_labelled_later_is_restricted_in_earlier_versions_too() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let path = FieldPath::Field(Field::Diagnoses);
        let mut label = Change::new();
        let part2 = Labels {
            is_part2: true,
            ..Labels::default()
        };
        label.label(path.clone(), part2).unwrap();
        scene.patients.update(patient, 1, label, BY).await.unwrap();

        let selection = Selection::of(only(DataType::Diagnosis));
        let now = scene.patients.read(patient, &selection).await.unwrap();
        let then = scene.patients.read_version(patient, 1, &selection).await;

        assert!(now.fields.is_empty());
        assert!(then.unwrap().fields.is_empty());
    });
}

#[test]
fn restrictions_of_a_patient_are_known_and_of_nobody_there_are_none() {
    block_on(async {
        let scene = Scene::new().await;
        let vip = [(Field::Restrictions, json!({"vip": true}))];
        let patient = scene.create(&vip).await.patient;

        let facts = scene.patients.restrictions(patient).await.unwrap();
        let nobody = scene
            .patients
            .restrictions(PatientId([9; 16]))
            .await
            .unwrap();

        assert!(facts.vip && !facts.employee && !facts.confidential);
        assert!(!nobody.vip);
    });
}

#[test]
fn a_store_that_fails_changes_nothing_and_says_so() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        scene.store.set_broken(true);

        let failed = scene.update(patient, 1, &[(Field::Sex, json!("F"))]).await;

        assert!(matches!(failed, Err(OperationError::Store(_))));
        scene.store.set_broken(false);
        assert!(!scene.all(patient).await.contains_key("sex"));
    });
}

#[test]
fn a_record_of_1024_values_is_taken_and_one_beyond_is_refused() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.create(&[(Field::Sex, json!("F"))]).await.patient;
        let notes = |count: usize| {
            let mut change = Change::new();
            for _ in 0..count {
                change.add_note(&json!(""), Labels::default()).unwrap();
            }
            change
        };
        for version in 1..=8 {
            let count = if version == 8 { 127 } else { 128 };
            let added = scene
                .patients
                .update(patient, version, notes(count), BY)
                .await;
            assert!(added.is_ok(), "{version}");
        }

        let beyond = scene.patients.update(patient, 9, notes(1), BY).await;

        assert!(matches!(beyond, Err(OperationError::TooMany { .. })));
        assert_eq!(scene.all(patient).await.len(), 1_024);
    });
}

#[test]
fn keys_are_wrapped_anew_page_by_page_while_records_are_read() {
    block_on(async {
        let mut scene = Scene::new().await;
        let mut all = Vec::new();
        for _ in 0..5 {
            all.push(scene.create(&[(Field::Sex, json!("F"))]).await.patient);
        }
        let newest = scene.file.add_kek().unwrap();
        let patients = scene.reopened().await.unwrap();
        let newest = Kek {
            holder: KekHolder::KeyFile,
            version: newest,
        };

        let first = patients.rewrap(None, 2).await.unwrap();
        let usage = patients.key_usage().await.unwrap();
        let mut next = first.next;
        let mut rewrapped = first.rewrapped;
        while next.is_some() {
            let page = patients.rewrap(next, 2).await.unwrap();
            rewrapped += page.rewrapped;
            next = page.next;
        }

        assert_eq!((first.rewrapped, rewrapped), (2, 5));
        assert_eq!(usage.by_kek[&newest], 2);
        let usage = patients.key_usage().await.unwrap();
        assert_eq!(usage.by_kek.into_iter().collect::<Vec<_>>(), [(newest, 5)]);
        assert_eq!(usage.oldest, Some(NOW));
        for patient in all {
            let read = patients.read(patient, &Selection::of(TypeSet::all())).await;
            assert_eq!(read.unwrap().fields.len(), 1);
        }
    });
}
