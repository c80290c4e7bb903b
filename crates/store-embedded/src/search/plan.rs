//! From a query to the lists that are walked for it.

use wardline_messaging::model::{MessageId, MessageType, SearchField, SearchToken};
use wardline_messaging::port::{MessageState, Query};

use super::lists::{Held, List, Postings, Stretches, Union};
use super::order::Order;
use crate::engine::{Table, View};
use crate::floors::Floors;
use crate::keys::{self, FeedNumber, QueueNumber};
use crate::names::Names;
use crate::open::Opened;
use crate::recent::Recent;

/// The lists of a query. The shortest come first, as they make the others skip.
pub(super) struct Plan {
    pub(super) order: Order,
    /// Below it every message was removed.
    pub(super) lowest: MessageId,
    /// A message is in each of these.
    pub(super) all_of: Vec<Box<dyn List>>,
    /// And in none of these.
    pub(super) none_of: Vec<Box<dyn List>>,
}

impl Plan {
    /// The plan, and the view that it is for.
    pub(super) fn of(opened: &Opened, query: &Query, order: Order) -> (Self, View) {
        // Names before rows: a row's name is published before the row can be seen. What came lately before
        // the view as well: what is moved into the tables meanwhile is in one of both.
        let names = opened.published.names();
        let recent = Found::of(&opened.recent, query, &names);
        let view = opened.engine.view();
        let plan = Self::within(opened, &view, query, order, (&names, recent));
        (plan, view)
    }

    fn within(
        opened: &Opened,
        view: &View,
        query: &Query,
        order: Order,
        (names, recent): (&Names, Found),
    ) -> Self {
        let lists = Lists {
            view,
            order,
            names,
            floors: &opened.published.floors,
        };
        let lowest = opened.published.lowest();
        let mut plan = Self {
            order,
            lowest,
            all_of: Vec::new(),
            none_of: Vec::new(),
        };
        for (token, ids) in recent.by_token {
            let prefix = keys::token_prefix(&token);
            let moved = Postings::new(view, order, Table::Tokens, &prefix);
            let union = Union(vec![Box::new(moved), Box::new(Held::new(order, ids))]);
            plan.all_of.push(Box::new(union));
        }
        match query.state {
            None => {}
            Some(MessageState::Waiting) => plan.all_of.push(lists.of_waiting()),
            Some(MessageState::Dead) => plan.all_of.push(lists.of_dead()),
            Some(MessageState::Unrouted | MessageState::Quarantined) => {
                plan.all_of.push(lists.of_feeds(recent.by_state));
            }
            Some(MessageState::Done) => {
                plan.none_of.push(lists.of_waiting());
                plan.none_of.push(lists.of_dead());
            }
        }
        if query.received_from.is_some() || query.received_until.is_some() {
            let from = query.received_from.unwrap_or(0);
            let until = query.received_until.unwrap_or(u64::MAX);
            let numbers = opened
                .published
                .with_buckets(|all| all.within(&(from..=until)));
            plan.all_of.push(Box::new(Stretches::new(order, numbers)));
        }
        if query.channel.is_some() || query.message_type.is_some() {
            plan.all_of.push(lists.of_feeds(recent.by_feed));
        }
        // Stretches of time hold ids that never were; with nothing else, every message is looked at.
        if !plan.all_of.iter().any(|list| list.is_of_messages()) {
            let all = Postings::new(view, order, Table::Records, &[]).not_below(lowest);
            plan.all_of.push(Box::new(all));
        }
        plan
    }
}

struct Lists<'a> {
    view: &'a View,
    order: Order,
    names: &'a Names,
    floors: &'a Floors,
}

impl Lists<'_> {
    /// What waits in any queue. The view is older than what is asked of the floors here, so it holds nothing
    /// below them either, but for what was delivered since.
    fn of_waiting(&self) -> Box<dyn List> {
        let lists = self.names.queues().map(|(_, number)| {
            let lowest = self.floors.start(number).lowest;
            let list: Box<dyn List> =
                Box::new(self.of_queue(Table::Queued, number).not_below(lowest));
            list
        });
        Box::new(Union(lists.collect()))
    }

    /// What is dead at any destination.
    fn of_dead(&self) -> Box<dyn List> {
        let numbers = self.names.queues();
        let lists = numbers.map(|(_, number)| {
            let list: Box<dyn List> = Box::new(self.of_queue(Table::DeadLetters, number));
            list
        });
        Box::new(Union(lists.collect()))
    }

    fn of_queue(&self, table: Table, queue: QueueNumber) -> Postings {
        Postings::new(self.view, self.order, table, &queue.0.to_be_bytes())
    }

    fn of_feeds(&self, feeds: Vec<(FeedNumber, Vec<u64>)>) -> Box<dyn List> {
        let lists = feeds.into_iter().flat_map(|(feed, ids)| {
            let prefix = feed.0.to_be_bytes();
            let moved = Postings::new(self.view, self.order, Table::Postings, &prefix);
            let both: [Box<dyn List>; 2] = [Box::new(moved), Box::new(Held::new(self.order, ids))];
            both
        });
        Box::new(Union(lists.collect()))
    }
}

/// What a query finds among the messages that came lately.
struct Found {
    /// In the order in which lists are walked.
    by_token: Vec<(SearchToken, Vec<u64>)>,
    by_state: Vec<(FeedNumber, Vec<u64>)>,
    by_feed: Vec<(FeedNumber, Vec<u64>)>,
}

impl Found {
    fn of(recent: &Recent, query: &Query, names: &Names) -> Self {
        let by_token = by_rarity(&query.tokens)
            .into_iter()
            .map(|token| (token, recent.of_token(&keys::token_prefix(&token))));
        let with_ids = |feed| (feed, recent.of_feed(feed));
        let by_state = match query.state {
            Some(MessageState::Unrouted) => vec![with_ids(FeedNumber::UNROUTED)],
            Some(MessageState::Quarantined) => vec![with_ids(FeedNumber::QUARANTINED)],
            _ => Vec::new(),
        };
        let by_feed = if query.channel.is_some() || query.message_type.is_some() {
            feeds(names, query).into_iter().map(with_ids).collect()
        } else {
            Vec::new()
        };
        Self {
            by_token: by_token.collect(),
            by_state,
            by_feed,
        }
    }
}

/// The feeds that a query may find something in.
fn feeds(names: &Names, query: &Query) -> Vec<FeedNumber> {
    let of_channel = names.feeds().filter(|((channel, _), _)| {
        query
            .channel
            .as_ref()
            .is_none_or(|wanted| wanted == channel)
    });
    let of_type = of_channel.filter(|((_, of), _)| {
        query
            .message_type
            .as_ref()
            .is_none_or(|wanted| is_of(of, wanted))
    });
    of_type
        .map(|(_, number)| number)
        .chain([FeedNumber::OTHER])
        .collect()
}

/// As in `Query::matches_record`: `ADT` is every ADT event.
fn is_of(have: &MessageType, want: &MessageType) -> bool {
    let (have, want) = (have.as_str(), want.as_str());
    have == want
        || have
            .strip_prefix(want)
            .is_some_and(|rest| rest.starts_with('^'))
}

/// What few messages share comes first.
fn by_rarity(tokens: &[SearchToken]) -> Vec<SearchToken> {
    let mut tokens = tokens.to_vec();
    tokens.sort_by_key(|token| match token.field {
        SearchField::ControlId => 0,
        SearchField::Accession => 1,
        SearchField::Visit => 2,
        SearchField::Patient => 3,
    });
    tokens
}
