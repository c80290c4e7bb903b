//! Compares two messages, value by value, without showing them: the values are compared in clear and answered masked.
//!
//! Whether two values are the same tells of them too, so it needs the right to see them, and is recorded like seeing
//! them.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::content::{Content, PathKey};
use super::gated;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::JsonBody;
use crate::http::limits::until_sent;
use crate::http::problem::Problem;

/// Which messages.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct CompareBody {
    first: u64,
    second: u64,
}

/// How two messages differ.
#[derive(Serialize, ToSchema)]
struct Compared {
    /// Values that are not the same, in the order of their paths. They are masked but where the kind of the message
    /// stands.
    differences: Vec<Difference>,
    /// How many are the same.
    same: usize,
    /// Whether one of them was too large to be compared whole.
    truncated: bool,
}

/// A value that is not the same in both.
#[derive(Serialize, ToSchema)]
struct Difference {
    #[schema(example = "PID-5.1")]
    path: String,
    #[schema(inline)]
    how: How,
    /// In the first one, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    /// In the second one, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<String>,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum How {
    Differs,
    OnlyFirst,
    OnlySecond,
}

/// A value as it is, and as it may be shown.
struct Seen {
    clear: Option<String>,
    masked: Option<String>,
    path: String,
}

/// How two messages differ, field by field: what is empty at an end is the same as what is left out.
#[utoipa::path(
    post, path = "/v1/messages/compare", tag = "messages", operation_id = "message_compare",
    security(("token" = ["read", "phi"])),
    request_body = CompareBody,
    responses((status = 200, description = "What is not the same.", body = Compared)),
)]
pub(in crate::http::v1) async fn message_compare(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<CompareBody>,
) -> Result<Response, Problem> {
    let mut sides = Vec::with_capacity(2);
    let mut memory = Vec::with_capacity(2);
    let mut truncated = false;
    for (id, other) in [(body.first, body.second), (body.second, body.first)] {
        let view = gated::message(&api, &caller, id).await?;
        memory.push(api.memory.take(view.record.size_bytes)?);
        let opened = gated::opened(&api, &caller, id).await?;
        let why = format!("compared with message {other}");
        let character_set = api.messaging.character_set(&view.record.channel);
        let raw = (&opened.raw[..], character_set);
        gated::read(&api, &caller, (id, Some(&why)), raw).await?;
        let clear = Content::of_message(raw, false);
        truncated |= clear.is_truncated();
        sides.push(seen(clear, Content::of_message(raw, true)));
    }
    let second = sides.pop().unwrap_or_default();
    let first = sides.pop().unwrap_or_default();
    let compared = Compared {
        truncated,
        ..compare(first, second)
    };
    Ok(until_sent(Json(compared).into_response(), memory))
}

fn seen(clear: Content, masked: Content) -> BTreeMap<PathKey, Seen> {
    let values = clear.into_values().zip(masked.into_values());
    values
        .map(|((key, clear), (_, masked))| {
            let seen = Seen {
                clear: clear.value,
                masked: masked.value,
                path: clear.path,
            };
            (key, seen)
        })
        .collect()
}

fn compare(first: BTreeMap<PathKey, Seen>, mut second: BTreeMap<PathKey, Seen>) -> Compared {
    let mut found = BTreeMap::new();
    let mut same = 0;
    for (key, one) in first {
        let difference = match second.remove(&key) {
            Some(other) if other.clear == one.clear => {
                same += 1;
                continue;
            }
            Some(other) => difference(one.path, How::Differs, one.masked, other.masked),
            None => difference(one.path, How::OnlyFirst, one.masked, None),
        };
        found.insert(key, difference);
    }
    for (key, other) in second {
        let only = difference(other.path, How::OnlySecond, None, other.masked);
        found.insert(key, only);
    }
    Compared {
        differences: found.into_values().collect(),
        same,
        truncated: false,
    }
}

const fn difference(
    path: String,
    how: How,
    first: Option<String>,
    second: Option<String>,
) -> Difference {
    Difference {
        path,
        how,
        first,
        second,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(first: &str, second: &str) -> Vec<(String, &'static str)> {
        let of = |text: &str| {
            let text = format!("MSH|^~\\&|A|B|||20261121||ADT^A01|1|P|2.5.1\r{text}\r");
            let bytes = text.as_bytes();
            seen(Content::of(bytes, false), Content::of(bytes, true))
        };
        let compared = compare(of(first), of(second));
        let differences = compared.differences.into_iter();
        differences
            .map(|one| {
                let how = match one.how {
                    How::Differs => "differs",
                    How::OnlyFirst => "first",
                    How::OnlySecond => "second",
                };
                (one.path, how)
            })
            .collect()
    }

    #[test]
    fn what_is_empty_at_an_end_is_the_same_as_what_is_left_out() {
        let same = compared("PID|1||42^^^HOSP^MR", "PID|1||42^^^HOSP^MR^^|||");

        assert_eq!(same, []);
    }

    #[test]
    fn one_component_is_the_same_as_the_first_of_several() {
        let found = compared("PID|1||42||DOE", "PID|1||42||DOE^JANE~ROE");

        let expected = [
            ("PID-5[1].2".to_owned(), "second"),
            ("PID-5[2]".to_owned(), "second"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn values_that_differ_are_named_in_the_order_of_the_message_and_stay_masked() {
        let found = compared("PID|1||42||DOE\rPV1|1|I", "PID|1||43||DOE\rPV1|1|O\rZZZ|1");

        let expected = [
            ("PID-3".to_owned(), "differs"),
            ("PV1-2".to_owned(), "differs"),
            ("ZZZ-1".to_owned(), "second"),
        ];
        assert_eq!(found, expected);
        let of = |text: &str| {
            let bytes = format!("MSH|^~\\&|A|B|||20261121||ADT^A01|1|P|2.5.1\r{text}\r");
            let bytes = bytes.as_bytes();
            seen(Content::of(bytes, false), Content::of(bytes, true))
        };
        let shown = compare(of("PID|||CANARY42"), of("PID|||CANARY43"));
        let shown = serde_json::to_string(&shown).unwrap();
        assert!(!shown.contains("CANARY"), "{shown}");
    }
}
