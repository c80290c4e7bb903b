//! The order of a search, turned so that it always goes up: a place is an id, or its distance from the greatest.

use wardline_messaging::model::MessageId;
use wardline_messaging::port::Direction;

/// Which way a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order(Direction);

impl Order {
    pub(super) fn of(direction: Direction) -> Self {
        Self(direction)
    }

    pub(super) fn is_descending(self) -> bool {
        self.0 == Direction::NewestFirst
    }

    /// Where an id is.
    pub(super) fn place(self, id: MessageId) -> u64 {
        if self.is_descending() { !id.0 } else { id.0 }
    }

    /// What is at a place.
    pub(super) fn id(self, place: u64) -> MessageId {
        MessageId(if self.is_descending() { !place } else { place })
    }

    /// The first place beyond a cursor; `None` when there is none.
    pub(super) fn first_beyond(self, cursor: Option<MessageId>) -> Option<u64> {
        cursor.map_or(Some(0), |cursor| self.place(cursor).checked_add(1))
    }

    /// The cursor beyond which `place` comes first.
    pub(super) fn last_before(self, place: u64) -> Option<MessageId> {
        place.checked_sub(1).map(|before| self.id(before))
    }
}
