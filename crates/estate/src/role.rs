//! Who may sign in to an estate.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who may sign in to an estate. What each may do there is in [`crate::acl`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Runs the estate. Wardline's own commands use it; a person in an emergency.
    Admin,
    /// Wardline itself, for all but the audit trail.
    App,
    /// A developer who looks at live state: reads, and changes nothing.
    Developer,
    /// Reports: reads what analytics put there.
    Analytics,
    /// Wardline's audit writer: appends to the trail and reads it, and can neither change nor remove.
    Audit,
    /// A replica towards its master.
    Replication,
    /// A Sentinel towards what it watches and towards its peers.
    Sentinel,
    /// Metrics.
    Exporter,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Admin,
        Self::App,
        Self::Developer,
        Self::Analytics,
        Self::Audit,
        Self::Replication,
        Self::Sentinel,
        Self::Exporter,
    ];

    /// Those that sign in as clients, with a certificate of their own.
    pub const CLIENTS: [Self; 6] = [
        Self::Admin,
        Self::App,
        Self::Developer,
        Self::Analytics,
        Self::Audit,
        Self::Exporter,
    ];

    /// The name to sign in with; also that of its secret's file and of its certificate.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::App => "app",
            Self::Developer => "developer",
            Self::Analytics => "analytics",
            Self::Audit => "audit",
            Self::Replication => "replication",
            Self::Sentinel => "sentinel",
            Self::Exporter => "exporter",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
