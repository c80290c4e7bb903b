//! The zone of a house's clocks: what a wall clock showed becomes a moment, in summer and in winter.

use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use crate::UnixMillis;

/// The zone of times that name none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalZone(TimeZone);

impl LocalZone {
    /// Greenwich.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The same distance from Greenwich all year, in minutes east of it. A distance of more than a day is none.
    pub fn fixed(minutes_east: i32) -> Self {
        let offset = minutes_east.checked_mul(60).map(Offset::from_seconds);
        match offset {
            Some(Ok(offset)) => Self(TimeZone::fixed(offset)),
            Some(Err(_)) | None => Self::UTC,
        }
    }

    /// By a name that this machine knows, such as `Europe/Berlin`, or by a rule of POSIX, such as
    /// `CET-1CEST,M3.5.0,M10.5.0/3`.
    pub fn named(name: &str) -> Option<Self> {
        if name == "UTC" {
            return Some(Self::UTC);
        }
        let found = TimeZone::get(name).or_else(|_| TimeZone::posix(name));
        found.ok().map(Self)
    }

    /// Minutes east of Greenwich of a wall clock that showed `local_millis`, counted as if it stood in Greenwich.
    ///
    /// In the hour that comes twice when summer ends, the moment nearer to `near` is meant: when the time was told.
    /// A time in the hour that is left out when summer begins is of a clock that nobody has put forward yet.
    pub fn offset_minutes(&self, local_millis: i64, near: UnixMillis) -> i32 {
        let Ok(shown) = Timestamp::from_millisecond(local_millis) else {
            return 0;
        };
        let shown = Offset::UTC.to_datetime(shown);
        let offset = match self.0.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Gap { before, .. } => before,
            AmbiguousOffset::Fold { before, after } => {
                let near = i64::try_from(near).unwrap_or(i64::MAX);
                let distance = |offset: Offset| {
                    let moment = local_millis.saturating_sub(i64::from(offset.seconds()) * 1000);
                    moment.abs_diff(near)
                };
                if distance(after) < distance(before) {
                    after
                } else {
                    before
                }
            }
        };
        offset.seconds() / 60
    }
}

impl Default for LocalZone {
    fn default() -> Self {
        Self::UTC
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    /// Central Europe by rule, as not every machine that tests knows zones by name.
    const CENTRAL_EUROPE: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    fn local(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn near(millis: i64) -> UnixMillis {
        UnixMillis::try_from(millis).unwrap()
    }

    #[test]
    fn a_clock_in_central_europe_is_two_hours_ahead_in_summer_and_one_in_winter() {
        let zone = LocalZone::named(CENTRAL_EUROPE).unwrap();

        for (shown, minutes) in [
            ("2026-07-01T12:00:00Z", 120),
            ("2026-12-01T12:00:00Z", 60),
            ("2026-03-29T01:59:59Z", 60),
            ("2026-03-29T03:00:00Z", 120),
            ("2026-10-25T01:59:59Z", 120),
            ("2026-10-25T03:00:00Z", 60),
        ] {
            let shown = local(shown);
            assert_eq!(zone.offset_minutes(shown, near(shown)), minutes, "{shown}");
        }
    }

    #[test]
    fn in_the_hour_that_comes_twice_the_moment_nearer_to_the_telling_is_meant() {
        let zone = LocalZone::named(CENTRAL_EUROPE).unwrap();
        let shown = local("2026-10-25T02:30:00Z");

        let first = zone.offset_minutes(shown, near(shown - 2 * HOUR + MINUTE));
        let second = zone.offset_minutes(shown, near(shown - HOUR + MINUTE));

        assert_eq!((first, second), (120, 60));
    }

    #[test]
    fn in_the_hour_that_is_left_out_the_clock_has_not_been_put_forward() {
        let zone = LocalZone::named(CENTRAL_EUROPE).unwrap();
        let shown = local("2026-03-29T02:30:00Z");

        assert_eq!(zone.offset_minutes(shown, near(shown)), 60);
    }

    #[test]
    fn a_fixed_zone_is_the_same_all_year_and_an_impossible_one_is_greenwich() {
        let shown = local("2026-07-01T12:00:00Z");

        assert_eq!(LocalZone::fixed(-570).offset_minutes(shown, 0), -570);
        assert_eq!(LocalZone::fixed(i32::MAX).offset_minutes(shown, 0), 0);
        assert_eq!(LocalZone::fixed(100_000), LocalZone::UTC);
        assert_eq!(LocalZone::named("UTC"), Some(LocalZone::UTC));
        assert_eq!(LocalZone::named("Nowhere/At all"), None);
    }
}
