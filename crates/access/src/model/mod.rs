//! What access speaks of: roles, data types, actions, purposes, labels; users and patients by their ids.

mod ids;
mod patient;
mod principal;
mod words;

pub use ids::{GrantId, IdError, MAX_REF_BYTES, PatientRef, SessionRef, UserId};
pub use patient::{ItemFacts, PatientFacts};
pub use principal::{Principal, Standing, Via};
pub use words::{Action, DataType, Fact, Purpose, Role, RoleSet, TypeSet, UnknownWord};

pub(crate) use ids::random_id;
pub(crate) use principal::PrincipalParts;
