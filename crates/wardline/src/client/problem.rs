//! What the server answers when it does not do what was asked (RFC 9457).

use std::fmt;

use hyper::StatusCode;
use serde::Deserialize;

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
