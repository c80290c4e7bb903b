//! From a query to the bitmaps that are cut with each other for it.

use wardline_kernel::StoreError;
use wardline_messaging::model::MessageType;
use wardline_messaging::port::{MessageState, Query};

use super::super::keys::{self, Feed, Set};
use super::super::{RedisMessages, names::Names};
use crate::bits::{self, Bits};

/// Bitmaps that say which messages of a stretch can match.
pub(super) struct Sets {
    /// A message is in one of these; empty: in any.
    feeds: Vec<Feed>,
    /// And in this one.
    within: Set,
    /// And in none of these.
    without: &'static [Set],
}

impl Sets {
    pub(super) fn of(query: &Query, names: &Names) -> Self {
        let (within, without): (Set, &[Set]) = match query.state {
            None => (Set::All, &[]),
            Some(MessageState::Waiting) => (Set::Waiting, &[]),
            Some(MessageState::Dead) => (Set::Dead, &[]),
            Some(MessageState::Unrouted) => (Set::Unrouted, &[]),
            Some(MessageState::Quarantined) => (Set::Quarantined, &[]),
            Some(MessageState::Done) => (Set::All, &[Set::Waiting, Set::Dead]),
        };
        let feeds = if query.channel.is_some() || query.message_type.is_some() {
            feeds(query, names)
        } else {
            Vec::new()
        };
        Self {
            feeds,
            within,
            without,
        }
    }

    /// Those of a stretch, as they are at one moment.
    pub(super) async fn read(
        &self,
        store: &RedisMessages,
        stretch: u64,
    ) -> Result<Bits, StoreError> {
        let one_of = self.feeds.iter().map(|feed| keys::feed(feed, stretch));
        let states = [self.within]
            .into_iter()
            .chain(self.without.iter().copied());
        let states = states.map(|set| keys::set(set, stretch));
        let all: Vec<_> = states.chain(one_of).map(|key| store.key(key)).collect();
        let mut read = bits::read(&store.redis, store.writer.tag(), &all)
            .await?
            .into_iter();
        let mut found = read.next().unwrap_or_else(Bits::none);
        for _ in self.without {
            if let Some(without) = read.next() {
                found.take(&without);
            }
        }
        if !self.feeds.is_empty() {
            let mut any = Bits::none();
            read.for_each(|feed| any.add(&feed));
            found.keep(&any);
        }
        Ok(found)
    }
}

/// The feeds that a query may find something in.
fn feeds(query: &Query, names: &Names) -> Vec<Feed> {
    let of_channel = names.feeds.iter().filter(|(channel, _)| {
        query
            .channel
            .as_ref()
            .is_none_or(|wanted| wanted == channel)
    });
    let of_type = of_channel.filter(|(_, of)| {
        query
            .message_type
            .as_ref()
            .is_none_or(|wanted| is_of(of, wanted))
    });
    of_type.cloned().map(Some).chain([None]).collect()
}

/// As in `Query::matches_record`: `ADT` is every ADT event.
fn is_of(have: &MessageType, want: &MessageType) -> bool {
    let (have, want) = (have.as_str(), want.as_str());
    have == want
        || have
            .strip_prefix(want)
            .is_some_and(|rest| rest.starts_with('^'))
}
