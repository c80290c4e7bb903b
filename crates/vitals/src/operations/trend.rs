//! Read how a parameter went.

use crate::chart::TrendView;
use crate::error::OperationError;
use crate::model::{BedId, StayId};
use crate::observation::Parameter;
use crate::service::LiveBeds;
use crate::trend::TrendQuery;

impl LiveBeds {
    /// The trends of a parameter, one per method, of whoever lies in a bed now. Where several do, `stay` says of
    /// whom.
    ///
    /// # Errors
    /// [`OperationError::NoSuchBed`], and [`OperationError::NoSuchStay`] when nobody lies there, or not `stay`;
    /// [`OperationError::Conflict`] when several do and none is named.
    pub async fn trend(
        &self,
        bed: &BedId,
        stay: Option<StayId>,
        parameter: Parameter,
        query: &TrendQuery,
    ) -> Result<Vec<TrendView>, OperationError> {
        let stay = self.occupant_of(bed, stay)?;
        let state = self.0.state.lock().await;
        let kept = state.charts.get(&stay);
        Ok(kept.map_or_else(Vec::new, |kept| kept.chart.trend(parameter, query)))
    }
}
