//! Keys, and the hash tags that keep those together that change together.

use std::fmt;

use redis::{RedisWrite, ToRedisArgs};

/// Slots of a Redis Cluster.
pub const SLOTS: u16 = 16_384;

/// What keys that change together share: in a Cluster it decides on which server they are. Never a name, a record
/// number or a token in clear.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(String);

impl Tag {
    /// A tag of letters, digits, `:`, `.`, `-` and `_`; anything else in it is written as `_`, since a brace would
    /// end the tag.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || ":.-_".contains(c);
        if text.is_empty() || !text.chars().all(is_plain) {
            text = text
                .chars()
                .map(|c| if is_plain(c) { c } else { '_' })
                .collect();
            if text.is_empty() {
                text.push('_');
            }
        }
        Self(text)
    }

    /// The key `wl:{tag}suffix`.
    pub fn key(&self, suffix: impl AsRef<[u8]>) -> Key {
        let suffix = suffix.as_ref();
        let mut key = Vec::with_capacity(5 + self.0.len() + suffix.len());
        key.extend_from_slice(b"wl:{");
        key.extend_from_slice(self.0.as_bytes());
        key.push(b'}');
        key.extend_from_slice(suffix);
        Key(key)
    }

    /// The slot of its keys.
    pub fn slot(&self) -> u16 {
        slot_of(self.0.as_bytes())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A key: `wl:`, the tag in braces, and what tells it from others of the tag.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Vec<u8>);

impl Key {
    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.0.escape_ascii())
    }
}

impl ToRedisArgs for Key {
    fn write_redis_args<W: ?Sized + RedisWrite>(&self, out: &mut W) {
        out.write_arg(&self.0);
    }
}

/// CRC16-CCITT (XMODEM) modulo the number of slots, as the Cluster specification says.
fn slot_of(bytes: &[u8]) -> u16 {
    let crc = bytes.iter().fold(0_u16, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            }
        })
    });
    crc % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_cluster_specification() {
        // The specification's example; the others from `CLUSTER KEYSLOT` of redis 7.0.15.
        assert_eq!(slot_of(b"123456789"), 0x31C3);
        assert_eq!(Tag::new("s:3f").slot(), 1_899);
        assert_eq!(Tag::new("u:0").slot(), 12_277);
    }

    #[test]
    fn a_tag_cannot_be_ended_from_within() {
        assert_eq!(Tag::new("a}b{c d").as_str(), "a_b_c_d");
        assert_eq!(Tag::new("").as_str(), "_");
        assert_eq!(Tag::new("s:1").key(":x").as_bytes(), b"wl:{s:1}:x");
    }
}
