//! Why a call or a connection did not come about.
//!
//! A caller can do three different things: ask again later ([`Failure::Away`]: nothing was done), ask again with
//! the same request ([`Failure::Unknown`]: it may have been done), or give up.

use wardline_kernel::StoreError;

use crate::settings::Address;

/// Why a call has no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// Nothing was done: there is no server to ask now, or not enough replicas.
    #[error("{0}")]
    Away(String),
    /// It was sent, and may have been done: the connection ended, or too few replicas confirmed it in time. It may
    /// still take effect or vanish; ask again with the same request.
    #[error("the outcome is unknown: {0}")]
    Unknown(String),
    /// The server's memory is full; nothing was written.
    #[error("Redis has no memory left for it: raise maxmemory or shorten the retention")]
    Full,
    /// The server refused it.
    #[error("Redis refused it: {0}")]
    Refused(String),
    /// The answer is not what was agreed on.
    #[error("Redis answered what was not expected: {0}")]
    Unreadable(&'static str),
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Full => Self::Full,
            Failure::Unreadable(_) => Self::Corrupt(failure.to_string()),
            Failure::Away(_) | Failure::Unknown(_) | Failure::Refused(_) => {
                Self::Unavailable(failure.to_string())
            }
        }
    }
}

/// Why there is no connection to a server.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody answers there, or not in time.
    #[error("{address} cannot be reached: {reason}")]
    Unreachable {
        /// Where.
        address: Address,
        /// Why.
        reason: String,
    },
    /// The server does not take us for who we say we are.
    #[error(
        "{address} refuses the login of `{user}`: compare the password file with the server's access list"
    )]
    Login {
        /// Where.
        address: Address,
        /// As whom.
        user: String,
    },
    /// The server's access list does not let us do what we need.
    #[error("{address} refuses `{command}` to this user: {reason}")]
    NotAllowed {
        /// Where.
        address: Address,
        /// What.
        command: &'static str,
        /// What the server says.
        reason: String,
    },
    /// A file of the settings cannot be used.
    #[error("{setting}: {reason}")]
    Setting {
        /// The setting.
        setting: &'static str,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// The server is not a master now.
    #[error("{address} is {role}, not a master")]
    NotMaster {
        /// Where.
        address: Address,
        /// What it says that it is.
        role: String,
    },
    /// The functions are not there, or others.
    #[error(
        "the functions of Wardline on {address} are {found}: run `wardline redis functions load`"
    )]
    Functions {
        /// Where.
        address: Address,
        /// `missing`, `older` or `of another build`.
        found: &'static str,
    },
    /// No master is known.
    #[error("{0}")]
    NoMaster(String),
}

impl ConnectError {
    /// Whether waiting does not help: an administrator has to change something.
    pub fn needs_a_change(&self) -> bool {
        matches!(
            self,
            Self::Login { .. }
                | Self::NotAllowed { .. }
                | Self::Setting { .. }
                | Self::Functions { .. }
        )
    }
}
