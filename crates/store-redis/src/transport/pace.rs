//! How soon a master is looked at again.

use std::time::Duration;

use tokio::time::Instant;

/// While writes are held up: they go on with the look that finds enough replicas.
const WHILE_HELD_UP: Duration = Duration::from_millis(20);
/// For so long. What takes longer is no planned change of master, and the pace of the settings does.
const SOON: Duration = Duration::from_secs(2);

/// The pause between two looks: the one of the settings, and a short one for a while when writes are held up.
#[derive(Debug)]
pub(super) struct Pace {
    calm: Duration,
    held_up_since: Option<Instant>,
}

impl Pace {
    pub(super) fn new(calm: Duration) -> Self {
        Self {
            calm,
            held_up_since: None,
        }
    }

    /// The pause before the next look.
    pub(super) fn pause(&mut self, is_held_up: bool, now: Instant) -> Duration {
        if !is_held_up {
            self.held_up_since = None;
            return self.calm;
        }
        let since = *self.held_up_since.get_or_insert(now);
        if now.duration_since(since) < SOON {
            self.calm.min(WHILE_HELD_UP)
        } else {
            self.calm
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: Duration = Duration::from_millis(250);

    #[test]
    fn a_master_whose_writes_are_held_up_is_looked_at_soon_and_often_for_a_while() {
        let (mut pace, began) = (Pace::new(CALM), Instant::now());

        assert_eq!(pace.pause(false, began), CALM);
        assert_eq!(pace.pause(true, began), WHILE_HELD_UP);
        assert_eq!(
            pace.pause(true, began + SOON - WHILE_HELD_UP),
            WHILE_HELD_UP
        );
        assert_eq!(pace.pause(true, began + SOON), CALM);

        let later = began + SOON * 2;
        assert_eq!(pace.pause(false, later), CALM);
        assert_eq!(pace.pause(true, later), WHILE_HELD_UP);
    }

    #[test]
    fn who_asks_for_a_quicker_pace_keeps_it() {
        let mut pace = Pace::new(Duration::from_millis(5));

        assert_eq!(pace.pause(true, Instant::now()), Duration::from_millis(5));
    }
}
