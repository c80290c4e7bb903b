//! Say what is done with an empty bed.

use crate::census::Statement;
use crate::error::OperationError;
use crate::model::{BedId, BedTold, PhiText};
use crate::service::LiveBeds;

/// What a person says of an empty bed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Housekeeping {
    /// To be cleaned.
    Dirty,
    /// Being cleaned.
    Cleaning,
    /// Ready, and no longer blocked.
    Clean,
    /// Not to be used.
    Blocked,
}

impl LiveBeds {
    /// Sets the state of a bed in which nobody lies. It is durable when this returns.
    ///
    /// # Errors
    /// [`OperationError::NoSuchBed`], [`OperationError::Conflict`] when somebody lies there, and what the store
    /// says.
    pub async fn set_bed(
        &self,
        bed: BedId,
        said: Housekeeping,
        reason: Option<PhiText>,
        by: PhiText,
    ) -> Result<(), OperationError> {
        let beds = self.clone();
        let work = async move {
            let now = beds.now();
            let statement = Statement {
                told: match said {
                    Housekeeping::Dirty => BedTold::Dirty,
                    Housekeeping::Cleaning => BedTold::Cleaning,
                    Housekeeping::Clean => BedTold::Clean,
                    Housekeeping::Blocked => BedTold::Blocked,
                },
                at: now,
                by: Some(by),
                reason,
            };
            let mut state = beds.0.state.lock().await;
            let applied = state.census.tell_bed(&bed, statement)?;
            beds.store_census(&mut state, applied, now).await
        };
        self.finish(work).await
    }
}
