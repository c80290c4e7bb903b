//! Signs a checkpoint now, and shows the last one.

use crate::error::OperationError;
use crate::service::Audit;
use crate::writer::Asked;

impl Audit {
    /// Signs a checkpoint, if there are records beyond the last one, and gives the last one: a text to keep where
    /// nobody who runs the service can change it.
    ///
    /// # Errors
    /// The store failed.
    pub async fn checkpoint(&self) -> Result<Option<String>, OperationError> {
        self.ask(Asked {
            checkpoint: true,
            ..Asked::default()
        })
        .await?;
        self.0.counted.signed(self.now());
        self.last_checkpoint().await
    }

    /// The last checkpoint that was signed.
    ///
    /// # Errors
    /// The store failed.
    pub async fn last_checkpoint(&self) -> Result<Option<String>, OperationError> {
        let last = self.0.store.last_checkpoint().await?;
        Ok(last.map(|checkpoint| checkpoint.note))
    }
}
