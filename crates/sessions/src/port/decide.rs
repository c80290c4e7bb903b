//! The decisions of a store as pure functions: a store that is not a script of its own calls these and writes down
//! what they say.

use std::sync::Arc;

use wardline_kernel::UnixMillis;

use super::{Answer, Ask, AtLimit, Change, Changed, CreateLimits, Ended, Live, Record};
use crate::model::{Asked, EndCause, Life, SessionId, Verdict};

impl Record {
    /// What a check is answered, given that the session has not ended before. When the answer is
    /// [`Answer::Live`], its life is the session's from now on.
    pub fn answer(&self, ask: &Ask<'_>, now: UnixMillis) -> Answer {
        if self.token != ask.token {
            return Answer::Unknown;
        }
        let asked = Asked {
            role_passes: ask.roles.hold(&self.placement.role),
            is_activity: ask.is_activity,
        };
        match self.life.decide(asked, now) {
            Verdict::Expired(expiry) => Answer::Ended(EndCause::Expired(expiry)),
            Verdict::Locked => Answer::Locked,
            Verdict::RoleRefused => Answer::Role(self.placement.role.clone()),
            Verdict::Live(life) => Answer::Live(Live {
                user: self.user,
                placement: Arc::clone(&self.placement),
                life,
                version: self.version,
            }),
        }
    }

    /// What becomes of a change. Fields are kept elsewhere: of them only the version is decided on.
    pub fn changed(&self, change: &Change, now: UnixMillis) -> Changed {
        if self.life.expired(now).is_some() {
            return Changed::Gone;
        }
        match change {
            Change::Lock if self.life.is_locked => Changed::Already(self.clone()),
            Change::Lock => self.next(Life {
                is_locked: true,
                ..self.life
            }),
            Change::Unlock if !self.life.is_locked => Changed::Already(self.clone()),
            Change::Unlock => self.next(Life {
                is_locked: false,
                ..self.life.touched(now)
            }),
            Change::Renew { .. } if self.life.is_locked => Changed::Locked,
            Change::Fields { expected, .. } | Change::Renew { expected, .. }
                if *expected != self.version =>
            {
                Changed::Conflict {
                    version: self.version,
                }
            }
            Change::Fields { .. } => self.next(self.life),
            Change::Renew {
                token,
                placement,
                idle_limit_ms,
                ends_at,
                warning_ms,
                ..
            } => {
                let renewed = Self {
                    token: *token,
                    placement: Arc::clone(placement),
                    ..self.clone()
                };
                renewed.next(Life {
                    idle_limit_ms: *idle_limit_ms,
                    // A renewal never lengthens.
                    ends_at: self.life.ends_at.min(*ends_at),
                    warning_ms: *warning_ms,
                    ..self.life.touched(now)
                })
            }
        }
    }

    /// This session as one that ended.
    pub fn ended(&self, cause: EndCause, at: UnixMillis) -> Ended {
        Ended {
            id: self.id,
            user: self.user,
            placement: Arc::clone(&self.placement),
            cause,
            at,
            version: self.version.saturating_add(1),
        }
    }

    fn next(&self, life: Life) -> Changed {
        Changed::Done(Self {
            life,
            version: self.version.saturating_add(1),
            ..self.clone()
        })
    }
}

/// Whether a user may begin another session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Yes, once these have ended.
    Admitted {
        /// Oldest first.
        displaced: Vec<SessionId>,
    },
    /// No.
    TooMany {
        /// Live sessions of the user.
        live: u32,
    },
}

impl CreateLimits {
    /// Decides on a user's next session. `live` are the sessions that it has.
    pub fn admit(&self, mut live: Vec<(UnixMillis, SessionId)>) -> Admission {
        let allowed = self.per_user.map_or(usize::MAX, |limit| {
            usize::try_from(limit.get()).unwrap_or(usize::MAX)
        });
        if live.len() < allowed {
            return Admission::Admitted {
                displaced: Vec::new(),
            };
        }
        if self.at_limit == AtLimit::Refuse {
            return Admission::TooMany {
                live: u32::try_from(live.len()).unwrap_or(u32::MAX),
            };
        }
        live.sort_unstable();
        live.truncate((live.len() + 1).saturating_sub(allowed));
        Admission::Admitted {
            displaced: live.into_iter().map(|(_, id)| id).collect(),
        }
    }
}
