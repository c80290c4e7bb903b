//! What live beds store: sealed under the month's key, each value bound to its place.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wardline_kernel::UnixMillis;
use wardline_phi::{Aad, BlindIndex, DataKeyId, KeyRing, KeyScope, RecordId, Token};

use crate::error::OperationError;
use crate::model::{BedId, StayId};
use crate::port::Row;

/// Version of what is inside a sealed value.
const SCHEMA: u16 = 2;

/// Seals and opens.
pub(crate) struct Sealer {
    ring: Arc<KeyRing>,
    index: Arc<BlindIndex>,
}

impl Sealer {
    pub(crate) fn new(ring: Arc<KeyRing>, index: Arc<BlindIndex>) -> Self {
        Self { ring, index }
    }

    /// The key of a bed's row.
    pub(crate) fn bed_row(&self, bed: &BedId) -> Row {
        Row::Bed(self.index.content_hash(&[b"bed", bed.as_str().as_bytes()]))
    }

    /// What stands for these parts, and tells nobody what they are.
    pub(crate) fn version(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut version = [0; 16];
        let hash = self.index.content_hash(parts);
        version
            .iter_mut()
            .zip(hash)
            .for_each(|(to, from)| *to = from);
        version
    }

    /// The key of the month; made when there is none yet, which may block while it is stored.
    pub(crate) async fn key(&self, now: UnixMillis) -> Result<DataKeyId, OperationError> {
        let failed = |error: &dyn std::fmt::Display| OperationError::Seal(error.to_string());
        let scope = KeyScope::beds_month(now).map_err(|e| failed(&e))?;
        if let Some(key) = self.ring.cached_data_key(&scope) {
            return Ok(key);
        }
        let ring = Arc::clone(&self.ring);
        let made = tokio::task::spawn_blocking(move || ring.data_key(&scope, now)).await;
        made.map_err(|e| failed(&e))?.map_err(|e| failed(&e))
    }

    pub(crate) fn seal_row<T: Serialize>(
        &self,
        key: DataKeyId,
        row: Row,
        value: &T,
    ) -> Result<Bytes, OperationError> {
        let token = token_of(row);
        self.seal(key, &aad_of(row, &token), value)
    }

    pub(crate) fn open_row<T: DeserializeOwned>(
        &self,
        row: Row,
        sealed: &[u8],
    ) -> Result<T, OperationError> {
        let token = token_of(row);
        self.open(&aad_of(row, &token), sealed)
    }

    pub(crate) fn seal_entry<T: Serialize>(
        &self,
        key: DataKeyId,
        (stay, number): (StayId, u64),
        value: &T,
    ) -> Result<Bytes, OperationError> {
        let field = number.to_string();
        self.seal(key, &Aad::new("bed-entry", stay.0, &field, SCHEMA), value)
    }

    pub(crate) fn open_entry<T: DeserializeOwned>(
        &self,
        (stay, number): (StayId, u64),
        sealed: &[u8],
    ) -> Result<T, OperationError> {
        let field = number.to_string();
        self.open(&Aad::new("bed-entry", stay.0, &field, SCHEMA), sealed)
    }

    fn seal<T: Serialize>(
        &self,
        key: DataKeyId,
        aad: &Aad<'_>,
        value: &T,
    ) -> Result<Bytes, OperationError> {
        let failed = |error: String| OperationError::Seal(error);
        let plain = postcard::to_stdvec(value).map_err(|e| failed(e.to_string()))?;
        let plain = wardline_phi::Sensitive::new(plain);
        let sealed = self.ring.seal(key, aad, plain.expose());
        sealed.map(Bytes::from).map_err(|e| failed(e.to_string()))
    }

    fn open<T: DeserializeOwned>(&self, aad: &Aad<'_>, sealed: &[u8]) -> Result<T, OperationError> {
        let failed = |error: String| OperationError::Seal(error);
        let plain = self.ring.open_sensitive(aad, sealed);
        let plain = plain.map_err(|e| failed(e.to_string()))?;
        postcard::from_bytes(plain.expose()).map_err(|e| failed(e.to_string()))
    }
}

fn token_of(row: Row) -> Token {
    match row {
        Row::Bed(token) => token,
        Row::Stay(_) | Row::Chart(_) | Row::Merge(_) | Row::Aside(_) => Token::default(),
    }
}

fn aad_of(row: Row, token: &Token) -> Aad<'_> {
    let (kind, record) = match row {
        Row::Bed(_) => ("bed", RecordId::Bytes(token.as_slice())),
        Row::Stay(stay) => ("bed-stay", RecordId::Number(stay.0)),
        Row::Chart(stay) => ("bed-chart", RecordId::Number(stay.0)),
        Row::Merge(number) => ("bed-merge", RecordId::Number(number)),
        Row::Aside(number) => ("bed-aside", RecordId::Number(number)),
    };
    Aad {
        kind,
        record,
        field: "row",
        schema: SCHEMA,
    }
}
