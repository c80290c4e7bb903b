//! Records of one patient are merged, linked, and taken apart again.

use serde_json::json;
use wardline_patients::model::{Field, PatientId};
use wardline_patients::{Find, OperationError, Query, Selection};
use wardline_testkit::block_on;

use crate::scene::{BY, Scene};

async fn two(scene: &Scene) -> (PatientId, PatientId) {
    let other = [(Field::Ssn, json!("000-00-0001")), (Field::Sex, json!("F"))];
    (scene.ada().await, scene.create(&other).await.patient)
}

#[test]
fn who_is_found_by_a_merged_record_is_the_survivor() {
    block_on(async {
        let scene = Scene::new().await;
        let (survivor, merged) = two(&scene).await;

        scene
            .patients
            .merge((survivor, 1), (merged, 1), BY)
            .await
            .unwrap();

        let query = Query::Ssn("000-00-0001".to_owned());
        let found = scene.patients.search(&query, 10).await.unwrap();
        let find = Find {
            patient: survivor,
            found_as: Some(merged),
        };
        assert_eq!(found.finds, [find]);
        let read = async |patient| {
            let read = scene.patients.read(patient, &Selection::default()).await;
            read.unwrap()
        };
        assert_eq!(read(merged).await.merged_into, Some(survivor));
        assert_eq!(read(survivor).await.merged_from, [merged]);
        assert_eq!(scene.all(merged).await["sex"], json!("F"));
    });
}

#[test]
fn a_merged_record_takes_no_change_and_no_second_merge() {
    block_on(async {
        let scene = Scene::new().await;
        let (survivor, merged) = two(&scene).await;
        let third = scene.create(&[(Field::Sex, json!("F"))]).await.patient;
        let patients = &scene.patients;
        patients
            .merge((survivor, 1), (merged, 1), BY)
            .await
            .unwrap();

        let changed = scene.update(merged, 2, &[(Field::Sex, json!("M"))]).await;
        let again = patients.merge((third, 1), (merged, 2), BY).await;
        let into_it = patients.merge((merged, 2), (third, 1), BY).await;
        let itself = patients.merge((third, 1), (third, 1), BY).await;
        let stale = patients.merge((survivor, 1), (third, 1), BY).await;

        for refused in [changed, again, into_it] {
            let is_told =
                matches!(refused, Err(OperationError::Merged { into }) if into == survivor);
            assert!(is_told, "{refused:?}");
        }
        assert!(matches!(itself, Err(OperationError::Value { .. })));
        assert!(matches!(
            stale,
            Err(OperationError::Conflict { version: 2 })
        ));
    });
}

#[test]
fn a_merge_is_taken_back() {
    block_on(async {
        let scene = Scene::new().await;
        let (survivor, merged) = two(&scene).await;
        let patients = &scene.patients;
        patients
            .merge((survivor, 1), (merged, 1), BY)
            .await
            .unwrap();

        patients.unmerge((merged, 2), BY).await.unwrap();

        let query = Query::Ssn("000-00-0001".to_owned());
        let found = patients.search(&query, 10).await.unwrap();
        assert_eq!(found.finds[0].patient, merged);
        assert!(
            scene
                .update(merged, 3, &[(Field::Sex, json!("M"))])
                .await
                .is_ok()
        );
        let read = patients
            .read(survivor, &Selection::default())
            .await
            .unwrap();
        assert!(read.merged_from.is_empty());
        assert!(patients.unmerge((survivor, 3), BY).await.is_err());
    });
}

#[test]
fn restrictions_of_a_merged_record_hold_for_the_survivor() {
    block_on(async {
        let scene = Scene::new().await;
        let survivor = scene.ada().await;
        let vip = [(Field::Restrictions, json!({"vip": true}))];
        let merged = scene.create(&vip).await.patient;
        let patients = &scene.patients;

        patients
            .merge((survivor, 1), (merged, 1), BY)
            .await
            .unwrap();

        assert!(patients.restrictions(survivor).await.unwrap().vip);
        assert!(patients.restrictions(merged).await.unwrap().vip);
    });
}

#[test]
fn linked_records_know_each_other_until_the_link_is_taken_away() {
    block_on(async {
        let scene = Scene::new().await;
        let (one, other) = two(&scene).await;
        let patients = &scene.patients;
        let links = async |patient| {
            let read = patients.read(patient, &Selection::default()).await;
            read.unwrap().links
        };

        patients.link((one, 1), (other, 1), BY).await.unwrap();
        assert_eq!(links(one).await, [other]);
        assert_eq!(links(other).await, [one]);
        patients.unlink((one, 2), (other, 2), BY).await.unwrap();

        assert!(links(one).await.is_empty());
        assert!(links(other).await.is_empty());
    });
}
