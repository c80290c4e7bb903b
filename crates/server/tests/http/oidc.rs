//! People whom an outside provider signed in: by its tokens they act as their account here lets them, and no further.

use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use wardline_access::model::{Role, RoleSet};
use wardline_audit::model::{EventKind, Origin, Outcome, UserName};
use wardline_audit::operations::{AuditFilter, Record};
use wardline_messaging::port::{Clock as _, SystemClock};
use wardline_server::oidc::{Algorithm, KeysAt, Settings};

use crate::beds::{BED, occupied};
use crate::client::{Answer, Call};
use crate::house::House;
use crate::people::{Office, new_user, of_department};

struct Ward {
    house: House,
    office: Office,
    key: Ed25519KeyPair,
    _folder: TempDir,
}

impl Ward {
    async fn new() -> Self {
        let house = occupied().await;
        let office = Office::of(&house).await;
        let key = Ed25519KeyPair::generate().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys.json");
        let x = URL_SAFE_NO_PAD.encode(key.public_key().as_ref());
        let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": x}]});
        std::fs::write(&file, keys.to_string()).unwrap();
        let roles = [
            ("nurses", Role::Nurse),
            ("doctors", Role::Physician),
            ("admins", Role::SecurityAdmin),
        ];
        let settings = Settings {
            issuer: "https://login.example".to_owned(),
            audience: "wardline".to_owned(),
            keys: KeysAt::File(file),
            algorithms: vec![Algorithm::EdDsa],
            user_claim: "preferred_username".to_owned(),
            role_claim: "groups".to_owned(),
            roles: roles.map(|(word, role)| (word.to_owned(), role)).into(),
            department_claim: None,
            second_factor_amr: vec!["otp".to_owned()],
            second_factor_acr: Vec::new(),
            skew: Duration::from_mins(1),
        };
        house.room.oidc.replace(Some(settings)).unwrap();
        Self {
            house,
            office,
            key,
            _folder: folder,
        }
    }

    /// A token of the provider, with these claims instead of the usual ones.
    fn token(&self, login: &str, other: &Value) -> String {
        let now = SystemClock.now() / 1_000;
        let mut claims = json!({"iss": "https://login.example", "aud": "wardline", "sub": login, "exp": now + 300,
            "preferred_username": login, "groups": ["nurses"], "amr": ["pwd", "otp"], "sid": "s"});
        for (name, value) in other.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!(
            "{}.{}",
            part(json!({"alg": "EdDSA", "kid": "1"})),
            part(claims)
        );
        let signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    async fn bed(&self, token: &str) -> Answer {
        Call::new(self.house.address, "GET", BED)
            .token(token)
            .send()
            .await
    }

    async fn logins(&self, outcome: Outcome) -> Vec<Record> {
        let filter = AuditFilter {
            kind: Some(EventKind::Login),
            ..AuditFilter::default()
        };
        let by = Origin::of(UserName::new("test").unwrap());
        let page = self.house.audit.search(&filter, None, 100, by).await;
        let mut records = page.unwrap().items;
        records.retain(|record| record.outcome == outcome);
        records
    }
}

#[tokio::test]
async fn a_nurse_of_the_unit_acts_by_the_providers_token_and_is_in_the_trail() {
    let ward = Ward::new().await;
    ward.office
        .hire(of_department("kim", Role::Nurse, "W3"))
        .await;
    let token = ward.token("kim", &json!({}));

    let seen = ward.bed(&token).await;
    let again = ward.bed(&token).await;
    let ask = |method: &'static str, path: &'static str| {
        let call = Call::new(ward.house.address, method, path);
        call.token(&token).send()
    };
    let me = ask("GET", "/v1/me").await;
    let out = ask("POST", "/v1/sign-out").await;

    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(me.json()["role"], json!(["nurse"]));
    assert!(
        me.json()["session_id"]
            .as_str()
            .unwrap()
            .starts_with("oidc:")
    );
    assert!(
        me.json()["absolute_expires_at"]
            .as_str()
            .unwrap()
            .starts_with("20")
    );
    // It cannot be taken back here, and nobody is told that it was.
    assert_eq!(out.problem(), "invalid", "{}", out.text());
    let logins = ward.logins(Outcome::Success).await;
    let names: Vec<_> = logins
        .iter()
        .map(|it| it.content.as_ref().unwrap().by.user.expose().to_owned())
        .collect();
    assert_eq!(names, ["kim"]);
}

#[tokio::test]
async fn what_the_provider_says_opens_no_more_than_the_account_here() {
    let ward = Ward::new().await;
    ward.office
        .hire(of_department("kim", Role::Nurse, "W3"))
        .await;
    ward.office
        .hire(of_department("far", Role::Nurse, "ICU"))
        .await;
    for (what, login, claims, expected) in [
        ("nobody here", "eve", json!({}), "not_let_in"),
        (
            "a role that the account has not",
            "kim",
            json!({"groups": ["admins"]}),
            "not_let_in",
        ),
        (
            "a word that is no role of the site's",
            "kim",
            json!({"groups": ["nurse"]}),
            "not_let_in",
        ),
        (
            "no second factor",
            "kim",
            json!({"amr": ["pwd"]}),
            "access_denied",
        ),
        ("another unit", "far", json!({}), "access_denied"),
        (
            "its time is over",
            "kim",
            json!({"exp": 1_000_000_000}),
            "token_expired",
        ),
        (
            "another audience",
            "kim",
            json!({"aud": "other"}),
            "unauthenticated",
        ),
    ] {
        let refused = ward.bed(&ward.token(login, &claims)).await;

        assert_eq!(refused.problem(), expected, "{what}: {}", refused.text());
    }
    // What the provider signed and was refused is in the trail; what anybody can make up is not.
    assert_eq!(ward.logins(Outcome::Denied).await.len(), 5);
    let made_up = ward.token("kim", &json!({})).replace("ey", "ez");
    assert_eq!(ward.bed(&made_up).await.problem(), "unauthenticated");
    assert_eq!(ward.logins(Outcome::Denied).await.len(), 5);
}

#[tokio::test]
async fn who_is_disabled_here_passes_no_door_whatever_the_provider_says() {
    let ward = Ward::new().await;
    let kim = ward
        .office
        .hire(of_department("kim", Role::Nurse, "W3"))
        .await;
    let token = ward.token("kim", &json!({}));
    assert_eq!(ward.bed(&token).await.status, StatusCode::OK);

    ward.office.disable(kim).await;

    for path in [BED, "/v1/me", "/v1/notifications"] {
        let refused = Call::new(ward.house.address, "GET", path)
            .token(&token)
            .send()
            .await;
        assert_eq!(refused.problem(), "not_let_in", "{path}");
    }
}

#[tokio::test]
async fn of_several_roles_one_is_asked_for_and_none_is_taken_that_is_not_given() {
    let ward = Ward::new().await;
    let mut both = new_user("kim", Role::Nurse);
    both.roles = RoleSet::of(&[Role::Nurse, Role::Physician]);
    ward.office.hire(both).await;
    let token = ward.token("kim", &json!({"groups": ["nurses", "doctors"]}));
    let me = async |role: Option<&str>| {
        let call = Call::new(ward.house.address, "GET", "/v1/me").token(&token);
        match role {
            Some(role) => call.header("wardline-role", role).send().await,
            None => call.send().await,
        }
    };

    assert_eq!(me(None).await.problem(), "invalid");
    assert_eq!(
        me(Some("physician")).await.json()["role"],
        json!(["physician"])
    );
    assert_eq!(me(Some("privacy_officer")).await.problem(), "not_let_in");
    assert_eq!(me(Some("king")).await.problem(), "invalid");
}

#[tokio::test]
async fn without_a_provider_its_tokens_are_unknown() {
    let ward = Ward::new().await;
    ward.office
        .hire(of_department("kim", Role::Nurse, "W3"))
        .await;
    let token = ward.token("kim", &json!({}));
    ward.house.room.oidc.replace(None).unwrap();

    assert_eq!(ward.bed(&token).await.problem(), "unauthenticated");
}
