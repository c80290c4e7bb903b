//! The query of a URL. Nothing that identifies a patient is ever taken from it: URLs are logged everywhere.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::said;
use crate::http::problem::Problem;

/// The query of a URL.
pub(crate) struct QueryOf<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let text = rejection.body_text();
                let message = text
                    .rsplit_once("string: ")
                    .map_or(text.as_str(), |(_, rest)| rest);
                let (field, message) = named(message).unwrap_or(("query", message));
                Err(Problem::invalid(
                    field.to_owned(),
                    said::without_values(message),
                ))
            }
        }
    }
}

/// The parameter that a complaint is about, and the rest of it. The name of an unknown one is the caller's text.
fn named(message: &str) -> Option<(&str, &str)> {
    let (name, rest) = message.split_once(": ")?;
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    (is_name && !rest.starts_with("unknown field")).then_some((name, rest))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "read by the deserialiser only")]
    struct Wanted {
        limit: Option<usize>,
        contradicted: Option<bool>,
        parameter: String,
    }

    async fn told(query: &str) -> String {
        let request = Request::get(format!("/x?{query}")).body(()).unwrap();
        let (mut parts, ()) = request.into_parts();
        let refused = QueryOf::<Wanted>::from_request_parts(&mut parts, &()).await;
        format!("{:?}", refused.map(|query| query.0).unwrap_err())
    }

    #[tokio::test]
    async fn a_parameter_is_named_with_what_it_should_be_and_its_value_is_not_repeated() {
        for (query, field, part) in [
            ("limit=EVERYWOMAN", "limit", "expected a whole number"),
            ("limit=-1", "limit", "expected a whole number"),
            (
                "limit=99999999999999999999",
                "limit",
                "expected a whole number",
            ),
            (
                "contradicted=EVERYWOMAN",
                "contradicted",
                "expected `true` or `false`",
            ),
            ("EVERYWOMAN=1", "query", "expected one of"),
            ("limit=1", "query", "missing field `parameter`"),
        ] {
            let told = told(query).await;

            assert!(told.contains(&format!("\"{field}\"")), "{query}: {told}");
            assert!(told.contains(part), "{query}: {told}");
            assert!(!told.contains("EVERYWOMAN"), "{told}");
        }
    }
}
