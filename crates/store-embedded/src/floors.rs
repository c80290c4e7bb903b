//! Below which id nothing waits, for each queue.
//!
//! A row that was taken out of a queue leaves a mark that the engine passes over until it merges its files, so
//! reading a busy queue from its very beginning would pass over all that was delivered lately. What a reading
//! from the beginning found first is remembered here, and the next one starts there.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use wardline_messaging::model::MessageId;

use crate::keys::QueueNumber;

/// The floors of all queues.
#[derive(Debug, Default)]
pub(crate) struct Floors(Mutex<BTreeMap<QueueNumber, Floor>>);

#[derive(Clone, Copy, Debug, Default)]
struct Floor {
    lowest: MessageId,
    /// How often an older message came back.
    returns: u64,
    /// Older messages that are coming back in a batch that is being committed.
    returning: u32,
}

/// Where a reading may start, and what it needs to say where the next one may.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    pub(crate) lowest: MessageId,
    returns: u64,
}

impl Floors {
    /// Where to start. Ask before the view is taken.
    pub(crate) fn start(&self, queue: QueueNumber) -> Start {
        let floor = self.floors().get(&queue).copied().unwrap_or_default();
        Start {
            lowest: floor.lowest,
            returns: floor.returns,
        }
    }

    /// A reading that started there found nothing below `first`.
    pub(crate) fn raise(&self, queue: QueueNumber, start: Start, first: MessageId) {
        let mut floors = self.floors();
        let floor = floors.entry(queue).or_default();
        if floor.returns == start.returns && floor.returning == 0 {
            floor.lowest = floor.lowest.max(first);
        }
    }

    /// Before a batch is committed that puts older messages back.
    pub(crate) fn before_return(&self, returning: &[(QueueNumber, MessageId)]) {
        let mut floors = self.floors();
        for (queue, id) in returning {
            let floor = floors.entry(*queue).or_default();
            floor.lowest = floor.lowest.min(*id);
            floor.returns += 1;
            floor.returning += 1;
        }
    }

    /// After it was committed.
    pub(crate) fn after_return(&self, returned: &[(QueueNumber, MessageId)]) {
        let mut floors = self.floors();
        for (queue, _) in returned {
            let floor = floors.entry(*queue).or_default();
            floor.returning = floor.returning.saturating_sub(1);
        }
    }

    fn floors(&self) -> MutexGuard<'_, BTreeMap<QueueNumber, Floor>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAB: QueueNumber = QueueNumber(1);

    fn lowest(floors: &Floors) -> u64 {
        floors.start(LAB).lowest.0
    }

    #[test]
    fn the_next_reading_starts_where_the_last_one_found_something() {
        let floors = Floors::default();

        floors.raise(LAB, floors.start(LAB), MessageId(70));

        assert_eq!(lowest(&floors), 70);
        assert_eq!(floors.start(QueueNumber(2)).lowest, MessageId(0));
    }

    #[test]
    fn a_message_that_comes_back_lowers_the_floor_whatever_a_reading_saw_meanwhile() {
        let floors = Floors::default();
        floors.raise(LAB, floors.start(LAB), MessageId(70));
        let before = floors.start(LAB);

        floors.before_return(&[(LAB, MessageId(30))]);
        let during = floors.start(LAB);
        floors.raise(LAB, during, MessageId(70));
        assert_eq!(lowest(&floors), 30);

        floors.after_return(&[(LAB, MessageId(30))]);
        floors.raise(LAB, before, MessageId(70));
        assert_eq!(lowest(&floors), 30);
        floors.raise(LAB, floors.start(LAB), MessageId(40));
        assert_eq!(lowest(&floors), 40);
    }
}
