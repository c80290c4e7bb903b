//! The hospital's own clock. It has no tie to the machine's clock: the same seed and start give the
//! same hospital, second by second, however fast it is played.

use std::time::Duration;

/// A moment in the hospital, to the millisecond, counted from 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VirtualTime(Duration);

const HOUR_SECONDS: u64 = 3_600;
const DAY_SECONDS: u64 = 24 * HOUR_SECONDS;

impl VirtualTime {
    /// Monday 5 January 2026, 06:00 UTC: the start when nobody names another.
    pub const DEFAULT_START: Self = Self::from_unix_seconds(1_767_592_800);

    /// The moment so many seconds after 1970-01-01T00:00:00Z.
    pub const fn from_unix_seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// The time since 1970-01-01T00:00:00Z.
    pub const fn since_epoch(self) -> Duration {
        self.0
    }

    /// The time from `earlier` to this moment, zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// This moment and so much more.
    pub(crate) const fn plus(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(wait))
    }

    /// This moment less so much, 1970 at the earliest.
    pub(crate) const fn minus(self, time: Duration) -> Self {
        Self(self.0.saturating_sub(time))
    }

    /// This moment and so many hours more; nothing is added for a negative or absurd number.
    pub(crate) fn plus_hours(self, hours: f64) -> Self {
        self.plus(hours_long(hours))
    }

    /// Hour of the day, 0–23 (UTC; the hospital lives at longitude zero).
    pub(crate) const fn hour_of_day(self) -> u64 {
        (self.0.as_secs() % DAY_SECONDS) / HOUR_SECONDS
    }

    /// `YYYYMMDDHHMMSS+0000` (HL7 v2.5.1 §2.A.22, DTM with offset).
    pub(crate) fn hl7(self) -> String {
        format!("{}+0000", self.civil().strftime("%Y%m%d%H%M%S"))
    }

    /// `YYYYMMDD`.
    pub(crate) fn hl7_date(self) -> String {
        self.civil().strftime("%Y%m%d").to_string()
    }

    /// `YYYYMMDD` of the same day so many years before, the day before it on 29 February.
    pub(crate) fn hl7_date_years_ago(self, years: i64) -> String {
        let day = self
            .civil()
            .date()
            .saturating_sub(jiff::Span::new().years(years));
        day.strftime("%Y%m%d").to_string()
    }

    fn civil(self) -> jiff::civil::DateTime {
        let seconds = i64::try_from(self.0.as_secs()).unwrap_or(i64::MAX);
        let moment = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX);
        jiff::tz::TimeZone::UTC.to_datetime(moment)
    }
}

/// A duration of so many hours, zero for a negative or absurd number.
pub(crate) fn hours_long(hours: f64) -> Duration {
    Duration::try_from_secs_f64(hours * 3_600.0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_start_is_a_monday_morning() {
        let start = VirtualTime::DEFAULT_START;

        assert_eq!(start.hl7(), "20260105060000+0000");
        assert_eq!(start.hour_of_day(), 6);
    }

    #[test]
    fn hours_add_across_midnight() {
        let night = VirtualTime::DEFAULT_START.plus_hours(18.5);

        assert_eq!(night.hl7(), "20260106003000+0000");
        assert_eq!(night.hour_of_day(), 0);
    }

    #[test]
    fn a_negative_number_of_hours_adds_nothing() {
        let start = VirtualTime::DEFAULT_START;

        assert_eq!(start.plus_hours(-3.0), start);
    }
}
