//! Say of a patient what no message tells: the oxygen scale, a pregnancy.

use crate::census::Care;
use crate::error::OperationError;
use crate::model::StayId;
use crate::service::LiveBeds;

impl LiveBeds {
    /// Sets by which scale oxygen saturation is scored, and whether the patient is pregnant.
    ///
    /// # Errors
    /// [`OperationError::NoSuchStay`], and what the store says.
    pub async fn set_care(&self, stay: StayId, care: Care) -> Result<(), OperationError> {
        let beds = self.clone();
        let work = async move {
            let now = beds.now();
            let mut state = beds.0.state.lock().await;
            let known = state.census.stay(stay).filter(|s| s.course().is_here());
            known.ok_or(OperationError::NoSuchStay)?;
            let applied = state.census.set_care(stay, care)?;
            beds.store_census(&mut state, applied, now).await
        };
        self.finish(work).await
    }
}
