//! What the server answers when it does not do what was asked (RFC 9457).

use std::fmt;

use hyper::StatusCode;
use serde::Deserialize;

/// The code of an answer to a token that the server does not know. Its title is for programs that present none; commands
/// always present one.
const UNAUTHENTICATED: &str = "unauthenticated";
const NOT_KNOWN: &str = "the server does not know this token: it was revoked, is of another server, or was made after \
                         the server read its tokens (have it read them: systemctl reload wardline, or kill -HUP)";

/// A refusal.
#[derive(Debug)]
pub(crate) struct ApiProblem {
    status: StatusCode,
    said: Said,
    body: Vec<u8>,
}

#[derive(Debug, Default, Deserialize)]
struct Said {
    #[serde(default)]
    title: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    field: Option<String>,
}

impl ApiProblem {
    /// The refusal that an answer is.
    pub(super) fn of(status: StatusCode, body: &[u8]) -> Self {
        let said = serde_json::from_slice(body).unwrap_or_default();
        Self {
            status,
            said,
            body: body.to_vec(),
        }
    }

    /// The answer's body, whatever it is.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Display for ApiProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Said {
            title,
            code,
            detail,
            field,
        } = &self.said;
        if title.is_empty() {
            return write!(
                f,
                "the server answered {}; is it Wardline that listens there?",
                self.status
            );
        }
        if code == UNAUTHENTICATED {
            return write!(f, "{NOT_KNOWN} ({} {code})", self.status.as_u16());
        }
        write!(f, "{title}")?;
        if let Some(field) = field {
            write!(f, " {field}:")?;
        }
        if let Some(detail) = detail {
            write!(f, " {detail}")?;
        }
        write!(f, " ({} {code})", self.status.as_u16())
    }
}

impl std::error::Error for ApiProblem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_made_a_token_and_did_not_reload_the_server_is_told_to() {
        let body = br#"{"title": "Present a token in the header Authorization: Bearer.", "code": "unauthenticated"}"#;

        let told = ApiProblem::of(StatusCode::UNAUTHORIZED, body).to_string();

        assert!(
            told.contains("systemctl reload wardline") && !told.contains("Present"),
            "{told}"
        );
    }
}
