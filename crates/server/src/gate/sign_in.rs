//! Signing in: password and second factor, then a session; each attempt is in the trail before it is answered.

use wardline_access::AccessError;
use wardline_access::identity::{SecondFactor, SignInRefused, SignedIn};
use wardline_access::model::{Principal, Role, Via};
use wardline_access::port::RecordError;
use wardline_audit::model::{Event, EventKind, Note, Origin, Outcome, UserName};
use wardline_sessions::OperationError;
use wardline_sessions::model::{ClientFacts, DepartmentName, Fields, Placement, SessionId};
use wardline_sessions::operations::{ChosenLimits, CreatedSession, NewSession};

use super::recorder::{self, failed};
use super::{Gate, PORTAL};

/// What somebody proves who it is with.
pub(crate) struct Credentials<'a> {
    pub(crate) login: &'a str,
    pub(crate) password: &'a str,
    pub(crate) second: Option<SecondFactor<'a>>,
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotLetIn {
    /// Login, password or code is not right, or too many attempts failed. Which, only the trail says.
    #[error("login, password or code is not right")]
    Refused,
    /// It has no second factor yet.
    #[error("a second factor is needed: enrol one first")]
    NoSecondFactor,
    /// It may act in several roles and named none of them.
    #[error("name one of your roles")]
    WhichRole,
    /// Identities failed.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The session did not begin.
    #[error(transparent)]
    Session(#[from] OperationError),
    /// The trail did not take it.
    #[error(transparent)]
    Unrecorded(#[from] RecordError),
}

impl Gate {
    /// Whether these are somebody's. The attempt is in the trail when this returns.
    ///
    /// # Errors
    /// [`NotLetIn`]
    pub(crate) async fn prove(
        &self,
        credentials: &Credentials<'_>,
        via: &Via,
    ) -> Result<SignedIn, NotLetIn> {
        let tried =
            self.identities
                .sign_in(credentials.login, credentials.password, credentials.second);
        let (proved, outcome, why) = match tried.await? {
            Ok(signed_in) => (Ok(signed_in), Outcome::Success, None),
            Err(refused) => {
                let why = Some(why(refused));
                (Err(NotLetIn::Refused), Outcome::Denied, why)
            }
        };
        // What was typed for a login may be a password: only names that are somebody's are kept.
        let known = self.identities.user_of(credentials.login).await?;
        let name = known.map_or("unknown", |_| credentials.login);
        self.record_sign_in((EventKind::Login, outcome), name, via, why)
            .await?;
        proved
    }

    /// Begins the session of somebody who proved it all.
    ///
    /// # Errors
    /// [`NotLetIn`]
    pub(crate) async fn sign_in(
        &self,
        credentials: &Credentials<'_>,
        role: Option<Role>,
        client: ClientFacts,
        via: &Via,
    ) -> Result<(CreatedSession, Role), NotLetIn> {
        let signed_in = self.prove(credentials, via).await?;
        if !signed_in.has_second_factor() {
            return Err(NotLetIn::NoSecondFactor);
        }
        let role = chosen(&signed_in, role)?;
        // It narrows nothing: what the account says is asked anew with each request.
        let department = signed_in.department();
        let department = department.and_then(|name| DepartmentName::new(name).ok());
        let new = NewSession {
            user: wardline_sessions::model::UserName::new(credentials.login)
                .map_err(OperationError::Fact)?,
            placement: Placement {
                role: name(role.as_str())?,
                department,
                portal: name(PORTAL)?,
            },
            client,
            fields: Fields::default(),
            limits: ChosenLimits::default(),
        };
        Ok((self.sessions.create(new).await?, role))
    }

    /// Ends the session by which somebody acts.
    ///
    /// # Errors
    /// [`NotLetIn`]
    pub(crate) async fn sign_out(&self, principal: &Principal) -> Result<(), NotLetIn> {
        if let Ok(id) = principal.session().expose().parse::<SessionId>() {
            self.sessions.revoke(id).await?;
        }
        let how = (EventKind::Logout, Outcome::Success);
        self.record_sign_in(how, principal.name(), principal.way(), None)
            .await
    }

    pub(super) async fn record_sign_in(
        &self,
        (kind, outcome): (EventKind, Outcome),
        name: &str,
        via: &Via,
        why: Option<&'static str>,
    ) -> Result<(), NotLetIn> {
        let by = Origin {
            address: via.address,
            request: recorder::request(via.request.as_ref()),
            ..Origin::of(UserName::new(name).map_err(|error| failed(&error))?)
        };
        let event = Event {
            reason: why.and_then(|why| Note::new(why).ok()),
            ..Event::new(kind, outcome, by)
        };
        // Whoever tries passwords must not fill the trail.
        let recorded = match outcome {
            Outcome::Denied => self.audit.record_refusal(event).await,
            Outcome::Success | Outcome::Failed => self.audit.record_one(event).await.map(|_| ()),
        };
        recorded.map_err(|error| failed(&error).into())
    }
}

/// The role that was asked for, or the only one that there is.
fn chosen(signed_in: &SignedIn, asked: Option<Role>) -> Result<Role, NotLetIn> {
    let mut roles = signed_in.roles().iter();
    match (asked, roles.next(), roles.next()) {
        (Some(role), ..) if signed_in.may_be(role) => Ok(role),
        (None, Some(only), None) => Ok(only),
        _ => Err(NotLetIn::WhichRole),
    }
}

fn name<T>(text: &str) -> Result<T, NotLetIn>
where
    T: TryFrom<String, Error = wardline_sessions::model::NameError>,
{
    let name = T::try_from(text.to_owned());
    name.map_err(|error| OperationError::Key(error.to_string()).into())
}

const fn why(refused: SignInRefused) -> &'static str {
    match refused {
        SignInRefused::Unknown => "unknown",
        SignInRefused::Password => "password",
        SignInRefused::SecondFactor => "second_factor",
        SignInRefused::Locked(_) => "locked",
        SignInRefused::Unusable => "unusable",
    }
}
