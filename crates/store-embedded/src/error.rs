//! Why a store cannot be opened, and how the engine's failures are told to messaging.

use std::io;
use std::path::PathBuf;

use wardline_messaging::port::StoreError;

/// The page that says what to do about a damaged store.
pub(crate) const RUNBOOK: &str = "docs/runbooks/embedded-store.md";

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error(
        "the store in {} is in use by {holder}: stop that process first, only one may have the store open",
        folder.display()
    )]
    InUse {
        /// The store's folder.
        folder: PathBuf,
        /// The process, as far as it is known.
        holder: String,
    },
    /// The folder or a file in it cannot be written to.
    #[error(
        "the store in {} cannot be written to ({source}): let the service's user own the folder and its \
         files, and see that the file system is mounted read-write", folder.display()
    )]
    NotWritable {
        /// The store's folder.
        folder: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Another version of Wardline wrote it.
    #[error(
        "the store in {} has schema {found}, this version reads schema {known}: start the version that wrote \
         it, or restore a backup made for this one", folder.display()
    )]
    Schema {
        /// The store's folder.
        folder: PathBuf,
        /// The schema in the store.
        found: u64,
        /// The schema of this version.
        known: u64,
    },
    /// What is on disk is not what was written.
    #[error(
        "the store in {} is damaged: {what}; keep a copy of the folder before you do", folder.display()
    )]
    Damaged {
        /// The store's folder.
        folder: PathBuf,
        /// Which file, what is wrong with it, and what to do.
        what: String,
    },
    /// No room to open it in.
    #[error("no room to open the store in {}: free space on its disk", folder.display())]
    Full {
        /// The store's folder.
        folder: PathBuf,
    },
    /// The system refused for another reason.
    #[error("the store in {} cannot be opened: {source}", folder.display())]
    Io {
        /// The store's folder.
        folder: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

/// What the system's answer means for a store that is open.
pub(crate) fn from_io(error: &io::Error, doing: &str) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            StoreError::Full
        }
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => {
            damaged(&format!("{doing}: a file is cut short or altered"))
        }
        _ => StoreError::Unavailable(format!("{doing}: {error}")),
    }
}

/// What was begun is not wanted any more.
pub(crate) fn given_up() -> StoreError {
    StoreError::Unavailable("it was given up before its end".to_owned())
}

/// The store is damaged, and what to do about it.
pub(crate) fn damaged(what: &str) -> StoreError {
    StoreError::Corrupt(format!("{what}; restore the latest backup ({RUNBOOK})"))
}
