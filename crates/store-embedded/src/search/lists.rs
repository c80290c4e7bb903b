//! Lists of ids in order, to be walked side by side.

use std::ops::Bound::Included;

use wardline_messaging::model::MessageId;
use wardline_messaging::port::StoreError;

use super::order::Order;
use crate::buckets;
use crate::engine::{Rows, Table, View};
use crate::error::damaged;
use crate::keys;

/// Steps that are taken before a list is opened anew at where it should go on: about what opening costs.
const STEPS_BEFORE_A_JUMP: u32 = 24;

/// A list of ids.
pub(super) trait List: Send {
    /// The first place in the list at or beyond `at`. Places asked for never go back.
    fn seek(&mut self, at: u64) -> Result<Option<u64>, StoreError>;

    /// Whether it holds messages only, and no ids that were never given.
    fn is_of_messages(&self) -> bool {
        true
    }
}

/// The ids at the ends of a table's keys that begin alike.
pub(super) struct Postings {
    view: View,
    order: Order,
    table: Table,
    prefix: Vec<u8>,
    /// Below it there is nothing.
    lowest: MessageId,
    rows: Option<Rows>,
    head: Head,
}

#[derive(Clone, Copy)]
enum Head {
    Unknown,
    At(u64),
    End,
}

impl Postings {
    pub(super) fn new(view: &View, order: Order, table: Table, prefix: &[u8]) -> Self {
        let (view, prefix) = (view.clone(), prefix.to_vec());
        Self {
            view,
            order,
            table,
            prefix,
            lowest: MessageId::default(),
            rows: None,
            head: Head::Unknown,
        }
    }

    /// The same list, of which it is known that nothing is below `lowest`.
    pub(super) fn not_below(self, lowest: MessageId) -> Self {
        Self { lowest, ..self }
    }

    fn open_at(&self, at: u64) -> Rows {
        let at = self.order.id(at);
        let (first, last) = if self.order.is_descending() {
            (self.lowest, at)
        } else {
            (at.max(self.lowest), MessageId(u64::MAX))
        };
        let key = |id: MessageId| [&*self.prefix, &id.0.to_be_bytes()].concat();
        self.view
            .range(self.table, Included(&key(first)), Included(&key(last)))
    }

    fn step(&mut self) -> Result<Head, StoreError> {
        let Some(rows) = &mut self.rows else {
            return Ok(Head::End);
        };
        let key = if self.order.is_descending() {
            rows.next_key_back()
        } else {
            rows.next_key()
        }?;
        let Some(key) = key else { return Ok(Head::End) };
        let id = keys::id_at_end(&key).ok_or_else(|| damaged("an index has a short key"))?;
        Ok(Head::At(self.order.place(id)))
    }
}

impl List for Postings {
    fn seek(&mut self, at: u64) -> Result<Option<u64>, StoreError> {
        let mut steps = 0;
        loop {
            match self.head {
                Head::End => return Ok(None),
                Head::At(place) if place >= at => return Ok(Some(place)),
                Head::At(_) if steps < STEPS_BEFORE_A_JUMP => steps += 1,
                Head::At(_) | Head::Unknown => {
                    self.rows = Some(self.open_at(at));
                    steps = 0;
                }
            }
            self.head = self.step()?;
        }
    }
}

/// Ids that are in memory.
pub(super) struct Held {
    /// Ascending.
    places: Vec<u64>,
    next: usize,
}

impl Held {
    /// `ids` ascending.
    pub(super) fn new(order: Order, mut ids: Vec<u64>) -> Self {
        if order.is_descending() {
            ids.reverse();
        }
        let places = ids.into_iter().map(|id| order.place(MessageId(id)));
        Self {
            places: places.collect(),
            next: 0,
        }
    }
}

impl List for Held {
    fn seek(&mut self, at: u64) -> Result<Option<u64>, StoreError> {
        let rest = self.places.get(self.next..).unwrap_or_default();
        self.next += rest.partition_point(|place| *place < at);
        Ok(self.places.get(self.next).copied())
    }
}

/// What is in at least one of several lists.
pub(super) struct Union(pub(super) Vec<Box<dyn List>>);

impl List for Union {
    fn seek(&mut self, at: u64) -> Result<Option<u64>, StoreError> {
        let mut first: Option<u64> = None;
        for list in &mut self.0 {
            if let Some(place) = list.seek(at)? {
                first = Some(first.map_or(place, |first| first.min(place)));
            }
        }
        Ok(first)
    }
}

/// The ids of some stretches of time.
pub(super) struct Stretches {
    order: Order,
    /// In the order of the search.
    numbers: Vec<u64>,
    next: usize,
}

impl Stretches {
    /// `numbers` ascending.
    pub(super) fn new(order: Order, mut numbers: Vec<u64>) -> Self {
        if order.is_descending() {
            numbers.reverse();
        }
        Self {
            order,
            numbers,
            next: 0,
        }
    }
}

impl List for Stretches {
    fn seek(&mut self, at: u64) -> Result<Option<u64>, StoreError> {
        while let Some(number) = self.numbers.get(self.next) {
            let (first, last) = buckets::ids_of(*number);
            let (first, last) = if self.order.is_descending() {
                (!last, !first)
            } else {
                (first, last)
            };
            if last >= at {
                return Ok(Some(first.max(at)));
            }
            self.next += 1;
        }
        Ok(None)
    }

    fn is_of_messages(&self) -> bool {
        false
    }
}
