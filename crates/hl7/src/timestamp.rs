//! Times as HL7 writes them: `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]` (HL7 v2.5.1 §2.A.22, DTM).
//!
//! Precision is information: `202601` is a month, not its first day. Reading and writing back gives the same
//! text, `-0000` included. Only of a fraction with more digits than HL7 has, as many senders write it, four are kept, and
//! milliseconds without their point get one.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A point or span of time with the precision and zone that were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    /// In units of 1/10^fraction_digits seconds.
    fraction: u16,
    precision: Precision,
    zone: Option<Zone>,
}

/// The smallest unit that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// `YYYY`
    Year,
    /// `YYYYMM`
    Month,
    /// `YYYYMMDD`
    Day,
    /// `YYYYMMDDHH`
    Hour,
    /// `YYYYMMDDHHMM`
    Minute,
    /// `YYYYMMDDHHMMSS`
    Second,
    /// With digits after the point.
    Fraction {
        /// How many are kept: one to four.
        digits: u8,
    },
}

/// Distance to UTC. `-0000` and `+0000` are kept apart: RFC 3339 §4.3 reads the former as "zone unknown".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone {
    is_negative: bool,
    minutes: u16,
}

/// Why text is not a time.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampError {
    /// Not of the form.
    #[error("not a time of the form YYYY[MM[DD[HH[MM[SS[.SSSS]]]]]][+/-ZZZZ]")]
    Form,
    /// A month 13, a 30th of February, an hour 24.
    #[error("the {unit} is out of range")]
    OutOfRange {
        /// Which part.
        unit: &'static str,
    },
}

impl Timestamp {
    /// Reads a time; blanks around it are passed over.
    ///
    /// # Errors
    /// When the text has another form or names a time that does not exist.
    pub fn parse(text: &[u8]) -> Result<Self, TimestampError> {
        let text = text.trim_ascii();
        let zone_at = text.iter().position(|byte| matches!(byte, b'+' | b'-'));
        let (clock, zone) = text.split_at(zone_at.unwrap_or(text.len()));
        let (digits, fraction) = split_fraction(clock);
        let mut time = Self::from_digits(digits)?;
        if let Some(digits) = fraction {
            time.add_fraction(digits)?;
        }
        if !zone.is_empty() {
            time.zone = Some(Zone::parse(zone)?);
        }
        Ok(time)
    }

    /// Year, 0 to 9999.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// Month from 1, if given.
    pub fn month(&self) -> Option<u8> {
        self.at_least(Precision::Month, self.month)
    }

    /// Day of the month from 1, if given.
    pub fn day(&self) -> Option<u8> {
        self.at_least(Precision::Day, self.day)
    }

    /// Hour from 0, if given.
    pub fn hour(&self) -> Option<u8> {
        self.at_least(Precision::Hour, self.hour)
    }

    /// Minute, if given.
    pub fn minute(&self) -> Option<u8> {
        self.at_least(Precision::Minute, self.minute)
    }

    /// Second, if given.
    pub fn second(&self) -> Option<u8> {
        self.at_least(Precision::Second, self.second)
    }

    /// Fraction of the second in units of 100 microseconds, 0 to 9999, if given.
    pub fn ten_thousandths(&self) -> Option<u16> {
        match self.precision {
            Precision::Fraction { digits } => {
                Some(self.fraction * 10_u16.pow(u32::from(4_u8.saturating_sub(digits))))
            }
            _ => None,
        }
    }

    /// The smallest unit that was given.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The zone, if given.
    pub fn zone(&self) -> Option<Zone> {
        self.zone
    }

    /// Milliseconds since 1970-01-01T00:00Z of the earliest moment that is meant. Without a zone of its own the
    /// time is taken at `default_offset_minutes` east of UTC.
    pub fn unix_millis(&self, default_offset_minutes: i32) -> i64 {
        let offset = self
            .zone
            .map_or(default_offset_minutes, Zone::offset_minutes);
        let days = days_since_1970(i64::from(self.year), self.month.max(1), self.day.max(1));
        let minutes = (days * 24 + i64::from(self.hour)) * 60 + i64::from(self.minute);
        let seconds = (minutes - i64::from(offset)) * 60 + i64::from(self.second);
        let tenths_of_millis = self.ten_thousandths().unwrap_or_default();
        seconds * 1000 + i64::from(tenths_of_millis / 10)
    }

    fn from_digits(digits: &[u8]) -> Result<Self, TimestampError> {
        let precision = match digits.len() {
            4 => Precision::Year,
            6 => Precision::Month,
            8 => Precision::Day,
            10 => Precision::Hour,
            12 => Precision::Minute,
            14 => Precision::Second,
            _ => return Err(TimestampError::Form),
        };
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(TimestampError::Form);
        }
        let part = |at: usize| two_digits(digits.get(at..at + 2));
        let century = u16::from(part(0).unwrap_or_default());
        let year = century * 100 + u16::from(part(2).unwrap_or_default());
        let days = part(4).map_or(31, |month| days_in_month(year, month));
        let within = |unit, value: Option<u8>, least, most| match value {
            Some(value) if value < least || value > most => {
                Err(TimestampError::OutOfRange { unit })
            }
            value => Ok(value.unwrap_or_default()),
        };
        Ok(Self {
            year,
            month: within("month", part(4), 1, 12)?,
            day: within("day", part(6), 1, days)?,
            hour: within("hour", part(8), 0, 23)?,
            minute: within("minute", part(10), 0, 59)?,
            // 60 is a leap second.
            second: within("second", part(12), 0, 60)?,
            fraction: 0,
            precision,
            zone: None,
        })
    }

    fn add_fraction(&mut self, digits: &[u8]) -> Result<(), TimestampError> {
        let valid = self.precision == Precision::Second
            && (1..=MAX_FRACTION_DIGITS).contains(&digits.len())
            && digits.iter().all(u8::is_ascii_digit);
        if !valid {
            return Err(TimestampError::Form);
        }
        let digits = digits.get(..4).unwrap_or(digits);
        let count = digits.len();
        self.fraction = digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
        self.precision = Precision::Fraction {
            digits: u8::try_from(count).unwrap_or(4),
        };
        Ok(())
    }

    fn at_least(&self, precision: Precision, value: u8) -> Option<u8> {
        (self.precision >= precision).then_some(value)
    }
}

impl Zone {
    /// Minutes east of UTC.
    pub fn offset_minutes(self) -> i32 {
        let minutes = i32::from(self.minutes);
        if self.is_negative { -minutes } else { minutes }
    }

    fn parse(text: &[u8]) -> Result<Self, TimestampError> {
        let (sign, digits) = text.split_first().ok_or(TimestampError::Form)?;
        if digits.len() != 4 || !digits.iter().all(u8::is_ascii_digit) {
            return Err(TimestampError::Form);
        }
        let hours = two_digits(digits.get(..2)).ok_or(TimestampError::Form)?;
        let minutes = two_digits(digits.get(2..)).ok_or(TimestampError::Form)?;
        if hours > 23 || minutes > 59 {
            return Err(TimestampError::OutOfRange { unit: "zone" });
        }
        let minutes = u16::from(hours) * 60 + u16::from(minutes);
        Ok(Self {
            is_negative: *sign == b'-',
            minutes,
        })
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}", self.year)?;
        let parts = [
            self.month(),
            self.day(),
            self.hour(),
            self.minute(),
            self.second(),
        ];
        for part in parts.into_iter().flatten() {
            write!(formatter, "{part:02}")?;
        }
        if let Precision::Fraction { digits } = self.precision {
            write!(
                formatter,
                ".{:0width$}",
                self.fraction,
                width = usize::from(digits)
            )?;
        }
        match self.zone {
            Some(zone) => write!(formatter, "{zone}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative { '-' } else { '+' };
        write!(
            formatter,
            "{sign}{:02}{:02}",
            self.minutes / 60,
            self.minutes % 60
        )
    }
}

/// The digits before and after the point. Gateways of monitors leave the point out before milliseconds: 17 digits can be
/// nothing else.
fn split_fraction(clock: &[u8]) -> (&[u8], Option<&[u8]>) {
    match clock.iter().position(|byte| *byte == b'.') {
        Some(point) => (
            clock.get(..point).unwrap_or_default(),
            clock.get(point + 1..),
        ),
        None if clock.len() == WITH_MILLISECONDS => {
            let (digits, fraction) = clock.split_at(14);
            (digits, Some(fraction))
        }
        None => (clock, None),
    }
}

fn two_digits(digits: Option<&[u8]>) -> Option<u8> {
    match digits? {
        [tens, ones] => Some((tens - b'0') * 10 + (ones - b'0')),
        _ => None,
    }
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar, by counting years from March so that the leap day is last.
fn days_since_1970(year: i64, month: u8, day: u8) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (153 * i64::from(month) + 2) / 5 + i64::from(day) - 1;
    year * 365 + leap_days + day_of_year - 719_468
}

/// Length of `YYYYMMDDHHMMSS` and three digits more.
const WITH_MILLISECONDS: usize = 17;
/// Digits of a fraction at most: nanoseconds.
const MAX_FRACTION_DIGITS: usize = 9;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn p12_every_precision_is_kept() {
        for text in [
            "2026",
            "202601",
            "20260102",
            "2026010203",
            "202601020304",
            "20260102030405",
            "20260102030405.6",
            "20260102030405.67",
            "20260102030405.6789",
            "20260102030405.0070",
        ] {
            assert_eq!(read(text).to_string(), text);
        }
        assert_eq!(read("202601").precision(), Precision::Month);
        assert_eq!(read("202601").day(), None);
        assert_eq!(read("20260102030405.67").ten_thousandths(), Some(6700));
    }

    #[test]
    fn p12_every_zone_is_kept() {
        for text in [
            "2026+0100",
            "202601020304-0500",
            "20260102030405.6789+0215",
            "2026-0000",
            "2026+0000",
        ] {
            assert_eq!(read(text).to_string(), text);
        }
        assert_eq!(read("2026-0530").zone().unwrap().offset_minutes(), -330);
        assert_ne!(read("2026-0000"), read("2026+0000"));
    }

    #[test]
    fn p12_of_a_fraction_with_more_digits_than_hl7_has_four_are_kept() {
        for text in ["20260102030405.12345+0100", "20260102030405.123456789+0100"] {
            assert_eq!(read(text).to_string(), "20260102030405.1234+0100", "{text}");
        }
    }

    #[test]
    fn p12_milliseconds_without_their_point_are_read() {
        let time = read("20260102030405678+0800");

        assert_eq!(time.to_string(), "20260102030405.678+0800");
        assert_eq!(time.zone().unwrap().offset_minutes(), 480);
    }

    #[test]
    fn p12_what_is_no_time_is_refused() {
        for text in [
            "",
            "26",
            "202",
            "20261",
            "2026010203040",
            "2026-1",
            "20260102.5",
            "20260102030405.",
            "20260102030405.1234567890",
            "2026+01000",
            "2026+01:00",
            "20260102T0304",
            "2026010203040506",
            "202601020304050678",
        ] {
            assert_eq!(
                text.parse::<Timestamp>(),
                Err(TimestampError::Form),
                "{text}"
            );
        }
    }

    #[test]
    fn p12_a_time_that_does_not_exist_is_refused() {
        for (text, unit) in [
            ("202613", "month"),
            ("202600", "month"),
            ("20260230", "day"),
            ("20250229", "day"),
            ("2026010224", "hour"),
            ("202601020360", "minute"),
            ("20260102030461", "second"),
            ("2026+2400", "zone"),
        ] {
            assert_eq!(
                text.parse::<Timestamp>(),
                Err(TimestampError::OutOfRange { unit }),
                "{text}"
            );
        }
        assert!("20240229".parse::<Timestamp>().is_ok());
    }

    #[test]
    fn moments_are_counted_from_1970() {
        assert_eq!(read("1970").unix_millis(0), 0);
        assert_eq!(
            read("20260102030405.678+0100").unix_millis(0),
            1_767_319_445_678
        );
        assert_eq!(read("20260102030405").unix_millis(60), 1_767_319_445_000);
        assert_eq!(read("20000301").unix_millis(0), 951_868_800_000);
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered_without_panic(bytes: Vec<u8>) {
            if let Ok(time) = Timestamp::parse(&bytes) {
                let (written, read) = (time.to_string(), bytes.trim_ascii());
                let without_point: Vec<u8> = written.bytes().filter(|byte| *byte != b'.').collect();
                prop_assert!(
                    written.as_bytes() == read || written.len() < read.len() || without_point == read
                );
            }
        }
    }
}
