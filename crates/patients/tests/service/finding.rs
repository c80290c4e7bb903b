//! Patients are found by what identifies them, and by nothing else.

use serde_json::json;
use wardline_patients::model::{Change, Field, FieldPath};
use wardline_patients::{Find, OperationError, Query};
use wardline_testkit::block_on;

use crate::scene::{BY, Scene, ada};

fn ssn(text: &str) -> Query {
    Query::Ssn(text.to_owned())
}

fn number(value: &str, authority: Option<&str>) -> Query {
    Query::RecordNumber {
        value: value.to_owned(),
        authority: authority.map(str::to_owned),
    }
}

fn born(family: &str, given: &str, birth_date: &str) -> Query {
    Query::NameAndBirth {
        family: family.to_owned(),
        given: given.to_owned(),
        birth_date: birth_date.to_owned(),
    }
}

#[test]
fn a_patient_is_found_however_an_identifier_is_written() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;

        for query in [
            ssn("219099999"),
            ssn("219 09 9999"),
            number("mrn 4711", None),
            number("MRN4711", Some("hosp")),
            born("ZEBROWSKI", "ada", "1971-03-09"),
            born("Zebrowski", "Ada Marie", "1971-03-09"),
        ] {
            let found = scene.patients.search(&query, 10).await.unwrap();

            let find = Find {
                patient,
                found_as: None,
            };
            assert_eq!(found.finds, [find], "{query:?}");
            assert!(found.is_complete);
        }
        for query in [
            ssn("219-09-9998"),
            number("4711", None),
            number("MRN4711", Some("other")),
            born("Zebrowski", "Eva", "1971-03-09"),
            born("Zebrowski", "Ada", "1971-09-03"),
        ] {
            let found = scene.patients.search(&query, 10).await.unwrap();
            assert!(found.finds.is_empty(), "{query:?}");
        }
    });
}

#[test]
fn what_cannot_be_looked_for_is_refused() {
    block_on(async {
        let scene = Scene::new().await;

        for query in [
            ssn("219-09"),
            number("--", Some("HOSP")),
            born("", "Ada", "1971-03-09"),
            born("Zebrowski", "Ada", "1971"),
        ] {
            let refused = scene.patients.search(&query, 10).await;
            assert!(
                matches!(refused, Err(OperationError::Value { .. })),
                "{query:?}"
            );
        }
    });
}

#[test]
fn who_shares_a_token_and_is_not_meant_is_not_found() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let other = scene.create(&[(Field::Ssn, json!("000-00-0001"))]).await;
        // As if both numbers had the same shortened token.
        scene.store.with(|tables| {
            let of_ada = tables.index.iter().filter(|(_, its)| *its == patient);
            let shared: Vec<_> = of_ada.map(|(token, _)| (*token, other.patient)).collect();
            tables.index.extend(shared);
        });

        let found = scene
            .patients
            .search(&ssn("219-09-9999"), 10)
            .await
            .unwrap();

        let finds: Vec<_> = found.finds.iter().map(|find| find.patient).collect();
        assert_eq!(finds, [patient]);
    });
}

#[test]
fn what_was_changed_or_taken_away_finds_the_patient_no_more() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let changed = [
            (Field::Ssn, json!("219-09-0000")),
            (Field::BirthDate, json!("1971")),
        ];
        scene.update(patient, 1, &changed).await.unwrap();
        let mut removed = Change::new();
        removed
            .remove(FieldPath::Field(Field::RecordNumbers))
            .unwrap();
        scene
            .patients
            .update(patient, 2, removed, BY)
            .await
            .unwrap();

        let finds = async |query: Query| {
            let found = scene.patients.search(&query, 10).await.unwrap();
            found.finds.len()
        };

        assert_eq!(finds(ssn("219-09-9999")).await, 0);
        assert_eq!(finds(ssn("219-09-0000")).await, 1);
        assert_eq!(finds(number("MRN-4711", None)).await, 0);
        assert_eq!(finds(born("Zebrowski", "Ada", "1971-03-09")).await, 0);
        let left = scene.store.with(|tables| tables.index.len());
        assert_eq!(left, 1);
    });
}

#[test]
fn a_change_of_something_else_leaves_what_a_patient_is_found_by() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;
        let before = scene.store.with(|tables| tables.index.clone());

        let allergies = [(Field::Allergies, json!(["latex"]))];
        scene.update(patient, 1, &allergies).await.unwrap();

        assert!(scene.store.with(|tables| tables.index == before));
    });
}

#[test]
fn a_record_number_of_one_authority_is_given_to_one_patient() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.ada().await;

        let again = scene
            .patients
            .create(crate::scene::change(&ada()), BY)
            .await;
        let elsewhere = json!([{"value": "MRN-4711", "authority": "CLINIC"}]);
        let elsewhere = scene.create(&[(Field::RecordNumbers, elsewhere)]).await;

        assert!(matches!(again, Err(OperationError::NumberTaken { by }) if by == patient));
        let found = scene.patients.search(&number("MRN-4711", None), 10).await;
        let mut found: Vec<_> = found.unwrap().finds.iter().map(|f| f.patient).collect();
        found.sort();
        let mut expected = vec![patient, elsewhere.patient];
        expected.sort();
        assert_eq!(found, expected);
    });
}

#[test]
fn finds_beyond_the_limit_are_told_to_be_there() {
    block_on(async {
        let scene = Scene::new().await;
        for _ in 0..3 {
            scene.create(&[(Field::Ssn, json!("219-09-9999"))]).await;
        }

        let three = scene.patients.search(&ssn("219-09-9999"), 3).await.unwrap();
        let two = scene.patients.search(&ssn("219-09-9999"), 2).await.unwrap();

        assert_eq!((three.finds.len(), three.is_complete), (3, true));
        assert_eq!((two.finds.len(), two.is_complete), (2, false));
    });
}

#[test]
fn a_query_does_not_show_in_debug() {
    let shown = format!("{:?}", born("Zebrowski", "Ada", "1971-03-09"));

    assert_eq!(shown, "NameAndBirth(redacted)");
}
