//! Finding messages without reading all of them.
//!
//! Each part of a query is a list of ids in order: of a token, of the feeds of a type, of what waits or is
//! dead, of the stretches of time. A message matches when it is in all of them, so the lists are walked side by
//! side, each skipping to where another stands (`lists`). What comes out is checked against the record itself.
//!
//! A page ends after a bounded amount of work, with a cursor, also when it is not full.

mod lists;
mod order;
mod plan;

use wardline_messaging::model::{Disposition, MessageId, MessageRecord};
use wardline_messaging::port::{MessageState, Page, Query, StoreError};

use crate::codec;
use crate::engine::{Table, View};
use crate::keys;
use crate::open::Opened;
use order::Order;
use plan::Plan;

/// Steps along lists that one page may take: about a second's work.
const MOST_STEPS: u32 = 100_000;
/// Steps that reading a record counts for.
const STEPS_OF_A_RECORD: u32 = 16;

/// A page of what matches.
pub(crate) fn page(
    opened: &Opened,
    query: &Query,
    cursor: Option<MessageId>,
    limit: usize,
) -> Result<Page<MessageRecord>, StoreError> {
    page_within(opened, query, (cursor, limit), MOST_STEPS)
}

fn page_within(
    opened: &Opened,
    query: &Query,
    (cursor, limit): (Option<MessageId>, usize),
    most_steps: u32,
) -> Result<Page<MessageRecord>, StoreError> {
    let limit = limit.max(1);
    let order = Order::of(query.direction);
    let mut items: Vec<MessageRecord> = Vec::new();
    let Some(mut at) = order.first_beyond(cursor) else {
        return Ok(Page { items, next: None });
    };

    let (mut plan, view) = Plan::of(opened, query, order);
    let mut steps = 0;
    loop {
        let candidate = match plan.candidate(at, &mut steps, most_steps)? {
            Walk::At(candidate) => candidate,
            Walk::End => return Ok(Page { items, next: None }),
            Walk::Tired(at) => {
                return Ok(Page {
                    items,
                    next: order.last_before(at).or(cursor),
                });
            }
        };
        let id = order.id(candidate);
        if let Some(record) = plan.accept(&view, query, candidate, &mut steps)? {
            if items.len() >= limit {
                let next = items.last().map(|record| record.id);
                return Ok(Page { items, next });
            }
            items.push(record);
        }
        match order.first_beyond(Some(id)) {
            Some(next) => at = next,
            None => return Ok(Page { items, next: None }),
        }
    }
}

impl Plan {
    /// The first place at or beyond `at` that is in all lists.
    fn candidate(
        &mut self,
        mut at: u64,
        steps: &mut u32,
        most_steps: u32,
    ) -> Result<Walk, StoreError> {
        'agree: loop {
            if *steps > most_steps {
                return Ok(Walk::Tired(at));
            }
            for list in &mut self.all_of {
                *steps = steps.saturating_add(1);
                match list.seek(at)? {
                    None => return Ok(Walk::End),
                    Some(place) if place > at => {
                        at = place;
                        continue 'agree;
                    }
                    Some(_) => {}
                }
            }
            return Ok(Walk::At(at));
        }
    }

    /// The record at a place, if it matches.
    fn accept(
        &mut self,
        view: &View,
        query: &Query,
        place: u64,
        steps: &mut u32,
    ) -> Result<Option<MessageRecord>, StoreError> {
        if self.order.id(place) < self.lowest {
            return Ok(None);
        }
        for list in &mut self.none_of {
            *steps = steps.saturating_add(1);
            if list.seek(place)? == Some(place) {
                return Ok(None);
            }
        }
        *steps = steps.saturating_add(STEPS_OF_A_RECORD);
        let Some(value) = view.get(Table::Records, &keys::message(self.order.id(place)))? else {
            return Ok(None);
        };
        let record: MessageRecord = codec::decode(Table::Records, &value)?;
        let matches = query.matches_record(&record) && disposition_fits(query.state, &record);
        Ok(matches.then_some(record))
    }
}

/// Where a walk along the lists came to.
enum Walk {
    /// A place that is in all of them.
    At(u64),
    /// There is none any more.
    End,
    /// Enough for one page; nothing was found before this place.
    Tired(u64),
}

/// What the lists of a state leave open.
fn disposition_fits(state: Option<MessageState>, record: &MessageRecord) -> bool {
    match state {
        None | Some(MessageState::Waiting | MessageState::Dead) => true,
        Some(MessageState::Done) => record.disposition == Disposition::Routed,
        Some(MessageState::Unrouted) => record.disposition == Disposition::Unrouted,
        Some(MessageState::Quarantined) => {
            matches!(record.disposition, Disposition::Quarantined(_))
        }
    }
}

#[cfg(test)]
mod tests;
