//! Data keys are made once, stored before they are used, and follow the KEK without touching values.

use std::sync::Arc;

use wardline_phi::{
    Aad, DataKeyId, Kek, KekHolder, KekUsage, KekVersion, KeyFile, KeyRing, KeyRingError, KeyScope,
    MemoryKeyStore, ProviderError, RewrapReport, WrappedKeyStore,
};

use crate::given::{NOW, ring, ring_on, scope};

const AAD: Aad<'_> = Aad {
    kind: "message",
    record: wardline_phi::RecordId::Number(1),
    field: "body",
    schema: 1,
};

#[test]
fn a_scope_has_one_key_and_another_month_another() {
    let ring = ring();
    let in_december = KeyScope::channel_month("adt", NOW + 30 * 86_400_000).unwrap();

    let first = ring.data_key(&scope("adt"), NOW).unwrap();
    let again = ring.data_key(&scope("adt"), NOW).unwrap();
    let december = ring.data_key(&in_december, NOW).unwrap();

    assert_eq!(first, again);
    assert_ne!(first, december);
}

#[test]
fn a_value_opens_after_a_restart() {
    let (file, store) = (
        KeyFile::generate().unwrap(),
        Arc::new(MemoryKeyStore::new()),
    );
    let before = ring_on(&file, &store);
    let key = before.data_key(&scope("adt"), NOW).unwrap();
    let sealed = before.seal(key, &AAD, b"body").unwrap();
    drop(before);

    let after = ring_on(&file, &store);

    assert_eq!(after.open(&AAD, &sealed).unwrap(), b"body");
    assert_eq!(
        after.data_key(&scope("adt"), NOW).unwrap(),
        key,
        "the scope got a second key"
    );
}

#[test]
fn kek_rotation_rewraps_the_keys_and_leaves_the_values() {
    let (mut file, store) = (
        KeyFile::generate().unwrap(),
        Arc::new(MemoryKeyStore::new()),
    );
    let before = ring_on(&file, &store);
    let keys = ["adt", "oru", "orm"].map(|name| before.data_key(&scope(name), NOW).unwrap());
    let sealed = before.seal(keys[0], &AAD, b"body").unwrap();
    let wrapped_before = store.load_all().unwrap();

    let new_version = file.add_kek().unwrap();
    let ring = ring_on(&file, &store);
    let report = ring.rewrap().unwrap();

    assert_eq!(
        report,
        RewrapReport {
            rewrapped: 3,
            already_current: 0
        }
    );
    assert_eq!(
        ring.kek_usage().into_iter().collect::<Vec<_>>(),
        [(
            Kek {
                holder: KekHolder::KeyFile,
                version: new_version
            },
            KekUsage {
                keys: 3,
                oldest_unix_ms: NOW
            }
        )]
    );
    for (old, new) in wrapped_before.iter().zip(store.load_all().unwrap()) {
        assert_eq!((old.id, &old.scope), (new.id, &new.scope));
        assert_ne!(old.wrapped, new.wrapped);
    }
    assert_eq!(ring.open(&AAD, &sealed).unwrap(), b"body");
    assert_eq!(
        ring_on(&file, &store).open(&AAD, &sealed).unwrap(),
        b"body",
        "after a restart"
    );
}

#[test]
fn a_rewrap_that_was_interrupted_is_finished_by_the_next() {
    let (mut file, store) = (
        KeyFile::generate().unwrap(),
        Arc::new(MemoryKeyStore::new()),
    );
    ring_on(&file, &store).data_key(&scope("adt"), NOW).unwrap();
    file.add_kek().unwrap();
    let ring = ring_on(&file, &store);
    ring.data_key(&scope("oru"), NOW).unwrap();

    let report = ring.rewrap().unwrap();

    assert_eq!(
        report,
        RewrapReport {
            rewrapped: 1,
            already_current: 1
        }
    );
    assert_eq!(
        ring.rewrap().unwrap(),
        RewrapReport {
            rewrapped: 0,
            already_current: 2
        }
    );
}

#[test]
fn another_installations_key_file_is_found_when_the_ring_is_loaded() {
    let store = Arc::new(MemoryKeyStore::new());
    ring_on(&KeyFile::generate().unwrap(), &store)
        .data_key(&scope("adt"), NOW)
        .unwrap();

    let other = KeyFile::generate().unwrap();
    let refused = KeyRing::load(Arc::new(other.provider()), store);

    let expected = ProviderError::Refused {
        id: DataKeyId(1),
        version: KekVersion(1),
    };
    assert_eq!(
        refused.unwrap_err().to_string(),
        KeyRingError::from(expected).to_string()
    );
}

#[test]
fn a_key_file_that_lost_its_old_kek_is_found_when_the_ring_is_loaded() {
    let (file, store) = (
        KeyFile::generate().unwrap(),
        Arc::new(MemoryKeyStore::new()),
    );
    let mut rotated = KeyFile::parse(&file.to_text()).unwrap();
    rotated.add_kek().unwrap();
    ring_on(&rotated, &store)
        .data_key(&scope("adt"), NOW)
        .unwrap();

    let refused = KeyRing::load(Arc::new(file.provider()), store);

    let missing = ProviderError::UnknownVersion(KekVersion(2));
    assert_eq!(refused.unwrap_err().to_string(), missing.to_string());
}

#[test]
fn a_wrapped_key_does_not_pass_for_the_key_of_another_scope_or_id() {
    let (file, store) = (
        KeyFile::generate().unwrap(),
        Arc::new(MemoryKeyStore::new()),
    );
    ring_on(&file, &store).data_key(&scope("adt"), NOW).unwrap();
    let key = store.load_all().unwrap().remove(0);
    let forged = [
        wardline_phi::WrappedDataKey {
            scope: scope("oru"),
            ..key.clone()
        },
        wardline_phi::WrappedDataKey {
            id: DataKeyId(2),
            ..key
        },
    ];

    for key in forged {
        let store = MemoryKeyStore::new();
        store.insert_durably(&key).unwrap();

        assert!(KeyRing::load(Arc::new(file.provider()), Arc::new(store)).is_err());
    }
}

#[test]
fn two_processes_on_one_store_end_with_one_key_for_a_scope() {
    let (file, store) = (
        KeyFile::generate().unwrap(),
        Arc::new(MemoryKeyStore::new()),
    );
    let (one, other) = (ring_on(&file, &store), ring_on(&file, &store));

    let first = one.data_key(&scope("adt"), NOW).unwrap();
    let second = other.data_key(&scope("adt"), NOW).unwrap();
    let third = other.data_key(&scope("oru"), NOW).unwrap();

    assert_eq!(first, second);
    assert_ne!(first, third);
}

#[test]
fn threads_that_need_a_key_at_once_get_the_same_one() {
    let ring = ring();

    let ids: Vec<DataKeyId> = std::thread::scope(|threads| {
        let asked: Vec<_> = (0..8)
            .map(|_| threads.spawn(|| ring.data_key(&scope("adt"), NOW).unwrap()))
            .collect();
        asked
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });

    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn wrapped_keys_survive_the_way_through_a_codec() {
    let (file, store) = (
        KeyFile::generate().unwrap(),
        Arc::new(MemoryKeyStore::new()),
    );
    ring_on(&file, &store).data_key(&scope("adt"), NOW).unwrap();
    let key = store.load_all().unwrap().remove(0);

    let bytes = postcard::to_allocvec(&key).unwrap();

    assert_eq!(
        postcard::from_bytes::<wardline_phi::WrappedDataKey>(&bytes).unwrap(),
        key
    );
}

#[test]
fn a_ring_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}

    shared::<KeyRing>();
    shared::<wardline_phi::BlindIndex>();
}
