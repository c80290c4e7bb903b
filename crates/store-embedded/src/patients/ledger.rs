//! The ledger of erasures: a file of lines, beside the store and kept apart from its backups.
//!
//! ```text
//! wardline-erasures 1
//! <patient, 32 hexadecimal digits> <milliseconds since 1970> <what ties it to the line before, 32 digits>
//! ```
//!
//! Lines are only ever added, and synced before an erasure goes on. A line that a crash cut short was never answered: it
//! is cut off. The file names nobody; a copy of it belongs to wherever backups are brought back from.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use wardline_kernel::StoreError;
use wardline_patients::model::PatientId;
use wardline_patients::port::{Erasure, ErasureLedger};

use crate::error::damaged;

const FIRST_LINE: &str = "wardline-erasures 1\n";
/// Bytes of a ledger at most: some eight million erasures.
const MAX_BYTES: u64 = 700 << 20;

/// The ledger, in one file. Copies stand for the same.
#[derive(Clone, Debug)]
pub struct ErasureFile(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    /// Where whole lines end. None until it is known, and after a write that failed.
    end: Mutex<Option<u64>>,
}

impl ErasureFile {
    /// The ledger in the file at `path`, which is made with the first entry if it is not there.
    pub fn at(path: &Path) -> Self {
        Self(Arc::new(Inner {
            path: path.to_owned(),
            end: Mutex::new(None),
        }))
    }
}

#[async_trait]
impl ErasureLedger for ErasureFile {
    async fn append(&self, entries: &[Erasure]) -> Result<(), StoreError> {
        let (inner, entries) = (Arc::clone(&self.0), entries.to_vec());
        blocking(move || inner.append(&entries)).await
    }

    async fn entries(&self) -> Result<Vec<Erasure>, StoreError> {
        let inner = Arc::clone(&self.0);
        blocking(move || {
            let mut end = inner.end.lock().unwrap_or_else(PoisonError::into_inner);
            let (entries, whole) = inner.read()?;
            *end = Some(whole);
            Ok(entries)
        })
        .await
    }
}

impl Inner {
    fn append(&self, entries: &[Erasure]) -> Result<(), StoreError> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let from = match *end {
            Some(from) => from,
            None => self.read()?.1,
        };
        *end = None;
        let mut text = String::new();
        if from == 0 {
            text.push_str(FIRST_LINE);
        }
        for entry in entries {
            text.push_str(&line_of(entry));
        }
        self.write(from, text.as_bytes())
            .map_err(|error| self.told(&error))?;
        *end = Some(from + text.len() as u64);
        Ok(())
    }

    fn write(&self, from: u64, text: &[u8]) -> std::io::Result<()> {
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&self.path)?;
        // What a crash cut short goes.
        file.set_len(from)?;
        file.seek(SeekFrom::Start(from))?;
        file.write_all(text)?;
        file.sync_all()?;
        if from == 0
            && let Some(folder) = self.path.parent()
        {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// All entries, and where the last whole line ends.
    fn read(&self) -> Result<(Vec<Erasure>, u64), StoreError> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok((Vec::new(), 0));
            }
            Err(error) => return Err(self.told(&error)),
        };
        let length = file.metadata().map_err(|error| self.told(&error))?.len();
        if length > MAX_BYTES {
            return Err(self.damaged(0));
        }
        let mut text = String::new();
        file.read_to_string(&mut text)
            .map_err(|error| self.told(&error))?;
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        let whole = text.get(..whole).unwrap_or_default();
        let Some(lines) = whole.strip_prefix(FIRST_LINE) else {
            return if whole.is_empty() && FIRST_LINE.starts_with(&text) {
                Ok((Vec::new(), 0))
            } else {
                Err(self.damaged(1))
            };
        };
        let lines = (2..).zip(lines.lines());
        let entries =
            lines.map(|(number, line)| entry_of(line).ok_or_else(|| self.damaged(number)));
        Ok((entries.collect::<Result<_, _>>()?, whole.len() as u64))
    }

    fn damaged(&self, line: usize) -> StoreError {
        let path = self.path.display();
        damaged(&format!("the ledger of erasures {path}, line {line}"))
    }

    fn told(&self, error: &std::io::Error) -> StoreError {
        let path = self.path.display();
        StoreError::Unavailable(format!("the ledger of erasures {path}: {error}"))
    }
}

fn line_of(entry: &Erasure) -> String {
    // The hexadecimal form of a patient's id is that of sixteen bytes.
    let mac = PatientId(entry.mac);
    format!("{} {} {mac}\n", entry.patient, entry.at)
}

fn entry_of(line: &str) -> Option<Erasure> {
    let mut words = line.split(' ');
    let (patient, at, mac) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    Some(Erasure {
        patient: PatientId::parse(patient).ok()?,
        at: at.parse().ok()?,
        // The same form as a patient's id.
        mac: PatientId::parse(mac).ok()?.0,
    })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| StoreError::Unavailable("the process is stopping".to_owned()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: Erasure = Erasure {
        patient: PatientId([0xa7; 16]),
        at: 1_795_262_400_000,
        mac: [0x0f; 16],
    };

    fn at(folder: &tempfile::TempDir) -> (PathBuf, ErasureFile) {
        let path = folder.path().join("erasures");
        (path.clone(), ErasureFile::at(&path))
    }

    #[test]
    fn a_line_that_a_crash_cut_short_is_cut_off_and_those_before_it_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (path, ledger) = at(&folder);
        ledger.0.append(&[ENTRY]).unwrap();
        let whole = std::fs::read(&path).unwrap();
        ledger.0.append(&[ENTRY]).unwrap();
        let two = std::fs::read(&path).unwrap();

        for length in 0..two.len() {
            std::fs::write(&path, &two[..length]).unwrap();
            let (_, again) = at(&folder);
            let entries = again.0.read().unwrap().0;
            assert_eq!(
                entries.len(),
                usize::from(length >= whole.len()),
                "{length}"
            );
            again.0.append(&[ENTRY]).unwrap();
            assert_eq!(
                again.0.read().unwrap().0.len(),
                entries.len() + 1,
                "{length}"
            );
        }
    }

    #[test]
    fn what_was_never_written_is_damage() {
        let folder = tempfile::tempdir().unwrap();
        let (path, ledger) = at(&folder);
        for wrong in [
            "hello\n",
            "wardline-erasures 2\n",
            "wardline-erasures 1\nx\n",
        ] {
            std::fs::write(&path, wrong).unwrap();

            assert!(
                matches!(ledger.0.read(), Err(StoreError::Corrupt(_))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, ledger) = at(&folder);

        ledger.0.append(&[ENTRY]).unwrap();

        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
