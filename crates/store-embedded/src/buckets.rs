//! When messages came, by stretches of 1,024 ids: so that a search in a span of time passes over all others.
//!
//! Ids follow time but for clocks that are set back, so a stretch keeps the earliest and latest time in it.

use std::collections::BTreeMap;
use std::ops::RangeBounds;

use serde::{Deserialize, Serialize};
use wardline_messaging::model::{MessageId, UnixMillis};

const IDS_AS_BITS: u32 = 10;

/// The times of one stretch of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bucket {
    pub(crate) earliest: UnixMillis,
    pub(crate) latest: UnixMillis,
    /// Messages that are still there. The bucket goes with the last one.
    pub(crate) messages: u64,
}

/// All stretches that hold messages, by their number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buckets(BTreeMap<u64, Bucket>);

/// The stretch that an id is in.
pub(crate) fn number_of(id: MessageId) -> u64 {
    id.0 >> IDS_AS_BITS
}

/// The first and the last id of a stretch.
pub(crate) fn ids_of(number: u64) -> (u64, u64) {
    let first = number << IDS_AS_BITS;
    (first, first | ((1 << IDS_AS_BITS) - 1))
}

impl Buckets {
    /// Takes in a stretch as it is stored.
    pub(crate) fn set(&mut self, number: u64, bucket: Option<Bucket>) {
        match bucket {
            Some(bucket) => self.0.insert(number, bucket),
            None => self.0.remove(&number),
        };
    }

    /// A message was put.
    pub(crate) fn add(&mut self, id: MessageId, at: UnixMillis) {
        let bucket = self.0.entry(number_of(id)).or_insert(Bucket {
            earliest: at,
            latest: at,
            messages: 0,
        });
        bucket.earliest = bucket.earliest.min(at);
        bucket.latest = bucket.latest.max(at);
        bucket.messages = bucket.messages.saturating_add(1);
    }

    /// A message was removed.
    pub(crate) fn remove(&mut self, id: MessageId) {
        let number = number_of(id);
        if let Some(bucket) = self.0.get_mut(&number) {
            bucket.messages = bucket.messages.saturating_sub(1);
            if bucket.messages == 0 {
                self.0.remove(&number);
            }
        }
    }

    /// The first id of the first stretch that holds a message.
    pub(crate) fn first_id(&self) -> Option<MessageId> {
        let (number, _) = self.0.first_key_value()?;
        Some(MessageId(ids_of(*number).0))
    }

    pub(crate) fn get(&self, number: u64) -> Option<Bucket> {
        self.0.get(&number).copied()
    }

    /// The numbers of stretches in which a message of that time may be, ascending.
    pub(crate) fn within(&self, times: &impl RangeBounds<UnixMillis>) -> Vec<u64> {
        let overlaps = |bucket: &Bucket| {
            use std::ops::Bound::{Excluded, Included, Unbounded};
            let after_start = match times.start_bound() {
                Included(from) => bucket.latest >= *from,
                Excluded(from) => bucket.latest > *from,
                Unbounded => true,
            };
            let before_end = match times.end_bound() {
                Included(until) => bucket.earliest <= *until,
                Excluded(until) => bucket.earliest < *until,
                Unbounded => true,
            };
            after_start && before_end
        };
        self.0
            .iter()
            .filter(|(_, bucket)| overlaps(bucket))
            .map(|(number, _)| *number)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_time_leads_to_the_stretches_that_may_hold_it() {
        let mut buckets = Buckets::default();
        // The clock was set back within the third stretch.
        for (id, at) in [
            (1, 100),
            (1_023, 200),
            (1_024, 201),
            (2_047, 300),
            (2_048, 301),
            (2_050, 150),
        ] {
            buckets.add(MessageId(id), at);
        }

        assert_eq!(buckets.within(&(150..=250)), [0, 1, 2]);
        assert_eq!(buckets.within(&(..150)), [0]);
        assert_eq!(buckets.within(&(301..)), [2]);
        assert_eq!(buckets.within(&(302..)), Vec::<u64>::new());
        assert_eq!(ids_of(2), (2_048, 3_071));
        assert_eq!(ids_of(number_of(MessageId(u64::MAX))).1, u64::MAX);
    }

    #[test]
    fn a_stretch_goes_with_its_last_message() {
        let mut buckets = Buckets::default();
        buckets.add(MessageId(1), 100);
        buckets.add(MessageId(2), 100);

        buckets.remove(MessageId(1));
        assert_eq!(buckets.get(0).map(|bucket| bucket.messages), Some(1));
        buckets.remove(MessageId(2));
        assert_eq!(buckets.get(0), None);
    }
}
