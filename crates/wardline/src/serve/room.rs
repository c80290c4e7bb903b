//! What all capabilities of a node stand on: the stores and the keys.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use wardline_phi::{BlindIndex, KeyProvider, KeyRing, WatchedProvider, WrappedKeyStore};
use wardline_server::keys::ResealIndex;

use super::stores::Stores;
use crate::outside::KeySet;

/// A start waits so long for the keys of all months.
const UNWRAP_WITHIN: Duration = Duration::from_secs(10);

/// What all capabilities stand on: the stores and the keys.
pub(super) struct Room {
    pub(super) stores: Stores,
    pub(super) ring: Arc<KeyRing>,
    pub(super) blind_index: Arc<BlindIndex>,
    pub(super) provider: Arc<dyn KeyProvider>,
    /// The key service, if there is one.
    pub(super) watched: Option<Arc<WatchedProvider>>,
    /// Wraps the root of the blind indexes anew, if it is wrapped.
    pub(super) reseal_index: Option<ResealIndex>,
}

impl Room {
    pub(super) async fn open(stores: Stores, keys: Arc<KeySet>) -> anyhow::Result<Self> {
        let reseal_index = keys.reseal();
        let (provider, watched) = (Arc::clone(&keys.provider), keys.watched.clone());
        let (ring, blind_index) = open_keys(keys, Arc::clone(&stores.wrapped_keys)).await?;
        Ok(Self {
            stores,
            ring,
            blind_index,
            provider,
            watched,
            reseal_index,
        })
    }

    /// Unwraps the keys of all months, so that what waits in queues opens at once. The start goes on without them: whoever
    /// needs one asks for it, and the keeper of the keys tries again.
    pub(super) async fn unwrap_keys(&self) {
        let ring = Arc::clone(&self.ring);
        let unwrapping = tokio::task::spawn_blocking(move || ring.unwrap_all());
        match tokio::time::timeout(UNWRAP_WITHIN, unwrapping).await {
            Ok(Ok(Ok(_)) | Err(_)) => {}
            Ok(Ok(Err(error))) => {
                tracing::warn!(%error, "not all data keys could be unwrapped; what they open waits");
            }
            Err(_) => tracing::warn!("data keys are still being unwrapped; what they open waits"),
        }
    }
}

/// What seals, and what things are found by. Asks a key service, so it is done where blocking is expected.
pub(super) async fn open_keys(
    keys: Arc<KeySet>,
    wrapped_keys: Arc<dyn WrappedKeyStore>,
) -> anyhow::Result<(Arc<KeyRing>, Arc<BlindIndex>)> {
    let opened = tokio::task::spawn_blocking(move || {
        let index = keys.file.blind_index(keys.provider.as_ref());
        let index = index.context("the root of the blind indexes cannot be had")?;
        let ring = KeyRing::load(Arc::clone(&keys.provider), wrapped_keys);
        let ring = ring.context("the keys do not open this store's data keys")?;
        anyhow::Ok((Arc::new(ring), Arc::new(index)))
    });
    opened.await?
}
