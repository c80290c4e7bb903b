//! Users, API keys and policies over HTTP: the first user by a token of the site, everybody else by that user.

use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_audit::model::{EventKind, Origin, UserName};
use wardline_audit::operations::AuditFilter;
use wardline_server::http::auth::Scope::{self, IdentitiesWrite, Read};

use crate::client::{Answer, Call};
use crate::house::House;
use crate::partner::Mood;
use crate::people::Authenticator;

const PASSWORD: &str = "correct horse battery";

/// A house with nobody but its security administrator, who was made over HTTP.
pub(crate) struct Site {
    pub(crate) house: House,
    pub(crate) root: String,
}

/// Somebody with a session.
pub(crate) struct Employee {
    pub(crate) id: String,
    pub(crate) login: String,
    pub(crate) token: String,
    pub(crate) authenticator: Authenticator,
}

impl Site {
    pub(crate) async fn open(house: House) -> Self {
        let root = json!({"login": "root", "name": "Root", "kind": "person",
            "roles": ["security_admin"], "password": PASSWORD});
        let made = house.post("/v1/users", &[IdentitiesWrite], &root).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let (root, _) = enrolled(&house, "root").await;
        Self { house, root }
    }

    pub(crate) async fn ask(&self, token: &str, method: &str, path: &str) -> Answer {
        let call = Call::new(self.house.address, method, path).token(token);
        call.send().await
    }

    pub(crate) async fn send(&self, token: &str, how: (&str, &str), body: &Value) -> Answer {
        let call = Call::new(self.house.address, how.0, how.1).token(token);
        call.json(body).send().await
    }

    /// What the security administrator asks for.
    async fn as_root(&self, method: &str, path: &str) -> Answer {
        self.ask(&self.root, method, path).await
    }

    /// Makes a user, whose fields beyond the usual ones are given.
    pub(crate) async fn make(&self, login: &str, role: &str, more: Value) -> String {
        let mut body = json!({"login": login, "name": format!("{login} Canaryname"),
            "kind": "person", "roles": [role], "password": PASSWORD});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let made = self.send(&self.root, ("POST", "/v1/users"), &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// Makes a user and lets it in.
    pub(crate) async fn hire(&self, login: &str, role: &str, more: Value) -> Employee {
        let id = self.make(login, role, more).await;
        let (token, authenticator) = enrolled(&self.house, login).await;
        Employee {
            id,
            login: login.to_owned(),
            token,
            authenticator,
        }
    }

    /// What the trail says of changes, newest first: who, and what about.
    async fn written(&self) -> Vec<(String, String)> {
        let filter = AuditFilter {
            kind: Some(EventKind::Write),
            ..AuditFilter::default()
        };
        let by = Origin::of(UserName::new("test").unwrap());
        let page = self.house.audit.search(&filter, None, 100, by).await;
        let records = page.unwrap().items.into_iter();
        records
            .map(|record| {
                let content = record.content.unwrap();
                let about = content
                    .reason
                    .map_or_else(String::new, |note| note.expose().to_owned());
                (content.by.user.expose().to_owned(), about)
            })
            .collect()
    }
}

/// Enrols a second factor and signs in.
async fn enrolled(house: &House, login: &str) -> (String, Authenticator) {
    let post = |path: &'static str| Call::new(house.address, "POST", path);
    let mut proof = json!({"login": login, "password": PASSWORD});
    let enrolment = post("/v1/sign-in/second-factor").json(&proof).send().await;
    let authenticator = Authenticator::new(enrolment.json()["secret"].as_str().unwrap());
    // When half a minute ends between showing and typing, the next code is typed.
    let mut confirmed = confirm(house, &proof, &authenticator).await;
    if confirmed.status != StatusCode::OK {
        confirmed = confirm(house, &proof, &authenticator).await;
    }
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text());
    proof["code"] = json!(authenticator.code());
    let answer = post("/v1/sign-in").json(&proof).send().await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    (token, authenticator)
}

async fn confirm(house: &House, proof: &Value, authenticator: &Authenticator) -> Answer {
    let first = json!({"credentials": proof, "first_code": authenticator.code()});
    let path = "/v1/sign-in/second-factor/confirm";
    Call::new(house.address, "POST", path)
        .json(&first)
        .send()
        .await
}

fn ids(listed: &Value) -> Vec<&str> {
    let items = listed["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_token_of_the_site_makes_the_first_user_and_nothing_else_ever() {
    let site = Site::open(House::new(Mood::Accepts).await).await;
    let scopes: &[Scope] = &[IdentitiesWrite];
    let again = json!({"login": "eve", "name": "Eve", "kind": "person",
        "roles": ["security_admin"], "password": PASSWORD});

    let refused = site.house.post("/v1/users", scopes, &again).await;

    assert_eq!(refused.problem(), "access_denied");
    let listed = site.as_root("GET", "/v1/users").await.json();
    assert_eq!(ids(&listed).len(), 1);
    let written = site.written().await;
    assert_eq!(written.len(), 1, "{written:?}");
    assert!(written[0].0.starts_with("token:"), "{written:?}");
    assert_eq!(written[0].1, "first user root");
}

#[tokio::test]
async fn a_first_user_who_is_no_administrator_or_has_no_password_is_refused() {
    let house = House::new(Mood::Accepts).await;
    let user = |role: &str| {
        json!({"login": "kim", "name": "Kim", "kind": "person", "roles": [role],
            "password": PASSWORD})
    };
    let mut without = user("security_admin");
    without.as_object_mut().unwrap().remove("password");

    let nurse = house
        .post("/v1/users", &[IdentitiesWrite], &user("nurse"))
        .await;
    let without = house.post("/v1/users", &[IdentitiesWrite], &without).await;
    let other_scope = house
        .post("/v1/users", &[Read], &user("security_admin"))
        .await;

    assert_eq!(nurse.problem(), "access_denied");
    assert_eq!(without.problem(), "invalid");
    assert_eq!(other_scope.problem(), "scope_missing");
}

#[tokio::test]
async fn an_administrator_makes_users_sees_them_and_changes_them_each_change_in_the_trail() {
    let site = Site::open(House::new(Mood::Accepts).await).await;
    let sam = site.make("sam", "physician", json!({})).await;
    let more = json!({"department": "W3", "supervisor": sam});
    let kim = site.make("kim", "nurse", more).await;
    let path = format!("/v1/users/{kim}");

    let shown = site.as_root("GET", &path).await.json();
    let change =
        json!({"name": "Kim Doe", "department": null, "expires_at": "2099-01-01T00:00:00Z"});
    let changed = site.send(&site.root, ("PATCH", &path), &change).await;
    let roles = json!({"roles": ["physician", "nurse"]});
    let roles_set = site
        .send(&site.root, ("PUT", &format!("{path}/roles")), &roles)
        .await;
    let after = site.as_root("GET", &path).await.json();

    assert_eq!(shown["login"], "kim");
    assert_eq!(shown["department"], "W3");
    assert_eq!(shown["supervisor"], json!(sam));
    assert_eq!(shown["has_second_factor"], false);
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.text());
    assert_eq!(roles_set.status, StatusCode::NO_CONTENT);
    assert_eq!(after["name"], "Kim Doe");
    assert_eq!(after["roles"], json!(["physician", "nurse"]));
    assert_eq!(after["expires_at"], "2099-01-01T00:00:00Z");
    assert!(after.get("department").is_none());
    let about: Vec<String> = site
        .written()
        .await
        .into_iter()
        .map(|(_, about)| about)
        .collect();
    assert_eq!(about[0], format!("roles physician nurse of user {kim}"));
    assert_eq!(about[1], format!("user {kim}"));
    assert_eq!(about[2], "new user kim");
}

#[tokio::test]
async fn users_are_listed_page_by_page() {
    let site = Site::open(House::new(Mood::Accepts).await).await;
    for login in ["ann", "bob", "cyd"] {
        site.make(login, "nurse", json!({})).await;
    }

    let first = site.as_root("GET", "/v1/users?limit=3").await.json();
    let next = first["next"].as_str().unwrap();
    let path = format!("/v1/users?limit=3&cursor={next}");
    let rest = site.as_root("GET", &path).await.json();

    assert_eq!((ids(&first).len(), ids(&rest).len()), (3, 1));
    assert!(rest.get("next").is_none());
    assert!(!ids(&first).contains(&ids(&rest)[0]));
    let other = site
        .as_root("GET", &format!("/v1/api-keys?cursor={next}"))
        .await;
    assert_eq!(other.problem(), "invalid");
}

#[tokio::test]
async fn who_is_suspended_is_told_so_and_who_is_disabled_is_out() {
    let site = Site::open(House::new(Mood::Accepts).await).await;
    let kim = site.hire("kim", "operator", json!({})).await;
    let act = async |what: &str| {
        let path = format!("/v1/users/{}/{what}", kim.id);
        assert_eq!(
            site.as_root("POST", &path).await.status,
            StatusCode::NO_CONTENT
        );
    };
    let asks = async || {
        let call = ("POST", "/v1/messages/search");
        site.send(&kim.token, call, &json!({})).await
    };

    assert_eq!(asks().await.status, StatusCode::OK);
    act("suspend").await;
    let suspended = asks().await;
    act("unsuspend").await;
    assert_eq!(asks().await.status, StatusCode::OK);
    act("disable").await;
    let disabled = asks().await;
    act("enable").await;
    let enabled = asks().await;

    assert_eq!(suspended.problem(), "access_denied");
    assert!(
        suspended.text().contains("suspended"),
        "{}",
        suspended.text()
    );
    assert_eq!(disabled.problem(), "session_ended");
    // The session ended with the disabling: it signs in anew.
    assert_eq!(enabled.problem(), "session_ended");
}

#[tokio::test]
async fn who_gets_another_password_or_no_second_factor_is_signed_out_everywhere() {
    let site = Site::open(House::new(Mood::Accepts).await).await;
    let kim = site.hire("kim", "operator", json!({})).await;
    let lee = site.hire("lee", "operator", json!({})).await;
    let me = async |who: &Employee| site.ask(&who.token, "GET", "/v1/me").await;

    let path = format!("/v1/users/{}/password", kim.id);
    let password = json!({"password": "another horse battery"});
    let set = site.send(&site.root, ("PUT", &path), &password).await;
    let path = format!("/v1/users/{}/reset-second-factor", lee.id);
    let reset = site.as_root("POST", &path).await;

    assert_eq!(set.status, StatusCode::NO_CONTENT, "{}", set.text());
    assert_eq!(reset.status, StatusCode::NO_CONTENT);
    assert_eq!(me(&kim).await.problem(), "session_ended");
    assert_eq!(me(&lee).await.problem(), "session_ended");
    let old = json!({"login": "kim", "password": PASSWORD, "code": kim.authenticator.code()});
    let sign_in = Call::new(site.house.address, "POST", "/v1/sign-in").json(&old);
    assert_eq!(sign_in.send().await.problem(), "not_let_in");
    let needed = json!({"login": lee.login, "password": PASSWORD});
    let sign_in = Call::new(site.house.address, "POST", "/v1/sign-in").json(&needed);
    assert_eq!(sign_in.send().await.problem(), "second_factor_needed");
}

#[tokio::test]
async fn who_changes_the_own_password_is_signed_out_everywhere_and_nobody_else_is() {
    let site = Site::open(House::new(Mood::Accepts).await).await;
    let kim = site.hire("kim", "operator", json!({})).await;
    let lee = site.hire("lee", "operator", json!({})).await;
    let me = async |token: &str| site.ask(token, "GET", "/v1/me").await;
    let post = |path: &'static str| Call::new(site.house.address, "POST", path);
    let proof = json!({"login": "kim", "password": PASSWORD, "code": kim.authenticator.code()});
    let stolen = post("/v1/sign-in").json(&proof).send().await.json();
    let stolen = stolen["token"].as_str().unwrap();
    assert_eq!(me(stolen).await.status, StatusCode::OK);

    let proof = json!({"login": "kim", "password": PASSWORD, "code": kim.authenticator.code()});
    let body = json!({"credentials": proof, "new_password": "another horse battery"});
    let changed = post("/v1/sign-in/password").json(&body).send().await;

    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.text());
    assert_eq!(me(stolen).await.problem(), "session_ended");
    assert_eq!(me(&kim.token).await.problem(), "session_ended");
    assert_eq!(me(&lee.token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_last_administrator_stays_and_a_login_is_one_users() {
    let site = Site::open(House::new(Mood::Accepts).await).await;
    let listed = site.as_root("GET", "/v1/users").await.json();
    let path = format!("/v1/users/{}/disable", ids(&listed)[0]);

    let last = site.as_root("POST", &path).await;
    let again = json!({"login": "root", "name": "Root", "kind": "person", "roles": ["nurse"]});
    let taken = site.send(&site.root, ("POST", "/v1/users"), &again).await;
    let joined = json!({"login": "max", "name": "Max", "kind": "person",
        "roles": ["security_admin", "physician"]});
    let joined = site.send(&site.root, ("POST", "/v1/users"), &joined).await;
    let unknown = site
        .as_root("GET", "/v1/users/00000000000000000000000000000000")
        .await;

    assert_eq!(last.problem(), "invalid");
    assert_eq!(taken.problem(), "identity_conflict");
    assert_eq!(joined.problem(), "invalid");
    assert_eq!(unknown.problem(), "not_found");
}

#[tokio::test]
async fn a_nurse_sees_no_users_and_an_auditor_sees_and_changes_none() {
    let site = Site::open(House::new(Mood::Accepts).await).await;
    let kim = site.hire("kim", "nurse", json!({})).await;
    let aud = site.hire("aud", "auditor", json!({})).await;
    let path = format!("/v1/users/{}/disable", kim.id);

    let nurse = site.ask(&kim.token, "GET", "/v1/users").await;
    let seen = site.ask(&aud.token, "GET", "/v1/users").await;
    let change = site.ask(&aud.token, "POST", &path).await;

    assert_eq!(nurse.problem(), "scope_missing");
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(change.problem(), "scope_missing");
}

#[tokio::test]
async fn a_machine_acts_by_its_key_which_is_shown_once_rotated_and_revoked() {
    let site = Site::open(House::new(Mood::Accepts).await).await;
    let body = json!({"login": "icu-monitor", "name": "Monitor", "kind": "service",
        "roles": ["device"]});
    let machine = site.send(&site.root, ("POST", "/v1/users"), &body).await;
    let machine = machine.json()["id"].as_str().unwrap().to_owned();
    let asked = json!({"user": machine, "expires_at": "2099-01-01T00:00:00Z"});
    let acts = async |token: &str| {
        // What passes the door is then looked at: an empty list of readings is not one.
        let sent = site
            .send(token, ("POST", "/v1/vitals"), &json!({"items": []}))
            .await;
        sent.problem() != "unauthenticated"
    };

    let issued = site
        .send(&site.root, ("POST", "/v1/api-keys"), &asked)
        .await;
    let issued = issued.json();
    let (id, token) = (
        issued["id"].as_str().unwrap(),
        issued["token"].as_str().unwrap(),
    );
    assert!(acts(token).await);
    let path = format!("/v1/api-keys/{id}/rotate");
    let rotate = json!({"expires_at": "2099-01-01T00:00:00Z", "overlap_seconds": 0});
    let rotated = site.send(&site.root, ("POST", &path), &rotate).await.json();
    let next = rotated["token"].as_str().unwrap();
    assert!(!acts(token).await && acts(next).await);
    let path = format!("/v1/api-keys/{}", rotated["id"].as_str().unwrap());
    assert_eq!(
        site.as_root("DELETE", &path).await.status,
        StatusCode::NO_CONTENT
    );

    assert!(!acts(next).await);
    let listed = site
        .as_root("GET", &format!("/v1/api-keys?user={machine}"))
        .await;
    assert!(!listed.text().contains(token) && !listed.text().contains(next));
    let held = listed.json()["items"].clone();
    assert_eq!(held.as_array().unwrap().len(), 2);
    assert!(
        held.as_array()
            .unwrap()
            .iter()
            .all(|key| key["holds"] == false)
    );
}

#[tokio::test]
async fn the_policies_are_shown_in_words_and_explain_a_question() {
    let site = Site::open(House::new(Mood::Accepts).await).await;
    let question = json!({"role": "nurse", "action": "read", "data_type": "vitals",
        "purpose": "TREAT", "facts": ["department", "vip"]});

    let shown = site.as_root("GET", "/v1/policy").await.json();
    let answer = site
        .send(&site.root, ("POST", "/v1/policy/explain"), &question)
        .await;
    let mut wrong = question.clone();
    wrong["facts"] = json!(["departement"]);
    let wrong = site
        .send(&site.root, ("POST", "/v1/policy/explain"), &wrong)
        .await;

    let nurse = shown["policies"].as_array().unwrap().iter();
    assert_eq!(
        nurse.filter(|policy| policy["id"] == "nurse-view").count(),
        1
    );
    let answer = answer.json();
    assert_eq!(answer["allowed"], false);
    assert_eq!(answer["reasons"], json!(["restricted_patient"]));
    assert_eq!(answer["policies"][0]["id"], "restricted-patient");
    assert_eq!(answer["policy_set"], shown["policy_set"]);
    assert_eq!(wrong.problem(), "invalid");
    assert!(wrong.text().contains("care_team"), "{}", wrong.text());
    assert!(!wrong.text().contains("departement"), "{}", wrong.text());
}
