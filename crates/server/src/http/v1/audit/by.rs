//! Who reads or changes the trail: admitted by the policy, and told of in the trail itself.
//!
//! An application sees whom records are about with the scope `phi`; whoever the policy lets see the trail by its own
//! role sees all of it.

use wardline_access::guard::Subject;
use wardline_access::model::{Action, DataType};
use wardline_audit::model::{
    Amount, DataType as TrailType, Event, EventKind, Note, Origin, Outcome, Purpose, RequestId,
    RoleName, SessionRef, UserName,
};
use wardline_audit::{NotRecorded, Recorded};

use crate::http::api::Api;
use crate::http::auth::{Caller, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::protect::Wanted;

/// Somebody who may.
pub(super) struct Admitted {
    by: Origin,
    sees_people: bool,
}

/// Has it decided whether the caller may see the trail. A denial is recorded before it is answered; what is read is
/// recorded by the operation that reads it.
pub(super) async fn reader(api: &Api, caller: &Caller, about: &str) -> Result<Admitted, Problem> {
    admitted(api, caller, Action::Read, about).await
}

/// The same of whoever takes records out of the house. Applications take what they see, and answer for it.
pub(super) async fn taker(api: &Api, caller: &Caller, about: &str) -> Result<Admitted, Problem> {
    let action = if caller.is_application() {
        Action::Read
    } else {
        Action::Export
    };
    admitted(api, caller, action, about).await
}

/// The same of whoever changes what is kept beside the records: alerts, holds, archives.
pub(super) async fn keeper(api: &Api, caller: &Caller, about: &str) -> Result<Admitted, Problem> {
    admitted(api, caller, Action::Write, about).await
}

async fn admitted(
    api: &Api,
    caller: &Caller,
    action: Action,
    about: &str,
) -> Result<Admitted, Problem> {
    let wanted = Wanted {
        action,
        types: &[DataType::Audit],
        subject: Subject::NoPatient,
        about: about.to_owned(),
    };
    // The operation records the access itself, with the patients that it is about, so the permit is not used up.
    drop(api.permit(caller, wanted).await?);
    Ok(Admitted {
        by: origin(caller)?,
        sees_people: caller.sees_phi() || !caller.is_application(),
    })
}

impl Admitted {
    /// Whom the trail names for it.
    pub(super) fn by(&self) -> Origin {
        self.by.clone()
    }

    /// Whether it sees whom records are about, and what people wrote.
    pub(super) fn sees_people(&self) -> bool {
        self.sees_people
    }

    /// Refuses what shows whom records are about to somebody who may not see it.
    pub(super) fn must_see_people(&self, caller: &Caller, field: &str) -> Result<(), Problem> {
        if self.sees_people {
            Ok(())
        } else {
            caller.must(Scope::Phi, field)
        }
    }
}

/// Whom the trail names for what a caller does.
pub(in super::super) fn origin(caller: &Caller) -> Result<Origin, Problem> {
    let principal = caller.principal();
    let user = UserName::new(principal.name()).map_err(|_| Problem::new(Code::Internal))?;
    let role = principal.roles().iter().next();
    let request = principal.way().request.as_deref();
    Ok(Origin {
        role: role.and_then(|role| RoleName::new(role.as_str()).ok()),
        session: SessionRef::new(principal.session().expose()).ok(),
        purpose: Purpose::new(caller.purpose().as_str()).ok(),
        address: principal.way().address,
        request: request.and_then(|request| RequestId::new(request).ok()),
        ..Origin::of(user)
    })
}

/// Records that the trail is read, where the operation does not do it itself.
pub(super) async fn reads(api: &Api, by: Origin, what: &str) -> Result<Recorded, NotRecorded> {
    let mut event = Event::new(EventKind::AuditRead, Outcome::Success, by);
    event.reason = Note::new(what).ok();
    api.audit.record_one(event).await
}

/// Records that so many records of the trail leave.
pub(super) async fn takes(api: &Api, by: Origin, records: usize) -> Result<Recorded, NotRecorded> {
    let mut event = Event::new(EventKind::Export, Outcome::Success, by);
    event.reason = Note::new("records of the trail").ok();
    event.data_types = TrailType::new(DataType::Audit.as_str())
        .into_iter()
        .collect();
    event.amount = Some(Amount {
        records: u64::try_from(records).unwrap_or(u64::MAX),
        bytes: 0,
    });
    api.audit.record_one(event).await
}

/// A reason that somebody gives.
pub(super) fn note(field: &'static str, text: &str) -> Result<Note, Problem> {
    Note::new(text).map_err(|error| Problem::invalid(field, error.to_string()))
}
