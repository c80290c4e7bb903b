//! What all capabilities of a node stand on: the stores and the keys.

use std::sync::Arc;

use anyhow::Context as _;
use wardline_phi::{BlindIndex, KeyFile, KeyProvider, KeyRing, WrappedKeyStore};

use super::stores::Stores;

/// What all capabilities stand on: the stores and the keys.
pub(super) struct Room {
    pub(super) stores: Stores,
    pub(super) ring: Arc<KeyRing>,
    pub(super) blind_index: Arc<BlindIndex>,
    /// Data keys that were moved to the newest key-encryption key at this start.
    pub(super) rewrapped: usize,
    pub(super) provider: Arc<dyn KeyProvider>,
}

impl Room {
    pub(super) async fn open(stores: Stores, keys: &KeyFile) -> anyhow::Result<Self> {
        let (ring, rewrapped) = load_ring_of(keys, &stores.wrapped_keys).await?;
        Ok(Self {
            stores,
            ring: Arc::new(ring),
            blind_index: Arc::new(keys.blind_index()),
            rewrapped,
            provider: Arc::new(keys.provider()),
        })
    }
}

async fn load_ring_of(
    keys: &KeyFile,
    store: &Arc<dyn WrappedKeyStore>,
) -> anyhow::Result<(KeyRing, usize)> {
    let (provider, wrapped_keys) = (Arc::new(keys.provider()), Arc::clone(store));
    let ring = tokio::task::spawn_blocking(move || load_ring(provider, wrapped_keys)).await??;
    Ok(ring)
}

/// The data keys, and how many there were under an older key-encryption key; those under an older key-encryption key are moved to the newest.
fn load_ring(
    provider: Arc<dyn KeyProvider>,
    wrapped_keys: Arc<dyn WrappedKeyStore>,
) -> anyhow::Result<(KeyRing, usize)> {
    let ring = KeyRing::load(provider, wrapped_keys)
        .context("keys.file does not open this store's data keys")?;
    let report = ring
        .rewrap()
        .context("a data key cannot be moved to the newest key")?;
    if report.rewrapped > 0 {
        tracing::info!(
            data_keys = report.rewrapped,
            "moved to the newest key-encryption key"
        );
    }
    Ok((ring, report.rewrapped))
}
