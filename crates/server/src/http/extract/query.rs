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
                Err(Problem::invalid("query", said::without_values(message)))
            }
        }
    }
}
