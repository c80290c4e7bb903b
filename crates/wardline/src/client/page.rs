//! Listings, page by page.

use serde::Deserialize;
use serde_json::Value as Json;

use super::view;

/// Items of one page at most; the server gives no more.
const LARGEST_PAGE: usize = 500;

#[derive(Deserialize)]
struct Page {
    items: Vec<Json>,
    #[serde(default)]
    next: Option<String>,
}

/// Hands over up to `limit` items, all of them without one, and says whether there are more.
///
/// `fetch` gets the cursor and the size of a page and answers it.
pub(crate) fn items(
    limit: Option<usize>,
    fetch: &mut dyn FnMut(Option<&str>, usize) -> anyhow::Result<Json>,
    take: &mut dyn FnMut(Json) -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    let mut left = limit.unwrap_or(usize::MAX);
    let mut cursor: Option<String> = None;
    while left > 0 {
        let page: Page = view(fetch(cursor.as_deref(), left.min(LARGEST_PAGE))?)?;
        for item in page.items.into_iter().take(left) {
            left -= 1;
            take(item)?;
        }
        match page.next {
            Some(next) if cursor.as_deref() != Some(&next) => cursor = Some(next),
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// A query string with its question mark; empty without parts.
pub(crate) fn query(parts: &[(&str, Option<String>)]) -> String {
    let mut text = String::new();
    for (name, value) in parts {
        let Some(value) = value else { continue };
        text.push(if text.is_empty() { '?' } else { '&' });
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                text.extend(['%', hex(byte >> 4), hex(byte & 15)]);
            }
        }
    }
    text
}

fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listed(limit: Option<usize>, pages: &[Json]) -> (Vec<Json>, bool, usize) {
        let (mut taken, mut asked) = (Vec::new(), 0);
        let mut fetch = |_: Option<&str>, _: usize| {
            asked += 1;
            Ok(pages[asked - 1].clone())
        };
        let more = items(limit, &mut fetch, &mut |item| {
            taken.push(item);
            Ok(())
        });
        (taken, more.unwrap(), asked)
    }

    #[test]
    fn pages_follow_one_another_until_the_end_or_the_limit() {
        let pages = [
            json!({ "items": [1, 2], "next": "a" }),
            json!({ "items": [3, 4], "next": "b" }),
            json!({ "items": [5] }),
        ];

        assert_eq!(
            listed(None, &pages),
            (
                vec![1.into(), 2.into(), 3.into(), 4.into(), 5.into()],
                false,
                3
            )
        );
        assert_eq!(
            listed(Some(3), &pages),
            (vec![1.into(), 2.into(), 3.into()], true, 2)
        );
    }

    #[test]
    fn a_server_that_repeats_itself_does_not_hold_us_for_ever() {
        let same = json!({ "items": [1], "next": "a" });

        assert_eq!(listed(None, &[same.clone(), same]).2, 2);
    }

    #[test]
    fn a_query_is_written_so_that_it_reads_back() {
        let parts = [
            ("a", Some("x/y z&=".to_owned())),
            ("b", None),
            ("c", Some("1".to_owned())),
        ];

        assert_eq!(query(&parts), "?a=x%2Fy%20z%26%3D&c=1");
        assert_eq!(query(&[("b", None)]), "");
    }
}
