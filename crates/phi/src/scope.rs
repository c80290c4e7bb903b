//! What one data key covers: the unit in which keys rotate and in which data can be made unreadable.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

const CHANNEL: &str = "channel";
const SESSIONS: &str = "sessions";
const BEDS: &str = "beds";
const AUDIT: &str = "audit";
const ACCESS: &str = "access";
const PATIENT: &str = "patient";
const INDEX: &str = "index";
const BACKUP: &str = "backup";
const LONGEST_CHANNEL: usize = 64;

/// The set of records that share a data key, in canonical text: `channel/<name>/<year>-<month>`,
/// `sessions/<year>-<month>`, `beds/<year>-<month>`, `audit/<year>-<month>`,
/// `access/<year>-<month>`, `patient/<32 hexadecimal digits>`, or `index` for the root of the blind indexes.
///
/// The text is bound into the wrapped key, so a wrapped key cannot be passed off as another scope's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyScope(Arc<str>);

/// Why a scope was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// The channel's name cannot stand in a scope.
    #[error(
        "a channel in a key scope has 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'"
    )]
    Channel,
    /// The time cannot be put into a month.
    #[error("the time of a key scope lies outside the years 1970 to 9999; check the host's clock")]
    Time,
    /// The text is no scope.
    #[error("expected a key scope such as channel/adt-in/2026-11")]
    Text,
}

impl KeyScope {
    /// The scope of what `channel` receives in the UTC month that holds `at_unix_ms` (milliseconds since
    /// 1970-01-01T00:00:00Z).
    ///
    /// # Errors
    /// [`ScopeError`] when the name or the time does not fit.
    pub fn channel_month(channel: &str, at_unix_ms: u64) -> Result<Self, ScopeError> {
        check_channel(channel)?;
        let text = format!("{CHANNEL}/{channel}/{}", month_of(at_unix_ms)?);
        Ok(Self(text.into()))
    }

    /// The scope of sessions that begin in the UTC month of `at_unix_ms`.
    ///
    /// # Errors
    /// [`ScopeError::Time`]
    pub fn sessions_month(at_unix_ms: u64) -> Result<Self, ScopeError> {
        Ok(Self(format!("{SESSIONS}/{}", month_of(at_unix_ms)?).into()))
    }

    /// The scope of what is known of beds, stays and vital signs in the UTC month of `at_unix_ms`.
    ///
    /// # Errors
    /// [`ScopeError::Time`]
    pub fn beds_month(at_unix_ms: u64) -> Result<Self, ScopeError> {
        Ok(Self(format!("{BEDS}/{}", month_of(at_unix_ms)?).into()))
    }

    /// The scope of what the audit trail says of people in the UTC month of `at_unix_ms`.
    ///
    /// # Errors
    /// [`ScopeError::Time`]
    pub fn audit_month(at_unix_ms: u64) -> Result<Self, ScopeError> {
        Ok(Self(format!("{AUDIT}/{}", month_of(at_unix_ms)?).into()))
    }

    /// The scope of what is written of users, keys and emergency accesses in the UTC month of `at_unix_ms`.
    ///
    /// # Errors
    /// [`ScopeError::Time`]
    pub fn access_month(at_unix_ms: u64) -> Result<Self, ScopeError> {
        Ok(Self(format!("{ACCESS}/{}", month_of(at_unix_ms)?).into()))
    }

    /// The scope of the record of the patient with this internal id.
    pub fn patient(id: [u8; 16]) -> Self {
        Self::of_id(PATIENT, id)
    }

    /// The scope of the backup with this id.
    pub fn backup(id: [u8; 16]) -> Self {
        Self::of_id(BACKUP, id)
    }

    fn of_id(what: &str, id: [u8; 16]) -> Self {
        let mut text = format!("{what}/");
        for byte in id {
            text.push(hex_digit(byte >> 4));
            text.push(hex_digit(byte & 0x0f));
        }
        Self(text.into())
    }

    /// The scope of the root of the blind indexes, which is wrapped like a data key where a key service holds the KEK.
    pub fn index_root() -> Self {
        Self(INDEX.into())
    }

    /// The same scope in the UTC month of `at_unix_ms`; `None` when it is of no month.
    ///
    /// # Errors
    /// [`ScopeError::Time`]
    pub fn in_month_of(&self, at_unix_ms: u64) -> Result<Option<Self>, ScopeError> {
        let Some((what, month)) = self.0.rsplit_once('/') else {
            return Ok(None);
        };
        if !is_month(month) {
            return Ok(None);
        }
        Ok(Some(Self(
            format!("{what}/{}", month_of(at_unix_ms)?).into(),
        )))
    }

    /// Reads a scope back from its canonical text.
    ///
    /// # Errors
    /// [`ScopeError`] when the text is not exactly what [`KeyScope::as_str`] gives.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let mut words = text.split('/');
        let month = match [words.next(), words.next(), words.next(), words.next()] {
            [Some(CHANNEL), Some(channel), Some(month), None] => {
                check_channel(channel)?;
                month
            }
            [
                Some(SESSIONS | BEDS | AUDIT | ACCESS),
                Some(month),
                None,
                None,
            ] => month,
            [Some(PATIENT | BACKUP), Some(id), None, None] if is_id(id) => {
                return Ok(Self(text.into()));
            }
            [Some(INDEX), None, None, None] => return Ok(Self(text.into())),
            _ => return Err(ScopeError::Text),
        };
        if is_month(month) {
            Ok(Self(text.into()))
        } else {
            Err(ScopeError::Text)
        }
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_channel(name: &str) -> Result<(), ScopeError> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let fits = (1..=LONGEST_CHANNEL).contains(&name.len()) && name.bytes().all(allowed);
    if fits {
        Ok(())
    } else {
        Err(ScopeError::Channel)
    }
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

fn is_id(text: &str) -> bool {
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    text.len() == 32 && text.bytes().all(is_digit)
}

/// `<year>-<month>`, in UTC.
fn month_of(at_unix_ms: u64) -> Result<String, ScopeError> {
    let at = i64::try_from(at_unix_ms).map_err(|_| ScopeError::Time)?;
    let at = jiff::Timestamp::from_millisecond(at).map_err(|_| ScopeError::Time)?;
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    Ok(format!("{:04}-{:02}", date.year(), date.month()))
}

fn is_month(text: &str) -> bool {
    let Some((year, month)) = text.split_once('-') else {
        return false;
    };
    let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
    digits(year, 4) && digits(month, 2) && month.parse().is_ok_and(|m: u8| (1..=12).contains(&m))
}

impl fmt::Display for KeyScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for KeyScope {
    type Error = ScopeError;
    fn try_from(text: String) -> Result<Self, ScopeError> {
        Self::parse(&text)
    }
}

impl From<KeyScope> for String {
    fn from(scope: KeyScope) -> String {
        scope.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21T10:00:00Z.
    const NOVEMBER: u64 = 1_795_255_200_000;

    #[test]
    fn every_kind_of_scope_is_read_back_from_its_text() {
        let scopes = [
            (
                KeyScope::channel_month("adt-in", NOVEMBER),
                "channel/adt-in/2026-11",
            ),
            (KeyScope::sessions_month(NOVEMBER), "sessions/2026-11"),
            (KeyScope::beds_month(NOVEMBER), "beds/2026-11"),
            (KeyScope::audit_month(NOVEMBER), "audit/2026-11"),
            (KeyScope::access_month(NOVEMBER), "access/2026-11"),
            (
                Ok(KeyScope::patient([0xa7; 16])),
                "patient/a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7",
            ),
            (
                Ok(KeyScope::backup([0xb8; 16])),
                "backup/b8b8b8b8b8b8b8b8b8b8b8b8b8b8b8b8",
            ),
            (Ok(KeyScope::index_root()), "index"),
        ];

        for (scope, text) in scopes {
            let scope = scope.unwrap();

            assert_eq!(scope.as_str(), text);
            assert_eq!(KeyScope::parse(text), Ok(scope));
        }
    }

    #[test]
    fn a_scope_of_a_month_has_one_in_every_other_month_and_the_others_have_none() {
        let december = NOVEMBER + 20 * 86_400_000;
        let moved = |text: &str| {
            let scope = KeyScope::parse(text).unwrap();
            let moved = scope.in_month_of(december).unwrap();
            moved.map(|scope| scope.as_str().to_owned())
        };

        assert_eq!(
            moved("channel/adt-in/2026-11").as_deref(),
            Some("channel/adt-in/2026-12")
        );
        assert_eq!(moved("audit/2025-01").as_deref(), Some("audit/2026-12"));
        assert_eq!(moved("patient/a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7"), None);
        assert_eq!(moved("index"), None);
    }

    #[test]
    fn a_scope_of_one_kind_is_not_taken_for_another() {
        for text in [
            "sessions",
            "beds/icu/2026-11",
            "sessions/2026-13",
            "wards/2026-11",
            "patient/2026-11",
            "index/2026-11",
            "patient/A7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A7",
            "patient/a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7/2026-11",
        ] {
            assert_eq!(KeyScope::parse(text), Err(ScopeError::Text), "{text}");
        }
    }
}
