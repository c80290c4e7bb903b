//! The service against a plain model: random changes by random versions, and every answer compared.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use wardline_access::model::TypeSet;
use wardline_patients::model::{Change, Field, FieldPath, PatientId};
use wardline_patients::{OperationError, Query, Selection};
use wardline_testkit::block_on;

use crate::scene::{BY, Scene};

const FIELDS: [Field; 4] = [Field::Ssn, Field::Allergies, Field::Sex, Field::Billing];

#[derive(Clone, Debug)]
enum Step {
    Create {
        ssn: u8,
    },
    Set {
        of: usize,
        behind: u64,
        field: usize,
        value: u8,
    },
    Remove {
        of: usize,
        field: usize,
    },
    Merge {
        into: usize,
        from: usize,
    },
    Unmerge {
        of: usize,
    },
    Hold {
        of: usize,
    },
    Release {
        of: usize,
    },
    Erase {
        of: usize,
    },
    Find {
        ssn: u8,
    },
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let of = 0..5_usize;
    let field = 0..FIELDS.len();
    prop_oneof![
        3 => (0..4_u8).prop_map(|ssn| Step::Create { ssn }),
        6 => (of.clone(), 0..2_u64, field.clone(), 0..4_u8)
            .prop_map(|(of, behind, field, value)| Step::Set { of, behind, field, value }),
        2 => (of.clone(), field).prop_map(|(of, field)| Step::Remove { of, field }),
        2 => (of.clone(), of.clone()).prop_map(|(into, from)| Step::Merge { into, from }),
        1 => of.clone().prop_map(|of| Step::Unmerge { of }),
        1 => of.clone().prop_map(|of| Step::Hold { of }),
        1 => of.clone().prop_map(|of| Step::Release { of }),
        1 => of.prop_map(|of| Step::Erase { of }),
        3 => (0..4_u8).prop_map(|ssn| Step::Find { ssn }),
        1 => Just(Step::Restart),
    ]
}

#[derive(Clone, Default)]
struct Known {
    version: u64,
    values: BTreeMap<String, Value>,
    merged_into: Option<usize>,
    is_held: bool,
    is_erased: bool,
}

#[derive(Default)]
struct Model {
    ids: Vec<PatientId>,
    all: Vec<Known>,
}

impl Model {
    fn group(&self, of: usize) -> Vec<usize> {
        let mut group = vec![of];
        let mut at = 0;
        while at < group.len() {
            let into = group[at];
            let merged = (0..self.all.len()).filter(|n| self.all[*n].merged_into == Some(into));
            group.extend(merged);
            at += 1;
        }
        group
    }

    fn survivor(&self, mut of: usize) -> usize {
        while let Some(into) = self.all[of].merged_into {
            of = into;
        }
        of
    }

    fn takes_changes(&self, of: usize) -> bool {
        !self.all[of].is_erased && self.all[of].merged_into.is_none()
    }
}

fn value_of(field: Field, value: u8) -> Value {
    match field {
        Field::Ssn => json!(ssn(value)),
        _ => [json!(null), json!(0), json!(""), json!(["x"])][usize::from(value)].clone(),
    }
}

fn ssn(value: u8) -> String {
    format!("219-09-000{value}")
}

async fn play(scene: &mut Scene, model: &mut Model, step: &Step) {
    match *step {
        Step::Create { ssn: value } => {
            let created = scene.create(&[(Field::Ssn, json!(ssn(value)))]).await;
            model.ids.push(created.patient);
            let values = [("ssn".to_owned(), json!(ssn(value)))].into();
            model.all.push(Known {
                version: 1,
                values,
                ..Known::default()
            });
        }
        Step::Set {
            of,
            behind,
            field,
            value,
        } if of < model.all.len() => {
            let (field, known) = (FIELDS[field], model.all[of].clone());
            let value = value_of(field, value);
            let expected = known.version.saturating_sub(behind);
            let updated = scene
                .update(model.ids[of], expected, &[(field, value.clone())])
                .await;
            let may_be = model.takes_changes(of) && behind == 0;
            assert_eq!(updated.is_ok(), may_be, "{updated:?}");
            if may_be {
                model.all[of].version += 1;
                model.all[of]
                    .values
                    .insert(field.as_str().to_owned(), value);
            }
        }
        Step::Remove { of, field } if of < model.all.len() => {
            let mut change = Change::new();
            change.remove(FieldPath::Field(FIELDS[field])).unwrap();
            let version = model.all[of].version;
            let removed = scene
                .patients
                .update(model.ids[of], version, change, BY)
                .await;
            assert_eq!(removed.is_ok(), model.takes_changes(of));
            if removed.is_ok() {
                model.all[of].version += 1;
                model.all[of].values.remove(FIELDS[field].as_str());
            }
        }
        Step::Merge { into, from } if into.max(from) < model.all.len() => {
            let at = |n: usize| (model.ids[n], model.all[n].version);
            let merged = scene.patients.merge(at(into), at(from), BY).await;
            let may_be = into != from && model.takes_changes(into) && model.takes_changes(from);
            assert_eq!(merged.is_ok(), may_be, "{merged:?}");
            if may_be {
                model.all[into].version += 1;
                model.all[from].version += 1;
                model.all[from].merged_into = Some(into);
            }
        }
        Step::Unmerge { of } if of < model.all.len() => {
            let at = (model.ids[of], model.all[of].version);
            let unmerged = scene.patients.unmerge(at, BY).await;
            let into = model.all[of]
                .merged_into
                .filter(|_| !model.all[of].is_erased);
            assert_eq!(unmerged.is_ok(), into.is_some(), "{unmerged:?}");
            if let Some(into) = into {
                model.all[into].version += 1;
                model.all[of].version += 1;
                model.all[of].merged_into = None;
            }
        }
        _ => steward(scene, model, step).await,
    }
}

async fn steward(scene: &mut Scene, model: &mut Model, step: &Step) {
    match *step {
        Step::Hold { of } if of < model.all.len() => {
            let known = &mut model.all[of];
            let held = scene
                .patients
                .hold(model.ids[of], Some(known.version), "case", BY)
                .await;
            assert_eq!(held.is_ok(), !known.is_held && !known.is_erased);
            if held.is_ok() {
                known.version += 1;
                known.is_held = true;
            }
        }
        Step::Release { of } if of < model.all.len() => {
            let known = &mut model.all[of];
            let released = scene
                .patients
                .release(model.ids[of], Some(known.version), BY)
                .await;
            assert_eq!(released.is_ok(), known.is_held && !known.is_erased);
            if released.is_ok() {
                known.version += 1;
                known.is_held = false;
            }
        }
        Step::Erase { of } if of < model.all.len() => {
            let erased = scene
                .patients
                .erase(model.ids[of], Some(model.all[of].version))
                .await;
            let group = model.group(of);
            let is_held = group.iter().any(|n| model.all[*n].is_held);
            assert_eq!(
                erased.is_ok(),
                model.takes_changes(of) && !is_held,
                "{erased:?}"
            );
            if erased.is_ok() {
                for n in group {
                    model.all[n].is_erased = true;
                }
            }
        }
        Step::Find { ssn: value } => {
            let found = scene
                .patients
                .search(&Query::Ssn(ssn(value)), 100)
                .await
                .unwrap();
            let mut found: Vec<_> = found.finds.iter().map(|find| find.patient).collect();
            found.sort();
            let has_it = |known: &Known| {
                !known.is_erased && known.values.get("ssn") == Some(&json!(ssn(value)))
            };
            let expected = (0..model.all.len()).filter(|n| has_it(&model.all[*n]));
            let mut expected: Vec<_> = expected.map(|n| model.ids[model.survivor(n)]).collect();
            expected.sort();
            expected.dedup();
            assert_eq!(found, expected);
        }
        Step::Restart => scene.patients = scene.reopened().await.unwrap(),
        _ => {}
    }
}

async fn compare(scene: &Scene, model: &Model) {
    for (id, known) in model.ids.iter().zip(&model.all) {
        let read = scene
            .patients
            .read(*id, &Selection::of(TypeSet::all()))
            .await;
        if known.is_erased {
            assert!(matches!(read, Err(OperationError::NotFound)));
            continue;
        }
        let record = read.unwrap();
        assert_eq!(record.version, known.version);
        assert_eq!(record.merged_into, known.merged_into.map(|n| model.ids[n]));
        let values = record.fields.iter();
        let values: BTreeMap<String, Value> = values
            .map(|(path, field)| (path.to_string(), field.value.to_json().unwrap()))
            .collect();
        assert_eq!(values, known.values);
        let history = scene
            .patients
            .history(*id, None, 1_000, &Selection::default())
            .await;
        assert_eq!(history.unwrap().len() as u64, known.version);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn random_changes_give_the_same_answers_as_the_model(steps in prop::collection::vec(step(), 1..40)) {
        block_on(async {
            let mut scene = Scene::new().await;
            let mut model = Model::default();
            for step in &steps {
                play(&mut scene, &mut model, step).await;
            }
            compare(&scene, &model).await;
        });
    }
}
