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
    /// Check and touch sessions: what an application does at every request.
    #[serde(rename = "sessions:check")]
    SessionsCheck,
    /// List, show and count sessions, and watch them. Their fields need `phi` besides.
    #[serde(rename = "sessions:read")]
    SessionsRead,
    /// Lock and revoke sessions.
    #[serde(rename = "sessions:revoke")]
    SessionsRevoke,
    /// Begin, renew and unlock sessions, and set their fields: what lets a person in.
    #[serde(rename = "sessions:write")]
    SessionsWrite,
    /// Stands for `read`, `operate`, `sessions:read`, `sessions:revoke`, `system:read` and `system:write`, and for nothing that shows
    /// a patient or lets a person in: who runs the system need not see patients, nor let anybody in.
    Admin,
    /// See units, beds, vital signs and scores, with patients masked; with `phi` also who they are.
    #[serde(rename = "beds:read")]
    BedsRead,
    /// Acknowledge bands, set beds' states and nurses, and what the score must know of a patient.
    #[serde(rename = "beds:write")]
    BedsWrite,
    /// Record vital signs.
    #[serde(rename = "vitals:write")]
    VitalsWrite,
    /// See and verify the audit trail.
    #[serde(rename = "audit:read")]
    AuditRead,
    /// Acknowledge alerts of the trail, hold and archive it.
    #[serde(rename = "audit:write")]
    AuditWrite,
    /// See users, service accounts, API keys and policies.
    #[serde(rename = "identities:read")]
    IdentitiesRead,
    /// Change users, service accounts and API keys. A token of the site's file makes the first user only.
    #[serde(rename = "identities:write")]
    IdentitiesWrite,
    /// Ask for emergency access and use it.
    #[serde(rename = "emergencies:use")]
    EmergenciesUse,
    /// See, take back and review emergency accesses.
    #[serde(rename = "emergencies:review")]
    EmergenciesReview,
    /// See and search patients' records, as the policy lets.
    #[serde(rename = "patients:read")]
    PatientsRead,
    /// Make and change patients' records, as the policy lets.
    #[serde(rename = "patients:write")]
    PatientsWrite,
    /// See who holds the key-encryption key, and what it wraps.
    #[serde(rename = "keys:read")]
    KeysRead,
    /// Rotate the key-encryption key, and move data keys to it.
    #[serde(rename = "keys:write")]
    KeysWrite,
    /// See the store and its servers, drills and the configuration; nothing of a patient, no secret.
    #[serde(rename = "system:read")]
    SystemRead,
    /// Ask for a backup of the store now.
    #[serde(rename = "system:write")]
    SystemWrite,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 23] = [
        Self::Read,
        Self::Phi,
        Self::Operate,
        Self::SessionsCheck,
        Self::SessionsRead,
        Self::SessionsRevoke,
        Self::SessionsWrite,
        Self::Admin,
        Self::BedsRead,
        Self::BedsWrite,
        Self::VitalsWrite,
        Self::AuditRead,
        Self::AuditWrite,
        Self::IdentitiesRead,
        Self::IdentitiesWrite,
        Self::EmergenciesUse,
        Self::EmergenciesReview,
        Self::PatientsRead,
        Self::PatientsWrite,
        Self::KeysRead,
        Self::KeysWrite,
        Self::SystemRead,
        Self::SystemWrite,
    ];

    /// Its name in token files and in the API's description.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Phi => "phi",
            Self::Operate => "operate",
            Self::SessionsCheck => "sessions:check",
            Self::SessionsRead => "sessions:read",
            Self::SessionsRevoke => "sessions:revoke",
            Self::SessionsWrite => "sessions:write",
            Self::Admin => "admin",
            Self::BedsRead => "beds:read",
            Self::BedsWrite => "beds:write",
            Self::VitalsWrite => "vitals:write",
            Self::AuditRead => "audit:read",
            Self::AuditWrite => "audit:write",
            Self::IdentitiesRead => "identities:read",
            Self::IdentitiesWrite => "identities:write",
            Self::EmergenciesUse => "emergencies:use",
            Self::EmergenciesReview => "emergencies:review",
            Self::PatientsRead => "patients:read",
            Self::PatientsWrite => "patients:write",
            Self::KeysRead => "keys:read",
            Self::KeysWrite => "keys:write",
            Self::SystemRead => "system:read",
            Self::SystemWrite => "system:write",
        }
    }

    /// The scope of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// Whether a token that has this scope may do what asks for `wanted`.
    pub(crate) fn covers(self, wanted: Self) -> bool {
        // Patients' data are for those who care for them: vital signs too, also without a name beside them.
        let of_admin = matches!(
            wanted,
            Self::Read
                | Self::Operate
                | Self::SessionsRead
                | Self::SessionsRevoke
                | Self::SystemRead
                | Self::SystemWrite
        );
        self == wanted || (self == Self::Admin && of_admin)
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
    fn admin_stands_for_everything_but_patients_data_and_letting_people_in() {
        let covered = Scope::ALL
            .into_iter()
            .filter(|wanted| Scope::Admin.covers(*wanted));

        let expected = [
            Scope::Read,
            Scope::Operate,
            Scope::SessionsRead,
            Scope::SessionsRevoke,
            Scope::Admin,
            Scope::SystemRead,
            Scope::SystemWrite,
        ];
        assert_eq!(covered.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn no_other_scope_stands_for_another() {
        let others = Scope::ALL.into_iter();
        for have in others.filter(|scope| *scope != Scope::Admin) {
            for wanted in Scope::ALL {
                assert_eq!(have.covers(wanted), have == wanted, "{have} for {wanted}");
            }
        }
    }
}
