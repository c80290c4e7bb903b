//! Which message a connection sends next.

use std::collections::VecDeque;
use std::time::Instant;

use super::{LoadEnd, LoadOptions};

/// The numbers still to be sent on one connection.
pub(super) struct Numbers {
    next: u64,
    /// How many numbers there are.
    limit: u64,
    deadline: Option<Instant>,
    /// Sent before without a final answer, oldest first.
    again: VecDeque<u64>,
}

impl Numbers {
    pub(super) fn new(options: &LoadOptions, connection: u32, began: Instant) -> Self {
        let (limit, deadline) = match options.end {
            LoadEnd::Messages(total) => {
                let (each, over) = (
                    total / u64::from(options.connections),
                    total % u64::from(options.connections),
                );
                (each + u64::from(u64::from(connection) < over), None)
            }
            LoadEnd::Elapsed(time) => (u64::MAX, began.checked_add(time)),
            LoadEnd::Stopped => (u64::MAX, None),
        };
        Self {
            next: 0,
            limit,
            deadline,
            again: VecDeque::new(),
        }
    }

    /// The next number. What waits to be sent again comes first, and is sent even after the end.
    pub(super) fn next(&mut self, now: Instant, stopped: bool) -> Option<u64> {
        if let Some(number) = self.again.pop_front() {
            return Some(number);
        }
        let over = stopped
            || self.next >= self.limit
            || self.deadline.is_some_and(|deadline| now >= deadline);
        if over {
            return None;
        }
        self.next += 1;
        Some(self.next - 1)
    }

    /// Puts a number back for another try, in its place.
    pub(super) fn put_back(&mut self, number: u64) {
        let place = self.again.partition_point(|waiting| *waiting < number);
        self.again.insert(place, number);
    }

    /// Numbers that wait to be sent again.
    pub(super) fn waiting(&self) -> usize {
        self.again.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(end: LoadEnd, connections: u32, connection: u32) -> Numbers {
        let options = LoadOptions {
            connections,
            end,
            ..LoadOptions::to(([127, 0, 0, 1], 1).into())
        };
        Numbers::new(&options, connection, Instant::now())
    }

    fn all(mut numbers: Numbers) -> Vec<u64> {
        std::iter::from_fn(|| numbers.next(Instant::now(), false)).collect()
    }

    #[test]
    fn the_connections_share_all_messages() {
        let shares: Vec<usize> = (0..3)
            .map(|each| all(numbers(LoadEnd::Messages(8), 3, each)).len())
            .collect();

        assert_eq!(shares, [3, 3, 2]);
    }

    #[test]
    fn what_was_put_back_comes_first_and_oldest_first() {
        let mut numbers = numbers(LoadEnd::Messages(5), 1, 0);
        let now = Instant::now();
        assert_eq!(numbers.next(now, false), Some(0));
        assert_eq!(numbers.next(now, false), Some(1));

        numbers.put_back(1);
        numbers.put_back(0);

        assert_eq!(all(numbers), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn after_the_stop_only_what_was_sent_before_is_sent() {
        let mut numbers = numbers(LoadEnd::Stopped, 1, 0);
        let now = Instant::now();
        assert_eq!(numbers.next(now, false), Some(0));
        numbers.put_back(0);

        assert_eq!(numbers.next(now, true), Some(0));
        assert_eq!(numbers.next(now, true), None);
    }
}
