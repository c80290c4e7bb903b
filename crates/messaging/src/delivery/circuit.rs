//! Whether a partner is worth trying: closed (yes), open (not now), half-open (one message tries).

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

/// The state that people see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CircuitState {
    /// Messages are sent.
    Closed,
    /// The partner failed repeatedly; messages wait.
    Open,
    /// One message is tried.
    HalfOpen,
}

/// A change worth an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Opened,
    Closed,
}

/// The circuit of one destination.
#[derive(Debug)]
pub(super) struct Circuit {
    state: CircuitState,
    failures: u32,
    threshold: u32,
    first_pause: Duration,
    max_pause: Duration,
    pause: Duration,
    retry_at: Option<Instant>,
    /// The partner has not answered since the circuit opened: no second event for the same outage.
    announced: bool,
}

impl Circuit {
    pub(super) fn new(threshold: u32, first_pause: Duration, max_pause: Duration) -> Self {
        Self {
            state: CircuitState::Closed,
            failures: 0,
            threshold,
            first_pause,
            max_pause,
            pause: first_pause,
            retry_at: None,
            announced: false,
        }
    }

    pub(super) fn state(&self) -> CircuitState {
        self.state
    }

    /// When an open circuit lets one message try.
    pub(super) fn retry_at(&self) -> Option<Instant> {
        self.retry_at
    }

    /// How many messages may be on their way at most now.
    pub(super) fn allowance(&mut self, now: Instant, parallel: usize) -> usize {
        if self.state == CircuitState::Open && self.retry_at.is_some_and(|at| at <= now) {
            self.state = CircuitState::HalfOpen;
            self.retry_at = None;
        }
        match self.state {
            CircuitState::Closed => parallel,
            CircuitState::HalfOpen => 1,
            CircuitState::Open => 0,
        }
    }

    /// The partner answered, whatever it said.
    pub(super) fn answered(&mut self) -> Option<Change> {
        self.failures = 0;
        self.state = CircuitState::Closed;
        self.pause = self.first_pause;
        self.retry_at = None;
        std::mem::take(&mut self.announced).then_some(Change::Closed)
    }

    /// The partner did not answer.
    pub(super) fn failed(&mut self, now: Instant) -> Option<Change> {
        self.failures = self.failures.saturating_add(1);
        let opens = match self.state {
            CircuitState::Closed => self.failures >= self.threshold,
            CircuitState::HalfOpen => true,
            CircuitState::Open => false,
        };
        if !opens {
            return None;
        }
        if self.state == CircuitState::HalfOpen {
            self.pause = (self.pause * 2).min(self.max_pause);
        }
        self.state = CircuitState::Open;
        self.retry_at = Some(now + self.pause);
        let first = !self.announced;
        self.announced = true;
        first.then_some(Change::Opened)
    }

    /// An operator asks to try at once.
    pub(super) fn try_now(&mut self) {
        if self.state == CircuitState::Open {
            self.state = CircuitState::HalfOpen;
            self.retry_at = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circuit() -> Circuit {
        Circuit::new(3, Duration::from_secs(1), Duration::from_secs(4))
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_says_so_once() {
        let (mut circuit, now) = (circuit(), Instant::now());

        assert_eq!(circuit.failed(now), None);
        assert_eq!(circuit.failed(now), None);
        assert_eq!(circuit.failed(now), Some(Change::Opened));
        assert_eq!(
            circuit.failed(now),
            None,
            "an attempt that was under way adds no event"
        );
        assert_eq!(circuit.allowance(now, 8), 0);
    }

    #[test]
    fn an_answer_between_failures_keeps_it_closed() {
        let (mut circuit, now) = (circuit(), Instant::now());

        circuit.failed(now);
        circuit.failed(now);
        circuit.answered();
        circuit.failed(now);
        circuit.failed(now);

        assert_eq!(circuit.state(), CircuitState::Closed);
    }

    #[test]
    fn after_its_pause_one_message_tries_and_a_failure_doubles_the_pause_without_an_event() {
        let (mut circuit, now) = (circuit(), Instant::now());
        for _ in 0..3 {
            circuit.failed(now);
        }
        let later = now + Duration::from_secs(1);
        assert_eq!(circuit.allowance(later, 8), 1);

        assert_eq!(circuit.failed(later), None);

        assert_eq!(circuit.retry_at(), Some(later + Duration::from_secs(2)));
    }

    #[test]
    fn an_answer_closes_it_and_says_so_once() {
        let (mut circuit, now) = (circuit(), Instant::now());
        for _ in 0..3 {
            circuit.failed(now);
        }

        assert_eq!(circuit.answered(), Some(Change::Closed));
        assert_eq!(circuit.answered(), None);
        assert_eq!(circuit.allowance(now, 8), 8);
    }
}
