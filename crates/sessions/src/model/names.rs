//! Names that sites give: roles, permissions, departments, portals. They stand in clear.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Bytes of a name at most.
pub const MAX_NAME_BYTES: usize = 64;

/// Why a name was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_', '.', ':' and '/', beginning with a letter or digit"
)]
pub struct NameError;

fn check(text: &str) -> Result<Arc<str>, NameError> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_.:/".contains(&b);
    let begins_well = text
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphanumeric());
    if begins_well && text.len() <= MAX_NAME_BYTES && text.bytes().all(allowed) {
        Ok(text.into())
    } else {
        Err(NameError)
    }
}

macro_rules! name {
    ($(#[$page:meta])* $name:ident) => {
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
                check(text).map(Self)
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

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
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

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name! {
    /// A role, such as `nurse`.
    RoleName
}
name! {
    /// What a role allows, such as `vitals:read`.
    PermissionName
}
name! {
    /// A department, such as `icu-2`.
    DepartmentName
}
name! {
    /// The application that a session is for, such as `mychart`.
    PortalName
}
name! {
    /// The name of a field that an application keeps with a session.
    FieldName
}

/// As what a person is signed in, and where. Many sessions share one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Placement {
    /// The role.
    pub role: RoleName,
    /// The department, if the session is of one.
    pub department: Option<DepartmentName>,
    /// The portal.
    pub portal: PortalName,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_64_bytes_is_taken_and_one_beyond_is_refused() {
        assert!(RoleName::new(&"a".repeat(64)).is_ok());
        assert_eq!(RoleName::new(&"a".repeat(65)), Err(NameError));
        for wrong in ["", "-a", "a b", "a\n", "ä"] {
            assert_eq!(PortalName::new(wrong), Err(NameError), "{wrong:?}");
        }
    }
}
