//! What a site decides: roles, what they allow, and how long their sessions last.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::time::Duration;

use crate::model::{PermissionName, RoleName};
use crate::port::{AtLimit, Roles};

/// Idle limit unless a role says otherwise: a default, not a law (45 CFR 164.312(a)(2)(iii) asks for automatic
/// logoff "after a predetermined time of inactivity" and names none).
pub const DEFAULT_IDLE_LIMIT: Duration = Duration::from_mins(30);
/// Longest time of a session unless a role says otherwise.
pub const DEFAULT_ABSOLUTE_LIMIT: Duration = Duration::from_hours(12);
/// A person is warned so long before the end unless a role says otherwise.
pub const DEFAULT_WARNING: Duration = Duration::from_mins(2);
/// Sessions that one user may have at a time unless a role says otherwise.
pub const DEFAULT_PER_USER: u32 = 8;
/// Sessions that a user may be allowed at most.
pub const MAX_PER_USER: u32 = 1_000;
/// Live sessions at most, unless set otherwise.
pub const DEFAULT_MAX_LIVE: u64 = 1_500_000;
/// The shortest limit of time that can be set.
pub const SHORTEST_LIMIT: Duration = Duration::from_secs(1);
/// The longest limit of time that can be set.
pub const LONGEST_LIMIT: Duration = Duration::from_hours(7 * 24);
/// Roles at most.
pub const MAX_ROLES: usize = 256;
/// Permissions of one role at most.
pub const MAX_PERMISSIONS: usize = 256;

/// What a role allows, and how long its sessions last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// What it allows.
    pub permissions: BTreeSet<PermissionName>,
    /// Without a person's activity a session ends after this time.
    pub idle_limit: Duration,
    /// A session ends after this time in any case.
    pub absolute_limit: Duration,
    /// A person is warned so long before.
    pub warning: Duration,
    /// Sessions that one user may have at a time.
    pub per_user: NonZeroU32,
    /// What is done when a user has as many.
    pub at_limit: AtLimit,
}

impl Default for Role {
    fn default() -> Self {
        Self {
            permissions: BTreeSet::new(),
            idle_limit: DEFAULT_IDLE_LIMIT,
            absolute_limit: DEFAULT_ABSOLUTE_LIMIT,
            warning: DEFAULT_WARNING,
            per_user: NonZeroU32::new(DEFAULT_PER_USER).unwrap_or(NonZeroU32::MIN),
            at_limit: AtLimit::default(),
        }
    }
}

/// Why settings were refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Too many roles.
    #[error("at most {MAX_ROLES} roles can be set")]
    TooManyRoles,
    /// Too many permissions.
    #[error("role `{0}`: at most {MAX_PERMISSIONS} permissions can be set")]
    TooManyPermissions(RoleName),
    /// A limit is too short or too long.
    #[error("role `{role}`: {limit} is from 1 second to 7 days")]
    LimitOutOfRange {
        /// The role.
        role: RoleName,
        /// Which limit.
        limit: &'static str,
    },
    /// The idle limit would never be reached.
    #[error("role `{0}`: the idle limit is longer than the absolute limit")]
    IdleBeyondAbsolute(RoleName),
    /// The warning would come before the session.
    #[error("role `{0}`: the warning must be shorter than the idle limit")]
    WarningBeyondIdle(RoleName),
    /// Too many sessions of one user.
    #[error("role `{0}`: at most {MAX_PER_USER} sessions of one user can be allowed")]
    PerUser(RoleName),
}

/// All settings, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    roles: BTreeMap<RoleName, Role>,
    max_live: u64,
    everybody: Roles,
    nobody: Roles,
    by_permission: BTreeMap<PermissionName, Roles>,
}

impl Settings {
    /// Takes the roles of a site. At most `max_live` sessions live at a time.
    ///
    /// # Errors
    /// [`SettingsError`]
    pub fn new(roles: BTreeMap<RoleName, Role>, max_live: u64) -> Result<Self, SettingsError> {
        if roles.len() > MAX_ROLES {
            return Err(SettingsError::TooManyRoles);
        }
        let mut by_permission: BTreeMap<PermissionName, BTreeSet<RoleName>> = BTreeMap::new();
        for (name, role) in &roles {
            check(name, role)?;
            for permission in &role.permissions {
                let holders = by_permission.entry(permission.clone()).or_default();
                holders.insert(name.clone());
            }
        }
        Ok(Self {
            everybody: roles.keys().cloned().collect(),
            nobody: Roles::default(),
            by_permission: by_permission
                .into_iter()
                .map(|(permission, holders)| (permission, holders.into_iter().collect()))
                .collect(),
            roles,
            max_live,
        })
    }

    /// A role, if there is one of this name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(name)
    }

    /// All roles.
    pub fn roles(&self) -> &BTreeMap<RoleName, Role> {
        &self.roles
    }

    /// Live sessions at most.
    pub fn max_live(&self) -> u64 {
        self.max_live
    }

    /// The roles that pass: those that hold `permission`, or every known one when none is asked for.
    pub(crate) fn passing(&self, permission: Option<&str>) -> &Roles {
        match permission {
            None => &self.everybody,
            Some(permission) => self.by_permission.get(permission).unwrap_or(&self.nobody),
        }
    }
}

fn check(name: &RoleName, role: &Role) -> Result<(), SettingsError> {
    let in_range = |limit: Duration, what: &'static str| {
        if (SHORTEST_LIMIT..=LONGEST_LIMIT).contains(&limit) {
            Ok(())
        } else {
            Err(SettingsError::LimitOutOfRange {
                role: name.clone(),
                limit: what,
            })
        }
    };
    in_range(role.idle_limit, "the idle limit")?;
    in_range(role.absolute_limit, "the absolute limit")?;
    if role.permissions.len() > MAX_PERMISSIONS {
        Err(SettingsError::TooManyPermissions(name.clone()))
    } else if role.idle_limit > role.absolute_limit {
        Err(SettingsError::IdleBeyondAbsolute(name.clone()))
    } else if role.warning >= role.idle_limit {
        Err(SettingsError::WarningBeyondIdle(name.clone()))
    } else if role.per_user.get() > MAX_PER_USER {
        Err(SettingsError::PerUser(name.clone()))
    } else {
        Ok(())
    }
}
