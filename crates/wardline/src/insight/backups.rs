//! When the last backup was made, by the mark of whoever makes backups: a file that is touched when one is done.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use wardline_kernel::UnixMillis;
use wardline_server::insight::{Backup, Severity, Warning};

use crate::config::Store;

const HOUR_MS: u64 = 3_600_000;
/// The mark of backups that Wardline makes itself, in their folder.
const OWN: &str = "last-backup";

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

    /// The mark of this configuration: the site's own, else the one in the folder where Wardline makes backups itself.
    pub(crate) fn of(store: &Store) -> Option<Self> {
        let own = || Some(store.backup_folder.as_ref()?.join(OWN));
        let file = store.backup_mark_file.clone().or_else(own)?;
        Some(Self::at(&file, store.backup_max_age_hours))
    }

    /// Says that a backup was made then. It asks the disk: call it where that may block.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn touch(&self, made_at: UnixMillis) -> io::Result<()> {
        let file = fs::File::create(&self.file)?;
        file.set_modified(UNIX_EPOCH + Duration::from_millis(made_at))?;
        file.sync_all()
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
    fn a_mark_that_is_touched_says_when_the_backup_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let mark = BackupMark::at(&folder.path().join("last-backup"), 26);

        mark.touch(MADE).unwrap();

        assert_eq!(mark.look(MADE + 1).0.last_at, Some(MADE));
    }

    #[test]
    fn where_none_was_ever_marked_that_is_what_a_person_should_look_at() {
        let (backup, says) = look(None);

        assert_eq!(backup.last_at, None);
        assert_eq!(says.unwrap(), "no backup was ever marked as done");
    }
}
