//! Text about a patient: wiped when dropped, silent in `{:?}`, without `Display`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use wardline_phi::Sensitive;

/// Text that must reach a face or a store only on purpose. Serialised it is in clear: seal what it is
/// serialised into.
pub struct PhiText(Sensitive<String>);

impl PhiText {
    /// Takes charge of `text`, cut to at most `max_bytes` where a character ends.
    pub fn new(mut text: String, max_bytes: usize) -> Self {
        if text.len() > max_bytes {
            let end = (0..=max_bytes)
                .rev()
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or_default();
            text.truncate(end);
        }
        Self(Sensitive::new(text))
    }

    /// The text. Every call is a place where it may leak.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl Clone for PhiText {
    fn clone(&self) -> Self {
        Self(Sensitive::new(self.expose().to_owned()))
    }
}

impl PartialEq for PhiText {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for PhiText {}

impl PartialOrd for PhiText {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PhiText {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.expose().cmp(other.expose())
    }
}

impl fmt::Debug for PhiText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhiText(redacted)")
    }
}

impl Serialize for PhiText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for PhiText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Sensitive::new(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_shows_nothing_of_itself() {
        let text = PhiText::new("Zebrowski".to_owned(), 64);

        assert_eq!(format!("{text:?}"), "PhiText(redacted)");
    }

    #[test]
    fn text_at_the_limit_stays_and_beyond_it_is_cut_where_a_character_ends() {
        assert_eq!(PhiText::new("Zoë".to_owned(), 4).expose(), "Zoë");
        assert_eq!(PhiText::new("Zoë".to_owned(), 3).expose(), "Zo");
    }
}
