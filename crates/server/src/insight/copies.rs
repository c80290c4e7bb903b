//! Copies that the store makes of itself while it is in use.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_kernel::UnixMillis;

/// A store that copies itself.
pub trait CopiesItself: Send + Sync {
    /// Begins a copy, whenever the next one is due. It goes on by itself.
    ///
    /// # Errors
    /// [`CopyRefused`]
    fn begin(&self) -> Result<CopyStatus, CopyRefused>;

    /// Whether one is being made, and what the last one came to.
    fn status(&self) -> CopyStatus;
}

/// Why no copy is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CopyRefused {
    /// One is being made.
    #[error("a backup is being made since {}; wait for it", super::time_text(*.0))]
    UnderWay(UnixMillis),
    /// The service is about to end.
    #[error("the service is stopping")]
    Stopping,
}

/// Whether a copy is being made, and what the last one came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BackupStatus)]
pub struct CopyStatus {
    /// Since when one is being made; absent when none is.
    #[serde(
        serialize_with = "super::rfc3339_option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub under_way_since: Option<UnixMillis>,
    /// The last one that this process made or failed to make.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<LastCopy>,
}

/// What a copy came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LastBackup)]
pub struct LastCopy {
    /// When it was begun.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub began_at: UnixMillis,
    /// The name of its folder in `store.backup_folder`; absent when it failed, which the log and the trail say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Rows that were read through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}
