//! A person did something.

use crate::error::OperationError;
use crate::operations::check::{CheckAsk, Checked};
use crate::service::Sessions;

impl Sessions {
    /// Extends the idle limit of a session that lives: a check that asks for no permission.
    ///
    /// # Errors
    /// As of [`Sessions::check`].
    pub async fn touch(&self, token: &str) -> Result<Checked, OperationError> {
        self.check(CheckAsk {
            token,
            permission: None,
            is_activity: true,
        })
        .await
    }
}
