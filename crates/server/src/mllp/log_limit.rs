//! Keeps a flood of connections from becoming a flood of log lines. Counts in metrics stay exact.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Lines of one kind within one window.
const LINES: u32 = 20;
const WINDOW: Duration = Duration::from_secs(10);

/// Limits the lines of one listener, each of `KINDS` kinds by itself.
pub(super) struct LogLimit<const KINDS: usize> {
    windows: Mutex<[Window; KINDS]>,
}

#[derive(Clone, Copy, Default)]
struct Window {
    began: Option<Instant>,
    lines: u32,
}

impl<const KINDS: usize> LogLimit<KINDS> {
    pub(super) fn new() -> Self {
        Self {
            windows: Mutex::new([Window::default(); KINDS]),
        }
    }

    /// Whether a line of this kind may be written now.
    pub(super) fn allows(&self, kind: usize, now: Instant) -> bool {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(window) = windows.get_mut(kind) else {
            return false;
        };
        if window
            .began
            .is_none_or(|began| now.duration_since(began) >= WINDOW)
        {
            *window = Window {
                began: Some(now),
                lines: 0,
            };
        }
        window.lines += 1;
        window.lines <= LINES
    }
}

/// Senders whose peculiarity was told; of more nothing is told.
const MAX_TOLD: usize = 256;

/// Sees to it that something lasting is said once of a sender, and not with each of its connections.
#[derive(Default)]
pub(super) struct ToldOnce(Mutex<BTreeSet<String>>);

impl ToldOnce {
    /// Whether it is yet to be said of this address.
    pub(super) fn is_new(&self, peer: &str) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.len() < MAX_TOLD && told.insert(peer.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_lines_are_written_and_the_next_one_only_in_the_next_window() {
        let limit = LogLimit::<1>::new();
        let now = Instant::now();

        for _ in 0..20 {
            assert!(limit.allows(0, now));
        }

        assert!(!limit.allows(0, now));
        assert!(!limit.allows(0, now + WINDOW - Duration::from_millis(1)));
        assert!(limit.allows(0, now + WINDOW));
    }

    #[test]
    fn each_kind_has_lines_of_its_own() {
        let limit = LogLimit::<2>::new();
        let now = Instant::now();
        for _ in 0..21 {
            limit.allows(0, now);
        }

        assert!(!limit.allows(0, now));
        assert!(limit.allows(1, now));
    }

    #[test]
    fn of_each_sender_it_is_told_once_and_of_no_more_than_the_limit() {
        let told = ToldOnce::default();
        let peers: Vec<String> = (0..=MAX_TOLD)
            .map(|n| format!("10.0.{}.{}", n / 256, n % 256))
            .collect();

        let new = peers.iter().filter(|peer| told.is_new(peer)).count();

        assert_eq!(new, MAX_TOLD);
        assert!(!told.is_new("10.0.0.0"));
    }
}
