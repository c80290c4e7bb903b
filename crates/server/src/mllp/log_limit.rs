//! Keeps a flood of connections from becoming a flood of log lines. Counts in metrics stay exact.

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
}
