//! Short numbers for queues and feeds, so that a row's key does not repeat their names.
//!
//! A number is given when a name is first written to, in the same batch, and never given again.

use std::collections::BTreeMap;

use wardline_messaging::model::{ChannelName, MessageType, Queue};

use crate::keys::{FeedNumber, QueueNumber};

/// Feeds with a number of their own. A sender that makes up message types must not fill the memory.
const MOST_FEEDS: usize = 4_096;

/// What arrives on one channel as one type.
pub(crate) type Feed = (ChannelName, MessageType);

/// All names that have a number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    queues: BTreeMap<Queue, QueueNumber>,
    feeds: BTreeMap<Feed, FeedNumber>,
}

/// A number, and whether it was given just now.
pub(crate) struct Given<N> {
    pub(crate) number: N,
    pub(crate) is_new: bool,
}

impl Names {
    /// Takes in what was stored.
    pub(crate) fn insert_queue(&mut self, queue: Queue, number: QueueNumber) {
        self.queues.insert(queue, number);
    }

    /// Takes in what was stored.
    pub(crate) fn insert_feed(&mut self, feed: Feed, number: FeedNumber) {
        self.feeds.insert(feed, number);
    }

    /// The number of a queue, if it was ever written to.
    pub(crate) fn queue(&self, queue: &Queue) -> Option<QueueNumber> {
        self.queues.get(queue).copied()
    }

    /// The number of a queue; the next one if it has none.
    pub(crate) fn number_queue(&mut self, queue: &Queue) -> Given<QueueNumber> {
        if let Some(number) = self.queue(queue) {
            return Given {
                number,
                is_new: false,
            };
        }
        let greatest = self
            .queues
            .values()
            .map(|number| number.0)
            .max()
            .unwrap_or(0);
        let number = QueueNumber(greatest.saturating_add(1));
        self.queues.insert(queue.clone(), number);
        Given {
            number,
            is_new: true,
        }
    }

    /// The number of a feed; the next one if it has none, [`FeedNumber::OTHER`] if no more are given. Numbers
    /// are never taken back, so a feed's messages are either all under its own or all under `OTHER`.
    pub(crate) fn number_feed(&mut self, feed: &Feed) -> Given<FeedNumber> {
        if let Some(&number) = self.feeds.get(feed) {
            return Given {
                number,
                is_new: false,
            };
        }
        if self.feeds.len() >= MOST_FEEDS {
            return Given {
                number: FeedNumber::OTHER,
                is_new: false,
            };
        }
        let next = self
            .feeds
            .values()
            .max()
            .map_or(FeedNumber::FIRST.0, |n| n.0.saturating_add(1));
        let number = FeedNumber(next);
        self.feeds.insert(feed.clone(), number);
        Given {
            number,
            is_new: true,
        }
    }

    /// The number that [`Names::number_feed`] gave.
    pub(crate) fn feed(&self, feed: &Feed) -> FeedNumber {
        self.feeds.get(feed).copied().unwrap_or(FeedNumber::OTHER)
    }

    /// All queues, in order of their names.
    pub(crate) fn queues(&self) -> impl Iterator<Item = (&Queue, QueueNumber)> {
        self.queues.iter().map(|(queue, number)| (queue, *number))
    }

    /// All feeds.
    pub(crate) fn feeds(&self) -> impl Iterator<Item = (&Feed, FeedNumber)> {
        self.feeds.iter().map(|(feed, number)| (feed, *number))
    }
}

#[cfg(test)]
mod tests {
    use wardline_testkit::sample;

    use super::*;

    #[test]
    fn a_name_keeps_its_number_and_another_gets_the_next() {
        let mut names = Names::default();
        let (lab, ward) = (
            sample::queue("adt-in", "lab"),
            sample::queue("adt-in", "ward"),
        );

        let first = names.number_queue(&lab);
        let second = names.number_queue(&ward);
        let again = names.number_queue(&lab);

        assert_eq!((first.number, first.is_new), (QueueNumber(1), true));
        assert_eq!((second.number, second.is_new), (QueueNumber(2), true));
        assert_eq!((again.number, again.is_new), (QueueNumber(1), false));
        assert_eq!(names.queue(&sample::queue("adt-in", "archive")), None);
    }

    #[test]
    fn beyond_the_limit_feeds_share_one_number() {
        let mut names = Names::default();
        let feed = |n: usize| {
            let digit = |n: usize| char::from_digit(u32::try_from(n % 36).unwrap(), 36).unwrap();
            let code: String = [digit(n), digit(n / 36), digit(n / 1_296)].iter().collect();
            (sample::channel("adt-in"), MessageType::parse(&code))
        };

        for n in 0..MOST_FEEDS {
            assert!(names.number_feed(&feed(n)).is_new, "{n}");
        }
        let beyond = names.number_feed(&feed(MOST_FEEDS));

        assert_eq!(beyond.number, FeedNumber::OTHER);
        assert!(!beyond.is_new);
        assert_eq!(names.number_feed(&feed(0)).number, FeedNumber::FIRST);
    }
}
