//! Two instances on one Redis: the one that stands by checks sessions, and lets nobody in whose session ended elsewhere.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;
use wardline_estate::Role;
use wardline_estate::description::Topology;
use wardline_estate::link::{list_of, text_of};

use crate::estate::Estate;
use crate::home::{Home, Node, free_address};
use crate::http::{self, Response};
use crate::wait::until;

/// What is promised of a revocation: from so long after its answer on, no instance lets the session in.
const HONOURED_WITHIN: Duration = Duration::from_secs(1);
/// How often somebody is logged off.
const ROUNDS: usize = 5;
const APPLICATION: &str = "sessions:check,sessions:revoke,sessions:write,sessions:read,read";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_instance_that_stands_by_checks_sessions_and_honours_what_the_other_one_ended() {
    let estate = Estate::raise(Topology::Sentinel).await;
    let two = Two::over(&estate).await;
    let (kept, kept_token) = two.begin("kept").await;
    two.lives_at_standby(&kept_token).await;

    for round in 0..ROUNDS {
        let (id, token) = two.begin(&format!("user-{round}")).await;
        two.lives_at_standby(&token).await;
        // From memory by now, as far as it hears of every change.
        for _ in 0..20 {
            assert_eq!(two.check(&two.standing_by, &token).await["allowed"], true);
        }
        let path = format!("/v1/sessions/{id}");
        let ended = two
            .ask(&two.writing, Some(&two.token), "DELETE", &path, None)
            .await;
        assert_eq!(ended.status, 204, "{}", ended.text());
        sleep(HONOURED_WITHIN).await;

        let checked = two.check(&two.standing_by, &token).await;

        assert_eq!(checked["allowed"], false, "round {round}: {checked}");
        assert_eq!(checked["reason"], "revoked");
    }
    until("a check was answered from memory", async || {
        assert_eq!(
            two.check(&two.standing_by, &kept_token).await["allowed"],
            true
        );
        let figures = two
            .ask(&two.standing_by, Some(&two.token), "GET", "/metrics", None)
            .await;
        assert_eq!(figures.status, 200);
        from_memory(figures.text()) > 0
    })
    .await;

    // It takes over with what it knows: the session that was kept lives, and it is the one that ends it.
    let Two {
        writing,
        standing_by,
        token,
        ..
    } = two;
    writing.kill().await;
    until("the one that stood by takes over", async || {
        standing_by.readiness().await == 200
    })
    .await;
    let path = format!("/v1/sessions/{kept}");
    let ended = http::request(standing_by.http, Some(&token), "DELETE", &path, None).await;
    assert_eq!(ended.unwrap().status, 204);
    standing_by.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_instance_that_stands_by_asks_for_the_same_rights_and_does_nothing_else() {
    let estate = Estate::raise(Topology::Sentinel).await;
    let two = Two::over(&estate).await;
    let (_, session) = two.begin("somebody").await;
    two.lives_at_standby(&session).await;
    let reader = two.home.make_token("read").await;
    let body = json!({"token": session, "activity": false}).to_string();
    let at = async |token: Option<&str>, method: &str, path: &str, body: Option<&str>| {
        let answer = two.ask(&two.standing_by, token, method, path, body).await;
        answer.status
    };
    let check = "/v1/sessions/check";

    assert_eq!(at(None, "POST", check, Some(&body)).await, 401);
    assert_eq!(at(Some("wl_nobody"), "POST", check, Some(&body)).await, 401);
    // Made after it started: unknown until it is told to read its files again.
    assert_eq!(at(Some(&reader), "GET", "/metrics", None).await, 401);
    two.standing_by.signal("HUP").await;
    until("it knows the new token", async || {
        at(Some(&reader), "GET", "/metrics", None).await == 200
    })
    .await;
    assert_eq!(at(Some(&reader), "POST", check, Some(&body)).await, 403);
    let token = Some(two.token.as_str());
    assert_eq!(at(token, "POST", check, Some(&body)).await, 200);
    assert_eq!(at(token, "POST", check, Some("{}")).await, 422);
    assert_eq!(at(token, "GET", check, None).await, 405);
    let many = format!("{{\"checks\":[{body},{body}]}}");
    let many = two
        .ask(
            &two.standing_by,
            token,
            "POST",
            "/v1/sessions/check-many",
            Some(&many),
        )
        .await;
    assert_eq!(many.json()["results"].as_array().unwrap().len(), 2);
    let touch = json!({"token": session}).to_string();
    assert_eq!(
        at(token, "POST", "/v1/sessions/touch", Some(&touch)).await,
        200
    );
    let refused = two
        .ask(
            &two.standing_by,
            token,
            "POST",
            "/v1/sessions",
            Some(&new_session("other")),
        )
        .await;
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(refused.text().contains("stands by"), "{}", refused.text());
    for path in ["/v1/channels", "/v1/beds", "/v1/sessions", "/v1/audit"] {
        assert_eq!(at(token, "GET", path, None).await, 503, "{path}");
    }
    assert_eq!(at(None, "GET", "/healthz", None).await, 200);
    assert_eq!(at(None, "GET", "/readyz", None).await, 503);

    two.standing_by.stop().await;
    two.writing.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_that_dies_is_replaced_when_its_lease_ends_which_lasts_as_long_as_is_set() {
    const LEASE_MS: u64 = 3_000;
    let estate = Estate::raise(Topology::Sentinel).await;
    let mut home = Home::new().await;
    for (variable, value) in estate.settings() {
        home.set(variable, &value);
    }
    home.set("WARDLINE_REDIS__LEASE_MS", &LEASE_MS.to_string());
    home.set("WARDLINE_NODE__NAME", "ward-1");
    let writing = home.start().await;
    let left_ms = left_of_lease(&estate).await;
    assert!(left_ms <= LEASE_MS, "{left_ms}");
    home.set("WARDLINE_NODE__NAME", "ward-2");
    home.listen_on(free_address());
    let standing_by = home.spawn();
    // On a machine that does much else it may have taken over already; it is taken over from all the same.
    until("the other one is there", async || {
        standing_by.readiness().await != 0
    })
    .await;

    let left_ms = left_of_lease(&estate).await;
    writing.kill().await;
    let died = Instant::now();

    until("the one that stood by takes over", async || {
        standing_by.readiness().await == 200
    })
    .await;
    println!(
        "nobody served for {} ms, of which the lease went on for {left_ms}",
        died.elapsed().as_millis()
    );
    standing_by.stop().await;
}

/// For how long the lease of messages is held if nobody renews it, in milliseconds.
async fn left_of_lease(estate: &Estate) -> u64 {
    let master = estate.lab.masters().await.unwrap()[0].address;
    let mut link = estate.lab.link(master, Role::Admin).await.unwrap();
    let until = link.text(&["HGET", "wl:{m}:head", "until"]).await.unwrap();
    let until: u64 = until.parse().unwrap();
    let now = link.call(&["TIME"]).await.unwrap();
    let number = |at: usize| -> u64 { text_of(&list_of(&now)[at]).unwrap().parse().unwrap() };
    until.saturating_sub(number(0) * 1_000 + number(1) / 1_000)
}

/// An instance that writes and one that stands by, of one home.
pub(crate) struct Two {
    pub(crate) home: Home,
    pub(crate) writing: Node,
    pub(crate) standing_by: Node,
    /// An application's.
    pub(crate) token: String,
}

impl Two {
    pub(crate) async fn over(estate: &Estate) -> Self {
        let mut home = Home::new().await;
        for (variable, value) in estate.settings() {
            home.set(variable, &value);
        }
        // A machine that does much else must not make an instance lose it while it lives.
        home.set("WARDLINE_REDIS__LEASE_MS", "20000");
        let made = home
            .run(&[
                "token",
                "create",
                "application",
                "--scope",
                APPLICATION,
                "--write",
                "application.token",
            ])
            .await;
        assert!(made.status.success(), "{made:?}");
        let token = std::fs::read_to_string(home.folder().join("application.token")).unwrap();
        home.set("WARDLINE_NODE__NAME", "ward-1");
        let writing = home.start().await;
        home.set("WARDLINE_NODE__NAME", "ward-2");
        home.listen_on(free_address());
        let standing_by = home.spawn();
        until("the other one checks sessions", async || {
            let asked = http::request(standing_by.http, None, "GET", "/readyz/sessions", None);
            asked.await.is_ok_and(|answer| answer.status == 200)
        })
        .await;
        assert_eq!(standing_by.readiness().await, 503);
        Self {
            home,
            writing,
            standing_by,
            token: token.trim().to_owned(),
        }
    }

    async fn ask(
        &self,
        node: &Node,
        token: Option<&str>,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> Response {
        let asked = http::request(node.http, token, method, path, body).await;
        asked.unwrap()
    }

    /// Begins a session at the instance that writes: its id and its token.
    pub(crate) async fn begin(&self, user: &str) -> (String, String) {
        let body = new_session(user);
        let answer = self
            .ask(
                &self.writing,
                Some(&self.token),
                "POST",
                "/v1/sessions",
                Some(&body),
            )
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let created = answer.json();
        let text = |name: &str| created[name].as_str().unwrap().to_owned();
        (text("id"), text("token"))
    }

    async fn check(&self, node: &Node, session: &str) -> Value {
        let body = json!({"token": session, "activity": false}).to_string();
        let path = "/v1/sessions/check";
        let answer = self
            .ask(node, Some(&self.token), "POST", path, Some(&body))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Waits until the one that stands by knows the key that the first session of a month had made.
    async fn lives_at_standby(&self, session: &str) {
        let body = json!({"token": session, "activity": false}).to_string();
        until(
            "the session lives at the instance that stands by",
            async || {
                let path = "/v1/sessions/check";
                let answer = self
                    .ask(
                        &self.standing_by,
                        Some(&self.token),
                        "POST",
                        path,
                        Some(&body),
                    )
                    .await;
                answer.status == 200 && answer.json()["allowed"] == true
            },
        )
        .await;
    }
}

fn new_session(user: &str) -> String {
    json!({"user": user, "role": "nurse", "portal": "hyperspace", "department": "icu-2"})
        .to_string()
}

/// Checks that were answered from memory.
fn from_memory(figures: &str) -> u64 {
    let line = figures
        .lines()
        .find(|line| line.starts_with("wardline_session_checks_from_memory_total "));
    let value = line.and_then(|line| line.split(' ').nth(1));
    value.and_then(|value| value.parse().ok()).unwrap_or(0)
}
