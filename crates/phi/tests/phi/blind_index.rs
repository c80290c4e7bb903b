//! Identifiers are found as people write them, and cannot be read or compared across fields.

use wardline_phi::{BlindIndex, IndexField, KeyFile, SecretKey};

fn index() -> BlindIndex {
    BlindIndex::new(1, &SecretKey::from_bytes(&[7; 32]))
}

#[test]
fn a_patient_identifier_is_found_however_it_is_punctuated() {
    let index = index();
    let stored = index.token(IndexField::PatientIdentifier, b"MRN-0042");

    for typed in ["mrn0042", "MRN 0042", "Mrn.00-42", " MRN-0042 "] {
        assert_eq!(
            index.token(IndexField::PatientIdentifier, typed.as_bytes()),
            stored,
            "{typed}"
        );
    }
}

#[test]
fn leading_zeros_and_other_letters_make_another_patient() {
    let index = index();
    let token = |text: &str| index.token(IndexField::PatientIdentifier, text.as_bytes());

    assert_ne!(token("0042"), token("42"));
    assert_ne!(token("MRN0042"), token("MRM0042"));
    assert_ne!(token("ÄRZTE1"), token("ARZTE1"));
    assert_eq!(token("ÄRZTE1"), token("ärzte1"));
}

#[test]
fn a_control_id_is_exact() {
    let index = index();

    let lower = index.token(IndexField::ControlId, b"msg-1");

    assert_ne!(lower, index.token(IndexField::ControlId, b"MSG-1"));
    assert_ne!(lower, index.token(IndexField::ControlId, b"msg1"));
}

#[test]
fn the_same_text_in_another_field_is_another_token() {
    let index = index();

    let tokens: Vec<_> = IndexField::ALL
        .into_iter()
        .map(|field| index.token(field, b"0042"))
        .collect();

    for (at, token) in tokens.iter().enumerate() {
        assert!(
            !tokens[at + 1..].contains(token),
            "{:?}",
            IndexField::ALL[at]
        );
    }
}

#[test]
fn an_identifier_of_which_nothing_is_left_has_no_token() {
    let index = index();

    assert_eq!(index.token(IndexField::PatientIdentifier, b""), None);
    assert_eq!(index.token(IndexField::PatientIdentifier, b" -- "), None);
    assert_eq!(index.token(IndexField::ControlId, b""), None);
    assert_eq!(
        index.token_of(IndexField::PatientIdentifier, &[b"", b"--"]),
        None
    );
}

#[test]
fn the_parts_of_an_identifier_are_kept_apart() {
    let index = index();
    let token = |parts: &[&[u8]]| index.token_of(IndexField::PatientIdentifier, parts);

    assert_ne!(token(&[b"1", b"23"]), token(&[b"12", b"3"]));
    assert_ne!(token(&[b"1", b""]), token(&[b"1"]));
    assert_ne!(
        index.content_hash(&[b"1", b"23"]),
        index.content_hash(&[b"12", b"3"])
    );
}

#[test]
fn bytes_that_are_no_utf8_still_have_a_token() {
    let index = index();
    let latin_1 = index.token(IndexField::PatientIdentifier, b"\xc4RZTE-1");

    assert!(latin_1.is_some());
    assert_eq!(
        latin_1,
        index.token(IndexField::PatientIdentifier, b"\xc4rzte1")
    );
}

#[test]
fn another_installation_has_other_tokens_and_a_check_value_that_tells() {
    let (one, other) = (KeyFile::generate().unwrap(), KeyFile::generate().unwrap());
    let same = KeyFile::parse(&one.to_text()).unwrap();
    let token = |file: &KeyFile| file.blind_index().token(IndexField::ControlId, b"1");

    assert_ne!(token(&one), token(&other));
    assert_ne!(
        one.blind_index().check_value(),
        other.blind_index().check_value()
    );
    assert_eq!(
        one.blind_index().check_value(),
        same.blind_index().check_value()
    );
}

#[test]
fn a_name_is_found_without_its_accents_case_and_punctuation() {
    let index = index();
    let token = |name: &str| index.token(IndexField::RecordNameBirth, name.as_bytes());

    for (one, other) in [
        ("Müller", "MULLER"),
        ("O'Brien", "o brien"),
        ("Łukasz", "lukasz"),
        ("Nguyễn", "nguyen"),
        ("Ｚｅｂｒａ", "zebra"),
        ("Straße", "STRASSE"),
        ("Ærø", "aero"),
    ] {
        assert_eq!(token(one), token(other), "{one}");
    }
    assert_ne!(token("Müller"), token("Mueller"));
}

#[test]
fn of_a_social_security_number_the_digits_alone_count() {
    let index = index();
    let token = |ssn: &[u8]| index.token(IndexField::RecordSsn, ssn);

    assert_eq!(token(b"219-09-9999"), token(b" 219099999"));
    assert_ne!(token(b"219-09-9999"), token(b"219-09-9998"));
    assert_eq!(token(b"unknown"), None);
    assert!(index.is_same(IndexField::RecordSsn, &[b"219-09-9999"], &[b"219 09 9999"]));
    assert!(!index.is_same(IndexField::RecordSsn, &[b""], &[b""]));
}
