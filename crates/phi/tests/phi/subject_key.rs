//! Keys of single people.

use std::sync::Arc;

use wardline_phi::{Aad, DataKeyId, KeyFile, KeyScope, SubjectKeys};

const FIRST: DataKeyId = DataKeyId(1);

fn scope(patient: u8) -> KeyScope {
    KeyScope::patient([patient; 16])
}

fn keys(file: &KeyFile) -> SubjectKeys {
    SubjectKeys::new(Arc::new(file.provider()))
}

#[test]
fn what_a_key_sealed_opens_under_it_after_it_was_wrapped_and_unwrapped() {
    let keys = keys(&KeyFile::generate().unwrap());
    let (key, wrapped) = keys.make(FIRST, &scope(1)).unwrap();
    let aad = Aad::new("patient-field", 7, "name", 1);
    let envelope = key.seal(&aad, b"Zebrowski").unwrap();

    let again = keys.open(FIRST, &scope(1), &wrapped).unwrap();

    assert_eq!(again.open(&aad, &envelope).unwrap().expose(), b"Zebrowski");
    let other = Aad::new("patient-field", 8, "name", 1);
    assert!(again.open(&other, &envelope).is_err());
}

#[test]
fn a_wrapped_key_is_of_no_other_patient_and_of_no_other_id() {
    let keys = keys(&KeyFile::generate().unwrap());
    let (_, wrapped) = keys.make(FIRST, &scope(1)).unwrap();

    assert!(keys.open(FIRST, &scope(2), &wrapped).is_err());
    assert!(keys.open(DataKeyId(2), &scope(1), &wrapped).is_err());
}

#[test]
fn a_value_of_another_patient_does_not_open() {
    let keys = keys(&KeyFile::generate().unwrap());
    let (ada, _) = keys.make(FIRST, &scope(1)).unwrap();
    let (ben, _) = keys.make(FIRST, &scope(2)).unwrap();
    let aad = Aad::new("patient-field", 7, "name", 1);

    let envelope = ada.seal(&aad, b"Zebrowski").unwrap();

    assert!(ben.open(&aad, &envelope).is_err());
}

#[test]
fn a_rewrapped_key_is_of_the_current_kek_and_the_same_key() {
    let mut file = KeyFile::generate().unwrap();
    let (key, wrapped) = keys(&file).make(FIRST, &scope(1)).unwrap();
    let aad = Aad::new("patient-field", 7, "name", 1);
    let envelope = key.seal(&aad, b"Zebrowski").unwrap();
    let newest = file.add_kek().unwrap();
    let keys = keys(&file);

    let rewrapped = keys.rewrap(FIRST, &scope(1), &wrapped).unwrap().unwrap();

    assert_eq!(rewrapped.kek_version, newest);
    let again = keys.open(FIRST, &scope(1), &rewrapped).unwrap();
    assert!(again.open(&aad, &envelope).is_ok());
    assert_eq!(keys.rewrap(FIRST, &scope(1), &rewrapped).unwrap(), None);
}

#[test]
fn a_key_does_not_show_in_debug() {
    let keys = keys(&KeyFile::generate().unwrap());
    let (key, _) = keys.make(FIRST, &scope(1)).unwrap();

    assert_eq!(format!("{key:?}"), "SubjectKey { id: DataKeyId(1), .. }");
}
