//! How long a session lives, and the one decision that every check is.
//!
//! The decision is a pure function of the session's state, of what is asked and of the time, so that every store
//! decides alike: those in memory call it, a store that decides elsewhere restates it and is held to it by the
//! conformance suite.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

/// What a session's limits are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// When it was created.
    pub created_at: UnixMillis,
    /// When a person last did something.
    pub last_activity_at: UnixMillis,
    /// It ends this long after the last activity, in milliseconds.
    pub idle_limit_ms: u32,
    /// It ends at this time, whatever a person does.
    pub ends_at: UnixMillis,
    /// A person is warned this long before it ends, in milliseconds.
    pub warning_ms: u32,
    /// Locked: it lives and is refused until it is unlocked.
    pub is_locked: bool,
}

/// Which limit ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Expiry {
    /// Nobody did anything for too long.
    Idle,
    /// It reached the end of the longest time that a session may last.
    Absolute,
}

/// What a check asks of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Whether the session's role is one that may do what is asked.
    pub role_passes: bool,
    /// Whether a person did something: an open stream or a poll is nothing that a person does.
    pub is_activity: bool,
}

/// What a check comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has ended.
    Expired(Expiry),
    /// It is locked. Nothing was extended.
    Locked,
    /// Its role may not. Nothing was extended.
    RoleRefused,
    /// It lives, and this is its life from now on.
    Live(Life),
}

impl Life {
    /// When it ends unless a person does something.
    pub fn idle_ends_at(&self) -> UnixMillis {
        self.last_activity_at
            .saturating_add(u64::from(self.idle_limit_ms))
    }

    /// When it ends as things are, and by which limit. It lives before that moment and not at it.
    pub fn end(&self) -> (UnixMillis, Expiry) {
        let idle = self.idle_ends_at();
        if idle < self.ends_at {
            (idle, Expiry::Idle)
        } else {
            (self.ends_at, Expiry::Absolute)
        }
    }

    /// When a person is to be warned.
    pub fn warns_at(&self) -> UnixMillis {
        self.end().0.saturating_sub(u64::from(self.warning_ms))
    }

    /// Which limit has ended it by `now`, if one has.
    pub fn expired(&self, now: UnixMillis) -> Option<Expiry> {
        let (at, expiry) = self.end();
        (now >= at).then_some(expiry)
    }

    /// The decision. Expired comes before locked, locked before the role; only what lives and is allowed is
    /// extended.
    pub fn decide(&self, asked: Asked, now: UnixMillis) -> Verdict {
        if let Some(expiry) = self.expired(now) {
            Verdict::Expired(expiry)
        } else if self.is_locked {
            Verdict::Locked
        } else if !asked.role_passes {
            Verdict::RoleRefused
        } else if asked.is_activity {
            Verdict::Live(self.touched(now))
        } else {
            Verdict::Live(*self)
        }
    }

    /// The life after a person did something. A clock that went back takes nothing away: activity only moves on.
    pub fn touched(&self, now: UnixMillis) -> Self {
        Self {
            last_activity_at: self.last_activity_at.max(now),
            ..*self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;

    fn life() -> Life {
        Life {
            created_at: 0,
            last_activity_at: 0,
            idle_limit_ms: 30 * 60_000,
            ends_at: 60 * MINUTE,
            warning_ms: 120_000,
            is_locked: false,
        }
    }

    const ACTIVITY: Asked = Asked {
        role_passes: true,
        is_activity: true,
    };
    const POLL: Asked = Asked {
        role_passes: true,
        is_activity: false,
    };

    #[test]
    fn it_lives_before_its_idle_limit_and_not_at_it() {
        let at = 30 * MINUTE;

        assert_eq!(life().decide(POLL, at - 1), Verdict::Live(life()));
        assert_eq!(life().decide(POLL, at), Verdict::Expired(Expiry::Idle));
    }

    #[test]
    fn activity_extends_the_idle_limit_and_a_poll_does_not() {
        let touched = life().touched(10 * MINUTE);

        assert_eq!(life().decide(ACTIVITY, 10 * MINUTE), Verdict::Live(touched));
        assert_eq!(life().decide(POLL, 10 * MINUTE), Verdict::Live(life()));
        assert_eq!(touched.idle_ends_at(), 40 * MINUTE);
    }

    #[test]
    fn nothing_extends_the_absolute_limit() {
        let touched = life().touched(59 * MINUTE);

        assert_eq!(touched.end(), (60 * MINUTE, Expiry::Absolute));
        assert_eq!(
            touched.decide(ACTIVITY, 60 * MINUTE),
            Verdict::Expired(Expiry::Absolute)
        );
    }

    #[test]
    fn what_is_locked_or_not_allowed_is_not_extended() {
        let locked = Life {
            is_locked: true,
            ..life()
        };
        let refused = Asked {
            role_passes: false,
            ..ACTIVITY
        };

        assert_eq!(locked.decide(ACTIVITY, MINUTE), Verdict::Locked);
        assert_eq!(life().decide(refused, MINUTE), Verdict::RoleRefused);
        assert_eq!(locked.decide(refused, MINUTE), Verdict::Locked);
        assert_eq!(
            locked.decide(refused, 30 * MINUTE),
            Verdict::Expired(Expiry::Idle)
        );
    }

    #[test]
    fn a_clock_that_went_back_takes_no_activity_away_and_gives_none() {
        let touched = life().touched(20 * MINUTE);

        assert_eq!(touched.decide(ACTIVITY, 5 * MINUTE), Verdict::Live(touched));
    }

    #[test]
    fn limits_at_the_end_of_time_do_not_overflow() {
        let last = Life {
            last_activity_at: u64::MAX,
            ends_at: u64::MAX,
            ..life()
        };

        assert_eq!(last.expired(u64::MAX - 1), None);
        assert_eq!(last.expired(u64::MAX), Some(Expiry::Absolute));
    }

    #[test]
    fn the_warning_comes_before_whichever_limit_is_next() {
        assert_eq!(life().warns_at(), 28 * MINUTE);
        assert_eq!(life().touched(50 * MINUTE).warns_at(), 58 * MINUTE);
    }
}
