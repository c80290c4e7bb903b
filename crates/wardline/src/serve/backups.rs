//! Copies of the embedded store, made while it is in use: how one is made, and which are kept.
//!
//! A copy is begun under a name that says so, read through, and only then gets its own. Older ones go afterwards, so that
//! there is never one less than are kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use wardline_audit::Audit;
use wardline_audit::model::{Event, EventKind, Note, Origin, Outcome, UserName};
use wardline_kernel::UnixMillis;
use wardline_store_embedded::{EmbeddedStore, Options, Whole, verify};

use super::recorded::NODE;
use crate::config::Store;
use crate::insight::BackupMark;

const HOUR_MS: u64 = 3_600_000;
/// How the names of copies begin.
const NAME: &str = "wardline-";
/// How the name of one ends that is being made.
const UNFINISHED: &str = ".unfinished";
/// Seconds that are looked through for a name that is free.
const MAX_NAMED: u64 = 3_600;
/// Memory for reading a copy through, in bytes.
const READING: u64 = 8 << 20;

/// Where copies go, and how often.
pub(super) struct Backups {
    store: Arc<EmbeddedStore>,
    folder: PathBuf,
    every_ms: u64,
    kept: usize,
    mark: Option<BackupMark>,
}

impl Backups {
    /// As the configuration says; `None` when no copies are asked for.
    pub(super) fn of(config: &Store, store: Arc<EmbeddedStore>) -> Option<Self> {
        Some(Self {
            store,
            folder: config.backup_folder.clone()?,
            every_ms: config.backup_every_hours.saturating_mul(HOUR_MS),
            kept: usize::try_from(config.backups_kept).unwrap_or(usize::MAX),
            mark: BackupMark::of(config),
        })
    }

    /// Whether the next one is due.
    pub(super) fn is_due(&self, now: UnixMillis) -> bool {
        is_due(newest(&self.folder), self.every_ms, now)
    }

    /// Makes one. Blocks.
    pub(super) fn make(&self, now: UnixMillis, stop: &CancellationToken) -> anyhow::Result<Made> {
        make_folder(&self.folder).context("the folder of backups")?;
        for begun in names(&self.folder, |name| name.ends_with(UNFINISHED)) {
            fs::remove_dir_all(self.folder.join(begun)).context("a backup that was cut short")?;
        }
        let name = self
            .free_name(now)
            .context("the clock shows no time that has a name")?;
        let unfinished = self.folder.join(format!("{name}{UNFINISHED}"));
        self.store.back_up(&unfinished, &|| stop.is_cancelled())?;
        let options = Options {
            cache_bytes: READING,
            ..Options::default()
        };
        let whole = verify(&unfinished, &options, &|| stop.is_cancelled())?;
        fs::rename(&unfinished, self.folder.join(&name))?;
        fs::File::open(&self.folder)?.sync_all()?;
        tracing::info!(name, rows = whole.rows, "made a backup and read it through");
        // The copy is there from here on: what fails of this is told, and makes it no failure.
        self.mark(now);
        self.remove_older();
        Ok(Made { name, whole })
    }

    /// The name of this second, or of the next one that none has: two may be asked for in one.
    fn free_name(&self, now: UnixMillis) -> Option<String> {
        let seconds = (0..MAX_NAMED).map(|second| now.saturating_add(second * 1_000));
        let mut names = seconds.map_while(name);
        names.find(|name| !self.folder.join(name).exists())
    }

    fn mark(&self, made_at: UnixMillis) {
        let marked = self.mark.as_ref().map_or(Ok(()), |it| it.touch(made_at));
        if let Err(error) = marked {
            tracing::error!(%error, "a backup was made, and its mark (store.backup_mark_file) cannot be written");
        }
    }

    fn remove_older(&self) {
        let mut all = names(&self.folder, |name| made_at(name).is_some());
        all.sort_unstable_by(|a, b| b.cmp(a));
        for name in all.into_iter().skip(self.kept) {
            match fs::remove_dir_all(self.folder.join(&name)) {
                Ok(()) => tracing::info!(name, "removed an older backup"),
                Err(error) => tracing::error!(name, %error, "an older backup cannot be removed"),
            }
        }
    }
}

/// A copy that was made.
pub(super) struct Made {
    pub(super) name: String,
    pub(super) whole: Whole,
}

/// Puts it into the trail.
pub(super) async fn record(audit: &Audit, made: &anyhow::Result<Made>) {
    let (outcome, said) = match made {
        Ok(made) => (
            Outcome::Success,
            format!("{}: {} rows, read through", made.name, made.whole.rows),
        ),
        Err(_) => (Outcome::Failed, "no backup was made".to_owned()),
    };
    let Ok(by) = UserName::new(NODE) else {
        return;
    };
    let event = Event {
        reason: Note::new(&said).ok(),
        ..Event::new(EventKind::Backup, outcome, Origin::of(by))
    };
    if let Err(error) = audit.record_one(event).await {
        tracing::error!(%error, "a backup is not in the audit trail");
    }
}

fn is_due(newest: Option<UnixMillis>, every_ms: u64, now: UnixMillis) -> bool {
    newest.is_none_or(|at| now.saturating_sub(at) >= every_ms)
}

/// When the newest copy was made.
fn newest(folder: &Path) -> Option<UnixMillis> {
    let all = names(folder, |name| made_at(name).is_some());
    all.iter().filter_map(|name| made_at(name)).max()
}

/// The names in a folder that are meant. What cannot be read has none.
fn names(folder: &Path, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter(|name| name.starts_with(NAME) && is_meant(name))
        .collect()
}

/// Names sort as their times do.
fn name(at: UnixMillis) -> Option<String> {
    let at = Timestamp::from_millisecond(i64::try_from(at).ok()?).ok()?;
    Some(format!("{NAME}{}", at.strftime("%Y%m%dT%H%M%SZ")))
}

fn made_at(name: &str) -> Option<UnixMillis> {
    let text = name.strip_prefix(NAME)?;
    let at = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    u64::try_from(at.timestamp().as_millisecond()).ok()
}

fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = 1_795_249_800_000;

    /// Of a store in this folder, into `copies` there.
    fn backups(folder: &Path, kept: usize) -> Backups {
        let store = EmbeddedStore::open(&folder.join("store"), Options::default()).unwrap();
        let place = folder.join("copies");
        Backups {
            store: Arc::new(store),
            every_ms: HOUR_MS,
            kept,
            mark: Some(BackupMark::at(&place.join("last-backup"), 26)),
            folder: place,
        }
    }

    #[test]
    fn a_name_says_when_it_was_made_and_other_names_say_nothing() {
        let name = name(NOW).unwrap();

        assert_eq!(name, "wardline-20261121T083000Z");
        assert_eq!(made_at(&name), Some(NOW));
        for other in [
            "wardline-20261121T083000Z.unfinished",
            "wardline-",
            "wardline-20261321T083000Z",
            "other-20261121T083000Z",
            "last-backup",
        ] {
            assert_eq!(made_at(other), None, "{other}");
        }
    }

    #[test]
    fn one_is_due_when_there_is_none_or_the_newest_is_old_enough() {
        assert!(is_due(None, HOUR_MS, NOW));
        assert!(!is_due(Some(NOW - HOUR_MS + 1), HOUR_MS, NOW));
        assert!(is_due(Some(NOW - HOUR_MS), HOUR_MS, NOW));
        // The clock stepped back: it is waited for, as it may be right now.
        assert!(!is_due(Some(NOW + HOUR_MS), HOUR_MS, NOW));
    }

    #[test]
    fn a_copy_is_made_read_through_and_marked_and_the_older_ones_and_cut_short_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        let backups = backups(folder.path(), 2);
        let place = backups.folder.clone();
        fs::create_dir_all(place.join("wardline-20200101T000000Z.unfinished/engine")).unwrap();
        fs::create_dir_all(place.join("somebody-elses")).unwrap();
        let stop = CancellationToken::new();

        for hour in 0..3 {
            backups.make(NOW + hour * HOUR_MS, &stop).unwrap();
        }

        let mut left: Vec<String> = fs::read_dir(&place)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        let expected = [
            "last-backup",
            "somebody-elses",
            "wardline-20261121T093000Z",
            "wardline-20261121T103000Z",
        ];
        assert_eq!(left, expected);
        assert_eq!(newest(&place), Some(NOW + 2 * HOUR_MS));
    }

    #[test]
    fn two_of_one_second_are_both_kept() {
        let folder = tempfile::tempdir().unwrap();
        let backups = backups(folder.path(), 7);
        let stop = CancellationToken::new();

        let first = backups.make(NOW, &stop).unwrap();
        let second = backups.make(NOW, &stop).unwrap();

        assert_ne!(first.name, second.name);
        assert!(backups.folder.join(first.name).is_dir());
        assert!(backups.folder.join(second.name).is_dir());
    }

    #[test]
    fn a_copy_that_cannot_be_marked_and_older_ones_that_cannot_be_removed_is_made_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let backups = backups(folder.path(), 1);
        let place = backups.folder.clone();
        fs::create_dir_all(place.join("last-backup")).unwrap();
        fs::write(place.join("wardline-20200202T000000Z"), "no folder").unwrap();
        fs::create_dir(place.join("wardline-20200101T000000Z")).unwrap();

        let made = backups.make(NOW, &CancellationToken::new()).unwrap();

        assert_eq!(made_at(&made.name), Some(NOW));
        assert!(place.join(&made.name).is_dir());
        assert!(place.join("wardline-20200202T000000Z").exists());
        assert!(!place.join("wardline-20200101T000000Z").exists());
    }

    #[test]
    fn a_node_that_stops_gives_the_copy_up_and_keeps_the_older_ones() {
        let folder = tempfile::tempdir().unwrap();
        let backups = backups(folder.path(), 1);
        let place = backups.folder.clone();
        let stop = CancellationToken::new();
        backups.make(NOW, &stop).unwrap();
        stop.cancel();

        let stopped = backups.make(NOW + HOUR_MS, &stop);

        assert!(stopped.is_err());
        assert_eq!(newest(&place), Some(NOW));
    }
}
