//! The file of shifts: who is on duty when. What is touched outside of it raises an alert.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Weekday;
use serde::Deserialize;
use wardline_audit::model::{NameError, RoleName, UserName};
use wardline_audit::rules::{Shift, ShiftCalendar};
use wardline_phi::BlindIndex;

use crate::config::Audit;

/// Bytes of a file of shifts at most.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;
const DAY_MINUTES: u16 = 24 * 60;
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Why the shifts cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShiftsError {
    /// It cannot be read.
    #[error("file of shifts {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// It is too large.
    #[error("file of shifts {}: it is larger than {MAX_FILE_BYTES} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It is not TOML, or not what is expected. Names of people are not repeated.
    #[error("{name}:{line}: {problem}")]
    Content {
        /// The file.
        name: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShiftsFile {
    #[serde(default = "usual_grace")]
    grace_minutes: u8,
    #[serde(default)]
    roles: BTreeMap<toml::Spanned<String>, Vec<toml::Spanned<String>>>,
    #[serde(default)]
    users: BTreeMap<toml::Spanned<String>, Vec<toml::Spanned<String>>>,
}

const fn usual_grace() -> u8 {
    30
}

/// Who is on duty when; none when the configuration names no file.
pub(crate) fn load(
    section: &Audit,
    index: &BlindIndex,
) -> Result<Option<ShiftCalendar>, ShiftsError> {
    let Some(path) = &section.shifts_file else {
        return Ok(None);
    };
    let text = read(path)?;
    parse(section, index, &text, &path.display().to_string()).map(Some)
}

fn read(path: &Path) -> Result<String, ShiftsError> {
    let io_error = |source| ShiftsError::Io {
        path: path.to_owned(),
        source,
    };
    if std::fs::metadata(path).map_err(io_error)?.len() > MAX_FILE_BYTES {
        let path = path.to_owned();
        return Err(ShiftsError::TooLarge { path });
    }
    std::fs::read_to_string(path).map_err(io_error)
}

fn parse(
    section: &Audit,
    index: &BlindIndex,
    text: &str,
    name: &str,
) -> Result<ShiftCalendar, ShiftsError> {
    let fault = |at: usize, problem: String| ShiftsError::Content {
        name: name.to_owned(),
        line: text.get(..at).unwrap_or_default().matches('\n').count() + 1,
        problem,
    };
    let file: ShiftsFile = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        fault(at, error.message().to_owned())
    })?;
    let shifts = |texts: &[toml::Spanned<String>]| {
        let shifts = texts.iter().map(|text| {
            let expected =
                || "expected a shift such as \"mon-fri 07:00-15:30\" or \"daily 19:00-07:00\"";
            shift(text.get_ref()).ok_or_else(|| fault(text.span().start, expected().to_owned()))
        });
        shifts.collect::<Result<Vec<_>, _>>()
    };
    let calendar = ShiftCalendar::new(section.time_zone.zone.clone(), file.grace_minutes);
    let calendar = file
        .roles
        .iter()
        .try_fold(calendar, |calendar, (role, texts)| {
            let of_name = |error: NameError| fault(role.span().start, error.to_string());
            let role = RoleName::new(role.get_ref()).map_err(of_name)?;
            Ok(calendar.role(role, shifts(texts)?))
        })?;
    file.users
        .iter()
        .try_fold(calendar, |calendar, (user, texts)| {
            let of_name = |_| fault(user.span().start, "this cannot be a user's name".to_owned());
            let user = UserName::new(user.get_ref()).map_err(of_name)?;
            Ok(calendar.user(user.token(index), shifts(texts)?))
        })
}

/// `mon-fri 07:00-15:30`: days, and when on them a shift begins and ends; over midnight if need be.
fn shift(text: &str) -> Option<Shift> {
    let (days, times) = text.trim().rsplit_once(' ')?;
    let (begins, ends) = times.split_once('-')?;
    let (begins, ends) = (time(begins)?, time(ends)?);
    let minute = |(hour, minute): (u8, u8)| u16::from(hour) * 60 + u16::from(minute);
    // A shift that ends when it begins lasts a day.
    let minutes = (DAY_MINUTES + minute(ends) - minute(begins) - 1) % DAY_MINUTES + 1;
    Shift::new(&days_of(days.trim())?, begins, minutes).ok()
}

fn time(text: &str) -> Option<(u8, u8)> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| {
        let is_right = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u8>().ok().filter(|_| is_right)
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

/// `daily`, `mon-fri`, or `mon,wed,sat-sun`.
fn days_of(text: &str) -> Option<Vec<Weekday>> {
    if text == "daily" {
        return Some(DAYS.iter().map(|(_, day)| *day).collect());
    }
    let place = |name: &str| DAYS.iter().position(|(known, _)| *known == name.trim());
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (place(first)?, place(last)?);
        let count = (DAYS.len() + last - first) % DAYS.len() + 1;
        let round = DAYS.iter().cycle().skip(first).take(count);
        days.extend(round.map(|(_, day)| *day));
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use wardline_phi::KeyFile;

    use super::*;

    fn section() -> Audit {
        let loaded = crate::config::load(
            &crate::config::Overrides::default(),
            &crate::config::Environment::default(),
        );
        loaded.unwrap().config.audit
    }

    fn at(text: &str) -> u64 {
        let at: Timestamp = text.parse().unwrap();
        at.as_millisecond().unsigned_abs()
    }

    #[test]
    fn a_night_shift_lasts_over_midnight_and_a_user_goes_before_the_role() {
        let index = KeyFile::generate().unwrap().blind_index();
        let text = "grace_minutes = 15\n[roles]\nnurse = [\"mon-fri 19:00-07:00\"]\n\
                    [users]\n\"anna@example.org\" = [\"sat,sun 07:00-19:00\"]\n";

        let shifts = parse(&section(), &index, text, "shifts.toml").unwrap();

        let nurse = RoleName::new("nurse").unwrap();
        let user = |name: &str| UserName::new(name).unwrap().token(&index);
        let on_duty =
            |name: &str, when: &str| shifts.is_on_duty(user(name), Some(&nurse), at(when));
        // 2026-11-20 is a Friday.
        assert_eq!(on_duty("bob", "2026-11-21T06:30:00Z"), Some(true));
        assert_eq!(on_duty("bob", "2026-11-21T07:14:00Z"), Some(true));
        assert_eq!(on_duty("bob", "2026-11-21T07:15:00Z"), Some(false));
        assert_eq!(
            on_duty("anna@example.org", "2026-11-21T08:00:00Z"),
            Some(true)
        );
        assert_eq!(
            on_duty("anna@example.org", "2026-11-20T20:00:00Z"),
            Some(false)
        );
        assert_eq!(shifts.is_on_duty(user("eve"), None, 0), None);
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_without_names() {
        let index = KeyFile::generate().unwrap().blind_index();
        for (text, part) in [
            (
                "[roles]\nnurse = [\"mon 7-15\"]\n",
                "shifts.toml:2: expected a shift",
            ),
            (
                "[roles]\n\n\"a b\" = []\n",
                "shifts.toml:3: expected 1 to 128",
            ),
            (
                "[users]\nanna = [\"day 07:00-15:00\"]\n",
                "shifts.toml:2: expected a shift",
            ),
            (
                "[users]\nanna = [\"mon 07:00-24:00\"]\n",
                "shifts.toml:2: expected a shift",
            ),
            ("grace = 1\n", "shifts.toml:1: unknown field"),
        ] {
            let error = parse(&section(), &index, text, "shifts.toml").unwrap_err();

            let error = error.to_string();
            assert!(error.contains(part), "{text}: {error}");
            assert!(!error.contains("anna"), "{error}");
        }
    }
}
