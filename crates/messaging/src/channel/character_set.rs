//! A character set as people write it in a channel's file, or for a command.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use wardline_hl7::Charset;

/// A character set by its name in HL7 table 0211 or a usual one, as `8859/15` or `Windows-1250`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CharacterSet(pub Charset);

/// A name of no character set that is read.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("expected a character set that is read here, one of {}", Charset::NAMES.join(", "))]
pub struct UnknownCharacterSet;

impl TryFrom<String> for CharacterSet {
    type Error = UnknownCharacterSet;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        let found = Charset::from_name(name.as_bytes());
        found.map(Self).map_err(|_| UnknownCharacterSet)
    }
}

impl From<CharacterSet> for String {
    fn from(set: CharacterSet) -> Self {
        set.0.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for name in [
            "ASCII",
            "UTF-8",
            "8859/1",
            "8859/15",
            "Windows-1250",
            "BIG-5",
            "ISO IR87",
        ] {
            let set = CharacterSet::try_from(name.to_owned()).unwrap();

            assert_eq!(CharacterSet::try_from(String::from(set)), Ok(set), "{name}");
        }
    }

    #[test]
    fn a_set_that_is_not_read_or_unknown_is_refused() {
        for name in ["", "KLINGON", "Shift_JIS", "UTF-16"] {
            assert!(CharacterSet::try_from(name.to_owned()).is_err(), "{name}");
        }
    }

    #[test]
    fn who_writes_an_unknown_name_is_told_the_names_there_are() {
        let told = UnknownCharacterSet.to_string();

        for name in [
            "UNICODE UTF-8",
            "8859/2",
            "8859/16",
            "Windows-1250",
            "BIG-5",
        ] {
            assert!(told.contains(name), "{name}");
        }
    }
}
