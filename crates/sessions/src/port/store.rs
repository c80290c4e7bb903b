//! The port to the store, and its contract.
//!
//! Each numbered sentence has a test of the same name in `testkit::conformance`; every adapter runs all of them.
//! Each call is one atomic step on one session; what it does to its user's list besides is said in sentences 8
//! to 10. `now` is the caller's time; a store has no clock of its own. A session lives while
//! [`Life::expired`](crate::model::Life::expired) says `None`.
//!
//! 1. A check decides as [`Life::decide`](crate::model::Life::decide) does, and extends what it says in the
//!    same step.
//! 2. A check with another secret than the session's is answered `Unknown`, whatever state the session is in.
//! 3. A session that ended is told why for [`TOLD_FOR_MS`], to the holder of its token only, unless the store
//!    was opened again or much else ended meanwhile: then it is `Unknown`. It never lives again.
//! 4. When `create`, `change`, `end` or `end_user` returns `Ok`, what it did survives the loss of the process
//!    and of power.
//! 5. Activity that a check extended by may be lost with the process, back to the last `write_behind` that
//!    returned `Ok`. A loss shortens a session and never lengthens it.
//! 6. A renewal puts a new token in the place of the old one in one step: from then on the old one is
//!    `Unknown`. It moves no session's absolute end back.
//! 7. Changing a session that has ended is answered `Gone`; new fields for, or renewing, another version than
//!    expected `Conflict`; renewing a locked one `Locked`: nothing changes then.
//! 8. When `create` returns with `Refuse`, its user has at most as many live sessions as the limit says.
//! 9. When `create` returns with `EndOldest`, the oldest sessions of its user have ended, as many as it takes,
//!    and are named in the answer.
//! 10. `end_user` ends every session of a user that was created before the call, and names each.
//! 11. `expire` takes up to `limit` sessions that a limit of time has ended at `now`, those that ended first
//!     before others. Each ended session is named exactly once, by the call that ended it.
//! 12. A listing gives the live sessions that match every part of its filter, newest first, and pages neither
//!     repeat nor skip; `count` counts the same.
//! 13. What is stored is given back byte for byte, whatever the bytes.
//! 14. A create beyond `max_live` sessions is refused as `Full`.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::{StoreError, UnixMillis};
use wardline_phi::Token;

use super::{
    Answer, Ask, Change, Changed, CreateLimits, Created, Ended, EventLog, Filter, Found,
    NewSession, Page, Stored,
};
use crate::model::SessionId;

/// How long a session that ended is told why: 10 minutes.
pub const TOLD_FOR_MS: u64 = 10 * 60 * 1_000;
/// How often `write_behind` is called. With the time that one takes, activity is at most a minute behind.
pub const WRITE_BEHIND_INTERVAL: Duration = Duration::from_secs(30);

/// The store of sessions.
#[async_trait]
pub trait SessionStore: Send + Sync + 'static {
    /// Begins a session, and ends others of its user when the limits say so (sentences 8, 9, 14).
    async fn create(
        &self,
        session: NewSession,
        limits: CreateLimits,
        now: UnixMillis,
    ) -> Result<Created, StoreError>;

    /// Decides on one session and extends it, in one step (sentences 1 to 3).
    async fn check(&self, ask: &Ask<'_>, now: UnixMillis) -> Result<Answer, StoreError>;

    /// Does the same for many; each is a step of its own. Answers come in the order of the asks.
    async fn check_many(
        &self,
        asks: &[Ask<'_>],
        now: UnixMillis,
    ) -> Result<Vec<Answer>, StoreError>;

    /// Changes a session (sentences 6, 7).
    async fn change(
        &self,
        id: SessionId,
        change: Change,
        now: UnixMillis,
    ) -> Result<Changed, StoreError>;

    /// Ends a session. `None` when it lives no more.
    async fn end(&self, id: SessionId, now: UnixMillis) -> Result<Option<Ended>, StoreError>;

    /// Ends all sessions of a user (sentence 10).
    async fn end_user(&self, user: Token, now: UnixMillis) -> Result<Vec<Ended>, StoreError>;

    /// Takes away what has ended by itself (sentence 11). Needs not survive: time says it again.
    async fn expire(&self, now: UnixMillis, limit: usize) -> Result<Vec<Ended>, StoreError>;

    /// One live session.
    async fn get(&self, id: SessionId, now: UnixMillis) -> Result<Option<Stored>, StoreError>;

    /// A page of at most `limit` live sessions, beyond `cursor` (sentence 12).
    async fn list(
        &self,
        filter: &Filter,
        cursor: Option<SessionId>,
        limit: usize,
        now: UnixMillis,
    ) -> Result<Page<Found>, StoreError>;

    /// How many live sessions match.
    async fn count(&self, filter: &Filter, now: UnixMillis) -> Result<u64, StoreError>;

    /// The sealed facts of a live session alone.
    async fn facts(&self, id: SessionId) -> Result<Option<Bytes>, StoreError>;

    /// Writes what is behind: activity, and the removal of what expired (sentence 5).
    async fn write_behind(&self) -> Result<(), StoreError>;

    /// What happens to sessions at every instance, where several share the store; `None` where one process has it to itself.
    /// Needs a tokio runtime.
    fn event_log(&self) -> Option<Arc<dyn EventLog>> {
        None
    }
}
