//! Many checks in one call. Each is a step of its own.

use crate::error::OperationError;
use crate::model::SessionToken;
use crate::operations::check::{CheckAsk, Checked, Denial};
use crate::port::Ask;
use crate::service::Sessions;

/// Checks in one call at most.
pub const MAX_CHECKS: usize = 1_000;

impl Sessions {
    /// Checks many sessions; answers come in the order of the asks.
    ///
    /// # Errors
    /// [`OperationError::TooMany`], or the store failed: some sessions may have been extended then.
    pub async fn check_many(&self, asks: &[CheckAsk<'_>]) -> Result<Vec<Checked>, OperationError> {
        if asks.len() > MAX_CHECKS {
            return Err(OperationError::TooMany {
                field: "checks",
                max: MAX_CHECKS,
            });
        }
        let settings = self.settings();
        let now = self.now();
        let mut read = Vec::with_capacity(asks.len());
        let mut asked = Vec::with_capacity(asks.len());
        for ask in asks {
            let token = SessionToken::read(ask.token).ok();
            read.push(token.map(|(id, _)| id));
            asked.extend(token.map(|(id, token)| Ask {
                id,
                token,
                roles: settings.passing(ask.permission),
                is_activity: ask.is_activity,
            }));
        }
        let mut answers = self.0.store.check_many(&asked, now).await?.into_iter();
        let mut checked = Vec::with_capacity(asks.len());
        for id in read {
            let answer = id.and_then(|id| Some((id, answers.next()?)));
            checked.push(match answer {
                Some((id, answer)) => self.checked(&settings, id, answer, now).await?,
                None => Checked::Denied(Denial::Unknown),
            });
        }
        Ok(checked)
    }
}
