//! When people are on duty: by role or by person, in the site's time, over midnight. A night nurse at night is no alert.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use wardline_kernel::UnixMillis;
use wardline_phi::Token;

use crate::model::RoleName;

const DAY_MINUTES: i32 = 24 * 60;

/// A shift that begins on some days of the week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    days: Vec<Weekday>,
    begins: i32,
    minutes: i32,
}

/// A shift has no such time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shift begins at 00:00 to 23:59 and lasts 1 minute to 24 hours")]
pub struct ShiftError;

impl Shift {
    /// A shift that begins on these days at this local time and lasts so many minutes, over midnight if need be.
    ///
    /// # Errors
    /// [`ShiftError`]
    pub fn new(
        days: &[Weekday],
        (hour, minute): (u8, u8),
        minutes: u16,
    ) -> Result<Self, ShiftError> {
        let minutes = i32::from(minutes);
        if hour > 23 || minute > 59 || !(1..=DAY_MINUTES).contains(&minutes) {
            return Err(ShiftError);
        }
        Ok(Self {
            days: days.to_vec(),
            begins: i32::from(hour) * 60 + i32::from(minute),
            minutes,
        })
    }

    /// Whether the shift that begins on `day` covers the minute `minute` after that day's midnight.
    fn covers(&self, day: Weekday, minute: i32, grace: i32) -> bool {
        let into = minute - self.begins;
        self.days.contains(&day) && (-grace..self.minutes + grace).contains(&into)
    }
}

/// Who is on duty when.
#[derive(Clone, Debug)]
pub struct ShiftCalendar {
    zone: TimeZone,
    grace_minutes: i32,
    roles: BTreeMap<RoleName, Vec<Shift>>,
    users: BTreeMap<Token, Vec<Shift>>,
}

impl ShiftCalendar {
    /// A calendar in this zone; people may be `grace_minutes` early or late.
    pub fn new(zone: TimeZone, grace_minutes: u8) -> Self {
        Self {
            zone,
            grace_minutes: i32::from(grace_minutes),
            roles: BTreeMap::new(),
            users: BTreeMap::new(),
        }
    }

    /// The shifts of everybody in a role.
    #[must_use]
    pub fn role(mut self, role: RoleName, shifts: Vec<Shift>) -> Self {
        self.roles.insert(role, shifts);
        self
    }

    /// The shifts of one user, instead of the role's.
    #[must_use]
    pub fn user(mut self, user: Token, shifts: Vec<Shift>) -> Self {
        self.users.insert(user, shifts);
        self
    }

    /// Whether somebody is on duty; `None` when nothing is known of when.
    pub fn is_on_duty(&self, user: Token, role: Option<&RoleName>, at: UnixMillis) -> Option<bool> {
        let of_role = || role.and_then(|role| self.roles.get(role));
        let shifts = self.users.get(&user).or_else(of_role)?;
        let at = Timestamp::from_millisecond(i64::try_from(at).ok()?).ok()?;
        let local = at.to_zoned(self.zone.clone());
        let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
        let today = local.weekday();
        let covered = shifts.iter().any(|shift| {
            shift.covers(today, minute, self.grace_minutes)
                || shift.covers(today.previous(), minute + DAY_MINUTES, self.grace_minutes)
                || shift.covers(today.next(), minute - DAY_MINUTES, self.grace_minutes)
        });
        Some(covered)
    }
}
