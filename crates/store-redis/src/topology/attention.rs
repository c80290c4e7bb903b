//! How often each Sentinel looks at its master. By itself it asks for `INFO` every ten seconds, and has no setting for
//! that: it is told after each start (`wardline redis quicken`). Whether it was is seen by how old its last `INFO` is, at
//! each look of ours, as only an administrator may ask for the period itself.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::settings::Address;

/// A Sentinel that was told asks twice a second. One whose last `INFO` is older than this was not.
const SELDOM: Duration = Duration::from_secs(3);
/// Older than this it has not asked yet at all.
const NEVER: Duration = Duration::from_hours(1);
/// For so long what was seen counts: longer than the ten seconds of one that was not told.
const COUNTS_FOR: Duration = Duration::from_secs(15);
/// Looks that are remembered of one Sentinel at most; there is about one a second.
const MAX_LOOKS: usize = 64;

/// What was seen of the Sentinels.
#[derive(Debug, Default)]
pub(crate) struct Attention(Mutex<BTreeMap<Address, VecDeque<(Instant, Duration)>>>);

impl Attention {
    /// Notes how long ago a Sentinel heard from a master that is well.
    pub(super) fn saw(&self, sentinel: &Address, heard_ago: Duration, now: Instant) {
        if heard_ago > NEVER {
            return;
        }
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let looks = seen.entry(sentinel.clone()).or_default();
        if looks.len() == MAX_LOOKS {
            looks.pop_front();
        }
        looks.push_back((now, heard_ago));
    }

    /// Those that look seldom.
    pub(crate) fn seldom(&self, now: Instant) -> Vec<Address> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = |(at, _): &&(Instant, Duration)| now.duration_since(*at) <= COUNTS_FOR;
        let is_seldom = |looks: &VecDeque<(Instant, Duration)>| {
            let mut looks = looks.iter().filter(counts);
            looks.any(|(_, heard_ago)| *heard_ago > SELDOM)
        };
        let seldom = seen.iter().filter(|(_, looks)| is_seldom(looks));
        seldom.map(|(address, _)| address.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentinel() -> Address {
        Address::new("sentinel", 26_379)
    }

    #[test]
    fn one_that_asks_every_ten_seconds_is_named_from_the_first_old_answer_on() {
        let (attention, began) = (Attention::default(), Instant::now());
        let at = |second: u64| began + Duration::from_secs(second);

        for second in 0..=3 {
            attention.saw(&sentinel(), Duration::from_secs(second), at(second));
        }
        assert_eq!(attention.seldom(at(3)), []);

        attention.saw(&sentinel(), Duration::from_secs(4), at(4));

        assert_eq!(attention.seldom(at(4)), [sentinel()]);
        // It has just asked again, and that says nothing.
        attention.saw(&sentinel(), Duration::ZERO, at(10));
        assert_eq!(attention.seldom(at(10)), [sentinel()]);
    }

    #[test]
    fn one_that_was_told_since_is_named_no_longer() {
        let (attention, began) = (Attention::default(), Instant::now());
        attention.saw(&sentinel(), Duration::from_secs(9), began);

        let later = began + COUNTS_FOR + Duration::from_secs(1);
        attention.saw(&sentinel(), Duration::from_millis(500), later);

        assert_eq!(attention.seldom(later), []);
    }

    #[test]
    fn one_that_has_not_asked_yet_is_not_named() {
        let (attention, now) = (Attention::default(), Instant::now());

        attention.saw(&sentinel(), NEVER * 2, now);

        assert_eq!(attention.seldom(now), []);
    }
}
