//! The port to how things stand now: asked again when anything changed since somebody was looked up.

use async_trait::async_trait;

use super::FactsError;
use crate::emergency::LiveGrant;
use crate::model::Principal;

/// How those who act stand now. [`KeptStandings`](crate::KeptStandings) answers it from what is kept.
///
/// 1. An answer is not older than the last change of a user, a key or an emergency access that was answered to whoever
///    made it.
#[async_trait]
pub trait Standings: Send + Sync + 'static {
    /// Who acts, as it stands now; `None` when it may not act any more.
    async fn principal(&self, principal: &Principal) -> Result<Option<Principal>, FactsError>;

    /// Whether an emergency access holds.
    async fn holds(&self, grant: &LiveGrant) -> Result<bool, FactsError>;
}
