//! Begins a session.

use std::sync::Arc;
use std::time::Duration;

use crate::error::OperationError;
use crate::model::{
    ClientFacts, EventKind, Fields, Life, Placement, SessionId, SessionToken, UserName,
};
use crate::port::{self, CreateLimits, Created, Record};
use crate::service::Sessions;
use crate::settings::Role;
use crate::watch::Happened;

/// A session that is asked for.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Whose it is.
    pub user: UserName,
    /// Role, department, portal.
    pub placement: Placement,
    /// What it is begun from.
    pub client: ClientFacts,
    /// What the application keeps with it.
    pub fields: Fields,
    /// Shorter limits than the role's.
    pub limits: ChosenLimits,
}

/// Limits that an application chose. They may only be shorter than the role's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChosenLimits {
    /// Instead of the role's idle limit.
    pub idle: Option<Duration>,
    /// Instead of the role's absolute limit.
    pub absolute: Option<Duration>,
}

/// A session that began.
#[derive(Debug)]
pub struct CreatedSession {
    /// Its public id.
    pub id: SessionId,
    /// Its secret. It is given out here and nowhere else.
    pub token: SessionToken,
    /// Its limits.
    pub life: Life,
    /// Its version.
    pub version: u32,
    /// Sessions of the same user that ended for it, oldest first.
    pub displaced: Vec<SessionId>,
}

impl Sessions {
    /// Begins a session. It is stored durably before its token is given out.
    ///
    /// # Errors
    /// [`OperationError::NoSuchRole`], [`OperationError::Limit`], [`OperationError::TooManySessions`],
    /// [`OperationError::Full`], or the store or the keys failed.
    pub async fn create(&self, new: NewSession) -> Result<CreatedSession, OperationError> {
        let settings = self.settings();
        let role_name = &new.placement.role;
        let role = settings
            .role(role_name.as_str())
            .ok_or_else(|| OperationError::NoSuchRole(role_name.clone()))?;
        let now = self.now();
        let life = life_of(role, new.limits, now)?;
        let random_failed =
            |error: wardline_phi::RandomError| OperationError::Key(error.to_string());
        let id = SessionId::generate(now).map_err(random_failed)?;
        let token = SessionToken::generate(id).map_err(random_failed)?;
        let (_, hash) =
            SessionToken::read(token.expose()).map_err(|e| OperationError::Key(e.to_string()))?;
        let key = self.0.sealer.key(now).await?;
        let user = self.0.token_of(&new.user)?;
        let placement = Arc::new(new.placement);
        let session = port::NewSession {
            record: Record {
                id,
                token: hash,
                user,
                placement: Arc::clone(&placement),
                life,
                version: 1,
            },
            facts: self
                .0
                .sealer
                .seal_facts(key, id, (&new.user, &new.client))?,
            fields: self.0.sealer.seal_fields(key, id, &new.fields)?,
        };
        let limits = CreateLimits {
            per_user: Some(role.per_user),
            at_limit: role.at_limit,
            max_live: settings.max_live(),
        };
        let displaced = match self.0.store.create(session, limits, now).await? {
            Created::Done { displaced } => displaced,
            Created::TooMany { live } => return Err(OperationError::TooManySessions { live }),
            Created::Full => return Err(OperationError::Full),
        };
        self.0.users.put(user, new.user);
        self.0.tell_ended(&displaced, now);
        let created = Happened {
            id,
            placement,
            kind: EventKind::Created,
            version: 1,
        };
        self.0.watch.tell(now, [created]);
        Ok(CreatedSession {
            id,
            token,
            life,
            version: 1,
            displaced: displaced.into_iter().map(|ended| ended.id).collect(),
        })
    }
}

fn life_of(role: &Role, chosen: ChosenLimits, now: u64) -> Result<Life, OperationError> {
    let absolute = shorter(
        chosen.absolute,
        role.absolute_limit,
        "limits.absolute_seconds",
    )?;
    // An idle limit beyond the end would say nothing.
    let idle = shorter(chosen.idle, role.idle_limit, "limits.idle_seconds")?.min(absolute);
    Ok(Life {
        created_at: now,
        last_activity_at: now,
        idle_limit_ms: millis_u32(idle),
        ends_at: now.saturating_add(u64::from(millis_u32(absolute))),
        warning_ms: warning_ms(role, millis_u32(idle)),
        is_locked: false,
    })
}

fn shorter(
    chosen: Option<Duration>,
    of_role: Duration,
    field: &'static str,
) -> Result<Duration, OperationError> {
    match chosen {
        None => Ok(of_role),
        Some(chosen) if chosen >= crate::settings::SHORTEST_LIMIT && chosen <= of_role => {
            Ok(chosen)
        }
        Some(_) => Err(OperationError::Limit {
            field,
            max_seconds: of_role.as_secs(),
        }),
    }
}

/// A person is warned as the role says, but not in the first half of a short idle limit.
pub(super) fn warning_ms(role: &Role, idle_limit_ms: u32) -> u32 {
    millis_u32(role.warning).min(idle_limit_ms / 2)
}

/// Limits are a week at most, which fits.
pub(super) fn millis_u32(limit: Duration) -> u32 {
    u32::try_from(limit.as_millis()).unwrap_or(u32::MAX)
}
