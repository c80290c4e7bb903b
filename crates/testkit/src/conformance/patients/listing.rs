//! Sentences 9 to 13, and the ledger's.

use std::collections::BTreeSet;

use bytes::Bytes;
use wardline_patients::model::PatientId;
use wardline_patients::port::{Erasure, Head, Indexed};

use super::{PatientsUnderTest, commit, id, key, manifest, token, write};

/// Sentence 9.
pub async fn patients_of_a_token_are_found_in_the_order_of_their_ids(
    opened: &mut impl PatientsUnderTest,
) {
    let store = opened.store();
    let (ssn, other) = (token(Indexed::Ssn, 1), token(Indexed::Ssn, 2));
    for patient in [3, 1, 255, 2] {
        commit(store, vec![write(patient, 0, &[ssn])]).await;
    }
    commit(store, vec![write(4, 0, &[other])]).await;
    let page = async |after: Option<u8>, limit: usize| {
        let found = store.find(ssn, after.map(id), limit).await.unwrap();
        found.iter().map(|patient| patient.0[0]).collect::<Vec<_>>()
    };

    assert_eq!(page(None, 10).await, [1, 2, 3, 255]);
    assert_eq!(page(None, 2).await, [1, 2]);
    assert_eq!(page(Some(2), 10).await, [3, 255]);
    assert!(page(Some(255), 10).await.is_empty());
}

/// Sentence 10.
pub async fn manifests_are_listed_from_a_version_downwards(opened: &mut impl PatientsUnderTest) {
    let store = opened.store();
    for expected in 0..4 {
        commit(store, vec![write(1, expected, &[])]).await;
    }
    commit(store, vec![write(2, 0, &[])]).await;

    let all = store.manifests(id(1), u64::MAX, 10).await.unwrap();
    let two = store.manifests(id(1), 3, 2).await.unwrap();

    let listed = |versions: &[u64]| -> Vec<_> {
        let one = |version: &u64| (*version, manifest(1, *version));
        versions.iter().map(one).collect()
    };
    assert_eq!(all, listed(&[4, 3, 2, 1]));
    assert_eq!(two, listed(&[3, 2]));
    assert!(store.manifests(id(1), 0, 10).await.unwrap().is_empty());
}

/// Sentence 11.
pub async fn a_rewrap_replaces_the_key_that_is_told(opened: &mut impl PatientsUnderTest) {
    commit(opened.store(), vec![write(1, 0, &[])]).await;

    let store = opened.store();
    assert!(store.rewrap(id(1), &key(1), key(2)).await.unwrap());
    assert!(!store.rewrap(id(1), &key(1), key(3)).await.unwrap());
    assert!(!store.rewrap(id(9), &key(1), key(3)).await.unwrap());

    opened.reopen();
    let store = opened.store();
    let expected = Head {
        version: 1,
        key: Some(key(2)),
    };
    assert_eq!(store.head(id(1)).await.unwrap(), Some(expected));
    store.erase(&[id(1)]).await.unwrap();
    assert!(!store.rewrap(id(1), &key(2), key(3)).await.unwrap());
    assert_eq!(store.head(id(1)).await.unwrap().unwrap().key, None);
}

/// Sentence 12.
pub async fn what_is_stored_is_given_back_byte_for_byte(opened: &mut impl PatientsUnderTest) {
    let store = opened.store();
    let all: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let mut one = write(1, 0, &[]);
    one.manifest = Bytes::from(all.clone());
    one.values = vec![(0, Bytes::new()), (65_535, Bytes::from(all.clone()))];
    commit(store, vec![one]).await;
    commit(store, vec![write(1, 1, &[])]).await;

    let stored = store.manifest(id(1), 1).await.unwrap();
    let places = [(1, 65_535), (1, 0), (1, 7), (2, 1)];
    let values = store.values(id(1), &places).await.unwrap();

    assert!(stored.is_some_and(|stored| stored == all));
    assert!(values[0].as_ref().is_some_and(|value| *value == all));
    assert_eq!(values[1], Some(Bytes::new()));
    assert_eq!(values[2], None);
    assert_eq!(values[3], Some(Bytes::from_static(&[1, 1, 1])));
    assert_eq!(store.head(id(2)).await.unwrap(), None);
    assert_eq!(store.manifest(id(1), 3).await.unwrap(), None);
}

/// Sentence 13.
pub async fn heads_are_listed_in_the_order_of_the_ids(opened: &mut impl PatientsUnderTest) {
    let store = opened.store();
    for patient in [3, 1, 255, 2] {
        commit(store, vec![write(patient, 0, &[])]).await;
    }
    store.erase(&[id(2)]).await.unwrap();
    let page = async |after: Option<u8>, limit: usize| {
        let heads = store.heads(after.map(id), limit).await.unwrap();
        let listed = heads.into_iter();
        listed
            .map(|(patient, head)| (patient.0[0], head.key.is_some()))
            .collect::<Vec<_>>()
    };

    let all = [(1, true), (2, false), (3, true), (255, true)];
    assert_eq!(page(None, 10).await, all);
    assert_eq!(page(None, 2).await, all[..2]);
    assert_eq!(page(Some(2), 10).await, all[2..]);
    assert!(page(Some(255), 10).await.is_empty());
}

/// The ledger's sentences 1 to 3.
pub async fn entries_of_the_ledger_survive_in_their_order(opened: &mut impl PatientsUnderTest) {
    let entry = |patient: u8| Erasure {
        patient: id(patient),
        at: u64::from(patient) * 1_000,
        mac: [patient; 16],
    };
    let none = opened.ledger().entries().await.unwrap();
    opened.ledger().append(&[entry(3)]).await.unwrap();
    opened.ledger().append(&[entry(1), entry(2)]).await.unwrap();

    opened.reopen();
    opened.ledger().append(&[entry(3)]).await.unwrap();
    opened.reopen();

    assert!(none.is_empty());
    let entries = opened.ledger().entries().await.unwrap();
    assert_eq!(entries, [entry(3), entry(1), entry(2), entry(3)]);
    let all: BTreeSet<PatientId> = entries.iter().map(|entry| entry.patient).collect();
    assert_eq!(all.len(), 3);
}
