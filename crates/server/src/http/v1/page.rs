//! Pages of a listing.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::problem::Problem;

const USUAL: usize = 50;
const MOST: usize = 500;

/// A page of a listing.
#[derive(Serialize, ToSchema)]
pub(super) struct PageOf<T> {
    /// What was found, in order.
    pub(super) items: Vec<T>,
    /// Hand this back as `cursor` for the next page; not there at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// How many items a page may have: 50 unless asked otherwise.
pub(super) fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    match asked {
        None => Ok(USUAL),
        Some(asked @ 1..=MOST) => Ok(asked),
        Some(_) => Err(Problem::invalid("limit", "expected 1 to 500")),
    }
}
