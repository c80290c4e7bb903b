//! Users, service accounts and API keys; how they prove who they are.
//!
//! [`Identities`] is the service. `account` is what is kept of a user, `sign_in` how a person gets in, `api_keys` how a
//! machine does, `change` what becomes of somebody's rights, `list` who there is, `principal` how a session becomes
//! somebody who acts.

mod account;
mod administer;
mod api_keys;
mod change;
mod list;
mod password;
mod principal;
mod sign_in;
mod totp;

pub use totp::authenticator_code;

use std::sync::Arc;

use wardline_kernel::Clock;
use wardline_phi::{BlindIndex, KeyRing};

use crate::policy::Engine;
use crate::port::{AccessStore, SessionCheck};
use crate::rows::Rows;
use password::Hasher;

pub use account::{AccountKind, MAX_TEXT_BYTES, NewUser, UserView};
pub use administer::{Enrolment, RECOVERY_CODES};
pub use api_keys::{ApiKeyId, IssuedKey};
pub use change::{Edit, UserChange};
pub use list::ApiKeyView;
pub use password::{MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS, PasswordCost};
pub use principal::{Outside, OutsideRefused, application, channel};
pub use sign_in::{
    LOCK_AFTER, LOCK_MAX_MS, LOCK_MIN_MS, SecondFactor, SignInRefused, SignedIn, SteppedUp,
};

pub(crate) use account::load_all as load_all_accounts;

/// What the service is made of.
pub struct IdentitiesParts {
    /// Keeps rows.
    pub store: Arc<dyn AccessStore>,
    /// Seals them.
    pub ring: Arc<KeyRing>,
    /// Finds logins.
    pub blind_index: Arc<BlindIndex>,
    /// Knows whose a session is.
    pub sessions: Arc<dyn SessionCheck>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// What a password costs to check.
    pub cost: PasswordCost,
    /// Is told when somebody's rights change, so that what was permitted before is decided again.
    pub engine: Arc<Engine>,
}

/// Who there is, and how they prove it.
pub struct Identities {
    pub(crate) rows: Rows,
    blind_index: Arc<BlindIndex>,
    sessions: Arc<dyn SessionCheck>,
    hasher: Hasher,
    engine: Arc<Engine>,
    /// Held while somebody's rights are changed, by the write itself to its end.
    rights: Arc<tokio::sync::Mutex<()>>,
}

impl Identities {
    /// The service over these parts.
    pub fn new(parts: IdentitiesParts) -> Self {
        Self {
            rows: Rows {
                store: parts.store,
                ring: parts.ring,
                clock: parts.clock,
            },
            blind_index: parts.blind_index,
            sessions: parts.sessions,
            hasher: Hasher::new(parts.cost),
            engine: parts.engine,
            rights: Arc::default(),
        }
    }
}
