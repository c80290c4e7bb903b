//! What those who keep identities, policies and emergency accesses ask the gate: of no patient, for operations.

use wardline_access::guard::{Authorised, Permit, Subject};
use wardline_access::model::{Action, DataType};

use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

/// Has it decided that the caller sees this.
pub(super) async fn see(
    api: &Api,
    caller: &Caller,
    data_type: DataType,
    about: impl Into<String>,
) -> Result<Permit, Problem> {
    api.permit(caller, wanted(Action::Read, &[data_type], about))
        .await
}

/// Has it decided and recorded that the caller is about to change this.
pub(super) async fn change(
    api: &Api,
    caller: &Caller,
    data_type: DataType,
    about: impl Into<String>,
) -> Result<Authorised, Problem> {
    api.authorise(caller, wanted(Action::Write, &[data_type], about))
        .await
}

fn wanted(action: Action, types: &[DataType], about: impl Into<String>) -> Wanted<'_> {
    Wanted {
        action,
        types,
        subject: Subject::NoPatient,
        about: about.into(),
    }
}
