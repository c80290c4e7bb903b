//! Names that sites and applications give. They say nothing of a person; in stored records they are sealed all the
//! same.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Bytes of a name at most.
pub const MAX_NAME_BYTES: usize = 128;

/// Why a name was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 1 to 128 visible ASCII characters without a space")]
pub struct NameError;

fn checked(text: &str) -> Result<&str, NameError> {
    let fits = (1..=MAX_NAME_BYTES).contains(&text.len());
    let is_name = fits && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_name.then_some(text).ok_or(NameError)
}

macro_rules! name {
    ($($(#[$page:meta])* $name:ident)*) => {$(
        $(#[$page])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a name.
            ///
            /// # Errors
            /// [`NameError`] when the text cannot be one.
            pub fn new(text: &str) -> Result<Self, NameError> {
                checked(text).map(|text| Self(text.into()))
            }

            /// Takes a name that others share.
            ///
            /// # Errors
            /// [`NameError`] when the text cannot be one.
            pub fn shared(text: &Arc<str>) -> Result<Self, NameError> {
                checked(text).map(|_| Self(Arc::clone(text)))
            }

            /// The text.
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
    )*};
}

name! {
    /// As what somebody acted, such as `nurse`.
    RoleName
    /// What for, such as `TREAT` (HL7 v3 PurposeOfUse).
    Purpose
    /// Which part of a record, such as `lab_results`.
    DataType
    /// Through which application, such as `mychart`.
    ApplicationName
    /// The request that it belongs to, as its face numbered it.
    RequestId
    /// A session's public id; never its token.
    SessionRef
    /// An emergency grant's public id; never its token.
    GrantRef
    /// A policy that decided.
    PolicyName
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_128_bytes_is_taken_and_one_beyond_is_refused() {
        assert!(DataType::new(&"a".repeat(MAX_NAME_BYTES)).is_ok());
        let refused = DataType::new(&"a".repeat(MAX_NAME_BYTES + 1));
        assert_eq!(refused, Err(NameError));
        for wrong in ["", "a b", "a\n", "ä"] {
            assert_eq!(RoleName::new(wrong), Err(NameError), "{wrong:?}");
        }
    }
}
