//! How often one caller may search by what identifies a patient: whoever tries numbers out finds some.
//!
//! A bucket for each caller, filled evenly. It is in memory: a restart fills all of them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use wardline_access::model::UserId;
use wardline_kernel::UnixMillis;

const MINUTE_MS: u64 = 60_000;
/// Callers that are remembered; of more, those whose bucket is fullest are forgotten, which gives them nothing.
const MAX_CALLERS: usize = 8_192;
/// Refusals of one caller are on record once in so many milliseconds, so that nobody fills the trail.
const RECORDED_EVERY_MS: u64 = 1_000;

/// Searches of each caller.
pub(crate) struct SearchLimit {
    per_minute: u64,
    callers: Mutex<BTreeMap<UserId, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    /// When it will be full again, if nothing is taken.
    full_at: UnixMillis,
    recorded_at: Option<UnixMillis>,
}

/// That a caller searched too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooOften {
    /// When the next search is let through, in seconds.
    pub(crate) retry_after_seconds: u32,
    /// Whether the refusal is to be recorded.
    pub(crate) is_recorded: bool,
}

impl SearchLimit {
    pub(crate) fn new(per_minute: u64) -> Self {
        Self {
            per_minute: per_minute.max(1),
            callers: Mutex::default(),
        }
    }

    /// Counts a search.
    pub(crate) fn enter(&self, user: UserId, now: UnixMillis) -> Result<(), TooOften> {
        let one = MINUTE_MS.div_ceil(self.per_minute);
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= MAX_CALLERS && !callers.contains_key(&user) {
            callers.retain(|_, bucket| bucket.full_at > now);
            if callers.len() >= MAX_CALLERS {
                let fullest = callers.iter().min_by_key(|(_, bucket)| bucket.full_at);
                if let Some(fullest) = fullest.map(|(user, _)| *user) {
                    callers.remove(&fullest);
                }
            }
        }
        let bucket = callers.entry(user).or_insert(Bucket {
            full_at: now,
            recorded_at: None,
        });
        // A clock that was set back must not lock anybody out for longer than a minute.
        let full_at = bucket.full_at.clamp(now, now.saturating_add(MINUTE_MS));
        let after = full_at.saturating_add(one);
        let limit = now.saturating_add(MINUTE_MS.max(one));
        if after <= limit {
            bucket.full_at = after;
            return Ok(());
        }
        bucket.full_at = full_at;
        let is_recorded = bucket
            .recorded_at
            .is_none_or(|at| now.saturating_sub(at) >= RECORDED_EVERY_MS);
        if is_recorded {
            bucket.recorded_at = Some(now);
        }
        let seconds = after.saturating_sub(limit).div_ceil(1_000).max(1);
        Err(TooOften {
            retry_after_seconds: u32::try_from(seconds).unwrap_or(60),
            is_recorded,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = 1_795_262_400_000;

    fn user(number: u16) -> UserId {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        UserId(id)
    }

    #[test]
    fn as_many_as_the_limit_pass_and_the_next_waits_for_its_turn() {
        let limit = SearchLimit::new(30);
        for _ in 0..30 {
            assert_eq!(limit.enter(user(1), NOW), Ok(()));
        }

        let refused = limit.enter(user(1), NOW).unwrap_err();

        assert_eq!(refused.retry_after_seconds, 2);
        assert!(limit.enter(user(1), NOW + 1_999).is_err());
        assert_eq!(limit.enter(user(1), NOW + 2_000), Ok(()));
        assert!(limit.enter(user(1), NOW + 2_000).is_err());
        assert_eq!(limit.enter(user(2), NOW), Ok(()));
    }

    #[test]
    fn refusals_of_one_caller_are_recorded_once_a_second() {
        let limit = SearchLimit::new(1);
        limit.enter(user(1), NOW).unwrap();

        let recorded = |at| limit.enter(user(1), at).unwrap_err().is_recorded;

        assert!(recorded(NOW));
        assert!(!recorded(NOW + 999));
        assert!(recorded(NOW + 1_000));
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let limit = SearchLimit::new(2);
        limit.enter(user(1), NOW).unwrap();

        assert_eq!(
            limit.enter(user(1), NOW - 3_600_000),
            Err(TooOften {
                retry_after_seconds: 30,
                is_recorded: true
            })
        );
        assert_eq!(limit.enter(user(1), NOW - 3_600_000 + 30_000), Ok(()));
    }

    #[test]
    fn who_searched_most_is_not_forgotten_for_others() {
        let limit = SearchLimit::new(2);
        let most = user(0);
        limit.enter(most, NOW).unwrap();
        limit.enter(most, NOW).unwrap();
        for other in 1..=u16::try_from(MAX_CALLERS + 10).unwrap() {
            limit.enter(user(other), NOW).unwrap();
        }

        assert!(limit.enter(most, NOW).is_err());
    }
}
