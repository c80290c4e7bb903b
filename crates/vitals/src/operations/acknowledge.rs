//! Say that somebody has seen the band that stands.

use std::collections::BTreeSet;

use crate::error::OperationError;
use crate::model::{PhiText, StayId};
use crate::score::{Band, BandWatch};
use crate::service::{Entry, LiveBeds};
use crate::watch::EventKind;

impl LiveBeds {
    /// Acknowledges the band of a stay: the one that somebody saw, and no other that has come to stand meanwhile. It
    /// is durable when this returns.
    ///
    /// # Errors
    /// [`OperationError::NoSuchStay`], [`OperationError::Conflict`] when no band stands, another one than `seen`, or
    /// it is acknowledged already, and what the store says.
    pub async fn acknowledge(
        &self,
        stay: StayId,
        seen: Band,
        by: PhiText,
    ) -> Result<(), OperationError> {
        let beds = self.clone();
        self.finish(async move { beds.acknowledged(stay, seen, by).await })
            .await
    }

    async fn acknowledged(
        &self,
        stay: StayId,
        seen: Band,
        by: PhiText,
    ) -> Result<(), OperationError> {
        let now = self.now();
        let mut state = self.0.state.lock().await;
        let bed = {
            let known = state.census.stay(stay).filter(|s| s.course().is_here());
            known.ok_or(OperationError::NoSuchStay)?.bed().cloned()
        };
        let watch = state.charts.get(&stay).map(|kept| kept.chart.watch());
        match watch.and_then(BandWatch::band) {
            None => return Err(OperationError::Conflict("no band stands for this patient")),
            Some(band) if band != seen => {
                return Err(OperationError::Conflict(
                    "another band stands by now; look at the bed again",
                ));
            }
            Some(_) => {}
        }
        if watch.is_some_and(|watch| watch.acknowledged_at().is_some()) {
            return Err(OperationError::Conflict(
                "somebody has acknowledged it already",
            ));
        }
        let entry = Entry::Acknowledged {
            at: now,
            by: by.clone(),
        };
        let writes = self.entry_writes(&mut state, &[(stay, entry)], now).await?;
        self.0.commit_synced(writes).await?;
        if let Some(kept) = state.charts.get_mut(&stay) {
            kept.last_entry += 1;
            kept.acknowledge(now, by);
        }
        let shown: BTreeSet<_> = bed.iter().cloned().collect();
        self.0.show(&mut state, &shown, now);
        let unit = bed.as_ref().and_then(crate::service::unit_of);
        let kind = EventKind::BandAcknowledged { bed, stay };
        self.0.events.tell(now, unit, kind);
        Ok(())
    }
}
