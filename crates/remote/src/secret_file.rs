//! Small files with a secret: a token, an AppRole's secret id, AWS credentials.

use std::fs::OpenOptions;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

const OTHERS: u32 = 0o007;
const LARGEST: u64 = 64 * 1024;

/// A file with a secret cannot be used. Never holds what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// Everybody may read it.
    #[error("{} can be read by everybody: run chmod o-rwx on it, and replace the secret", .0.display())]
    Permissions(PathBuf),
    /// Not what is expected.
    #[error("{}: {expected}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is expected.
        expected: &'static str,
    },
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
}

/// Reads a file that not everybody may read. A group may: agents that renew such files often run as another user.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, SecretFileError> {
    let io = |source| SecretFileError::Io {
        path: path.to_owned(),
        source,
    };
    let file = OpenOptions::new().read(true).open(path).map_err(io)?;
    let meta = file.metadata().map_err(io)?;
    if meta.permissions().mode() & OTHERS != 0 {
        return Err(SecretFileError::Permissions(path.to_owned()));
    }
    if !meta.is_file() || meta.len() > LARGEST {
        return Err(SecretFileError::Content {
            path: path.to_owned(),
            expected: "expected a file of at most 64 KiB",
        });
    }
    let capacity = usize::try_from(LARGEST).unwrap_or(0);
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    file.take(LARGEST).read_to_string(&mut text).map_err(io)?;
    Ok(text)
}

/// The one line of such a file.
pub(crate) fn read_line(path: &Path) -> Result<Zeroizing<String>, SecretFileError> {
    let text = read(path)?;
    let line = text.trim();
    if line.is_empty() || line.contains(char::is_whitespace) {
        return Err(SecretFileError::Content {
            path: path.to_owned(),
            expected: "expected one word on one line",
        });
    }
    Ok(Zeroizing::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn file(content: &str, mode: u32) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), content).unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
        file
    }

    #[test]
    fn a_secret_is_one_word_in_a_file_that_not_everybody_reads() {
        assert_eq!(
            read_line(file("s.abc\n", 0o640).path()).unwrap().as_str(),
            "s.abc"
        );

        assert!(matches!(
            read_line(file("s.abc\n", 0o644).path()),
            Err(SecretFileError::Permissions(_))
        ));
        for wrong in ["", "\n", "two words"] {
            assert!(matches!(
                read_line(file(wrong, 0o600).path()),
                Err(SecretFileError::Content { .. })
            ));
        }
    }

    #[test]
    fn a_file_of_64_kib_is_read_and_one_byte_more_is_refused() {
        let most = "a".repeat(usize::try_from(LARGEST).unwrap());

        assert!(read(file(&most, 0o600).path()).is_ok());
        assert!(read(file(&format!("{most}a"), 0o600).path()).is_err());
    }
}
