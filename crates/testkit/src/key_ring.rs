//! Keys for tests: drawn anew for each, kept nowhere.

use std::sync::Arc;

use wardline_phi::{BlindIndex, KeyFile, KeyRing, MemoryKeyStore, WrappedKeyStore};

/// A key ring and a blind index of one root.
pub struct TestKeys {
    /// Seals and opens.
    pub ring: KeyRing,
    /// Makes tokens.
    pub blind_index: BlindIndex,
}

/// New keys; wrapped data keys are kept in memory.
pub fn new() -> TestKeys {
    over(Arc::new(MemoryKeyStore::new()))
}

/// New keys; wrapped data keys are kept in `store`.
pub fn over(store: Arc<dyn WrappedKeyStore>) -> TestKeys {
    let file = KeyFile::generate().unwrap();
    let ring = KeyRing::load(Arc::new(file.provider()), store).unwrap();
    TestKeys {
        ring,
        blind_index: file.blind_index(),
    }
}
