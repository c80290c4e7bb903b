//! Asks the key service now and then, tells when it is away and when it is back, and has keys ahead of time.

use std::sync::Arc;
use std::time::Duration;

use wardline_messaging::model::EventKind;
use wardline_phi::KeyProvider as _;

use super::{KeyKeeper, RewrapState, blocking};

/// Between two questions whether the key service is there.
const ASK_EVERY: Duration = Duration::from_secs(15);
/// Questions between two looks at what can be had ahead of time: an hour.
const LOOK_EVERY: u32 = 240;
/// So long before a month begins its keys are made, in milliseconds.
const AHEAD_MS: u64 = 7 * 86_400_000;

/// Runs until the process stops.
pub(super) async fn run(keeper: KeyKeeper) {
    let mut was_away = false;
    for turn in 0_u32.. {
        let is_away = keeper.is_away().await;
        if is_away != was_away {
            keeper.tell_away(is_away);
        }
        let is_back = was_away && !is_away;
        if !is_away && (is_back || turn.is_multiple_of(LOOK_EVERY)) {
            keeper.have_ahead().await;
            if keeper.rewrap_status().state == RewrapState::Failed {
                keeper.rewrap_behind(None);
            }
        }
        was_away = is_away;
        tokio::select! {
            () = keeper.0.parts.stop.cancelled() => return,
            () = tokio::time::sleep(ASK_EVERY) => {}
        }
    }
}

impl KeyKeeper {
    async fn is_away(&self) -> bool {
        let Some(watched) = self.0.parts.watched.clone() else {
            return false;
        };
        let probed = blocking(move || watched.probe()).await;
        match probed {
            Ok(Err(error)) if !error.is_unavailable() => {
                tracing::error!(%error, "the key service answers, and refuses");
                false
            }
            Ok(probed) => probed.is_err(),
            Err(_) => false,
        }
    }

    fn tell_away(&self, is_away: bool) {
        let Some((holder, state)) = self.service() else {
            return;
        };
        let kind = if is_away {
            let said = state.away.unwrap_or_default();
            tracing::error!(%holder, %said, "the key service is away; keys in use stay usable");
            EventKind::KeyServiceAway {
                detail: format!("{holder}: {said}"),
            }
        } else {
            tracing::info!(%holder, "the key service answers again");
            EventKind::KeyServiceBack
        };
        self.0.parts.messaging.announce(kind);
    }

    /// Unwraps the keys of all months, and makes those of the next one when it is near.
    async fn have_ahead(&self) {
        let (ring, now) = (Arc::clone(&self.0.parts.ring), self.0.parts.clock.now());
        let done = blocking(move || {
            let unwrapped = ring.unwrap_all()?;
            ring.make_ahead(now, now + AHEAD_MS)
                .map(|made| (unwrapped, made.len()))
        });
        match done.await {
            Ok(Ok((_, 0))) | Err(_) => {}
            Ok(Ok((_, made))) => tracing::info!(made, "made the data keys of the next month"),
            Ok(Err(error)) => {
                tracing::warn!(%error, "data keys could not be had ahead of time; tried again within the hour");
            }
        }
    }
}
