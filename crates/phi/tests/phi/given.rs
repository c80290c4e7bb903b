//! What the specifications start from.

use std::sync::Arc;

use wardline_phi::{
    DataKeyId, KekVersion, KeyFile, KeyProvider, KeyRing, KeyScope, MemoryKeyStore, ProviderError,
    SecretKey, WrapContext, WrappedDataKey, WrappedKey, WrappedKeyStore,
};

/// 2026-11-21T12:00:00Z.
pub(crate) const NOW: u64 = 1_795_262_400_000;

pub(crate) fn scope(channel: &str) -> KeyScope {
    KeyScope::channel_month(channel, NOW).unwrap()
}

/// A ring on a fresh key file and an empty store.
pub(crate) fn ring() -> KeyRing {
    ring_on(
        &KeyFile::generate().unwrap(),
        &Arc::new(MemoryKeyStore::new()),
    )
}

pub(crate) fn ring_on(file: &KeyFile, store: &Arc<MemoryKeyStore>) -> KeyRing {
    let store: Arc<dyn WrappedKeyStore> = Arc::<MemoryKeyStore>::clone(store);
    KeyRing::load(Arc::new(file.provider()), store).unwrap()
}

/// A ring whose one data key, of id 7, is `key`.
pub(crate) fn ring_with_known_key(key: [u8; 32]) -> (KeyRing, DataKeyId) {
    let id = DataKeyId(7);
    let store = MemoryKeyStore::new();
    let wrapped = WrappedKey {
        kek_version: KekVersion(1),
        bytes: Vec::new(),
    };
    let known = WrappedDataKey {
        id,
        scope: scope("adt"),
        wrapped,
        created_at_unix_ms: NOW,
    };
    store.insert_durably(&known).unwrap();
    (
        KeyRing::load(Arc::new(KnownKey(key)), Arc::new(store)).unwrap(),
        id,
    )
}

/// A provider under which every wrapped key is the same known one.
#[derive(Debug)]
struct KnownKey([u8; 32]);

impl KeyProvider for KnownKey {
    fn current_version(&self) -> Result<KekVersion, ProviderError> {
        Ok(KekVersion(1))
    }

    fn wrap(&self, _: &SecretKey, _: &WrapContext<'_>) -> Result<WrappedKey, ProviderError> {
        unreachable!("the known key is never wrapped")
    }

    fn unwrap_key(&self, _: &WrappedKey, _: &WrapContext<'_>) -> Result<SecretKey, ProviderError> {
        Ok(SecretKey::from_bytes(&self.0))
    }
}

/// Bytes from hexadecimal digits; blanks are skipped.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(16)).collect();
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap())
        .collect()
}
