//! The stores of a node: one of each port, all of them of one kind.

use std::sync::Arc;

use wardline_access::port::AccessStore;
use wardline_audit::port::AuditStore;
use wardline_messaging::port::MessageStore;
use wardline_patients::port::{ErasureLedger, PatientStore};
use wardline_phi::WrappedKeyStore;
use wardline_sessions::port::SessionStore;
use wardline_store_embedded::{EmbeddedStore, ErasureFile, Options};
use wardline_vitals::port::BedStore;

use crate::config::Config;
use crate::files;

/// What each capability keeps its own in. Whoever holds one of them does not know which kind it is.
pub(super) struct Stores {
    pub(super) messages: Arc<dyn MessageStore>,
    pub(super) sessions: Arc<dyn SessionStore>,
    pub(super) beds: Arc<dyn BedStore>,
    pub(super) audit: Arc<dyn AuditStore>,
    pub(super) access: Arc<dyn AccessStore>,
    pub(super) patients: Arc<dyn PatientStore>,
    pub(super) erasures: Arc<dyn ErasureLedger>,
    pub(super) wrapped_keys: Arc<dyn WrappedKeyStore>,
}

impl Stores {
    /// Opens those that the configuration asks for.
    pub(super) async fn open(config: &Config) -> anyhow::Result<Self> {
        let store = embedded(config).await?;
        Ok(Self {
            messages: Arc::clone(&store) as _,
            sessions: Arc::clone(&store) as _,
            beds: Arc::clone(&store) as _,
            audit: Arc::clone(&store) as _,
            access: Arc::clone(&store) as _,
            patients: Arc::clone(&store) as _,
            erasures: Arc::new(ErasureFile::at(&files::erasures(config))),
            wrapped_keys: store,
        })
    }
}

async fn embedded(config: &Config) -> anyhow::Result<Arc<EmbeddedStore>> {
    let directory = config.store.directory.clone();
    // Half of what the service keeps free: by then it has stopped taking messages long ago.
    let reserve_bytes = config.store.min_free_bytes / 2;
    let options = Options {
        reserve_bytes,
        ..Options::default()
    };
    let opened =
        tokio::task::spawn_blocking(move || EmbeddedStore::open(&directory, options)).await?;
    Ok(Arc::new(opened?))
}
