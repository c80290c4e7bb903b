//! The port to sessions: who a token belongs to.

use async_trait::async_trait;
use wardline_kernel::StoreError;

use crate::model::{Role, SessionRef};

/// What a live session was begun with.
#[derive(Clone, Debug)]
pub struct SessionFacts {
    /// The session's public id.
    pub session: SessionRef,
    /// What its user signed in with.
    pub login: String,
    /// The role that it chose.
    pub role: Role,
    /// Whether a second factor was proved for it.
    pub has_second_factor: bool,
}

/// Sessions, as access needs them.
///
/// 1. A token is answered with the facts that its session was begun with, and `None` when no live session has it.
#[async_trait]
pub trait SessionCheck: Send + Sync + 'static {
    /// Whose token it is. `is_activity` says that a person did something, which keeps the session alive.
    async fn check(
        &self,
        token: &str,
        is_activity: bool,
    ) -> Result<Option<SessionFacts>, StoreError>;
}
