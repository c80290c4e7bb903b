use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wardline_kernel::ManualClock;

use super::token::MAX_TOKEN_BYTES;
use super::*;

/// 2026-11-21T12:00:00Z, in seconds.
const NOW: u64 = 1_795_262_400;

/// A provider with a key for each algorithm, and the HTTP server where its keys are.
struct Provider {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
    ed: Ed25519KeyPair,
    address: SocketAddr,
    /// What it answers; nothing while it is down.
    keys: Arc<Mutex<Option<String>>>,
    asked: Arc<AtomicUsize>,
}

impl Provider {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Self {
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
            ec: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            ed: Ed25519KeyPair::generate().unwrap(),
            address: listener.local_addr().unwrap(),
            keys: Arc::default(),
            asked: Arc::default(),
        };
        provider.publish("");
        let (keys, asked) = (Arc::clone(&provider.keys), Arc::clone(&provider.asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                drop(stream.read(&mut [0; 1024]).await);
                let keys = keys.lock().unwrap().clone();
                let answer = match keys {
                    Some(keys) => format!(
                        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{keys}",
                        keys.len()
                    ),
                    None => "HTTP/1.1 503 Down\r\ncontent-length: 0\r\n\r\n".to_owned(),
                };
                drop(stream.write_all(answer.as_bytes()).await);
            }
        });
        provider
    }

    /// Its keys under names that end so.
    fn publish(&self, suffix: &str) {
        let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        // RSAPublicKey of a key of 2,048 bits (RFC 8017, A.1.1): the modulus begins at 9, the exponent at 267.
        let rsa = self.rsa.public_key().as_ref();
        let point = self.ec.public_key().as_ref();
        let keys = json!({"keys": [
            {"kty": "RSA", "kid": format!("rsa{suffix}"), "use": "sig", "alg": "RS256", "n": b64(&rsa[9..265]), "e": b64(&rsa[267..270])},
            {"kty": "EC", "crv": "P-256", "kid": format!("ec{suffix}"), "x": b64(&point[1..33]), "y": b64(&point[33..])},
            {"kty": "OKP", "crv": "Ed25519", "kid": format!("ed{suffix}"), "key_ops": ["verify"], "x": b64(self.ed.public_key().as_ref())},
            {"kty": "RSA", "kid": "enc", "use": "enc", "n": b64(&rsa[9..265]), "e": b64(&rsa[267..270])},
            {"kty": "oct", "kid": "secret", "k": "AAAA"},
        ]});
        *self.keys.lock().unwrap() = Some(keys.to_string());
    }

    fn goes_down(&self) {
        *self.keys.lock().unwrap() = None;
    }

    fn sign(&self, alg: &str, signed: &str) -> Vec<u8> {
        let random = SystemRandom::new();
        match alg {
            "RS256" => {
                let mut signature = vec![0; 256];
                let signing = self.rsa.sign(
                    &RSA_PKCS1_SHA256,
                    &random,
                    signed.as_bytes(),
                    &mut signature,
                );
                signing.unwrap();
                signature
            }
            "ES256" => self
                .ec
                .sign(&random, signed.as_bytes())
                .unwrap()
                .as_ref()
                .to_vec(),
            _ => self.ed.sign(signed.as_bytes()).as_ref().to_vec(),
        }
    }

    /// A token with this header and these claims, signed as `alg` says.
    fn token(&self, alg: &str, header: &Value, claims: &Value) -> String {
        self.signed(alg, &header.to_string(), &claims.to_string())
    }

    fn signed(&self, alg: &str, header: &str, claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.sign(alg, &signed);
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The usual one, with these claims instead of the usual ones.
    fn usual(&self, other: &Value) -> String {
        let header = json!({"alg": "EdDSA", "kid": "ed", "typ": "JWT"});
        self.token("EdDSA", &header, &claims(other))
    }

    fn settings(&self) -> Settings {
        Settings {
            issuer: "https://login.example".to_owned(),
            audience: "wardline".to_owned(),
            keys: KeysAt::Url {
                url: format!("http://{}/keys", self.address),
                ca_file: None,
                fresh: Duration::from_mins(5),
                stale: Duration::from_hours(1),
            },
            algorithms: vec![Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa],
            user_claim: "preferred_username".to_owned(),
            role_claim: "realm_access.roles".to_owned(),
            roles: BTreeMap::from([("ward-nurses".to_owned(), Role::Nurse)]),
            department_claim: Some("unit".to_owned()),
            second_factor_amr: vec!["otp".to_owned()],
            second_factor_acr: vec!["gold".to_owned()],
            skew: Duration::from_mins(1),
        }
    }
}

fn claims(other: &Value) -> Value {
    let mut claims = json!({
        "iss": "https://login.example", "aud": "wardline", "sub": "u-1", "exp": NOW + 300, "iat": NOW, "nbf": NOW,
        "preferred_username": "kim", "realm_access": {"roles": ["offline", "ward-nurses"]}, "unit": "MED",
        "amr": ["pwd", "otp"], "sid": "s-1",
    });
    for (name, value) in other.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims
                .as_object_mut()
                .unwrap()
                .insert(name.clone(), value.clone()),
        };
    }
    claims
}

struct Scene {
    provider: Provider,
    oidc: Oidc,
    clock: Arc<ManualClock>,
}

impl Scene {
    async fn new() -> Self {
        let provider = Provider::new().await;
        let clock = Arc::new(ManualClock::at(NOW * 1_000));
        let mut oidc = Oidc::new(Some(provider.settings()), clock.clone()).unwrap();
        oidc.steady = clock.clone();
        Self {
            provider,
            oidc,
            clock,
        }
    }

    async fn refusal(&self, token: &str) -> Option<TokenRefused> {
        self.oidc.read(token).await.err()
    }
}

#[tokio::test]
async fn a_token_of_each_algorithm_says_who_somebody_is() {
    let scene = Scene::new().await;
    for (alg, kid) in [("RS256", "rsa"), ("ES256", "ec"), ("EdDSA", "ed")] {
        let header = json!({"alg": alg, "kid": kid});
        let token = scene.provider.token(alg, &header, &claims(&json!({})));

        let outside = scene.oidc.read(&token).await.unwrap();

        assert_eq!(outside.login, "kim", "{alg}");
        assert_eq!(outside.roles, RoleSet::one(Role::Nurse));
        assert_eq!(outside.department.as_deref(), Some("MED"));
        assert!(outside.has_second_factor);
    }
}

/// What it is, how it is really signed, what its header says, and why it is refused.
const HOSTILE: [(&str, &str, &str, TokenRefused); 18] = [
    (
        "none",
        "EdDSA",
        r#"{"alg":"none","kid":"ed"}"#,
        TokenRefused::Algorithm,
    ),
    (
        "none in capitals",
        "EdDSA",
        r#"{"alg":"None","kid":"ed"}"#,
        TokenRefused::Algorithm,
    ),
    (
        "HS256 with a public key",
        "EdDSA",
        r#"{"alg":"HS256","kid":"rsa"}"#,
        TokenRefused::Algorithm,
    ),
    (
        "HS256 with a shared key",
        "EdDSA",
        r#"{"alg":"HS256","kid":"secret"}"#,
        TokenRefused::Algorithm,
    ),
    (
        "PS256",
        "RS256",
        r#"{"alg":"PS256","kid":"rsa"}"#,
        TokenRefused::Algorithm,
    ),
    (
        "a key of another algorithm",
        "RS256",
        r#"{"alg":"RS256","kid":"ec"}"#,
        TokenRefused::Key,
    ),
    (
        "a key for sealing",
        "RS256",
        r#"{"alg":"RS256","kid":"enc"}"#,
        TokenRefused::Key,
    ),
    (
        "a signature of another key",
        "EdDSA",
        r#"{"alg":"ES256","kid":"ec"}"#,
        TokenRefused::Signature,
    ),
    (
        "a key that is a path",
        "EdDSA",
        r#"{"alg":"EdDSA","kid":"../../etc/passwd"}"#,
        TokenRefused::Key,
    ),
    (
        "a key that is a query",
        "EdDSA",
        r#"{"alg":"EdDSA","kid":"ed' OR '1'='1"}"#,
        TokenRefused::Key,
    ),
    (
        "its own key",
        "EdDSA",
        r#"{"alg":"EdDSA","kid":"mine","jwk":{"kty":"OKP","crv":"Ed25519","x":"AAAA"}}"#,
        TokenRefused::Key,
    ),
    (
        "keys elsewhere",
        "EdDSA",
        r#"{"alg":"EdDSA","kid":"mine","jku":"http://evil.example"}"#,
        TokenRefused::Key,
    ),
    (
        "crit",
        "EdDSA",
        r#"{"alg":"EdDSA","kid":"ed","crit":["exp"]}"#,
        TokenRefused::Critical,
    ),
    (
        "b64",
        "EdDSA",
        r#"{"alg":"EdDSA","kid":"ed","b64":false}"#,
        TokenRefused::Critical,
    ),
    (
        "another type",
        "EdDSA",
        r#"{"alg":"EdDSA","kid":"ed","typ":"dpop+jwt"}"#,
        TokenRefused::Form,
    ),
    (
        "an algorithm said twice",
        "EdDSA",
        r#"{"alg":"EdDSA","alg":"none","kid":"ed"}"#,
        TokenRefused::Form,
    ),
    (
        "no algorithm",
        "EdDSA",
        r#"{"kid":"ed"}"#,
        TokenRefused::Form,
    ),
    ("no header", "EdDSA", "[]", TokenRefused::Form),
];

#[tokio::test]
async fn what_a_hostile_header_says_opens_nothing() {
    let scene = Scene::new().await;
    let long = format!(r#"{{"alg":"EdDSA","kid":"{}"}}"#, "k".repeat(257));
    let long = (
        "a key with a long name",
        "EdDSA",
        long.as_str(),
        TokenRefused::Key,
    );
    for (what, alg, header, expected) in HOSTILE.into_iter().chain([long]) {
        let token = scene
            .provider
            .signed(alg, header, &claims(&json!({})).to_string());

        assert_eq!(scene.refusal(&token).await, Some(expected), "{what}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_refused_before_anybody_is_asked() {
    let scene = Scene::new().await;
    let good = scene.provider.usual(&json!({}));
    let padded = format!("{good}=");
    let huge = scene
        .provider
        .usual(&json!({"x": "x".repeat(MAX_TOKEN_BYTES)}));
    for wrong in ["", ".", "..", "a.b", "a.b.c", "é.é.é", &padded, &huge] {
        assert_eq!(
            scene.refusal(wrong).await,
            Some(TokenRefused::Form),
            "{wrong:.20}"
        );
    }
    assert_eq!(scene.provider.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn every_changed_byte_of_a_token_is_noticed() {
    let scene = Scene::new().await;
    let good = scene.provider.usual(&json!({}));
    for at in (0..good.len()).step_by(3) {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();

        assert!(scene.refusal(&changed).await.is_some(), "byte {at}");
    }
}

#[tokio::test]
async fn claims_must_be_for_us_and_for_now() {
    use TokenRefused::{Audience, Expired, Form, Issuer, NotYet, User};
    let scene = Scene::new().await;
    for (other, expected) in [
        (json!({"iss": "https://login.example/"}), Some(Issuer)),
        (json!({"aud": "other"}), Some(Audience)),
        (json!({"aud": []}), Some(Audience)),
        (json!({"aud": ["other", "wardline"]}), None),
        (json!({"exp": NOW - 60}), Some(Expired)),
        (json!({"exp": NOW - 59}), None),
        (json!({"exp": null}), Some(Form)),
        (json!({"exp": "2099"}), Some(Form)),
        (json!({"nbf": NOW + 60}), None),
        (json!({"nbf": NOW + 61}), Some(NotYet)),
        (json!({"iat": NOW + 61}), Some(NotYet)),
        (json!({"nbf": null, "iat": null}), None),
        (json!({"sub": ""}), Some(User)),
        (json!({"sub": null}), Some(Form)),
        (json!({"preferred_username": null}), Some(User)),
        (json!({"preferred_username": "x".repeat(129)}), Some(User)),
        (json!({"preferred_username": ["kim"]}), Some(User)),
    ] {
        let refused = scene.refusal(&scene.provider.usual(&other)).await;

        assert_eq!(refused, expected, "{other}");
    }
}

#[tokio::test]
async fn roles_and_second_factor_come_from_the_claims_that_the_site_names() {
    let scene = Scene::new().await;
    let read = async |other: Value| {
        scene
            .oidc
            .read(&scene.provider.usual(&other))
            .await
            .unwrap()
    };

    let nobody = read(json!({"realm_access": {"roles": ["nurse"]}, "role": "nurse"})).await;
    assert_eq!(nobody.roles, RoleSet::default());
    let one_word = read(json!({"realm_access": {"roles": "ward-nurses"}})).await;
    assert_eq!(one_word.roles, RoleSet::one(Role::Nurse));
    assert!(!read(json!({"amr": ["pwd"]})).await.has_second_factor);
    assert!(
        !read(json!({"amr": null, "acr": "silver"}))
            .await
            .has_second_factor
    );
    assert!(
        read(json!({"amr": null, "acr": "gold"}))
            .await
            .has_second_factor
    );
    let elsewhere = read(json!({"unit": null})).await;
    assert_eq!(elsewhere.department.as_deref(), Some(""));
}

#[tokio::test]
async fn a_key_that_is_new_is_fetched_and_one_that_is_gone_is_not_taken_any_more() {
    let scene = Scene::new().await;
    let old = scene.provider.usual(&json!({"exp": NOW + 9_000}));
    assert_eq!(scene.refusal(&old).await, None);

    scene.provider.publish("-2");
    scene.clock.advance(11_000);
    let header = json!({"alg": "EdDSA", "kid": "ed-2"});
    let new = scene
        .provider
        .token("EdDSA", &header, &claims(&json!({"exp": NOW + 9_000})));

    assert_eq!(scene.refusal(&new).await, None);
    assert_eq!(scene.refusal(&old).await, Some(TokenRefused::Key));
}

#[tokio::test]
async fn a_key_that_is_withdrawn_is_refused_once_the_keys_are_fresh_no_more() {
    let scene = Scene::new().await;
    let old = scene.provider.usual(&json!({"exp": NOW + 9_000}));
    assert_eq!(scene.refusal(&old).await, None);
    scene.provider.publish("-2");

    scene.clock.advance(299_000);
    assert_eq!(scene.refusal(&old).await, None);
    scene.clock.advance(1_000);
    assert_eq!(scene.refusal(&old).await, Some(TokenRefused::Key));
}

#[tokio::test]
async fn keys_age_though_the_clock_is_set_back() {
    let mut scene = Scene::new().await;
    let steady = Arc::new(ManualClock::at(0));
    scene.oidc.steady = steady.clone();
    let old = scene.provider.usual(&json!({"exp": NOW + 9_000}));
    assert_eq!(scene.refusal(&old).await, None);
    scene.provider.publish("-2");

    scene.clock.set((NOW - 1) * 1_000);
    steady.advance(299_000);
    assert_eq!(scene.refusal(&old).await, None);
    steady.advance(1_000);
    assert_eq!(scene.refusal(&old).await, Some(TokenRefused::Key));
}

#[tokio::test]
async fn while_the_provider_is_down_known_keys_go_on_for_the_stated_time() {
    let scene = Scene::new().await;
    let token = scene.provider.usual(&json!({"exp": NOW + 90_000}));
    assert_eq!(scene.refusal(&token).await, None);
    scene.provider.goes_down();

    scene.clock.advance(3_599_000);
    assert_eq!(scene.refusal(&token).await, None);
    scene.clock.advance(1_000);
    assert_eq!(scene.refusal(&token).await, Some(TokenRefused::NoKeys));

    // And it is back as soon as the provider is, without a restart.
    scene.provider.publish("");
    scene.clock.advance(11_000);
    assert_eq!(scene.refusal(&token).await, None);
}

#[tokio::test]
async fn keys_that_nobody_has_do_not_make_us_ask_the_provider_each_time() {
    let scene = Scene::new().await;
    for number in 0..50 {
        let header = json!({"alg": "EdDSA", "kid": format!("made-up-{number}")});
        let token = scene.provider.token("EdDSA", &header, &claims(&json!({})));
        assert_eq!(scene.refusal(&token).await, Some(TokenRefused::Key));
    }

    assert_eq!(scene.provider.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn who_hangs_up_while_keys_are_fetched_takes_them_from_nobody() {
    let scene = Scene::new().await;
    let header = json!({"alg": "EdDSA", "kid": "made-up"});
    let made_up = scene.provider.token("EdDSA", &header, &claims(&json!({})));

    // Asked once, and gone before the provider answers.
    let is_gone = tokio::select! {
        biased;
        _ = scene.oidc.read(&made_up) => false,
        () = std::future::ready(()) => true,
    };

    assert!(is_gone);
    let usual = scene.provider.usual(&json!({}));
    assert_eq!(scene.refusal(&usual).await, None);
    assert_eq!(scene.provider.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn without_a_provider_no_token_is_one() {
    let clock = Arc::new(ManualClock::at(NOW * 1_000));
    let oidc = Oidc::none(clock);

    assert!(!oidc.may_be_one("a.b.c"));
    assert_eq!(oidc.read("a.b.c").await, Err(TokenRefused::Form));
}

#[test]
fn where_keys_would_come_in_clear_is_refused() {
    let clock = Arc::new(ManualClock::at(0));
    let url = KeysAt::Url {
        url: "http://login.example/keys".to_owned(),
        ca_file: None,
        fresh: Duration::from_mins(5),
        stale: Duration::from_mins(5),
    };

    assert!(Oidc::new(None, clock).is_ok());
    assert!(KeyCache::new(&url).is_err());
}
