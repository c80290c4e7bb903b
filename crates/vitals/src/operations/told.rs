//! Read what was told of the bands of whoever lies in a bed.

use crate::error::OperationError;
use crate::model::{BedId, StayId};
use crate::service::{LiveBeds, ToldBand};

impl LiveBeds {
    /// What was told of the band of whoever lies in a bed now, beyond a number, oldest first, at most `limit`. Where
    /// several do, `stay` says of whom.
    ///
    /// # Errors
    /// [`OperationError::NoSuchBed`], [`OperationError::NoSuchStay`] when nobody lies there, or not `stay`, and
    /// [`OperationError::Conflict`] when several do and none is named.
    pub async fn told(
        &self,
        bed: &BedId,
        stay: Option<StayId>,
        (after, limit): (u64, usize),
    ) -> Result<(StayId, Vec<ToldBand>), OperationError> {
        let stay = self.occupant_of(bed, stay)?;
        let state = self.0.state.lock().await;
        let told = state.charts.get(&stay).map(|kept| &kept.told);
        let told = told.into_iter().flat_map(|told| told.after(after));
        Ok((stay, told.take(limit).cloned().collect()))
    }

    /// Whoever lies in a bed; where several do, the one who is named.
    pub(super) fn occupant_of(
        &self,
        bed: &BedId,
        stay: Option<StayId>,
    ) -> Result<StayId, OperationError> {
        let view = self.0.board.bed(bed).ok_or(OperationError::NoSuchBed)?;
        let mut stays = view.occupants.iter().map(|o| o.stay);
        let chosen = match stay {
            Some(stay) => stays.find(|s| *s == stay),
            None if view.occupants.len() > 1 => {
                return Err(OperationError::Conflict(
                    "several patients are in this bed; name the stay",
                ));
            }
            None => stays.next(),
        };
        chosen.ok_or(OperationError::NoSuchStay)
    }
}
