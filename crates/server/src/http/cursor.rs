//! Where a listing goes on. Opaque to callers: they hand back what they got.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::problem::Problem;

/// What a cursor belongs to: one of another listing is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    Messages,
    DeadLetters,
    Jobs,
    Sessions,
    Beds,
    Told,
    Audit,
    Alerts,
    Holds,
    Users,
    ApiKeys,
    Emergencies,
}

impl Listing {
    fn prefix(self) -> &'static str {
        match self {
            Self::Messages => "1m:",
            Self::DeadLetters => "1d:",
            Self::Jobs => "1j:",
            Self::Sessions => "1s:",
            Self::Beds => "1b:",
            Self::Told => "1t:",
            Self::Audit => "1a:",
            Self::Alerts => "1l:",
            Self::Holds => "1h:",
            Self::Users => "1u:",
            Self::ApiKeys => "1k:",
            Self::Emergencies => "1e:",
        }
    }
}

/// The text of a cursor that stands after `place`.
pub(crate) fn encode(listing: Listing, place: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}{place}", listing.prefix()))
}

/// The place after which a listing goes on, read by `read`.
pub(crate) fn decode<T>(
    listing: Listing,
    text: Option<&str>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let place = std::str::from_utf8(&bytes)
        .ok()
        .and_then(|t| t.strip_prefix(listing.prefix()));
    place.and_then(read).map(Some).ok_or_else(|| {
        Problem::invalid(
            "cursor",
            "expected the `next` of an earlier page of this listing",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<u64> {
        text.parse().ok()
    }

    #[test]
    fn a_cursor_reads_back_for_its_own_listing_only() {
        let cursor = encode(Listing::Messages, "42");

        assert_eq!(
            decode(Listing::Messages, Some(&cursor), number).unwrap(),
            Some(42)
        );
        assert!(decode(Listing::DeadLetters, Some(&cursor), number).is_err());
        assert_eq!(decode(Listing::Messages, None, number).unwrap(), None);
    }

    #[test]
    fn a_text_that_is_no_cursor_is_refused() {
        let no_number = encode(Listing::Messages, "x");
        for text in ["", "42", "MW06NDI!", &no_number] {
            assert!(
                decode(Listing::Messages, Some(text), number).is_err(),
                "{text}"
            );
        }
    }
}
