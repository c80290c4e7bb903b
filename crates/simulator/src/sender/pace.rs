//! Plays the hospital's story at its speed: gives each message to its system when its time has come.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::{Letter, Pace, Shared, add};
use crate::hospital::{Application, Event, Hospital, VirtualTime};
use crate::scenario::malformed;

type Lines = BTreeMap<Application, mpsc::Sender<Letter>>;

pub(super) async fn play(
    (mut hospital, wall_clock): (Hospital, Option<fn() -> VirtualTime>),
    seed: u64,
    mut pace: watch::Receiver<Pace>,
    lines: Lines,
    shared: Arc<Shared>,
) {
    let mut rng = Rng::with_seed(seed ^ 0x5EED);
    let mut clock = Clock::starting(hospital.now(), pace.borrow_and_update().speed);
    hospital.set_pressure(pace.borrow().pressure);
    loop {
        if let Some(wall_clock) = wall_clock {
            hospital.show_time(wall_clock(), clock.speed);
        }
        let event = hospital.next_event();
        while !clock.has_come(event.at) {
            tokio::select! {
                () = sleep_until(clock.here(event.at)) => break,
                changed = pace.changed() => {
                    let now = *pace.borrow_and_update();
                    hospital.set_pressure(now.pressure);
                    clock.change(now.speed);
                    if changed.is_err() || shared.stopped.load(Ordering::Relaxed) {
                        return;
                    }
                }
            }
        }
        if shared.stopped.load(Ordering::Relaxed) {
            return;
        }
        let malformed_percent = pace.borrow().malformed_percent;
        let Some(line) = lines.get(&event.application) else {
            continue;
        };
        if malformed_percent > 0 && rng.u32(..100) < malformed_percent {
            let bytes = malformed::spoil(&event, &mut rng).into();
            if line
                .send(Letter {
                    bytes,
                    control_id: None,
                })
                .await
                .is_err()
            {
                return;
            }
        }
        add(&shared.told);
        if hand_over(line, event, &mut clock).await.is_err() {
            return;
        }
    }
}

/// Gives the message to its system. While that one is full the clock stands still, so that an outage is
/// not followed by hours of story at once.
async fn hand_over(
    line: &mpsc::Sender<Letter>,
    event: Event,
    clock: &mut Clock,
) -> Result<(), mpsc::error::SendError<Letter>> {
    let letter = Letter {
        bytes: event.bytes,
        control_id: Some(event.control_id),
    };
    match line.try_send(letter) {
        Ok(()) => Ok(()),
        Err(mpsc::error::TrySendError::Closed(letter)) => Err(mpsc::error::SendError(letter)),
        Err(mpsc::error::TrySendError::Full(letter)) => {
            line.send(letter).await?;
            clock.restart_at(event.at);
            Ok(())
        }
    }
}

/// The tie between the hospital's clock and ours: at `here` it was `there`.
struct Clock {
    here: Instant,
    there: VirtualTime,
    speed: f64,
}

/// A year: longer than anybody plays.
const FAR: Duration = Duration::from_hours(365 * 24);

impl Clock {
    fn starting(there: VirtualTime, speed: f64) -> Self {
        Self {
            here: Instant::now(),
            there,
            speed,
        }
    }

    /// The moment here at which it is `at` there.
    fn here(&self, at: VirtualTime) -> Instant {
        let seconds = at.since(self.there).as_secs_f64() / self.speed;
        // A speed that is not positive stops the story.
        let wait = Duration::try_from_secs_f64(seconds).unwrap_or(FAR).min(FAR);
        self.here + wait
    }

    fn has_come(&self, at: VirtualTime) -> bool {
        self.here(at) <= Instant::now()
    }

    fn change(&mut self, speed: f64) {
        let passed = self.here.elapsed().as_secs_f64() * self.speed;
        let passed = Duration::try_from_secs_f64(passed).unwrap_or_default();
        *self = Self::starting(self.there.plus(passed), speed);
    }

    fn restart_at(&mut self, there: VirtualTime) {
        *self = Self::starting(there, self.speed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_change_of_speed_does_not_move_the_clock() {
        let start = VirtualTime::DEFAULT_START;
        let mut clock = Clock::starting(start, 60.0);

        tokio::time::advance(Duration::from_secs(10)).await;
        clock.change(1.0);

        assert_eq!(clock.there, start.plus(Duration::from_mins(10)));
        let in_a_minute = start.plus(Duration::from_mins(11));
        assert_eq!(
            clock.here(in_a_minute) - Instant::now(),
            Duration::from_mins(1)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_standing_clock_waits_and_an_infinite_one_does_not() {
        let later = VirtualTime::DEFAULT_START.plus(Duration::from_secs(1));

        assert!(!Clock::starting(VirtualTime::DEFAULT_START, 0.0).has_come(later));
        assert!(Clock::starting(VirtualTime::DEFAULT_START, f64::INFINITY).has_come(later));
    }
}
