//! Who acts. Only this crate builds one, from a session or key that it has checked.

use std::net::IpAddr;
use std::sync::Arc;

use super::{PatientRef, RoleSet, SessionRef, UserId};

/// Who acts: the user, the roles it is signed in with, and how it stands. There is no public constructor: one comes
/// from [`Identities`](crate::Identities), so that nobody's word is taken for user or role.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Shared by all copies, as each request makes several.
    parts: Arc<PrincipalParts>,
    /// The way on which it asks, when that is another one than it was looked up with.
    via: Option<Via>,
}

/// What a principal is made of.
#[derive(Clone, Debug)]
pub(crate) struct PrincipalParts {
    pub(crate) user: UserId,
    pub(crate) name: Arc<str>,
    pub(crate) roles: RoleSet,
    pub(crate) department: Option<String>,
    pub(crate) own_record: Option<PatientRef>,
    pub(crate) session: SessionRef,
    pub(crate) standing: Standing,
    pub(crate) via: Via,
    /// In which epoch of the policies it was looked up.
    pub(crate) epoch: u64,
}

/// On which way somebody asks: what the trail says besides who it was. Nothing is decided by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Via {
    /// From which address.
    pub address: Option<IpAddr>,
    /// The request, as its face numbered it.
    pub request: Option<Arc<str>>,
}

/// How a user stands now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// May do nothing until that is taken back.
    pub is_suspended: bool,
    /// Proved a second factor for this session.
    pub has_second_factor: bool,
    /// A machine with a key of its own.
    pub is_service: bool,
    /// Not on shift by the roster.
    pub is_off_shift: bool,
}

impl Principal {
    pub(crate) fn new(parts: PrincipalParts) -> Self {
        Self {
            parts: Arc::new(parts),
            via: None,
        }
    }

    /// The user.
    pub fn user(&self) -> UserId {
        self.parts.user
    }

    /// The name that the trail knows it by: what it signs in with, or what the site calls the application.
    pub fn name(&self) -> &str {
        &self.parts.name
    }

    /// The same, asking on this way.
    #[must_use]
    pub fn via(self, via: Via) -> Self {
        Self {
            via: Some(via),
            ..self
        }
    }

    /// In which epoch it was looked up: when that is over, it is looked up again.
    pub(crate) fn epoch(&self) -> u64 {
        self.parts.epoch
    }

    /// On which way it asks.
    pub fn way(&self) -> &Via {
        self.via.as_ref().unwrap_or(&self.parts.via)
    }

    /// The roles that it acts in.
    pub fn roles(&self) -> RoleSet {
        self.parts.roles
    }

    /// Its department, if the session is of one.
    pub fn department(&self) -> Option<&str> {
        self.parts.department.as_deref()
    }

    /// The patient that it is.
    pub fn own_record(&self) -> Option<&PatientRef> {
        self.parts.own_record.as_ref()
    }

    /// The session, or the key, by which it acts.
    pub fn session(&self) -> &SessionRef {
        &self.parts.session
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        self.parts.standing
    }
}
