//! When the last backup was made. Backups are made outside of Wardline, so it knows of one what a file says: whoever makes
//! backups touches it when one is done.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use wardline_kernel::UnixMillis;
use wardline_server::insight::{Backup, Severity, Warning};

const HOUR_MS: u64 = 3_600_000;

/// The file that is touched.
#[derive(Clone, Debug)]
pub(crate) struct BackupMark {
    file: PathBuf,
    max_age_hours: u64,
}

impl BackupMark {
    /// This file. It need not be there yet.
    pub(crate) fn at(file: &Path, max_age_hours: u64) -> Self {
        Self {
            file: file.to_owned(),
            max_age_hours,
        }
    }

    /// What it says now, and what a person should look at. It asks the disk: call it where that may block.
    pub(crate) fn look(&self, now: UnixMillis) -> (Backup, Option<Warning>) {
        let max_age_hours = self.max_age_hours;
        let (last_at, says) = match self.touched_at() {
            Ok(last_at) => (last_at, self.says(last_at, now)),
            // The kind says it without a path.
            Err(error) => (
                None,
                Some(format!(
                    "the mark of backups cannot be read ({})",
                    error.kind()
                )),
            ),
        };
        let warning = says.map(|says| Warning {
            severity: Severity::Warning,
            address: None,
            what: "backup".to_owned(),
            says,
        });
        (
            Backup {
                last_at,
                max_age_hours,
            },
            warning,
        )
    }

    fn says(&self, last_at: Option<UnixMillis>, now: UnixMillis) -> Option<String> {
        let Some(last_at) = last_at else {
            return Some("no backup was ever marked as done".to_owned());
        };
        let hours = now.saturating_sub(last_at) / HOUR_MS;
        (hours >= self.max_age_hours).then(|| {
            let limit = self.max_age_hours;
            format!("the last backup was marked {hours} hours ago, and one is due every {limit}")
        })
    }

    /// When it was touched; `None` when it is not there.
    fn touched_at(&self) -> io::Result<Option<UnixMillis>> {
        let metadata = match fs::metadata(&self.file) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let since = metadata.modified()?.duration_since(UNIX_EPOCH);
        let since = since.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        Ok(u64::try_from(since.as_millis()).ok())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const MADE: UnixMillis = 1_795_249_800_000;

    fn look(age: Option<u64>) -> (Backup, Option<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("last-backup");
        if age.is_some() {
            let file = fs::File::create(&path).unwrap();
            let at = UNIX_EPOCH + Duration::from_millis(MADE);
            file.set_modified(at).unwrap();
        }
        let (backup, warning) = BackupMark::at(&path, 26).look(MADE + age.unwrap_or(0));
        (backup, warning.map(|warning| warning.says))
    }

    #[test]
    fn a_backup_is_known_by_its_mark_and_told_to_be_old_when_the_next_one_is_due() {
        let young = look(Some(26 * HOUR_MS - 1));
        let old = look(Some(26 * HOUR_MS));

        assert_eq!((young.0.last_at, young.1), (Some(MADE), None));
        assert!(old.1.unwrap().contains("26 hours ago"));
    }

    #[test]
    fn where_none_was_ever_marked_that_is_what_a_person_should_look_at() {
        let (backup, says) = look(None);

        assert_eq!(backup.last_at, None);
        assert_eq!(says.unwrap(), "no backup was ever marked as done");
    }
}
