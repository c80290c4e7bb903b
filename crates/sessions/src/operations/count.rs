//! Counts live sessions.

use crate::error::OperationError;
use crate::operations::list::SessionFilter;
use crate::service::Sessions;

impl Sessions {
    /// How many live sessions match.
    ///
    /// # Errors
    /// The store failed.
    pub async fn count(&self, filter: &SessionFilter) -> Result<u64, OperationError> {
        let filter = self.filter(filter)?;
        Ok(self.0.store.count(&filter, self.now()).await?)
    }
}
