//! Say who looks after a bed.

use crate::error::OperationError;
use crate::model::{Assignment, BedId, PhiText};
use crate::service::LiveBeds;

impl LiveBeds {
    /// Sets the nurses of a bed; none clears it. Whoever was assigned before keeps the time since when.
    ///
    /// # Errors
    /// [`OperationError::NoSuchBed`], [`OperationError::Invalid`] for too many, and what the store says.
    pub async fn assign_nurses(
        &self,
        bed: BedId,
        nurses: Vec<PhiText>,
        by: PhiText,
    ) -> Result<(), OperationError> {
        let beds = self.clone();
        let work = async move {
            let now = beds.now();
            let mut state = beds.0.state.lock().await;
            let before = state.census.facts(&bed).ok_or(OperationError::NoSuchBed)?;
            let assignment = |nurse: PhiText| {
                let known = before.nurses.iter().find(|known| known.nurse == nurse);
                known.cloned().unwrap_or(Assignment {
                    nurse,
                    since: now,
                    by: by.clone(),
                })
            };
            let nurses = nurses.into_iter().map(assignment).collect();
            let applied = state.census.assign(&bed, nurses)?;
            beds.store_census(&mut state, applied, now).await
        };
        self.finish(work).await
    }
}
