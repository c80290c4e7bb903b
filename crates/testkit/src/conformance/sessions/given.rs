//! What the tests of this contract begin with: sessions of one minute idle and ten minutes at most.

use std::num::NonZeroU32;
use std::sync::Arc;

use bytes::Bytes;
use wardline_kernel::UnixMillis;
use wardline_phi::Token;
use wardline_sessions::model::{
    DepartmentName, Life, Placement, PortalName, RoleName, SessionId, TokenHash,
};
use wardline_sessions::port::{
    Answer, Ask, AtLimit, CreateLimits, Created, NewSession, Record, Roles, SessionStore,
};

/// When these tests begin.
pub(crate) const BEGIN: UnixMillis = 1_795_255_200_000;
pub(crate) const IDLE_MS: u64 = 60_000;
pub(crate) const ABSOLUTE_MS: u64 = 600_000;
pub(crate) const NO_LIMITS: CreateLimits = CreateLimits {
    per_user: None,
    at_limit: AtLimit::Refuse,
    max_live: u64::MAX,
};

pub(crate) fn limits(per_user: u32, at_limit: AtLimit) -> CreateLimits {
    CreateLimits {
        per_user: NonZeroU32::new(per_user),
        at_limit,
        max_live: u64::MAX,
    }
}

/// The session `number` of a test: greater numbers are newer.
pub fn session_id(number: u64) -> SessionId {
    let mut bytes = [0x5e; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    // Stores may count on the end of an id to be as random as it is.
    bytes[8..].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    SessionId::from_bytes(bytes)
}

/// The token number `generation` of a session.
pub(crate) fn token(number: u64, generation: u8) -> TokenHash {
    let mut bytes = [generation; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    TokenHash::from_bytes(bytes)
}

pub(crate) fn user(number: u64) -> Token {
    let mut user = [0xab; 16];
    user[8..].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    user
}

pub(crate) fn placement(role: &str, department: Option<&str>, portal: &str) -> Arc<Placement> {
    Arc::new(Placement {
        role: RoleName::new(role).unwrap(),
        department: department.map(|name| DepartmentName::new(name).unwrap()),
        portal: PortalName::new(portal).unwrap(),
    })
}

pub(crate) fn roles(names: &[&str]) -> Roles {
    names
        .iter()
        .map(|name| RoleName::new(name).unwrap())
        .collect()
}

/// A session of user `number` in the role `nurse`, created at `now`.
pub(crate) fn session(number: u64, now: UnixMillis) -> NewSession {
    NewSession {
        record: Record {
            id: session_id(number),
            token: token(number, 1),
            user: user(number),
            placement: placement("nurse", Some("icu"), "hyperspace"),
            life: Life {
                created_at: now,
                last_activity_at: now,
                idle_limit_ms: u32::try_from(IDLE_MS).unwrap(),
                ends_at: now + ABSOLUTE_MS,
                warning_ms: 5_000,
                is_locked: false,
            },
            version: 1,
        },
        facts: Bytes::from(format!("facts of {number}")),
        fields: Bytes::from(format!("fields of {number}")),
    }
}

/// A store with what tests ask of it often.
pub(crate) struct Scene<'a>(pub &'a dyn SessionStore);

impl Scene<'_> {
    pub(super) async fn given(&self, number: u64, now: UnixMillis) -> NewSession {
        self.given_as(session(number, now), now).await
    }

    pub(super) async fn given_as(&self, session: NewSession, now: UnixMillis) -> NewSession {
        let created = self
            .0
            .create(session.clone(), NO_LIMITS, now)
            .await
            .unwrap();
        let displaced = Vec::new();
        assert_eq!(created, Created::Done { displaced });
        session
    }

    /// Checks without activity, in every role of these tests, with the first token.
    pub(super) async fn look(&self, number: u64, now: UnixMillis) -> Answer {
        self.ask(number, 1, false, now).await
    }

    pub(super) async fn touch(&self, number: u64, now: UnixMillis) -> Answer {
        self.ask(number, 1, true, now).await
    }

    pub(super) async fn ask(
        &self,
        number: u64,
        generation: u8,
        is_activity: bool,
        now: UnixMillis,
    ) -> Answer {
        let ask = Ask {
            id: session_id(number),
            token: token(number, generation),
            roles: &roles(&["nurse", "doctor"]),
            is_activity,
        };
        self.0.check(&ask, now).await.unwrap()
    }

    pub(super) async fn lives(&self, number: u64, now: UnixMillis) -> bool {
        matches!(self.look(number, now).await, Answer::Live(_))
    }
}
