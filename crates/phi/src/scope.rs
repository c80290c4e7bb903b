//! What one data key covers: the unit in which keys rotate and in which data can be made unreadable.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

const CHANNEL: &str = "channel";
const LONGEST_CHANNEL: usize = 64;

/// The set of records that share a data key, in canonical text: `channel/<name>/<year>-<month>`.
///
/// The text is bound into the wrapped key, so a wrapped key cannot be passed off as another scope's. Scopes
/// of another kind (a patient) begin with another first word.
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
        let at = i64::try_from(at_unix_ms).map_err(|_| ScopeError::Time)?;
        let at = jiff::Timestamp::from_millisecond(at).map_err(|_| ScopeError::Time)?;
        let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let text = format!("{CHANNEL}/{channel}/{:04}-{:02}", date.year(), date.month());
        Ok(Self(text.into()))
    }

    /// Reads a scope back from its canonical text.
    ///
    /// # Errors
    /// [`ScopeError`] when the text is not exactly what [`KeyScope::as_str`] gives.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        let mut words = text.split('/');
        let (Some(CHANNEL), Some(channel), Some(month), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(ScopeError::Text);
        };
        check_channel(channel)?;
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
