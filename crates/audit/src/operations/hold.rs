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

/// Holds that are not released at most.
const MAX_HOLDS: usize = 1_000;
/// Holds that are read at a time.
const PAGE: usize = 500;

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

/// What holds now.
#[derive(Default)]
struct Standing {
    /// Those that are not released.
    lasting: Vec<Hold>,
    /// The number of the last one that was ever placed; 0 before the first.
    last_id: u64,
}

impl Standing {
    fn add(&mut self, hold: Hold) {
        self.last_id = self.last_id.max(hold.id);
        if hold.released_at.is_none() {
            self.lasting.push(hold);
        }
    }

    /// The number of another hold, where there is room for one. Those that were released take none.
    fn next_id(&self) -> Result<u64, OperationError> {
        if self.lasting.len() >= MAX_HOLDS {
            let (field, max) = ("holds", MAX_HOLDS);
            return Err(OperationError::TooMany { field, max });
        }
        Ok(self.last_id.saturating_add(1))
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
        let id = self.standing().await?.next_id()?;
        let sealer = &self.0.sealer;
        let hold = Hold {
            id,
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
        let sealed = self.0.store.row(RowKey::Hold(id)).await?;
        let sealed = sealed.ok_or(OperationError::NoSuch("hold"))?;
        let mut hold = self.open_hold(id, &sealed)?;
        if hold.released_at.is_some() {
            return Err(OperationError::State("the hold was released already"));
        }
        hold.released_at = Some(self.now());
        let mut event = changed(&by, "released a hold");
        event.reason = Some(reason);
        self.put_hold(&hold, event).await?;
        Ok(hold)
    }

    /// At most `limit` holds beyond the number `after`, those released as well, in the order in which they were placed.
    ///
    /// # Errors
    /// The store failed, or a hold does not open.
    pub async fn holds(
        &self,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Hold>, OperationError> {
        let after = after.map(RowKey::Hold);
        let rows = self.0.store.rows(RowKind::Hold, after, limit).await?;
        let mut holds = Vec::with_capacity(rows.len());
        for (key, sealed) in rows {
            let RowKey::Hold(id) = key else { continue };
            holds.push(self.open_hold(id, &sealed)?);
        }
        Ok(holds)
    }

    /// All holds that are not released, 1,000 at most, in the order in which they were placed.
    ///
    /// # Errors
    /// The store failed, or a hold does not open.
    pub async fn lasting_holds(&self) -> Result<Vec<Hold>, OperationError> {
        Ok(self.standing().await?.lasting)
    }

    async fn standing(&self) -> Result<Standing, OperationError> {
        let mut standing = Standing::default();
        loop {
            let after = Some(standing.last_id).filter(|id| *id > 0);
            let page = self.holds(after, PAGE).await?;
            let is_last = page.len() < PAGE;
            for hold in page {
                standing.add(hold);
            }
            if is_last {
                return Ok(standing);
            }
        }
    }

    fn open_hold(&self, id: u64, sealed: &[u8]) -> Result<Hold, OperationError> {
        let hold = self.0.sealer.open_row(&id.to_be_bytes(), sealed);
        hold.map_err(|_| OperationError::State("a hold does not open"))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(id: u64, released_at: Option<UnixMillis>) -> Hold {
        Hold {
            id,
            patient: None,
            user: None,
            from: None,
            until: None,
            placed_at: 1,
            released_at,
        }
    }

    #[test]
    fn holds_that_were_released_take_no_place_and_keep_their_numbers() {
        let mut standing = Standing::default();
        for id in 1..=2 * MAX_HOLDS as u64 {
            standing.add(placed(id, Some(2)));
        }

        assert_eq!(standing.next_id().unwrap(), 2 * MAX_HOLDS as u64 + 1);
    }

    #[test]
    fn one_hold_more_than_may_last_is_refused() {
        let mut standing = Standing::default();
        for id in 1..MAX_HOLDS as u64 {
            standing.add(placed(id, None));
        }
        assert_eq!(standing.next_id().unwrap(), MAX_HOLDS as u64);

        standing.add(placed(MAX_HOLDS as u64, None));

        assert!(matches!(
            standing.next_id(),
            Err(OperationError::TooMany { .. })
        ));
    }
}
