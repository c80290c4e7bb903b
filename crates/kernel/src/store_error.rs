//! Why a store did not do as asked.

/// Why the store did not do as asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// No room; nothing was written.
    #[error("the store is full: free space on its disk or shorten the retention")]
    Full,
    /// It cannot be reached or written to now; trying again may work.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// What it holds is not what was written.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
}
