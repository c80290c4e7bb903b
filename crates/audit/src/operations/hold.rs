//! Legal holds: what a hold covers is not dropped, however old, until somebody releases the hold.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;
use wardline_phi::Token;

use super::archive::changed;
use crate::error::OperationError;
use crate::model::{Note, Origin, PatientId, UserName};
use crate::port::{RowKey, RowKind};
use crate::service::Audit;
use crate::writer::Asked;

/// Holds at most.
const MAX_HOLDS: usize = 1_000;

/// What a hold covers; every part given must match. Nothing given covers everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HoldScope {
    /// Records about this patient.
    pub patient: Option<PatientId>,
    /// Records of this user.
    pub user: Option<UserName>,
    /// Recorded at this time or later.
    pub from: Option<UnixMillis>,
    /// Recorded before this time.
    pub until: Option<UnixMillis>,
}

/// A hold. Why it was placed stands in the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its number.
    pub id: u64,
    /// The pseudonym of the patient that it covers.
    pub patient: Option<Token>,
    /// The pseudonym of the user that it covers.
    pub user: Option<Token>,
    /// Records from this time on.
    pub from: Option<UnixMillis>,
    /// Records before this time.
    pub until: Option<UnixMillis>,
    /// When it was placed.
    pub placed_at: UnixMillis,
    /// When it was released.
    pub released_at: Option<UnixMillis>,
}

impl Hold {
    /// Whether it may cover something recorded between these times.
    pub(super) fn meets(&self, first_at: UnixMillis, last_at: UnixMillis) -> bool {
        self.released_at.is_none()
            && self.from.is_none_or(|from| last_at >= from)
            && self.until.is_none_or(|until| first_at < until)
    }
}

impl Audit {
    /// Places a hold, and records why.
    ///
    /// # Errors
    /// [`OperationError::TooMany`], or it could not be recorded.
    pub async fn hold(
        &self,
        scope: HoldScope,
        reason: Note,
        by: Origin,
    ) -> Result<Hold, OperationError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let holds = self.holds().await?;
        if holds.len() >= MAX_HOLDS {
            let (field, max) = ("holds", MAX_HOLDS);
            return Err(OperationError::TooMany { field, max });
        }
        let sealer = &self.0.sealer;
        let hold = Hold {
            id: holds.last().map_or(1, |last| last.id + 1),
            patient: scope.patient.as_ref().map(|id| sealer.patient_token(id)),
            user: scope.user.as_ref().map(|user| sealer.user_token(user)),
            from: scope.from,
            until: scope.until,
            placed_at: self.now(),
            released_at: None,
        };
        let mut event = changed(&by, "placed a hold");
        event.reason = Some(reason);
        event.patients.extend(scope.patient);
        self.put_hold(&hold, event).await?;
        Ok(hold)
    }

    /// Releases a hold, and records why.
    ///
    /// # Errors
    /// There is no such hold, it was released, or it could not be recorded.
    pub async fn release(&self, id: u64, reason: Note, by: Origin) -> Result<Hold, OperationError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let holds = self.holds().await?;
        let hold = holds.into_iter().find(|hold| hold.id == id);
        let mut hold = hold.ok_or(OperationError::NoSuch("hold"))?;
        if hold.released_at.is_some() {
            return Err(OperationError::State("the hold was released already"));
        }
        hold.released_at = Some(self.now());
        let mut event = changed(&by, "released a hold");
        event.reason = Some(reason);
        self.put_hold(&hold, event).await?;
        Ok(hold)
    }

    /// All holds, those released as well, in the order in which they were placed.
    ///
    /// # Errors
    /// The store failed, or a hold does not open.
    pub async fn holds(&self) -> Result<Vec<Hold>, OperationError> {
        let rows = self.0.store.rows(RowKind::Hold, None, MAX_HOLDS).await?;
        let mut holds = Vec::with_capacity(rows.len());
        for (key, sealed) in rows {
            let RowKey::Hold(id) = key else { continue };
            let hold = self.0.sealer.open_row(&id.to_be_bytes(), &sealed);
            holds.push(hold.map_err(|_| OperationError::State("a hold does not open"))?);
        }
        Ok(holds)
    }

    async fn put_hold(
        &self,
        hold: &Hold,
        event: crate::model::Event,
    ) -> Result<(), OperationError> {
        let id = hold.id.to_be_bytes();
        let sealed = self.seal_row(id.to_vec(), hold.clone()).await?;
        self.ask(Asked {
            events: vec![event],
            rows: vec![(RowKey::Hold(hold.id), Some(sealed.into()))],
            ..Asked::default()
        })
        .await?;
        Ok(())
    }

    /// Seals a row, on a thread that may block for a key.
    pub(super) async fn seal_row<T: Serialize + Send + 'static>(
        &self,
        id: Vec<u8>,
        row: T,
    ) -> Result<Vec<u8>, OperationError> {
        let (sealer, now) = (std::sync::Arc::clone(&self.0.sealer), self.now());
        let sealed = tokio::task::spawn_blocking(move || sealer.seal_row(now, &id, &row)).await;
        let sealed = sealed.map_err(|error| crate::error::KeyFailure::of(&error))?;
        Ok(sealed?)
    }
}
