//! Names of queues and feeds that were ever written to. They stand in keys, so none has a number; but a sender that makes
//! up message types must not make up keys without end.

use std::collections::BTreeSet;

use wardline_kernel::StoreError;
use wardline_messaging::model::{ChannelName, DestinationName, MessageRecord, MessageType, Queue};

use super::keys::{self, Feed};
use crate::codec::damaged;
use crate::commit::Span;
use crate::ordered::{self, MAX_ROWS, Way};
use crate::redis_handle::Redis;
use crate::tag::Tag;

/// Feeds that are told apart at most.
const MOST_FEEDS: usize = 4_096;

/// Names that are stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) queues: BTreeSet<Queue>,
    pub(super) feeds: BTreeSet<(ChannelName, MessageType)>,
}

/// Names that a batch adds to them.
#[derive(Debug, Default)]
pub(super) struct NewNames {
    pub(super) queues: BTreeSet<Queue>,
    pub(super) feeds: BTreeSet<(ChannelName, MessageType)>,
}

impl Names {
    /// All that are stored.
    pub(super) async fn read(redis: &Redis, tag: &Tag) -> Result<Self, StoreError> {
        let mut names = Self::default();
        for name in all(redis, tag, keys::QUEUE_NAMES).await? {
            let (channel, destination) = split(&name)?;
            names.queues.insert(Queue {
                channel: ChannelName::new(channel).map_err(|_| unreadable())?,
                destination: DestinationName::new(destination).map_err(|_| unreadable())?,
            });
        }
        for name in all(redis, tag, keys::FEED_NAMES).await? {
            let (channel, message_type) = split(&name)?;
            let channel = ChannelName::new(channel).map_err(|_| unreadable())?;
            names
                .feeds
                .insert((channel, MessageType::parse(message_type)));
        }
        Ok(names)
    }

    /// The feed that a message is in. It never changes: no name is taken back.
    pub(super) fn feed_of(&self, new: &mut NewNames, record: &MessageRecord) -> Feed {
        let feed = (record.channel.clone(), record.message_type.clone());
        if self.feeds.contains(&feed) || new.feeds.contains(&feed) {
            return Some(feed);
        }
        if self.feeds.len() + new.feeds.len() >= MOST_FEEDS {
            return None;
        }
        new.feeds.insert(feed.clone());
        Some(feed)
    }

    /// Takes in what was stored.
    pub(super) fn learn(&mut self, new: NewNames) {
        self.queues.extend(new.queues);
        self.feeds.extend(new.feeds);
    }
}

async fn all(redis: &Redis, tag: &Tag, suffix: &[u8]) -> Result<Vec<String>, StoreError> {
    let key = tag.key(suffix);
    let (mut names, mut span) = (Vec::new(), Some(Span::all()));
    while let Some(some) = span.take() {
        let found = ordered::rows(redis, (tag, &key), &some, Way::Up, MAX_ROWS).await?;
        if found.len() == MAX_ROWS {
            span = found.last().map(|last| Span::behind(last));
        }
        for name in found {
            names.push(String::from_utf8(name.into()).map_err(|_| unreadable())?);
        }
    }
    Ok(names)
}

fn split(name: &str) -> Result<(&str, &str), StoreError> {
    name.split_once('/').ok_or_else(unreadable)
}

fn unreadable() -> StoreError {
    damaged("a name of a queue or feed")
}

#[cfg(test)]
mod tests {
    use wardline_testkit::sample;

    use super::*;

    #[test]
    fn beyond_the_limit_feeds_are_not_told_apart() {
        let (mut names, mut new) = (Names::default(), NewNames::default());
        let of_type = |n: usize| {
            let digit = |n: usize| char::from_digit(u32::try_from(n % 36).unwrap(), 36).unwrap();
            let code: String = [digit(n), digit(n / 36), digit(n / 1_296)].iter().collect();
            MessageRecord {
                message_type: MessageType::parse(&code),
                ..sample::record(1)
            }
        };

        for n in 0..MOST_FEEDS {
            assert!(names.feed_of(&mut new, &of_type(n)).is_some(), "{n}");
        }

        assert_eq!(names.feed_of(&mut new, &of_type(MOST_FEEDS)), None);
        names.learn(new);
        let mut new = NewNames::default();
        assert_eq!(names.feed_of(&mut new, &of_type(MOST_FEEDS)), None);
        assert!(names.feed_of(&mut new, &of_type(0)).is_some());
        assert!(new.feeds.is_empty());
    }
}
