//! Rows of the store, sealed and opened. Each body is bound to its kind, id and version: an older body put in the place
//! of a newer one does not open.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wardline_kernel::{Clock, UnixMillis};
use wardline_phi::{
    Aad, DataKeyId, KeyRing, KeyRingError, KeyScope, OpenError, SealError, Sensitive,
};

use crate::error::AccessError;
use crate::policy::Engine;
use crate::port::{AccessStore, Kind, Put, Row};

/// Version of what is inside the bodies.
const SCHEMA: u16 = 1;
const BODY: &str = "body";
/// How often a change is tried when others change the same row.
pub(crate) const MAX_ATTEMPTS: usize = 16;

/// A row that was opened.
pub(crate) struct Loaded<T> {
    pub(crate) id: [u8; 16],
    pub(crate) key: Option<[u8; 32]>,
    pub(crate) version: u64,
    pub(crate) body: T,
}

/// The store with its seals.
#[derive(Clone)]
pub(crate) struct Rows {
    pub(crate) store: Arc<dyn AccessStore>,
    pub(crate) ring: Arc<KeyRing>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Rows {
    pub(crate) fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        kind: Kind,
        id: [u8; 16],
    ) -> Result<Option<Loaded<T>>, AccessError> {
        let row = self.store.get(kind, id).await?;
        row.as_ref().map(|row| self.open(row)).transpose()
    }

    pub(crate) async fn find<T: DeserializeOwned>(
        &self,
        kind: Kind,
        key: [u8; 32],
    ) -> Result<Option<Loaded<T>>, AccessError> {
        let row = self.store.find(kind, key).await?;
        row.as_ref().map(|row| self.open(row)).transpose()
    }

    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        kind: Kind,
        after: Option<[u8; 16]>,
        limit: usize,
    ) -> Result<Vec<Loaded<T>>, AccessError> {
        let rows = self.store.list(kind, after, limit).await?;
        rows.iter().map(|row| self.open(row)).collect()
    }

    /// Writes the row as the version after the one that was loaded; a new one begins with version 0.
    pub(crate) async fn put<T: Serialize>(
        &self,
        kind: Kind,
        loaded: &Loaded<T>,
    ) -> Result<Put, AccessError> {
        let version = loaded.version.saturating_add(1);
        let key = self.key().await?;
        let plain = postcard::to_stdvec(&loaded.body).map_err(|e| key_failed(&e))?;
        let plain = Sensitive::new(plain);
        let record = record(loaded.id, version);
        let aad = Aad::new(name(kind), record.as_slice(), BODY, SCHEMA);
        let body = self.ring.seal(key, &aad, plain.expose());
        let row = Row {
            kind,
            id: loaded.id,
            key: loaded.key,
            version,
            body: Bytes::from(body.map_err(not_sealed)?),
        };
        Ok(self.store.put(row).await?)
    }

    /// The same, of a row that decisions rest on: see [`Engine::changing`]. `held` is let go once it is written, also when
    /// nobody waits for that any more.
    pub(crate) async fn put_decisive<T: Serialize + Send + Sync + 'static>(
        &self,
        engine: &Arc<Engine>,
        (kind, loaded): (Kind, Loaded<T>),
        held: impl Send + 'static,
    ) -> Result<Put, AccessError> {
        let rows = self.clone();
        let put = async move {
            let done = rows.put(kind, &loaded).await;
            drop(held);
            done
        };
        engine.changing(put).await
    }

    fn open<T: DeserializeOwned>(&self, row: &Row) -> Result<Loaded<T>, AccessError> {
        let sealed = |_| AccessError::Sealed(name(row.kind));
        let record = record(row.id, row.version);
        let aad = Aad::new(name(row.kind), record.as_slice(), BODY, SCHEMA);
        let plain = self.ring.open_sensitive(&aad, &row.body);
        let plain = plain.map_err(|error| match error {
            OpenError::Key(error) if error.is_unavailable() => {
                AccessError::KeyServiceUnavailable(error)
            }
            _ => AccessError::Sealed(name(row.kind)),
        })?;
        Ok(Loaded {
            id: row.id,
            key: row.key,
            version: row.version,
            body: postcard::from_bytes(plain.expose()).map_err(sealed)?,
        })
    }

    /// The key for what is sealed now. The first one of a month is made on a thread that may block.
    async fn key(&self) -> Result<DataKeyId, AccessError> {
        let now = self.now();
        let scope = KeyScope::access_month(now).map_err(|e| key_failed(&e))?;
        if let Some(key) = self.ring.cached_data_key(&scope) {
            return Ok(key);
        }
        let ring = Arc::clone(&self.ring);
        let made = tokio::task::spawn_blocking(move || ring.data_key(&scope, now)).await;
        made.map_err(|e| key_failed(&e))?.map_err(not_had)
    }
}

const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "access-user",
        Kind::ApiKey => "access-api-key",
        Kind::Emergency => "access-emergency",
        Kind::Notice => "access-notice",
        Kind::Approval => "access-approval",
    }
}

fn record(id: [u8; 16], version: u64) -> Vec<u8> {
    [id.as_slice(), &version.to_be_bytes()].concat()
}

fn not_sealed(error: SealError) -> AccessError {
    match error {
        SealError::Key(error) => not_had(error),
        error => key_failed(&error),
    }
}

/// Tells what may be had when the key service is back from what may not as it is.
fn not_had(error: KeyRingError) -> AccessError {
    if error.is_unavailable() {
        return AccessError::KeyServiceUnavailable(error);
    }
    key_failed(&error)
}

fn key_failed(error: &dyn std::fmt::Display) -> AccessError {
    AccessError::Key(error.to_string())
}
