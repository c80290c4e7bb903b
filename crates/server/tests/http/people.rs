//! Users of a house: hired by its security administrator, with an authenticator each.

use std::sync::Arc;

use async_trait::async_trait;
use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_access::Identities;
use wardline_access::emergency::LiveGrant;
use wardline_access::guard::{Ask, Authorised, Guard, GuardParts, Subject};
use wardline_access::identity::{AccountKind, IdentitiesParts, NewUser, PasswordCost};
use wardline_access::model::{
    Action, DataType, PatientFacts, PatientRef, Principal, Purpose, Role, RoleSet, SessionRef,
    TypeSet, UserId,
};
use wardline_access::policy::{Decision, Engine, PolicySet};
use wardline_access::port::{
    CareFacts, FactsError, RecordError, Recorder, SessionCheck, SessionFacts, Standings, Touched,
};
use wardline_kernel::StoreError;
use wardline_messaging::port::{Clock as _, SystemClock};

pub(crate) use wardline_testkit::Authenticator;

use crate::client::{Answer, Call};
use crate::house::House;

const PASSWORD: &str = "correct horse battery";

/// The security administrator of a house, beside its HTTP: so that people are there before any route is used.
pub(crate) struct Office {
    identities: Identities,
    right: Authorised,
}

/// Somebody who may sign in.
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) login: String,
    authenticator: Authenticator,
}

impl Office {
    pub(crate) async fn of(house: &House) -> Self {
        let clock = Arc::new(SystemClock);
        let engine = Arc::new(Engine::new(PolicySet::built_in().unwrap()));
        let identities = Identities::new(IdentitiesParts {
            store: house.room.store.clone(),
            ring: house.room.ring.clone(),
            blind_index: house.room.blind_index.clone(),
            sessions: Arc::new(Around),
            clock: clock.clone(),
            cost: PasswordCost::OWASP,
            engine: engine.clone(),
        });
        let root = new_user("root", Role::SecurityAdmin);
        identities.create_first_user(root, PASSWORD).await.unwrap();
        let guard = Guard::new(GuardParts {
            engine,
            facts: Arc::new(Around),
            standings: Arc::new(Around),
            recorder: Arc::new(Around),
            clock,
        });
        let root = identities.principal("root", true).await.unwrap().unwrap();
        let ask = Ask {
            action: Action::Write,
            purpose: Purpose::Operations,
            types: TypeSet::one(DataType::Identities),
            subject: Subject::NoPatient,
            emergency: None,
            about: None,
        };
        let permit = guard.decide(&root, ask).await.unwrap();
        let right = guard.authorise(permit).await.unwrap();
        Self { identities, right }
    }

    /// Somebody with a password and nothing else yet.
    pub(crate) async fn hire(&self, user: NewUser) -> UserId {
        let id = self.identities.create_user(&self.right, user).await;
        let id = id.unwrap();
        let set = self.identities.set_password(&self.right, id, PASSWORD);
        set.await.unwrap();
        id
    }

    /// Somebody who may sign in.
    pub(crate) async fn person(&self, user: NewUser) -> Person {
        let login = user.login.clone();
        let id = self.hire(user).await;
        let proved = self.identities.sign_in(&login, PASSWORD, None).await;
        let proved = proved.unwrap().unwrap();
        let enrolment = self.identities.enrol(&proved).await.unwrap();
        let authenticator = Authenticator::new(enrolment.expose());
        let first = authenticator.code();
        self.identities.confirm(&proved, &first).await.unwrap();
        Person {
            id,
            login,
            authenticator,
        }
    }

    /// Gives a machine a key.
    pub(crate) async fn key(&self, machine: UserId) -> String {
        let issued = self
            .identities
            .create_api_key(&self.right, machine, now_ms() + 3_600_000);
        issued.await.unwrap().token.expose().to_owned()
    }

    pub(crate) async fn disable(&self, id: UserId) {
        let disabled = self.identities.set_disabled(&self.right, id, true);
        disabled.await.unwrap();
    }
}

impl Person {
    /// What it signs in with.
    pub(crate) fn credentials(&self) -> Value {
        json!({"login": self.login, "password": PASSWORD, "code": self.authenticator.code()})
    }

    /// Signs in and gives the session's token.
    pub(crate) async fn sign_in(&self, house: &House) -> String {
        let answer = sign_in(house, &self.credentials()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()["token"].as_str().unwrap().to_owned()
    }
}

pub(crate) async fn sign_in(house: &House, body: &Value) -> Answer {
    let call = Call::new(house.address, "POST", "/v1/sign-in").json(body);
    call.send().await
}

pub(crate) fn new_user(login: &str, role: Role) -> NewUser {
    NewUser {
        login: login.to_owned(),
        name: format!("{login} Canary"),
        kind: if role.is_machine() {
            AccountKind::Service
        } else {
            AccountKind::Person
        },
        roles: RoleSet::one(role),
        department: None,
        own_record: None,
        supervisor: None,
        expires_at: None,
    }
}

pub(crate) fn of_department(login: &str, role: Role, department: &str) -> NewUser {
    NewUser {
        department: Some(department.to_owned()),
        ..new_user(login, role)
    }
}

/// What the office asks besides: nothing of it is of the house.
struct Around;

#[async_trait]
impl SessionCheck for Around {
    async fn check(&self, token: &str, _: bool) -> Result<Option<SessionFacts>, StoreError> {
        Ok(Some(SessionFacts {
            session: SessionRef::new(token).unwrap(),
            login: "root".to_owned(),
            role: Role::SecurityAdmin,
            has_second_factor: true,
        }))
    }
}

#[async_trait]
impl CareFacts for Around {
    async fn of_patient(&self, _: &PatientRef) -> Result<PatientFacts, FactsError> {
        Ok(PatientFacts::default())
    }
}

#[async_trait]
impl Standings for Around {
    async fn principal(&self, principal: &Principal) -> Result<Option<Principal>, FactsError> {
        Ok(Some(principal.clone()))
    }

    async fn holds(&self, _: &LiveGrant) -> Result<bool, FactsError> {
        Ok(false)
    }
}

#[async_trait]
impl Recorder for Around {
    async fn record(&self, _: &Decision, _: &Touched) -> Result<(), RecordError> {
        Ok(())
    }
}

fn now_ms() -> u64 {
    SystemClock.now()
}
