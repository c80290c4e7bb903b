//! Problems as answers (RFC 9457). They name fields and say what to do; they never repeat what was sent or stored.

mod access;
mod audit;
mod beds;
mod code;
mod keys;
mod operation;
mod patients;
mod session;

use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use code::Code;

/// The media type of problems.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// A problem on its way to the caller.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    code: Code,
    detail: Option<Cow<'static, str>>,
    field: Option<Cow<'static, str>>,
    errors: Vec<FieldProblem>,
    /// Seconds, where they are not the same for every problem of the kind.
    retry_after: Option<u32>,
    /// Whether a refusal is in the trail already.
    is_recorded: bool,
}

/// Goes with the answer of a refusal that is not in the trail yet: whoever admitted the caller records it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unrecorded(pub(crate) &'static str);

/// One of several parts of a request that are wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// The part that is meant.
    #[schema(example = "items.3.unit")]
    pub(crate) field: String,
    /// What is wrong with it, in a word.
    #[schema(example = "unknown_unit")]
    pub(crate) detail: &'static str,
}

/// A problem as it is answered (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// `urn:wardline:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:wardline:problem:not_found")]
    kind: String,
    /// A sentence that is the same for every problem of this kind.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// The kind of problem, for programs.
    #[schema(example = "not_found")]
    code: &'static str,
    /// What is wrong in this case, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Cow<'static, str>>,
    /// The part of the request that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "received_from")]
    field: Option<Cow<'static, str>>,
    /// Where several parts are wrong: each of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldProblem>>,
}

impl Problem {
    pub(crate) fn new(code: Code) -> Self {
        Self {
            code,
            detail: None,
            field: None,
            errors: Vec::new(),
            retry_after: None,
            is_recorded: false,
        }
    }

    /// The same, of a refusal that is in the trail.
    pub(super) fn recorded(self) -> Self {
        Self {
            is_recorded: true,
            ..self
        }
    }

    /// Says why, when it is a refusal by policy; another problem says what it said.
    pub(crate) fn denied_as(self, detail: &'static str) -> Self {
        if self.code == Code::AccessDenied {
            self.detail(detail)
        } else {
            self
        }
    }

    /// A field that is not valid, and why.
    pub(crate) fn invalid(
        field: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(Code::Invalid).field(field).detail(detail)
    }

    /// Adds what is wrong in this case. It must hold nothing of what was sent or stored.
    pub(crate) fn detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..self
        }
    }

    /// Adds the part of the request that is meant.
    pub(crate) fn field(self, field: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field: Some(field.into()),
            ..self
        }
    }

    /// Adds when trying again helps, in seconds.
    pub(crate) fn retry_after(self, seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    /// Adds every part that is wrong.
    pub(crate) fn errors(self, errors: Vec<FieldProblem>) -> Self {
        Self { errors, ..self }
    }

    /// Whether it is of this kind.
    pub(crate) fn is(&self, code: Code) -> bool {
        self.code == code
    }

    #[cfg(test)]
    pub(crate) fn code(&self) -> Code {
        self.code
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let unrecorded = (status == StatusCode::FORBIDDEN && !self.is_recorded)
            .then(|| Unrecorded(self.code.as_str()));
        let body = ProblemBody {
            kind: format!("urn:wardline:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: status.as_u16(),
            code: self.code.as_str(),
            detail: self.detail,
            field: self.field,
            errors: Some(self.errors).filter(|errors| !errors.is_empty()),
        };
        let mut response = (status, axum::Json(body)).into_response();
        if let Some(unrecorded) = unrecorded {
            response.extensions_mut().insert(unrecorded);
        }
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.retry_after.or(self.code.retry_after_seconds()) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            // RFC 6750 §3.
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
