//! Why keys were not read or written.

use std::path::PathBuf;

use crate::random::RandomError;

/// Why keys were not read or written. Holds paths and line numbers, never a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Others than the owner may read it.
    #[error(
        "key file {} can be read by others (mode {mode:04o}): run chmod 600 {}, and replace its keys if \
         others had access", path.display(), path.display()
    )]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// There is a file already.
    #[error("{} exists; key files are never overwritten, choose another path or move it away", .0.display())]
    Exists(PathBuf),
    /// Not a file of the size a key file has.
    #[error("{} is not a key file: it is no regular file, or larger than 64 KiB", .0.display())]
    NotAKeyFile(PathBuf),
    /// A line that is not understood.
    #[error("key file, line {line}: {problem}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong and what is expected.
        problem: &'static str,
    },
    /// A kind of key is missing.
    #[error("the key file holds no {0} key; restore the file from its backup")]
    Missing(&'static str),
    /// The random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The file system refused.
    #[error("key file {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
}
