//! Times as text (RFC 3339, UTC).

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use wardline_messaging::model::UnixMillis;

use crate::http::problem::Problem;

/// A time that is written as text.
#[derive(Clone, Copy)]
pub(super) struct Time(pub(super) UnixMillis);

impl Time {
    fn stamp(self) -> Option<Timestamp> {
        Timestamp::from_millisecond(i64::try_from(self.0).ok()?).ok()
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.stamp() {
            Some(at) => serializer.collect_str(&at),
            None => serializer.serialize_str(""),
        }
    }
}

/// A time as text. The years that a clock can show always have one.
pub(super) fn text(at: UnixMillis) -> String {
    let at = Time(at).stamp();
    at.map(|at| at.to_string()).unwrap_or_default()
}

/// The time that a request's field holds.
pub(super) fn read(field: &'static str, text: Option<&str>) -> Result<Option<UnixMillis>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let at = text.parse::<Timestamp>().ok();
    let at = at.and_then(|at| UnixMillis::try_from(at.as_millisecond()).ok());
    at.map(Some).ok_or_else(|| {
        Problem::invalid(
            field,
            "expected a time with its zone, such as 2026-11-21T08:30:00Z",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_back_and_keeps_its_zone() {
        let at = read("from", Some("2026-11-21T09:30:00.5+01:00")).unwrap();

        assert_eq!(at, Some(1_795_249_800_500));
        assert_eq!(text(1_795_249_800_500), "2026-11-21T08:30:00.5Z");
    }

    #[test]
    fn a_time_in_an_answer_is_its_text() {
        for at in [0, 1_795_249_800_500, u64::MAX] {
            let written = serde_json::to_value(Time(at)).unwrap();

            assert_eq!(written, serde_json::Value::String(text(at)));
        }
    }

    #[test]
    fn a_time_without_a_zone_is_refused() {
        for wrong in [
            "2026-11-21",
            "2026-11-21T08:30:00",
            "yesterday",
            "1960-01-01T00:00:00Z",
        ] {
            assert!(read("from", Some(wrong)).is_err(), "{wrong}");
        }
    }
}
