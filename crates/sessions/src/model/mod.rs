//! What sessions are: identities, names, what their limits decide, what is known of them, what happens to them.

mod event;
mod facts;
mod ids;
mod life;
mod names;

pub use event::{EndCause, Event, EventKind};
pub use facts::{
    ClientFacts, FactError, FieldValue, Fields, MAX_DEVICE_BYTES, MAX_FIELD_BYTES, MAX_FIELDS,
    MAX_FIELDS_BYTES, MAX_USER_AGENT_BYTES, MAX_USER_BYTES, UserName,
};
pub use ids::{IdError, SessionId, SessionToken, TokenError, TokenHash};
pub use life::{Asked, Expiry, Life, Verdict};
pub use names::{
    DepartmentName, FieldName, MAX_NAME_BYTES, NameError, PermissionName, Placement, PortalName,
    RoleName,
};
