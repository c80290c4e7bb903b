//! Dates of a de-identified view.

use jiff::civil::Date;
use jiff::{Span, Zoned};

/// Ages above this are not told (45 CFR 164.514(b)(2)(i)(C)).
pub(super) const OLDEST_AGE_TOLD: i16 = 89;
/// Days by which dates are moved at most, to either side. Never by none.
const MAX_SHIFT_DAYS: u32 = 364;

const YEARS: std::ops::RangeInclusive<i16> = 1850..=2199;
const MAX_TEXT_BYTES: usize = 64;

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

    /// A date or time as it may be told; `None` of what is none, and of a year so long ago that it would tell an age
    /// over 89.
    pub(super) fn told(&self, text: &str) -> Option<String> {
        let date = date_of(text)?;
        if self.this_year.saturating_sub(date.year()) > OLDEST_AGE_TOLD {
            return None;
        }
        // Moving a year or a month would tell by how much.
        if self.dates == Dates::Year || !is_whole(text) {
            return Some(format!("{:04}", date.year()));
        }
        let shifted = date.checked_add(Span::new().days(self.shift_days)).ok()?;
        Some(shifted.to_string())
    }
}

/// Whether a text is a date or a time, or the beginning of one.
pub(super) fn is_date(text: &str) -> bool {
    date_of(text).is_some()
}

/// Whether it tells a day.
pub(super) fn is_day(text: &str) -> bool {
    is_date(text) && is_whole(text)
}

/// ISO 8601 or HL7: `2026`, `2026-11`, `2026-11-21` or `20261121`, the last two with a time or without. Of years when
/// people who are alive now had dates: others are codes that look alike.
fn date_of(text: &str) -> Option<Date> {
    if text.len() > MAX_TEXT_BYTES || !text.is_ascii() {
        return None;
    }
    let digits = |from: usize, to: usize| {
        let part = text.get(from..to)?;
        part.bytes().all(|b| b.is_ascii_digit()).then_some(part)
    };
    let has_hyphen = |at: usize| text.get(at..=at) == Some("-");
    let year: i16 = digits(0, 4)?.parse().ok()?;
    let (month, day) = match text.len() {
        4 => ("01", "01"),
        7 if has_hyphen(4) => (digits(5, 7)?, "01"),
        8.. if digits(4, 8).is_some() => (digits(4, 6)?, digits(6, 8)?),
        10.. if has_hyphen(4) && has_hyphen(7) => (digits(5, 7)?, digits(8, 10)?),
        _ => return None,
    };
    let date = Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
    YEARS.contains(&year).then_some(date)
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
            "20200517081500+0000",
        ] {
            assert_eq!(calendar.told(text).as_deref(), Some("2020"), "{text}");
        }
        for text in [
            "", "May 2020", "20", "E11.9", "2345-7", "0042", "44054006", "2020-13",
        ] {
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
