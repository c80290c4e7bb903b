//! What is asked of a store, and what it answers.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;

use bytes::Bytes;
use wardline_kernel::UnixMillis;
use wardline_phi::Token;

use crate::model::{
    DepartmentName, EndCause, EventKind, Life, Placement, PortalName, RoleName, SessionId,
    TokenHash,
};

/// Roles that may do something. Copies are cheap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(Arc<BTreeSet<RoleName>>);

impl Roles {
    /// Whether this role is one of them.
    pub fn hold(&self, role: &RoleName) -> bool {
        self.0.contains(role)
    }

    /// All of them, for a store that decides elsewhere.
    pub fn iter(&self) -> impl Iterator<Item = &RoleName> {
        self.0.iter()
    }
}

impl FromIterator<RoleName> for Roles {
    fn from_iter<I: IntoIterator<Item = RoleName>>(roles: I) -> Self {
        Self(Arc::new(roles.into_iter().collect()))
    }
}

/// A session as stores know it: in clear but for the user, who is a blind token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The session.
    pub id: SessionId,
    /// Of the token that holds now.
    pub token: TokenHash,
    /// Blind token of the user: equal for the sessions of one person.
    pub user: Token,
    /// Role, department, portal.
    pub placement: Arc<Placement>,
    /// Its limits.
    pub life: Life,
    /// Goes up by one with every change.
    pub version: u32,
}

/// A session that is to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The part in clear, of version 1.
    pub record: Record,
    /// User and client, sealed.
    pub facts: Bytes,
    /// The application's fields, sealed.
    pub fields: Bytes,
}

/// What is done when a user has as many sessions as are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtLimit {
    /// The new one is refused.
    Refuse,
    /// The oldest ones end.
    #[default]
    EndOldest,
}

/// Limits that hold where a session begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreateLimits {
    /// Live sessions of the user, the new one included; `None`: as many as there are.
    pub per_user: Option<NonZeroU32>,
    /// What is done at that limit.
    pub at_limit: AtLimit,
    /// Live sessions of all users together.
    pub max_live: u64,
}

/// What became of a session that was to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It lives; these ended for it.
    Done {
        /// Oldest first.
        displaced: Vec<Ended>,
    },
    /// The user has as many as are allowed.
    TooMany {
        /// Live sessions of the user.
        live: u32,
    },
    /// The store has as many as it may.
    Full,
}

/// What is asked of one session.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Which, as its token says.
    pub id: SessionId,
    /// The hash of the token that was presented.
    pub token: TokenHash,
    /// The roles that may do what is asked.
    pub roles: &'a Roles,
    /// Whether a person did something.
    pub is_activity: bool,
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// No session has this token.
    Unknown,
    /// It has ended.
    Ended(EndCause),
    /// It is locked.
    Locked,
    /// This, its role, is not one of those that may.
    Role(RoleName),
    /// It lives.
    Live(Live),
}

/// A session that lives, as a check sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// Blind token of the user.
    pub user: Token,
    /// Role, department, portal.
    pub placement: Arc<Placement>,
    /// Its limits after the check.
    pub life: Life,
    /// Its version.
    pub version: u32,
}

/// A change of one session. `Unlock` and `Renew` are what a person does, so they extend the idle limit.
#[derive(Clone, Debug)]
pub enum Change {
    /// Refuse every check until it is unlocked.
    Lock,
    /// Take that back.
    Unlock,
    /// Other fields.
    Fields {
        /// The new ones, all of them, sealed.
        sealed: Bytes,
        /// The version that they were made from.
        expected: u32,
    },
    /// A new token, and perhaps another role with its limits.
    Renew {
        /// Of the new token.
        token: TokenHash,
        /// Role, department, portal from now on.
        placement: Arc<Placement>,
        /// The idle limit from now on, in milliseconds.
        idle_limit_ms: u32,
        /// It ends then at the latest; a later time than before changes nothing.
        ends_at: UnixMillis,
        /// Warned this long before the end, in milliseconds.
        warning_ms: u32,
        /// The version that this was made from.
        expected: u32,
    },
}

impl Change {
    /// What is told of it, if anything is.
    pub fn event(&self) -> Option<EventKind> {
        match self {
            Self::Lock => Some(EventKind::Locked),
            Self::Unlock => Some(EventKind::Unlocked),
            Self::Renew { .. } => Some(EventKind::Renewed),
            Self::Fields { .. } => None,
        }
    }
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is done, and this is the session now.
    Done(Record),
    /// It was so already; nothing changed.
    Already(Record),
    /// The session has ended.
    Gone,
    /// It is locked.
    Locked,
    /// Its version is another one.
    Conflict {
        /// The version now.
        version: u32,
    },
}

/// A session that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Which.
    pub id: SessionId,
    /// Blind token of its user.
    pub user: Token,
    /// What it was.
    pub placement: Arc<Placement>,
    /// Why.
    pub cause: EndCause,
    /// When: the moment that its limit names, or the time of the call.
    pub at: UnixMillis,
    /// One more than the session's version was.
    pub version: u32,
}

/// A session as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The part in clear.
    pub record: Record,
    /// User and client, sealed.
    pub facts: Bytes,
    /// The application's fields, sealed.
    pub fields: Bytes,
}

/// A session in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The part in clear.
    pub record: Record,
    /// User and client, sealed.
    pub facts: Bytes,
}

/// State of a live session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Checks pass.
    Active,
    /// Checks are refused until it is unlocked.
    Locked,
}

/// What to list or count; every part given must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this user.
    pub user: Option<Token>,
    /// In this role.
    pub role: Option<RoleName>,
    /// Of this department.
    pub department: Option<DepartmentName>,
    /// For this portal.
    pub portal: Option<PortalName>,
    /// In this state.
    pub state: Option<State>,
}

impl Filter {
    /// Whether a session matches, given that it lives.
    pub fn matches(&self, user: &Token, placement: &Placement, life: &Life) -> bool {
        let state = if life.is_locked {
            State::Locked
        } else {
            State::Active
        };
        self.user.as_ref().is_none_or(|wanted| wanted == user)
            && self.state.is_none_or(|wanted| wanted == state)
            && self.matches_placement(placement)
    }

    fn matches_placement(&self, placement: &Placement) -> bool {
        let (role, portal) = (&placement.role, &placement.portal);
        self.role.as_ref().is_none_or(|wanted| wanted == role)
            && self.portal.as_ref().is_none_or(|wanted| wanted == portal)
            && self
                .department
                .as_ref()
                .is_none_or(|wanted| Some(wanted) == placement.department.as_ref())
    }
}

/// Part of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What was found, in order.
    pub items: Vec<T>,
    /// Where the next page starts (after this one); `None` at the end.
    pub next: Option<SessionId>,
}
