//! What is known of people as it is stored: sealed, each value bound to its session and field.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;
use wardline_phi::{
    Aad, DataKeyId, KeyRing, KeyRingError, KeyScope, OpenError, SealError, Sensitive,
    data_key_id_of,
};

use crate::error::OperationError;
use crate::model::{ClientFacts, Fields, SessionId, UserName};

/// Version of what is inside the sealed values.
const SCHEMA: u16 = 1;
const KIND: &str = "session";
const FACTS: &str = "facts";
const FIELDS: &str = "fields";

/// User and client as they are encoded.
#[derive(Serialize, Deserialize)]
struct FactsRow<'a> {
    user: &'a str,
    ip: Option<IpAddr>,
    user_agent: Option<&'a str>,
    device: Option<&'a str>,
}

/// Seals and opens what sessions store.
pub(crate) struct Sealer {
    ring: Arc<KeyRing>,
}

impl Sealer {
    pub(crate) fn new(ring: Arc<KeyRing>) -> Self {
        Self { ring }
    }

    /// The key for what is sealed now. The first one of a month is made and stored, on a thread that may block.
    pub(crate) async fn key(&self, now: UnixMillis) -> Result<DataKeyId, OperationError> {
        let scope = KeyScope::sessions_month(now).map_err(|error| key_failed(&error))?;
        if let Some(key) = self.ring.cached_data_key(&scope) {
            return Ok(key);
        }
        let ring = Arc::clone(&self.ring);
        let made = tokio::task::spawn_blocking(move || ring.data_key(&scope, now)).await;
        made.map_err(|error| key_failed(&error))?.map_err(not_had)
    }

    pub(crate) fn seal_facts(
        &self,
        key: DataKeyId,
        id: SessionId,
        (user, client): (&UserName, &ClientFacts),
    ) -> Result<Bytes, OperationError> {
        let row = FactsRow {
            user: user.expose(),
            ip: client.ip(),
            user_agent: client.user_agent(),
            device: client.device(),
        };
        self.seal(key, id, FACTS, &row)
    }

    pub(crate) async fn open_facts(
        &self,
        id: SessionId,
        sealed: &[u8],
    ) -> Result<(UserName, ClientFacts), OperationError> {
        let opened = self.open(id, FACTS, sealed).await?;
        let damaged = |_| OperationError::Sealed(id);
        let row: FactsRow<'_> =
            postcard::from_bytes(opened.expose()).map_err(|_| OperationError::Sealed(id))?;
        let user = UserName::new(row.user).map_err(damaged)?;
        let client = ClientFacts::new(row.ip, row.user_agent, row.device).map_err(damaged)?;
        Ok((user, client))
    }

    pub(crate) fn seal_fields(
        &self,
        key: DataKeyId,
        id: SessionId,
        fields: &Fields,
    ) -> Result<Bytes, OperationError> {
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.expose()))
            .collect();
        self.seal(key, id, FIELDS, &pairs)
    }

    pub(crate) async fn open_fields(
        &self,
        id: SessionId,
        sealed: &[u8],
    ) -> Result<Fields, OperationError> {
        let opened = self.open(id, FIELDS, sealed).await?;
        let pairs: Vec<(&str, &str)> =
            postcard::from_bytes(opened.expose()).map_err(|_| OperationError::Sealed(id))?;
        Fields::new(pairs).map_err(|_| OperationError::Sealed(id))
    }

    fn seal<T: Serialize>(
        &self,
        key: DataKeyId,
        id: SessionId,
        field: &str,
        value: &T,
    ) -> Result<Bytes, OperationError> {
        let plain = postcard::to_stdvec(value).map_err(|error| key_failed(&error))?;
        let plain = Sensitive::new(plain);
        let aad = Aad::new(KIND, id.as_bytes().as_slice(), field, SCHEMA);
        let sealed = self.ring.seal(key, &aad, plain.expose());
        sealed.map(Bytes::from).map_err(|error| match error {
            SealError::Key(error) => not_had(error),
            error => key_failed(&error),
        })
    }

    /// Asks the key service on a thread that may block, where the key is not held.
    async fn open(
        &self,
        id: SessionId,
        field: &str,
        sealed: &[u8],
    ) -> Result<Sensitive<Vec<u8>>, OperationError> {
        let key = data_key_id_of(sealed).map_err(|_| OperationError::Sealed(id))?;
        if !self.ring.is_held(key) {
            let ring = Arc::clone(&self.ring);
            let held = tokio::task::spawn_blocking(move || ring.hold(key)).await;
            let held = held.map_err(|error| key_failed(&error))?;
            held.map_err(|error| unopened(id, error))?;
        }
        let aad = Aad::new(KIND, id.as_bytes().as_slice(), field, SCHEMA);
        let opened = self.ring.open_sensitive(&aad, sealed);
        opened.map_err(|error| match error {
            OpenError::Key(error) => unopened(id, error),
            OpenError::Envelope(_) => OperationError::Sealed(id),
        })
    }
}

/// Tells what may open when the key service is back from what does not open as it is.
fn unopened(id: SessionId, error: KeyRingError) -> OperationError {
    if error.is_unavailable() {
        return OperationError::KeyServiceUnavailable(error);
    }
    OperationError::Sealed(id)
}

fn not_had(error: KeyRingError) -> OperationError {
    if error.is_unavailable() {
        return OperationError::KeyServiceUnavailable(error);
    }
    key_failed(&error)
}

fn key_failed(error: &dyn std::fmt::Display) -> OperationError {
    OperationError::Key(error.to_string())
}
