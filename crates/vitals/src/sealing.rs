//! What live beds store: sealed under the month's key, each value bound to its place.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wardline_kernel::UnixMillis;
use wardline_phi::{
    Aad, BlindIndex, DataKeyId, KeyRing, KeyRingError, KeyScope, OpenError, RecordId, SealError,
    Token,
};

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
        made.map_err(|e| failed(&e))?.map_err(not_had)
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
        sealed.map(Bytes::from).map_err(|error| match error {
            SealError::Key(error) => not_had(error),
            error => failed(error.to_string()),
        })
    }

    fn open<T: DeserializeOwned>(&self, aad: &Aad<'_>, sealed: &[u8]) -> Result<T, OperationError> {
        let failed = |error: String| OperationError::Seal(error);
        let plain = self.ring.open_sensitive(aad, sealed);
        let plain = plain.map_err(|error| match error {
            OpenError::Key(error) => not_had(error),
            error @ OpenError::Envelope(_) => failed(error.to_string()),
        })?;
        postcard::from_bytes(plain.expose()).map_err(|e| failed(e.to_string()))
    }
}

/// Tells what may be had when the key service is back from what may not as it is.
fn not_had(error: KeyRingError) -> OperationError {
    if error.is_unavailable() {
        return OperationError::KeyServiceUnavailable(error);
    }
    OperationError::Seal(error.to_string())
}

fn token_of(row: Row) -> Token {
    match row {
        Row::Bed(token) => token,
        Row::Stay(_) | Row::Chart(_) | Row::Merge(_) | Row::Aside(_) | Row::Clock => {
            Token::default()
        }
    }
}

fn aad_of(row: Row, token: &Token) -> Aad<'_> {
    let (kind, record) = match row {
        Row::Bed(_) => ("bed", RecordId::Bytes(token.as_slice())),
        Row::Stay(stay) => ("bed-stay", RecordId::Number(stay.0)),
        Row::Chart(stay) => ("bed-chart", RecordId::Number(stay.0)),
        Row::Merge(number) => ("bed-merge", RecordId::Number(number)),
        Row::Aside(number) => ("bed-aside", RecordId::Number(number)),
        Row::Clock => ("bed-clock", RecordId::Number(0)),
    };
    Aad {
        kind,
        record,
        field: "row",
        schema: SCHEMA,
    }
}

#[cfg(test)]
mod tests {
    use wardline_phi::{KeyFile, MemoryKeyStore};
    use wardline_testkit::{KeyService, block_on};

    use super::*;

    /// 2026-11-21T10:00:00Z and 2026-12-01.
    const NOVEMBER: UnixMillis = 1_795_255_200_000;
    const DECEMBER: UnixMillis = 1_796_083_200_000;

    #[test]
    fn what_cannot_be_sealed_or_opened_while_the_key_service_is_away_is_not_called_damaged() {
        let service = Arc::new(KeyService::new());
        let wrapped = Arc::new(MemoryKeyStore::new());
        let index = Arc::new(KeyFile::generate().unwrap().blind_index());
        // As every start does: it asks for the newest key alone.
        let start = || {
            let ring = KeyRing::load(service.clone(), wrapped.clone()).unwrap();
            Sealer::new(Arc::new(ring), Arc::clone(&index))
        };
        let place = (StayId(1), 1);
        let before = start();
        let key = block_on(before.key(NOVEMBER)).unwrap();
        let sealed = before.seal_entry(key, place, &72_u32).unwrap();
        block_on(before.key(DECEMBER)).unwrap();
        let after = start();
        service.be_away(true);

        let opened = after.open_entry::<u32>(place, &sealed);
        let resealed = after.seal_entry(key, place, &72_u32);
        let made = block_on(after.key(DECEMBER + 31 * 86_400_000));

        let is_away =
            |error: OperationError| matches!(error, OperationError::KeyServiceUnavailable(_));
        assert!(is_away(opened.unwrap_err()));
        assert!(is_away(resealed.unwrap_err()));
        assert!(is_away(made.unwrap_err()));
        service.be_away(false);
        assert_eq!(after.open_entry::<u32>(place, &sealed).unwrap(), 72);
    }
}
