//! How those who act stand now, from what is kept of them.

use std::sync::Arc;

use async_trait::async_trait;

use crate::emergency::LiveGrant;
use crate::error::AccessError;
use crate::model::Principal;
use crate::port::{FactsError, Standings};
use crate::{Emergencies, Identities};

/// Identities and emergency accesses, asked again.
pub struct KeptStandings {
    /// Users and keys.
    pub identities: Arc<Identities>,
    /// Emergency accesses.
    pub emergencies: Arc<Emergencies>,
}

#[async_trait]
impl Standings for KeptStandings {
    async fn principal(&self, principal: &Principal) -> Result<Option<Principal>, FactsError> {
        let again = self.identities.again(principal).await;
        again.map_err(|error| unknown(&error))
    }

    async fn holds(&self, grant: &LiveGrant) -> Result<bool, FactsError> {
        let holds = self.emergencies.holds(grant).await;
        holds.map_err(|error| unknown(&error))
    }
}

fn unknown(error: &AccessError) -> FactsError {
    FactsError(error.to_string())
}
