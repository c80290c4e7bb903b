//! Forget what is old.

use wardline_kernel::Trust;

use crate::error::OperationError;
use crate::model::StayId;
use crate::port::{Row, Write};
use crate::service::{KeptChart, LiveBeds, State, StoredClock};

impl LiveBeds {
    /// Forgets stays of which nothing was heard for long, and the charts of those that ended longer ago than a
    /// trend goes back. The service does this by itself. Who has not left stays as long as the clock cannot be believed.
    ///
    /// # Errors
    /// What the store says; it is tried again.
    pub async fn tidy(&self) -> Result<(), OperationError> {
        let beds = self.clone();
        self.finish(async move { beds.tidied().await }).await
    }

    async fn tidied(&self) -> Result<(), OperationError> {
        let now = self.now();
        // Before the state is held: a key service that is slow must not hold up what comes in.
        let key = self.0.sealer.key(now).await?;
        let mut state = self.0.state.lock().await;
        let passed = self.0.began.elapsed();
        let trust = state.clock.look(passed, now);
        if trust == Trust::Jumped {
            tracing::warn!(
                "the clock has jumped by more than an hour: of those who have not left nobody is forgotten until it has held \
                 for a day"
            );
        }
        let State { census, charts, .. } = &mut *state;
        let measured_at = |id: StayId| charts.get(&id)?.chart.heard_at();
        let applied = census.tidy(now, trust, measured_at);
        self.store_census(&mut state, applied, now).await?;
        let span_ms = self.0.settings.rules().trend_span_ms;
        let is_over = |id: &StayId| {
            let ended = state.census.stay(*id).and_then(|s| s.course().ended_at);
            ended.is_some_and(|at| at.saturating_add(span_ms) < now)
                && state.census.stay(*id).is_some_and(|s| s.bed().is_none())
        };
        let over: Vec<StayId> = state.charts.keys().copied().filter(is_over).collect();
        // A restart takes up how the clock stands: what waits for a day would never go where restarts are daily.
        let standing = StoredClock::from(state.clock.standing(passed, now));
        let sealed = self.0.sealer.seal_row(key, Row::Clock, &standing)?;
        let mut writes = vec![Write::Put {
            row: Row::Clock,
            sealed,
        }];
        for id in &over {
            writes.push(Write::Remove(Row::Chart(*id)));
            writes.push(Write::Trim {
                stay: *id,
                up_to: u64::MAX,
            });
        }
        self.0.commit_written(writes).await?;
        let state = &mut *state;
        for id in over {
            state.charts.remove(&id);
        }
        // A birthday changes what a score may be made for.
        for (id, kept) in &mut state.charts {
            if let Some(stay) = state.census.stay(*id) {
                kept.chart.set_subject(KeptChart::subject(stay, now));
            }
        }
        Ok(())
    }
}
