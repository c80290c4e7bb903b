//! `[audit]`: the audit trail, and what the settings mean to it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use toml::Value;
use wardline_audit::Settings;
use wardline_audit::rules::{RuleSettings, ShiftCalendar};

use super::section::section;
use super::value::{Kind, Setting};

section! {
    /// The audit trail: who did what to whose records. Nothing of a patient leaves before its record is on the disk.
    pub struct Audit in "audit" {
        /// The file with the key that signs the trail's checkpoints, readable by its owner only. Whoever has it and
        /// the store can write another history: keep it apart from the store's backups. `wardline audit key create`
        /// makes one.
        key_file: PathBuf = "audit-key.txt";
        /// A checkpoint is signed at least every so many seconds in which something was recorded.
        checkpoint_seconds: u64 [1..=3_600] = "1";
        /// And at least every so many records.
        checkpoint_records: u64 [1..=100_000] = "1000";
        /// Years that records are kept. The documentation that HIPAA asks for is kept six years (45 CFR
        /// 164.316(b)(2)(i)), so that is the least; states and the records of minors may ask for more.
        retention_years: u64 [6..=100] = "7";
        /// The folder that whole segments of the trail are archived to. Without an archive nothing is ever dropped.
        archive_directory: Option<PathBuf> = "";
        /// Whole segments are archived by themselves every so many minutes; 0: only when it is asked for.
        archive_every_minutes: u64 [0..=10_080] = "60";
        /// Seconds that a caller waits for a place in the trail's queue before access is refused.
        wait_seconds: u64 [1..=60] = "5";
        /// The zone whose days and shifts count in alerts and reports: a name such as `Europe/Berlin` when this
        /// machine knows them, or a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`.
        time_zone: ZoneName = "UTC";
        /// The file that says who is on duty when, by role and by user. Not set: nothing is after hours.
        shifts_file: Option<PathBuf> = "";
        /// So many refusals of one user within any 60 minutes raise an alert.
        denials_per_hour: usize [1..=10_000] = "10";
        /// So many different patients read by one user within any 60 minutes raise an alert.
        patients_per_hour: usize [2..=10_000] = "100";
        /// More records than this, exported by one user within an hour, raise an alert.
        export_records: u64 [0..=1_000_000_000] = "500";
        /// More bytes than this, exported by one user within an hour, raise an alert.
        export_bytes: u64 [0..=1_099_511_627_776] = "10485760";
    }
}

impl Audit {
    /// What the settings mean to the trail, with who is on duty when.
    pub fn settings(&self, shifts: Option<ShiftCalendar>) -> Settings {
        Settings {
            checkpoint_every_records: self.checkpoint_records,
            checkpoint_every: Duration::from_secs(self.checkpoint_seconds),
            wait: Duration::from_secs(self.wait_seconds),
            retention_days: days(self.retention_years),
            rules: RuleSettings {
                zone: self.time_zone.zone.clone(),
                denials_per_hour: self.denials_per_hour,
                patients_per_hour: self.patients_per_hour,
                export_records: self.export_records,
                export_bytes: self.export_bytes,
                shifts,
            },
        }
    }
}

/// Days of so many years, with the leap years that can be among them.
fn days(years: u64) -> u32 {
    u32::try_from(years * 365 + years.div_ceil(4)).unwrap_or(u32::MAX)
}

/// A time zone by its name or its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneName {
    name: String,
    /// The zone.
    pub zone: TimeZone,
}

impl Setting for ZoneName {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "a zone that this machine knows, such as \"Europe/Berlin\", or a rule such as \"CET-1CEST,M3.5.0,M10.5.0/3\"";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        let name = value.as_str()?;
        let zone = match name {
            "UTC" => TimeZone::UTC,
            name => TimeZone::get(name)
                .or_else(|_| TimeZone::posix(name))
                .ok()?,
        };
        let name = name.to_owned();
        Some(Self { name, zone })
    }

    fn to_value(&self) -> Option<Value> {
        Some(Value::String(self.name.clone()))
    }
}

#[cfg(test)]
mod tests {
    use wardline_audit::settings::{DEFAULT_RETENTION_DAYS, LEAST_RETENTION_DAYS};

    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_trail() {
        let loaded = crate::config::load(
            &crate::config::Overrides::default(),
            &crate::config::Environment::default(),
        );
        let settings = loaded.unwrap().config.audit.settings(None);
        let default = Settings::default();

        let plain = |settings: &Settings| {
            let rules = &settings.rules;
            (
                (
                    settings.checkpoint_every,
                    settings.checkpoint_every_records,
                    settings.wait,
                    settings.retention_days,
                ),
                (rules.denials_per_hour, rules.patients_per_hour),
                (rules.export_records, rules.export_bytes),
            )
        };
        assert_eq!(plain(&settings), plain(&default));
        assert_eq!(settings.rules.zone, default.rules.zone);
    }

    #[test]
    fn years_count_their_leap_years() {
        assert_eq!(days(6), LEAST_RETENTION_DAYS);
        assert_eq!(days(7), DEFAULT_RETENTION_DAYS);
        assert_eq!(days(100), 36_525);
    }

    #[test]
    fn a_zone_is_a_rule_or_utc_and_another_text_is_none() {
        let read =
            |text: &str| ZoneName::from_value(&Value::String(text.to_owned()), Path::new(""));

        assert_eq!(read("UTC").unwrap().zone, TimeZone::UTC);
        assert!(read("CET-1CEST,M3.5.0,M10.5.0/3").is_some());
        for text in ["", "Mars/Olympus", "../../etc/passwd", "+01:00x"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
