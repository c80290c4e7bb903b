//! Whether somebody did anything lately. It says of whom nothing, and of whose patients nothing, so it is not recorded as
//! a reading of the trail; whoever asks for many records that once.

use wardline_kernel::UnixMillis;

use crate::error::OperationError;
use crate::model::{LeafHeader, Outcome, Seq, UserName};
use crate::port::Posting;
use crate::service::Audit;

/// Records of one user that are looked at, at most.
const MAX_LOOKED_AT: usize = 1_024;
const STEP: usize = 64;

impl Audit {
    /// Whether the user did anything since then that was not refused; refused attempts to sign in are anybody's. `None`
    /// when there are too many refusals to tell.
    ///
    /// # Errors
    /// The store failed, or a record of the user is damaged.
    pub async fn was_active_since(
        &self,
        user: &UserName,
        since: UnixMillis,
    ) -> Result<Option<bool>, OperationError> {
        let posting = Posting::User(self.0.sealer.user_token(user));
        let (mut range, mut looked_at) = (Seq(0)..Seq(self.size().await?), 0);
        while looked_at < MAX_LOOKED_AT {
            let found = self.0.store.postings(posting, range.clone(), true, STEP);
            let found = found.await?;
            for seq in &found {
                let leaf = match self.leaf(*seq).await {
                    // What was dropped is years old.
                    Err(OperationError::Dropped(_)) => return Ok(Some(false)),
                    leaf => leaf?,
                };
                let header = LeafHeader::parse(&leaf).map(|(header, _)| header);
                let header = header.ok_or(OperationError::Damaged(*seq))?;
                if header.at < since {
                    return Ok(Some(false));
                }
                if header.outcome != Outcome::Denied {
                    return Ok(Some(true));
                }
            }
            let Some(last) = found.last().filter(|_| found.len() == STEP) else {
                return Ok(Some(false));
            };
            range.end = *last;
            looked_at += found.len();
        }
        Ok(None)
    }
}
