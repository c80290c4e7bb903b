//! The folder of drills' reports, read when somebody asks. It was written by `wardline redis drill --report`, and is
//! not believed: sizes and counts are bounded, names can be no path, links are not followed.

use std::fs::{self, DirEntry, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use wardline_estate::description::Topology;
use wardline_estate::drill::{Durability, Event, PatternVerdict, Report};
use wardline_server::insight::{
    DrillEvent, DrillHead, DrillName, DrillPattern, DrillReport, DrillReports, DrillShelf,
};

/// Reports that are listed at most.
const MAX_LISTED: usize = 50;
/// Entries of the folder that are looked at, at most.
const MAX_ENTRIES: usize = 2_000;
/// Bytes of one report at most.
const MAX_REPORT_BYTES: u64 = 512 * 1024;
/// Events of a timeline, and tenths of a second of a curve, that are shown at most.
const MAX_POINTS: usize = 6_000;

/// A folder of reports.
pub(crate) struct DrillFolder(PathBuf);

impl DrillFolder {
    /// The reports in this folder. It need not be there yet.
    pub(crate) fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }
}

impl DrillReports for DrillFolder {
    fn list(&self) -> Result<DrillShelf, String> {
        let mut shelf = DrillShelf {
            is_configured: true,
            ..DrillShelf::default()
        };
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(shelf),
            Err(error) => return Err(cannot_read(&error)),
        };
        let mut files: Vec<(SystemTime, DrillName)> = Vec::new();
        for entry in entries.take(MAX_ENTRIES) {
            let entry = entry.map_err(|error| cannot_read(&error))?;
            if entry.path().extension().is_some_and(|end| end == "json") {
                match dated(&entry) {
                    Some(file) => files.push(file),
                    None => shelf.left_out += 1,
                }
            }
        }
        files.sort_by(|a, b| b.cmp(a));
        shelf.left_out += files.len().saturating_sub(MAX_LISTED);
        for (_, name) in files.into_iter().take(MAX_LISTED) {
            match self.open(&name) {
                Ok(Some(report)) => shelf.items.push(head(name, &report)),
                Ok(None) | Err(_) => shelf.left_out += 1,
            }
        }
        shelf
            .items
            .sort_by_key(|drill| std::cmp::Reverse(drill.began_at));
        Ok(shelf)
    }

    fn read(&self, name: &DrillName) -> Result<Option<DrillReport>, String> {
        let report = self.open(name)?;
        Ok(report.map(|report| shown(name.clone(), report)))
    }
}

impl DrillFolder {
    fn open(&self, name: &DrillName) -> Result<Option<Report>, String> {
        let path = self.0.join(format!("{}.json", name.as_str()));
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(cannot_read(&error)),
        }
        let mut bytes = Vec::new();
        File::open(&path)
            .and_then(|file| file.take(MAX_REPORT_BYTES + 1).read_to_end(&mut bytes))
            .map_err(|error| cannot_read(&error))?;
        if bytes.len() as u64 > MAX_REPORT_BYTES {
            return Err(format!(
                "The report is larger than {MAX_REPORT_BYTES} bytes."
            ));
        }
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|_| "The file is no report of a drill.".to_owned())
    }
}

/// A file that may be a report, and when it was written.
fn dated(entry: &DirEntry) -> Option<(SystemTime, DrillName)> {
    let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
    let name = entry.path().file_stem()?.to_str()?.parse().ok()?;
    Some((metadata.modified().ok()?, name))
}

fn cannot_read(error: &std::io::Error) -> String {
    format!("The folder of drills cannot be read ({}).", error.kind())
}

fn head(name: DrillName, report: &Report) -> DrillHead {
    DrillHead {
        name,
        drill: report.drill.name().to_owned(),
        began_at: report.began_at,
        topology: match report.topology {
            Topology::Standalone => "standalone",
            Topology::Sentinel => "sentinel",
            Topology::Cluster => "cluster",
        }
        .to_owned(),
        outage_ms: report.outage_ms(),
        lost: report.lost(),
        findings: report.findings.clone(),
    }
}

fn shown(name: DrillName, report: Report) -> DrillReport {
    let head = head(name, &report);
    let event = |event: Event| DrillEvent {
        at_ms: event.at_ms,
        what: event.what,
    };
    DrillReport {
        head,
        method: report.method,
        nodes: report.nodes,
        sentinels: report.sentinels,
        server_version: report.server_version,
        durability: match report.durability {
            Durability::Replicated => "replicated",
            Durability::Memory => "memory",
        }
        .to_owned(),
        paused_ms: report.paused_ms,
        stale_writes: report.stale_writes,
        timeline: report
            .timeline
            .into_iter()
            .take(MAX_POINTS)
            .map(event)
            .collect(),
        patterns: report.patterns.into_iter().map(pattern).collect(),
    }
}

fn pattern(mut seen: PatternVerdict) -> DrillPattern {
    seen.per_tenth_second.truncate(MAX_POINTS);
    DrillPattern {
        name: seen.pattern.name().to_owned(),
        writers: seen.writers,
        acknowledged: seen.acknowledged,
        lost: seen.lost,
        duplicates: seen.duplicates,
        order_violations: seen.order_violations,
        outage_ms: seen.outage_ms,
        outage_from_ms: seen.outage_from_ms,
        median_ms: seen.median_ms,
        p99_ms: seen.p99_ms,
        failures: seen.failures.values().sum(),
        per_tenth_second: seen.per_tenth_second,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `wardline redis drill failover --topology sentinel --report` wrote.
    const REPORT: &str = include_str!("../../tests/drills/drill-failover.json");

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, DrillFolder) {
        let place = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(place.path().join(name), text).unwrap();
        }
        let folder = DrillFolder::at(place.path());
        (place, folder)
    }

    /// The report with blanks after it, of so many bytes.
    fn padded(bytes: usize) -> String {
        format!("{REPORT}{}", " ".repeat(bytes - REPORT.len()))
    }

    fn name(text: &str) -> DrillName {
        text.parse().unwrap()
    }

    #[test]
    fn a_report_is_listed_and_shown_with_its_timeline() {
        let (_place, folder) = folder(&[
            ("drill-failover.json", REPORT),
            ("drill-failover.md", "# Drill"),
        ]);

        let shelf = folder.list().unwrap();
        let report = folder.read(&name("drill-failover")).unwrap().unwrap();

        assert_eq!((shelf.items.len(), shelf.left_out), (1, 0));
        assert_eq!(shelf.items[0].drill, "failover");
        assert_eq!(report.head.outage_ms, shelf.items[0].outage_ms);
        assert!(!report.timeline.is_empty() && !report.patterns.is_empty());
    }

    #[test]
    fn what_is_no_report_is_counted_and_never_shown() {
        let (place, folder) = folder(&[
            ("drill-failover.json", REPORT),
            ("other.json", "{}"),
            ("Bad Name.json", REPORT),
        ]);
        let outside = tempfile::NamedTempFile::new().unwrap();
        fs::write(outside.path(), REPORT).unwrap();
        std::os::unix::fs::symlink(outside.path(), place.path().join("link.json")).unwrap();
        fs::create_dir(place.path().join("folder.json")).unwrap();

        let shelf = folder.list().unwrap();

        assert_eq!((shelf.items.len(), shelf.left_out), (1, 4));
        assert!(folder.read(&name("link")).unwrap().is_none());
        assert!(folder.read(&name("folder")).unwrap().is_none());
        assert!(folder.read(&name("other")).is_err());
        assert!(folder.read(&name("missing")).unwrap().is_none());
    }

    #[test]
    fn a_report_at_the_limit_is_read_and_one_byte_more_is_not() {
        let limit = usize::try_from(MAX_REPORT_BYTES).unwrap();
        let (_place, folder) = folder(&[
            ("whole.json", &padded(limit)),
            ("beyond.json", &padded(limit + 1)),
        ]);

        assert!(folder.read(&name("whole")).unwrap().is_some());
        assert!(folder.read(&name("beyond")).is_err());
        let shelf = folder.list().unwrap();
        assert_eq!((shelf.items.len(), shelf.left_out), (1, 1));
    }

    #[test]
    fn the_newest_are_listed_and_the_others_counted() {
        let names: Vec<String> = (0..=MAX_LISTED)
            .map(|at| format!("drill-{at}.json"))
            .collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), REPORT)).collect();
        let (_place, folder) = folder(&files);

        let shelf = folder.list().unwrap();

        assert_eq!((shelf.items.len(), shelf.left_out), (MAX_LISTED, 1));
    }

    #[test]
    fn a_folder_that_is_not_there_yet_holds_nothing() {
        let shelf = DrillFolder::at(Path::new("/nowhere/drills"))
            .list()
            .unwrap();

        assert!(shelf.is_configured && shelf.items.is_empty());
    }
}
