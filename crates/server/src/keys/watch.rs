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
    let mut next_look = NextLook::default();
    loop {
        let is_away = keeper.is_away().await;
        if is_away != was_away {
            keeper.tell_away(is_away);
        }
        let is_due = next_look.is_due();
        if !is_away && (is_due || was_away) {
            next_look.looked(keeper.have_ahead().await);
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

/// When it is looked again at what can be had ahead of time, in questions whether the key service is there.
struct NextLook {
    due_in: u32,
    after_failure: u32,
}

impl Default for NextLook {
    fn default() -> Self {
        Self {
            due_in: 0,
            after_failure: 1,
        }
    }
}

impl NextLook {
    /// Whether it is due at this question; it stays so until it was looked.
    fn is_due(&mut self) -> bool {
        self.due_in = self.due_in.saturating_sub(1);
        self.due_in == 0
    }

    /// After a failure it is looked again at the next question, as a service may be away for less time than lies between
    /// two; then ever more seldom, as a key that is refused is so for long.
    fn looked(&mut self, had_all: bool) {
        if had_all {
            *self = Self {
                due_in: LOOK_EVERY,
                ..Self::default()
            };
        } else {
            self.due_in = self.after_failure;
            self.after_failure = (self.after_failure * 2).min(LOOK_EVERY);
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

    /// Unwraps the keys of all months, and makes those of the next one when it is near. Says whether it has them all.
    async fn have_ahead(&self) -> bool {
        let (ring, now) = (Arc::clone(&self.0.parts.ring), self.0.parts.clock.now());
        let done = blocking(move || {
            let unwrapped = ring.unwrap_all();
            // One that is refused keeps no other from being made.
            let made = ring.make_ahead(now, now + AHEAD_MS)?.len();
            unwrapped.map(|_| made)
        });
        match done.await {
            Ok(Ok(0)) | Err(_) => true,
            Ok(Ok(made)) => {
                tracing::info!(made, "made the data keys of the next month");
                true
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "data keys could not be had ahead of time; tried again soon");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many questions pass until it is looked again.
    fn pause(next_look: &mut NextLook) -> u32 {
        let mut questions = 1;
        while !next_look.is_due() {
            questions += 1;
        }
        questions
    }

    #[test]
    fn what_failed_is_tried_at_the_next_question_and_ever_more_seldom_up_to_the_hour() {
        let mut next_look = NextLook::default();

        let pauses: Vec<u32> = (0..11)
            .map(|_| {
                let pause = pause(&mut next_look);
                next_look.looked(false);
                pause
            })
            .collect();

        assert_eq!(pauses, [1, 1, 2, 4, 8, 16, 32, 64, 128, 240, 240]);
    }

    #[test]
    fn once_all_keys_are_had_it_is_looked_within_the_hour_and_a_failure_after_that_is_short_again()
    {
        let mut next_look = NextLook::default();
        next_look.looked(false);
        next_look.looked(false);

        next_look.looked(true);

        assert_eq!(pause(&mut next_look), LOOK_EVERY);
        next_look.looked(false);
        assert_eq!(pause(&mut next_look), 1);
    }
}
