//! What a token may do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A right of a token. Each stands alone but [`Scope::Admin`]; a token without a scope can do nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// See channels, messages, dead letters, jobs, events and metrics, with bodies and identifiers masked.
    Read,
    /// See bodies and identifiers, and search by what identifies a patient.
    Phi,
    /// Change what becomes of messages: retry, discard, park, skip, replay; with `phi` also edit.
    Operate,
    /// Stands for `read` and `operate`, and never for `phi`: who runs the system need not see patients.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 4] = [Self::Read, Self::Phi, Self::Operate, Self::Admin];

    /// Its name in token files and in the API's description.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Phi => "phi",
            Self::Operate => "operate",
            Self::Admin => "admin",
        }
    }

    /// The scope of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// Whether a token that has this scope may do what asks for `wanted`.
    pub(crate) fn covers(self, wanted: Self) -> bool {
        self == wanted || (self == Self::Admin && wanted != Self::Phi)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admin_stands_for_everything_but_patients_data() {
        assert!(Scope::Admin.covers(Scope::Read));
        assert!(Scope::Admin.covers(Scope::Operate));
        assert!(!Scope::Admin.covers(Scope::Phi));
    }

    #[test]
    fn no_other_scope_stands_for_another() {
        for have in [Scope::Read, Scope::Phi, Scope::Operate] {
            for wanted in Scope::ALL {
                assert_eq!(have.covers(wanted), have == wanted, "{have} for {wanted}");
            }
        }
    }
}
