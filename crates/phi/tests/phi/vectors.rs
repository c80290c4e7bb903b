//! Known answers: of the primitives as they are used here, and of the envelope rebuilt with a second
//! implementation (RustCrypto) from nothing but its description.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aws_lc_rs::{aead, hkdf, hmac};
use sha2::Sha256;
use wardline_phi::{Aad, BlindIndex, IndexField, SecretKey};

use crate::given::{hex, ring_with_known_key};

const DATA_KEY: [u8; 32] = [0x42; 32];
const BODY: &[u8] = b"MSH|^~\\&|ADT|HOSP\rPID|1||MRN0042\r";
/// `message` 42, field `body`, schema 3, sealed in suite 1 under data key 7.
const AAD: &str = "00000001 01  00000007 6d657373616765  00000009 00 000000000000002a
                   00000004 626f6479  00000002 0003  00000004 00000007";

/// RFC 5869, appendix A.1.
#[test]
fn hkdf_sha256_gives_the_known_answer_of_rfc_5869() {
    struct FortyTwo;
    impl hkdf::KeyType for FortyTwo {
        fn len(&self) -> usize {
            42
        }
    }
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, &hex("000102030405060708090a0b0c"));
    let prk = salt.extract(&[0x0b; 22]);
    let info = hex("f0f1f2f3f4f5f6f7f8f9");
    let mut okm = [0; 42];

    prk.expand(&[&info], FortyTwo)
        .unwrap()
        .fill(&mut okm)
        .unwrap();

    assert_eq!(
        okm.as_slice(),
        hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
    );
}

/// McGrew and Viega, "The Galois/Counter Mode of Operation" (submission to NIST), test cases 14 (a nonce of
/// zeros, as in suite 1) and 16 (with associated data).
#[test]
fn aes_256_gcm_gives_the_known_answers_of_the_nist_submission() {
    let seal = |key: &[u8], nonce: &[u8], aad: &[u8], plaintext: &[u8]| {
        let key = aead::LessSafeKey::new(aead::UnboundKey::new(&aead::AES_256_GCM, key).unwrap());
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).unwrap();
        let mut body = plaintext.to_vec();
        key.seal_in_place_append_tag(nonce, aead::Aad::from(aad), &mut body)
            .unwrap();
        body
    };

    let of_zeros = seal(&[0; 32], &[0; 12], &[], &[0; 16]);
    let with_data = seal(
        &hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
        &hex("cafebabefacedbaddecaf888"),
        &hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
        &hex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
              1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        ),
    );

    assert_eq!(
        of_zeros,
        hex("cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919")
    );
    assert_eq!(
        with_data,
        hex(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
             8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
             76fc6ece0f4e1768cddf8853bb2d551b"
        )
    );
}

/// RFC 4231, test case 1.
#[test]
fn hmac_sha256_gives_the_known_answer_of_rfc_4231() {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &[0x0b; 20]);

    let tag = hmac::sign(&key, b"Hi There");

    let expected = hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_eq!(tag.as_ref(), expected);
}

#[test]
fn an_envelope_that_another_implementation_made_opens() {
    let (ring, _) = ring_with_known_key(DATA_KEY);
    let salt = [0xa5; 24];
    let (key, commitment) = derive(&salt);
    let ciphertext = key
        .encrypt(
            &[0; 12].into(),
            Payload {
                msg: BODY,
                aad: &hex(AAD),
            },
        )
        .unwrap();

    let mut envelope = hex("57 01 00000007");
    envelope.extend_from_slice(&salt);
    envelope.extend_from_slice(&commitment);
    envelope.extend_from_slice(&ciphertext);

    assert_eq!(
        ring.open(&Aad::new("message", 42, "body", 3), &envelope)
            .unwrap(),
        BODY
    );
}

#[test]
fn another_implementation_opens_what_is_sealed_here() {
    let (ring, id) = ring_with_known_key(DATA_KEY);

    let envelope = ring
        .seal(id, &Aad::new("message", 42, "body", 3), BODY)
        .unwrap();

    let (header, ciphertext) = envelope.split_at(62);
    let (key, commitment) = derive(&header[6..30]);
    assert_eq!(header[..6], hex("57 01 00000007"));
    assert_eq!(header[30..], commitment);
    let opened = key.decrypt(
        &[0; 12].into(),
        Payload {
            msg: ciphertext,
            aad: &hex(AAD),
        },
    );
    assert_eq!(opened.unwrap(), BODY);
}

#[test]
fn an_envelope_whose_commitment_is_of_another_key_is_refused_though_its_tag_is_right() {
    let (ring, _) = ring_with_known_key(DATA_KEY);
    let salt = [0xa5; 24];
    let (key, _) = derive(&salt);
    let ciphertext = key
        .encrypt(
            &[0; 12].into(),
            Payload {
                msg: BODY,
                aad: &hex(AAD),
            },
        )
        .unwrap();

    let mut envelope = hex("57 01 00000007");
    envelope.extend_from_slice(&salt);
    envelope.extend_from_slice(&[0; 32]);
    envelope.extend_from_slice(&ciphertext);

    assert!(
        ring.open(&Aad::new("message", 42, "body", 3), &envelope)
            .is_err()
    );
}

#[test]
fn a_blind_token_is_what_its_description_says() {
    let index = BlindIndex::new(1, &SecretKey::from_bytes(&[0x17; 32]));
    let mut field_key = [0; 32];
    ::hkdf::Hkdf::<Sha256>::new(Some(b"wardline/phi/blind-index"), &[0x17; 32])
        .expand(b"patient-identifier\x00\x01", &mut field_key)
        .unwrap();
    // HKDF's first step is HMAC-SHA-256(salt, input) (RFC 5869 §2.2).
    let input = [7_u64.to_be_bytes().as_slice(), b"mrn0042"].concat();
    let (tag, _) = ::hkdf::Hkdf::<Sha256>::extract(Some(&field_key), &input);

    let token = index
        .token(IndexField::PatientIdentifier, b"MRN-0042")
        .unwrap();

    assert_eq!(token.as_slice(), &tag[..16]);
}

/// The key of one value and the commitment to it, as the description of suite 1 says.
fn derive(salt: &[u8]) -> (aes_gcm::Aes256Gcm, [u8; 32]) {
    let mut okm = [0; 64];
    ::hkdf::Hkdf::<Sha256>::new(Some(salt), &DATA_KEY)
        .expand(b"wardline/phi/suite-1/value", &mut okm)
        .unwrap();
    let key = aes_gcm::Aes256Gcm::new_from_slice(&okm[..32]).unwrap();
    (key, okm[32..].try_into().unwrap())
}
