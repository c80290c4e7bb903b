//! Dates of a de-identified view.

use jiff::civil::Date;
use jiff::{Span, Zoned};

/// Ages above this are not told (45 CFR 164.514(b)(2)(i)(C)).
const OLDEST_AGE_TOLD: i16 = 89;
/// Days by which dates are moved at most, to either side. Never by none.
const MAX_SHIFT_DAYS: u32 = 364;

/// How dates are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dates {
    /// The year alone, as Safe Harbor asks.
    #[default]
    Year,
    /// Moved by as many days for everything of a patient, so that what lies between two dates stays true. That is
    /// **not** Safe Harbor, which lets only years be told: it needs an expert's determination (164.514(b)(1)), or data
    /// that are used for tests within the site.
    Shifted,
}

/// Dates of one patient.
pub(super) struct Calendar {
    dates: Dates,
    shift_days: i64,
    this_year: i16,
}

impl Calendar {
    pub(super) fn new(dates: Dates, token: [u8; 16], this_year: i16) -> Self {
        let [a, b, c, d, ..] = token;
        let number = u32::from_be_bytes([a, b, c, d]) % (2 * MAX_SHIFT_DAYS);
        let number = i64::from(number);
        let most = i64::from(MAX_SHIFT_DAYS);
        let shift_days = if number < most {
            number + 1
        } else {
            most - number - 1
        };
        Self {
            dates,
            shift_days,
            this_year,
        }
    }

    /// Whether somebody born then may be older than 89 this year. By years alone, so some are counted that are not yet.
    pub(super) fn is_over_89(&self, born: &str) -> bool {
        let year: Option<i16> = born.get(..4).and_then(|year| year.parse().ok());
        year.is_none_or(|year| self.this_year.saturating_sub(year) > OLDEST_AGE_TOLD)
    }

    /// A date or time as it may be told; `None` of what is none.
    pub(super) fn told(&self, text: &str) -> Option<String> {
        let date = date_of(text)?;
        Some(match self.dates {
            Dates::Year => format!("{:04}", date.year()),
            Dates::Shifted if is_whole(text) => {
                let shifted = date.checked_add(Span::new().days(self.shift_days)).ok()?;
                shifted.to_string()
            }
            // Moving a year or a month would tell the shift.
            Dates::Shifted => format!("{:04}", date.year()),
        })
    }
}

/// ISO 8601 or HL7: `2026`, `2026-11`, `2026-11-21`, `20261121`, each but the first two with a time or without.
fn date_of(text: &str) -> Option<Date> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
    let begins_as_date = text
        .get(..4)
        .is_some_and(|y| y.bytes().all(|b| b.is_ascii_digit()));
    let part = |from: usize, to: usize, missing: i8| match digits.get(from..to) {
        Some(part) => part.parse::<i8>().ok(),
        None => Some(missing),
    };
    let allowed = |c: char| c.is_ascii_digit() || "-:.+TZ[]/_ ".contains(c) || c.is_alphabetic();
    if !begins_as_date || text.len() > 64 || !text.chars().all(allowed) {
        return None;
    }
    let year: i16 = digits.get(..4)?.parse().ok()?;
    Date::new(year, part(4, 6, 1)?, part(6, 8, 1)?).ok()
}

fn is_whole(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= 8
}

/// The year of this time, in UTC.
pub(crate) fn year_of(at_unix_ms: u64) -> i16 {
    let at = i64::try_from(at_unix_ms).unwrap_or(i64::MAX);
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or(jiff::Timestamp::MAX);
    Zoned::new(at, jiff::tz::TimeZone::UTC).year()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(dates: Dates, seed: u8) -> Calendar {
        Calendar::new(dates, [seed; 16], 2026)
    }

    #[test]
    fn of_a_date_the_year_alone_is_told() {
        let calendar = calendar(Dates::Year, 7);

        for text in [
            "2020",
            "2020-05",
            "2020-05-17",
            "20200517",
            "2020-05-17T08:15:00Z",
        ] {
            assert_eq!(calendar.told(text).as_deref(), Some("2020"), "{text}");
        }
        for text in ["", "May 2020", "20", "E11.9"] {
            assert_eq!(calendar.told(text), None, "{text}");
        }
    }

    #[test]
    fn shifted_dates_keep_what_lies_between_them() {
        let calendar = calendar(Dates::Shifted, 200);
        let told = |text: &str| -> Date { calendar.told(text).unwrap().parse().unwrap() };

        let days = told("2020-05-17").until(told("2020-06-17")).unwrap();

        assert_eq!(days.get_days(), 31);
        assert_ne!(told("2020-05-17").to_string(), "2020-05-17");
    }

    #[test]
    fn no_date_stays_where_it_was_and_none_moves_by_more_than_a_year() {
        for number in 0..=255 {
            for more in [0, 1, 2, 3, 128] {
                let token = [more, 3, number, more, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                let days = Calendar::new(Dates::Shifted, token, 2026).shift_days;

                assert!(days != 0 && days.abs() <= 364, "{days}");
            }
        }
    }

    #[test]
    fn who_is_89_is_told_and_who_may_be_90_is_not() {
        let calendar = calendar(Dates::Year, 7);

        assert!(!calendar.is_over_89("1937-01-01"));
        assert!(calendar.is_over_89("1936-12-31"));
        assert!(calendar.is_over_89("unknown"));
    }
}
