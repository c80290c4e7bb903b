//! How a partner answers.

use std::time::Duration;

use fastrand::Rng;
use wardline_hl7::ack::Outcome;

/// How long a partner takes, and how often it says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behaviour {
    /// Shortest time for one message.
    pub min_delay: Duration,
    /// Longest time for one message. One connection takes one message at a time.
    pub max_delay: Duration,
    /// Messages of 100 that are answered AE: try again.
    pub error_percent: u32,
    /// Messages of 100 that are answered AR: never.
    pub reject_percent: u32,
    /// Messages of 100 that are taken, and then the connection closes without an answer.
    pub hang_up_percent: u32,
}

/// What becomes of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Answer(Outcome),
    /// Taken, and not answered.
    HangUp,
}

impl Default for Behaviour {
    /// Accepts everything at once.
    fn default() -> Self {
        Self::taking(Duration::ZERO)
    }
}

impl Behaviour {
    /// Accepts everything, each message after the same time.
    pub const fn taking(delay: Duration) -> Self {
        Self {
            min_delay: delay,
            max_delay: delay,
            error_percent: 0,
            reject_percent: 0,
            hang_up_percent: 0,
        }
    }

    pub(super) fn delay(&self, rng: &mut Rng) -> Duration {
        let spread = self.max_delay.saturating_sub(self.min_delay);
        self.min_delay + spread.mul_f64(rng.f64())
    }

    pub(super) fn decide(&self, rng: &mut Rng) -> Decision {
        let cast = rng.u32(..100);
        let hang_up = self.hang_up_percent;
        let error = hang_up.saturating_add(self.error_percent);
        let reject = error.saturating_add(self.reject_percent);
        if cast < hang_up {
            Decision::HangUp
        } else if cast < error {
            Decision::Answer(Outcome::Error)
        } else if cast < reject {
            Decision::Answer(Outcome::Rejected)
        } else {
            Decision::Answer(Outcome::Accepted)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_kept() {
        let behaviour = Behaviour {
            error_percent: 10,
            reject_percent: 5,
            hang_up_percent: 2,
            ..Behaviour::default()
        };
        let mut rng = Rng::with_seed(1);

        let decided: Vec<Decision> = (0..10_000).map(|_| behaviour.decide(&mut rng)).collect();

        let share = |wanted| {
            decided
                .iter()
                .filter(|decision| **decision == wanted)
                .count()
        };
        assert!((900..1_100).contains(&share(Decision::Answer(Outcome::Error))));
        assert!((400..600).contains(&share(Decision::Answer(Outcome::Rejected))));
        assert!((130..270).contains(&share(Decision::HangUp)));
    }

    #[test]
    fn a_delay_lies_between_its_bounds() {
        let (min_delay, max_delay) = (Duration::from_millis(10), Duration::from_millis(30));
        let behaviour = Behaviour {
            min_delay,
            max_delay,
            ..Behaviour::default()
        };
        let mut rng = Rng::with_seed(1);

        assert!((0..1_000).all(|_| (min_delay..=max_delay).contains(&behaviour.delay(&mut rng))));
    }
}
