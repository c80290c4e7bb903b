//! Identities: of messages, channels, destinations, patients' lanes.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A message's place in the order of arrival at this node; unique and never reused.
///
/// The ledger gives ids in commit order: a message acknowledged before another was received has the
/// smaller id.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct MessageId(pub u64);

impl MessageId {
    /// The id after this one.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The id of a job that runs on the server.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct JobId(pub u64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The key of an order that must hold: a patient, or what stands for one. A truncated blind token,
/// so it tells nothing without the index key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LaneKey(pub u64);

/// Why a name was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "expected 1 to 64 of the characters a-z, 0-9, '-' and '_', starting with a letter or digit"
)]
pub struct NameError;

fn check_name(text: &str) -> Result<Arc<str>, NameError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    let starts_well = text
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphanumeric());
    if starts_well && text.len() <= 64 && text.bytes().all(allowed) {
        Ok(Arc::from(text))
    } else {
        Err(NameError)
    }
}

macro_rules! name {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and takes a name.
            ///
            /// # Errors
            /// [`NameError`] when it is empty, longer than 64, or has other characters.
            pub fn new(text: &str) -> Result<Self, NameError> {
                check_name(text).map(Self)
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.as_ref().to_owned()
            }
        }
    };
}

name! {
    /// The name of a channel: its file's name without `.toml`.
    ChannelName
}
name! {
    /// The name of a destination, unique within its channel.
    DestinationName
}

/// One destination of one channel: where a durable queue stands. Written `channel/destination`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Queue {
    /// The channel.
    pub channel: ChannelName,
    /// The destination within it.
    pub destination: DestinationName,
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.channel, self.destination)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_refused_when_it_could_escape_a_path_or_a_label() {
        for bad in ["", "../x", "A", "a b", "-a", "a/b", &"a".repeat(65)] {
            assert_eq!(ChannelName::new(bad), Err(NameError), "{bad}");
        }

        assert!(ChannelName::new("adt-in_2").is_ok());
    }
}
