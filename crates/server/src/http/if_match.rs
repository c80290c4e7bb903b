//! Versions in `If-Match` and `ETag` (RFC 9110 §8.8.3, §13.1.1).

use std::fmt::Display;
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderValue, header};

use super::problem::Problem;

/// The version in `If-Match`: one strong tag, as `ETag` shows it.
pub(crate) fn expected_version<T: FromStr>(headers: &HeaderMap) -> Result<Option<T>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().ok();
    let tag = text.and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
    let version = tag.and_then(|tag| tag.parse().ok());
    let wrong = "expected one version in quotes, as the ETag gives it";
    version
        .map(Some)
        .ok_or_else(|| Problem::invalid("if-match", wrong))
}

/// A version as `ETag` shows it.
pub(crate) fn tag(version: impl Display) -> HeaderValue {
    // A number, in whatever digits, in quotes is a header's value.
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::Code;

    fn read(value: &'static str) -> Result<Option<u64>, Problem> {
        let value = HeaderValue::from_static(value);
        expected_version(&HeaderMap::from_iter([(header::IF_MATCH, value)]))
    }

    #[test]
    fn a_version_is_read_as_it_is_shown_and_none_where_the_header_is_not_given() {
        let headers = HeaderMap::from_iter([(header::IF_MATCH, tag(3))]);

        assert_eq!(expected_version(&headers).unwrap(), Some(3));
        assert_eq!(expected_version::<u64>(&HeaderMap::new()).unwrap(), None);
    }

    #[test]
    fn what_is_no_single_strong_tag_of_a_version_is_refused() {
        for value in ["3", "\"", "\"\"", "\"x\"", "W/\"3\"", "\"3\", \"4\"", "*"] {
            let refused = read(value).unwrap_err();

            assert_eq!(refused.code(), Code::Invalid, "{value}");
        }
    }
}
