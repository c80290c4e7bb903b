//! Where sealed segments go: a folder, or whatever keeps files that are never changed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Keeps files under names. Called where blocking is allowed.
pub trait ArchiveStore: Send + Sync + 'static {
    /// Keeps `content` under `name`, durable when it returns. A name that is there with the same content is kept; with
    /// another one it is an error, as archives are never overwritten.
    ///
    /// # Errors
    /// The system's answer.
    fn put(&self, name: &str, content: &[u8]) -> io::Result<()>;

    /// What is kept under `name`.
    ///
    /// # Errors
    /// The system's answer.
    fn get(&self, name: &str) -> io::Result<Vec<u8>>;
}

/// A folder on a file system.
#[derive(Clone, Debug)]
pub struct FolderArchive(PathBuf);

impl FolderArchive {
    /// The folder, made if need be.
    ///
    /// # Errors
    /// The system's answer.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700).create(folder)?;
        Ok(Self(folder.to_owned()))
    }
}

impl ArchiveStore for FolderArchive {
    fn put(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let path = self.0.join(name);
        if path.try_exists()? {
            return if fs::read(&path)? == content {
                Ok(())
            } else {
                Err(io::Error::from(io::ErrorKind::AlreadyExists))
            };
        }
        let beside = self.0.join(format!("{name}.new"));
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&beside)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&beside, &path)?;
        File::open(&self.0)?.sync_all()
    }

    fn get(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.0.join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_kept_once_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let archive = FolderArchive::open(&folder.path().join("audit")).unwrap();
        archive.put("a", b"one").unwrap();

        assert!(archive.put("a", b"one").is_ok());
        assert!(archive.put("a", b"two").is_err());
        assert_eq!(archive.get("a").unwrap(), b"one");
    }
}
