//! Wrapped data keys: what the key ring relies on.

use std::sync::Arc;

use wardline_phi::{
    DataKeyId, KekVersion, KeyScope, KeyStoreError, WrappedDataKey, WrappedKey, WrappedKeyStore,
};
use wardline_store_redis::RedisWrappedKeys;
use wardline_testkit::{block_on, key_ring, sample};

use super::server::Server;

fn key(id: u32, bytes: &[u8]) -> WrappedDataKey {
    WrappedDataKey {
        id: DataKeyId(id),
        scope: KeyScope::channel_month("adt-in", sample::MIDNIGHT).unwrap(),
        wrapped: WrappedKey {
            kek_version: KekVersion(1),
            bytes: bytes.to_vec(),
        },
        created_at_unix_ms: sample::MIDNIGHT,
    }
}

#[test]
fn a_key_is_kept_once_replaced_whole_and_survives() {
    block_on(async {
        let mut server = Server::start();
        let store = RedisWrappedKeys::new(&server.connect().await);
        store.insert_durably(&key(1, b"one")).unwrap();
        store.insert_durably(&key(300, b"two")).unwrap();

        let taken = store.insert_durably(&key(1, b"one"));
        store.replace(&key(1, b"rewrapped")).unwrap();
        let missing = store.replace(&key(2, b"none"));
        server.kill();
        server.start_again();
        let after = RedisWrappedKeys::new(&server.connect().await);

        assert!(matches!(taken, Err(KeyStoreError::Taken(DataKeyId(1)))));
        assert!(matches!(missing, Err(KeyStoreError::Missing(DataKeyId(2)))));
        let kept = [key(1, b"rewrapped"), key(300, b"two")];
        assert_eq!(after.load_all().unwrap(), kept);
    });
}

#[test]
fn the_ring_asks_from_threads_of_the_runtime_and_from_others() {
    block_on(async {
        let server = Server::start();
        let store = Arc::new(RedisWrappedKeys::new(&server.connect().await));
        drop(key_ring::over(Arc::clone(&store) as Arc<_>));

        let of_task = Arc::clone(&store);
        let task = tokio::spawn(async move { of_task.insert_durably(&key(1, b"task")) });
        task.await.unwrap().unwrap();
        let of_thread = Arc::clone(&store);
        let thread = std::thread::spawn(move || of_thread.insert_durably(&key(2, b"thread")));
        thread.join().unwrap().unwrap();

        assert_eq!(store.load_all().unwrap().len(), 2);
    });
}
