//! A sealed value opens for whoever names its place, and for nobody else.

use proptest::prelude::*;
use wardline_phi::{Aad, Fault, OVERHEAD, OpenError, data_key_id_of};

use crate::given::{NOW, ring, scope};

const BODY: &[u8] = b"MSH|^~\\&|ADT|HOSP\rPID|1||MRN0042||EVERYWOMAN^EVE\r";

#[test]
fn a_value_opens_under_the_place_it_was_sealed_for() {
    let ring = ring();
    let key = ring.data_key(&scope("adt"), NOW).unwrap();
    let aad = Aad::new("message", 42, "body", 1);

    let sealed = ring.seal(key, &aad, BODY).unwrap();

    assert_eq!(ring.open(&aad, &sealed).unwrap(), BODY);
    assert_eq!(sealed.len(), BODY.len() + OVERHEAD);
    assert_eq!(data_key_id_of(&sealed), Ok(key));
}

#[test]
fn parts_are_sealed_as_one_value_behind_what_the_buffer_holds() {
    let ring = ring();
    let key = ring.data_key(&scope("adt"), NOW).unwrap();
    let aad = Aad::new("message", 42, "body", 1);
    let mut out = b"before".to_vec();

    ring.seal_into(key, &aad, &[b"MSH|", b"", b"^~\\&"], &mut out)
        .unwrap();

    assert_eq!(&out[..6], b"before");
    assert_eq!(ring.open(&aad, &out[6..]).unwrap(), b"MSH|^~\\&");
}

#[test]
fn a_value_moved_to_another_record_field_kind_or_schema_does_not_open() {
    let ring = ring();
    let key = ring.data_key(&scope("adt"), NOW).unwrap();
    let sealed = ring
        .seal(key, &Aad::new("message", 42, "body", 1), BODY)
        .unwrap();

    let the_same_number_as_bytes = 42_u64.to_be_bytes();
    let elsewhere = [
        Aad::new("message", 43, "body", 1),
        Aad::new("message", 42, "note", 1),
        Aad::new("attempt", 42, "body", 1),
        Aad::new("message", 42, "body", 2),
        Aad::new("message", the_same_number_as_bytes.as_slice(), "body", 1),
        Aad::new("messageb", 42, "ody", 1),
    ];
    for aad in elsewhere {
        let refused = ring.open(&aad, &sealed);

        assert!(
            matches!(refused, Err(OpenError::Envelope(Fault::Refused))),
            "{aad:?}"
        );
    }
}

#[test]
fn a_flipped_bit_anywhere_does_not_open() {
    let ring = ring();
    let key = ring.data_key(&scope("adt"), NOW).unwrap();
    let aad = Aad::new("message", 42, "body", 1);
    let sealed = ring.seal(key, &aad, BODY).unwrap();

    for bit in 0..sealed.len() * 8 {
        let mut altered = sealed.clone();
        altered[bit / 8] ^= 1 << (bit % 8);

        assert!(ring.open(&aad, &altered).is_err(), "bit {bit}");
    }
}

#[test]
fn a_key_id_changed_to_another_existing_key_does_not_open() {
    let ring = ring();
    let first = ring.data_key(&scope("adt"), NOW).unwrap();
    let second = ring.data_key(&scope("oru"), NOW).unwrap();
    let aad = Aad::new("message", 42, "body", 1);
    let mut sealed = ring.seal(first, &aad, BODY).unwrap();

    sealed[2..6].copy_from_slice(&second.0.to_be_bytes());

    assert!(matches!(
        ring.open(&aad, &sealed),
        Err(OpenError::Envelope(Fault::Refused))
    ));
}

#[test]
fn a_value_cut_short_or_prolonged_does_not_open() {
    let ring = ring();
    let key = ring.data_key(&scope("adt"), NOW).unwrap();
    let aad = Aad::new("message", 42, "body", 1);
    let sealed = ring.seal(key, &aad, BODY).unwrap();

    for length in 0..sealed.len() {
        assert!(
            ring.open(&aad, &sealed[..length]).is_err(),
            "{length} bytes"
        );
    }
    let mut longer = sealed.clone();
    longer.push(0);
    assert!(ring.open(&aad, &longer).is_err());
}

#[test]
fn a_value_of_an_unknown_suite_says_which() {
    let ring = ring();
    let key = ring.data_key(&scope("adt"), NOW).unwrap();
    let aad = Aad::new("message", 42, "body", 1);
    let mut sealed = ring.seal(key, &aad, BODY).unwrap();

    sealed[1] = 9;

    let refused = ring.open(&aad, &sealed);
    assert!(matches!(
        refused,
        Err(OpenError::Envelope(Fault::UnknownSuite { suite: 9 }))
    ));
}

#[test]
fn the_same_value_sealed_twice_looks_different() {
    let ring = ring();
    let key = ring.data_key(&scope("adt"), NOW).unwrap();
    let aad = Aad::new("message", 42, "body", 1);

    let (one, other) = (
        ring.seal(key, &aad, BODY).unwrap(),
        ring.seal(key, &aad, BODY).unwrap(),
    );

    assert_ne!(one[6..30], other[6..30], "salts repeat");
    assert_ne!(one[62..], other[62..]);
}

#[test]
fn a_key_that_is_not_there_seals_nothing_and_leaves_the_buffer_as_it_was() {
    let ring = ring();
    let mut out = b"before".to_vec();

    let refused = ring.seal_into(
        wardline_phi::DataKeyId(99),
        &Aad::new("message", 1, "body", 1),
        &[BODY],
        &mut out,
    );

    assert!(refused.is_err());
    assert_eq!(out, b"before");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_sealed_opens_the_same(
        body in proptest::collection::vec(any::<u8>(), 0..4096),
        record: u64,
        field in "[a-z:]{0,40}",
        schema: u16,
    ) {
        let ring = ring();
        let key = ring.data_key(&scope("adt"), NOW).unwrap();
        let aad = Aad::new("message", record, &field, schema);

        let sealed = ring.seal(key, &aad, &body).unwrap();

        prop_assert_eq!(ring.open(&aad, &sealed).unwrap(), body);
    }

    #[test]
    fn bytes_that_were_never_sealed_are_refused_and_nothing_breaks(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..256),
        like_an_envelope: bool,
    ) {
        let ring = ring();
        ring.data_key(&scope("adt"), NOW).unwrap();
        if like_an_envelope {
            bytes.splice(0..bytes.len().min(6), [0x57, 1, 0, 0, 0, 1]);
        }

        prop_assert!(ring.open(&Aad::new("message", 1, "body", 1), &bytes).is_err());
    }
}
