//! A view without the identifiers of Safe Harbor.

use serde_json::{Value, json};
use wardline_patients::Dates;
use wardline_patients::model::{Field, FieldPath, Labels, PatientId};
use wardline_testkit::block_on;

use crate::scene::{BY, Scene, change};

/// Every identifier of the list, in its field and hidden in others.
fn full() -> Vec<(Field, Value)> {
    vec![
        (
            Field::Name,
            json!({"family": "Zebrowski", "given": ["Ada"], "prefix": "Countess"}),
        ),
        (Field::OtherNames, json!([{"family": "Quimby"}])),
        (Field::BirthDate, json!("1971-03-09")),
        (Field::Sex, json!("female")),
        (Field::Ssn, json!("219-09-9999")),
        (
            Field::RecordNumbers,
            json!([{"value": "MRN4711", "authority": "HOSP"}]),
        ),
        (
            Field::Address,
            json!({"line": ["17 Elmtree Road"], "city": "Springfield", "state": "VT", "postal_code": "03601"}),
        ),
        (
            Field::Phone,
            json!([{"value": "+1 802 555 0142"}, {"fax": "+1 802 555 0143"}]),
        ),
        (Field::Email, json!(["ada@zebrowski.example"])),
        (
            Field::EmergencyContact,
            json!({"name": "Bob Quimby", "phone": "802-555-0199"}),
        ),
        (
            Field::Insurance,
            json!([{"plan": "HP-889-AA", "member": "W123456789"}]),
        ),
        (Field::Billing, json!([{"account": "ACC-55501"}])),
        (
            Field::Diagnoses,
            json!([{"code": "E11.9", "onset": "2019-06-30", "text": "of Ada Zebrowski, Elmtree Road"},
                   {"code": "MRN4711"}, {"code": "http://x.example/ada"}]),
        ),
        (
            Field::Medications,
            json!([{"code": "860975", "dose": "500 mg", "start": "2019-07-10", "prescriber": "Dr Wu"}]),
        ),
        (
            Field::Treatments,
            json!("Implanted pacemaker serial SN-77812 by Dr Wu"),
        ),
        (
            Field::LabResults,
            json!([{"code": "4548-4", "value": 7.1, "unit": "%", "taken_at": "2026-01-02T03:04:05Z"}]),
        ),
    ]
}

const IDENTIFIERS: [&str; 28] = [
    "Zebrowski",
    "Ada",
    "Countess",
    "Quimby",
    "Bob",
    "1971-03-09",
    "219",
    "9999",
    "4711",
    "HOSP",
    "Elmtree",
    "Springfield",
    "03601",
    "036",
    "802",
    "0142",
    "0143",
    "zebrowski.example",
    "0199",
    "HP-889",
    "W123456789",
    "55501",
    "http",
    "77812",
    "Wu",
    "2019-06-30",
    "2019-07-10",
    "2026-01-02",
];

async fn view(scene: &Scene, patient: PatientId, dates: Dates) -> Value {
    let view = scene.patients.deidentify(patient, dates).await;
    view.unwrap().into_json()
}

#[test]
fn of_the_eighteen_identifiers_none_is_left_and_what_research_needs_is() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.create(&full()).await.patient;

        let view = view(&scene, patient, Dates::Year).await;

        let mut text = view.clone();
        let subject = text["subject"].take();
        assert_eq!(subject.as_str().map(str::len), Some(32));
        let text = text.to_string();
        for identifier in IDENTIFIERS {
            assert!(!text.contains(identifier), "{identifier}: {text}");
        }
        assert!(!view.to_string().contains(&patient.to_string()));
        assert_eq!(view["birth_date"], json!("1971"));
        assert_eq!(view["sex"], json!("female"));
        assert_eq!(view["address"], json!({"state": "VT", "zip3": "000"}));
        assert_eq!(
            view["diagnoses"],
            json!([{"code": "E11.9", "onset": "2019"}])
        );
        let medication = json!([{"code": "860975", "dose": "500 mg", "start": "2019"}]);
        assert_eq!(view["medications"], medication);
        let result = json!([{"code": "4548-4", "value": 7.1, "unit": "%", "taken_at": "2026"}]);
        assert_eq!(view["lab_results"], result);
    });
}

#[test]
fn notes_labelled_values_and_extensions_are_left_out() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.create(&full()).await.patient;
        let mut added = change(&[]);
        added
            .add_note(&json!({"code": "N1"}), Labels::default())
            .unwrap();
        let part2 = Labels {
            is_part2: true,
            ..Labels::default()
        };
        added
            .label(FieldPath::Field(Field::Diagnoses), part2)
            .unwrap();
        let extension = wardline_patients::model::ExtensionName::parse("x-race-number").unwrap();
        let extension =
            FieldPath::Extension(extension, wardline_access::model::DataType::Treatment);
        added.set(extension, &json!({"code": "X1"})).unwrap();
        scene.patients.update(patient, 1, added, BY).await.unwrap();

        let text = view(&scene, patient, Dates::Year).await.to_string();

        for left_out in ["N1", "X1", "E11.9", "notes"] {
            assert!(!text.contains(left_out), "{left_out}");
        }
        assert!(text.contains("860975"));
    });
}

#[test]
fn of_somebody_over_89_neither_age_nor_year_of_birth_is_told() {
    block_on(async {
        let scene = Scene::new().await;
        let old = scene
            .create(&[(Field::BirthDate, json!("1930-01-02"))])
            .await;

        for dates in [Dates::Year, Dates::Shifted] {
            let view = view(&scene, old.patient, dates).await;

            assert_eq!(view["age"], json!("90 or older"));
            assert!(view.get("birth_date").is_none());
        }
    });
}

#[test]
fn a_patient_has_one_pseudonym_and_another_than_others_also_after_a_merge() {
    block_on(async {
        let scene = Scene::new().await;
        let ada = scene.create(&full()).await.patient;
        let ben = scene.create(&[(Field::Sex, json!("male"))]).await.patient;
        let first = view(&scene, ada, Dates::Year).await["subject"].clone();
        let of_ben = view(&scene, ben, Dates::Year).await["subject"].clone();

        scene.patients.merge((ada, 1), (ben, 1), BY).await.unwrap();

        assert_ne!(first, of_ben);
        assert_eq!(view(&scene, ada, Dates::Shifted).await["subject"], first);
        assert_eq!(view(&scene, ben, Dates::Year).await["subject"], first);
    });
}

#[test]
fn shifted_dates_of_a_patient_all_move_by_the_same_days() {
    block_on(async {
        let scene = Scene::new().await;
        let patient = scene.create(&full()).await.patient;

        let view = view(&scene, patient, Dates::Shifted).await;

        let date =
            |value: &Value| -> jiff::civil::Date { value.as_str().unwrap().parse().unwrap() };
        let onset = date(&view["diagnoses"][0]["onset"]);
        let start = date(&view["medications"][0]["start"]);
        assert_eq!(onset.until(start).unwrap().get_days(), 10);
        assert_ne!(onset.to_string(), "2019-06-30");
    });
}

#[test]
fn what_identifies_the_patient_under_a_label_or_in_a_merged_record_stands_in_no_view() {
    block_on(async {
        let scene = Scene::new().await;
        let mut labelled = change(&[
            (Field::OtherNames, json!([{"family": "Quimby"}])),
            (
                Field::Treatments,
                json!([{"code": "Quimby"}, {"code": "T1"}]),
            ),
            (
                Field::Diagnoses,
                json!([{"code": "Trelawney"}, {"code": "E11.9"}]),
            ),
        ]);
        let part2 = Labels {
            is_part2: true,
            ..Labels::default()
        };
        let path = FieldPath::Field(Field::OtherNames);
        labelled.label(path, part2).unwrap();
        let created = scene.patients.create(labelled, BY).await.unwrap();
        let patient = created.patient;
        let maiden = [(Field::Name, json!({"family": "Trelawney"}))];
        let merged = scene.create(&maiden).await.patient;
        let merge = scene.patients.merge((patient, 1), (merged, 1), BY);
        merge.await.unwrap();
        let clinical = [(
            Field::Diagnoses,
            json!([{"code": "Quimby"}, {"code": "J45"}]),
        )];
        let alone = scene.create(&clinical).await.patient;

        let view = async |patient| view(&scene, patient, Dates::Year).await;

        let whole = view(patient).await;
        assert_eq!(whole["treatments"], json!([{"code": "T1"}]));
        assert_eq!(whole["diagnoses"], json!([{"code": "E11.9"}]));
        let of_another = view(alone).await["diagnoses"].clone();
        assert_eq!(of_another, json!([{"code": "Quimby"}, {"code": "J45"}]));
    });
}
