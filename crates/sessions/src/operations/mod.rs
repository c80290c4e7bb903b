//! What can be done with sessions: one file per operation, named as its route and command are.

mod check;
mod check_many;
mod count;
mod create;
mod expire;
mod list;
mod lock;
mod renew;
mod revoke;
mod revoke_user;
mod set_fields;
mod show;
mod touch;
mod unlock;

pub use check::{CheckAsk, Checked, Denial, LiveSession};
pub use check_many::MAX_CHECKS;
pub use create::{ChosenLimits, CreatedSession, NewSession};
pub use list::{MAX_PAGE, SessionFilter, SessionPage};
pub use renew::{Privilege, RenewedSession};
pub use show::{Session, SessionState};
