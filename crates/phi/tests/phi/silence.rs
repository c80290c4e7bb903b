//! Keys, tokens and values of patients do not appear in debug output or errors.

use wardline_phi::{Aad, ApiToken, KeyFile, RecordId, SecretKey, Sensitive};

use crate::given::{NOW, ring, scope};

#[test]
fn debug_output_holds_no_key_token_or_value() {
    let file = KeyFile::generate().unwrap();
    let token = ApiToken::generate().unwrap();
    let ring = ring();
    ring.data_key(&scope("adt"), NOW).unwrap();
    let record = RecordId::Bytes(b"MRN0042");

    let printed = format!(
        "{:?} {:?} {:?} {:?} {ring:?} {:?} {:?} {:?} {:?}",
        file,
        file.provider(),
        file.blind_index(),
        token,
        SecretKey::from_bytes(&[0xee; 32]),
        Sensitive::new("EVERYWOMAN".to_owned()),
        Aad {
            kind: "patient",
            record,
            field: "name",
            schema: 1
        },
        token.hash(),
    );

    let text = file.to_text();
    let keys = text
        .lines()
        .filter_map(|line| line.split(' ').nth(2))
        .filter(|k| k.len() == 43);
    assert_eq!(keys.clone().count(), 2);
    for secret in keys.chain([
        token.expose(),
        "MRN0042",
        "EVERYWOMAN",
        "238",
        "0xee",
        "ee, ee",
    ]) {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn an_error_of_opening_holds_nothing_of_the_value() {
    let ring = ring();
    let key = ring.data_key(&scope("adt"), NOW).unwrap();
    let aad = Aad::new("message", 1, "body", 1);
    let sealed = ring.seal(key, &aad, b"EVERYWOMAN").unwrap();

    let refused = ring
        .open(&Aad::new("message", 2, "body", 1), &sealed)
        .unwrap_err();

    assert!(!format!("{refused} {refused:?}").contains("EVERYWOMAN"));
}

#[test]
fn a_sensitive_value_is_handed_out_whole() {
    let mut value = Sensitive::new(b"EVERYWOMAN".to_vec());

    value.expose_mut().push(b'!');

    assert_eq!(value.as_ref(), b"EVERYWOMAN!");
    assert_eq!(value.into_inner(), b"EVERYWOMAN!");
}
