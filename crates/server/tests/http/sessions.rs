//! Sessions over HTTP: begun, checked, changed, listed, ended, told of.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::Incoming;
use serde_json::{Value, json};
use wardline_access::model::Role;
use wardline_server::http::auth::Scope::{
    Phi, SessionsCheck, SessionsRead, SessionsRevoke, SessionsWrite,
};

use crate::client::Call;
use crate::house::{House, MAX_LIVE};
use crate::partner::Mood;
use crate::patients::Ward;

/// How long a busy machine may take.
const PATIENCE: Duration = Duration::from_mins(1);

fn nurse(user: &str) -> Value {
    json!({
        "user": user, "role": "nurse", "department": "icu-2", "portal": "mychart",
        "client": {"ip": "10.1.2.3", "user_agent": "Firefox", "device": "Workstation 4"},
        "fields": {"patient": "MRN778811"},
    })
}

async fn begin(house: &House, body: &Value) -> (String, String) {
    let answer = house.post("/v1/sessions", &[SessionsWrite], body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let created = answer.json();
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

async fn check(house: &House, token: &str, permission: Option<&str>) -> Value {
    let mut body = json!({"token": token, "activity": false});
    if let Some(permission) = permission {
        body["permission"] = permission.into();
    }
    let answer = house
        .post("/v1/sessions/check", &[SessionsCheck], &body)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_session_is_begun_checked_and_ended() {
    let house = House::new(Mood::Accepts).await;
    let (id, token) = begin(&house, &nurse("ada")).await;

    let live = check(&house, &token, Some("vitals:read")).await;
    assert_eq!(live["allowed"], true);
    assert_eq!(live["session"]["id"], id.as_str());
    assert_eq!(live["session"]["user"], "ada");
    assert_eq!(live["session"]["department"], "icu-2");
    assert!(live["session"]["seconds_left"].as_u64().unwrap() >= 1_790);
    let denied = check(&house, &token, Some("orders:write")).await;
    assert_eq!(denied["reason"], "permission");

    let path = format!("/v1/sessions/{id}");
    let ended = house.call("DELETE", &path, &[SessionsRevoke]).send().await;

    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert_eq!(check(&house, &token, None).await["reason"], "revoked");
    let again = house.call("DELETE", &path, &[SessionsRevoke]).send().await;
    assert_eq!(again.problem(), "not_found");
}

#[tokio::test]
async fn one_beyond_all_that_may_live_is_refused_until_another_ends() {
    let house = House::new(Mood::Accepts).await;
    let mut first = None;
    for number in 0..MAX_LIVE {
        let (id, _) = begin(&house, &nurse(&format!("user-{number}"))).await;
        first.get_or_insert(id);
    }
    let one_more = nurse("one-more");

    let refused = house
        .post("/v1/sessions", &[SessionsWrite], &one_more)
        .await;

    assert_eq!(refused.problem(), "sessions_full");
    let path = format!("/v1/sessions/{}", first.unwrap());
    house.call("DELETE", &path, &[SessionsRevoke]).send().await;
    begin(&house, &one_more).await;
}

#[tokio::test]
async fn what_is_no_token_of_a_session_is_unknown_and_no_error() {
    let house = House::new(Mood::Accepts).await;

    for token in ["", "wls_", "EVERYWOMAN"] {
        let answer = check(&house, token, None).await;
        assert_eq!(answer, json!({"allowed": false, "reason": "unknown"}));
    }
}

#[tokio::test]
async fn many_are_checked_in_the_order_in_which_they_were_asked() {
    let house = House::new(Mood::Accepts).await;
    let (_, ada) = begin(&house, &nurse("ada")).await;
    let (_, bob) = begin(&house, &nurse("bob")).await;
    let ask = |token: &str| json!({"token": token, "permission": "vitals:read", "activity": true});
    let body = json!({"checks": [ask(&bob), ask("no token"), ask(&ada)]});

    let answer = house
        .post("/v1/sessions/check-many", &[SessionsCheck], &body)
        .await
        .json();

    assert_eq!(answer["results"][0]["session"]["user"], "bob");
    assert_eq!(answer["results"][1]["reason"], "unknown");
    assert_eq!(answer["results"][2]["session"]["user"], "ada");
}

#[tokio::test]
async fn a_thousand_checks_are_taken_at_once_and_one_beyond_is_refused() {
    let house = House::new(Mood::Accepts).await;
    let of = |count: usize| json!({"checks": vec![json!({"token": "", "activity": false}); count]});

    let taken = house
        .post("/v1/sessions/check-many", &[SessionsCheck], &of(1_000))
        .await;
    let refused = house
        .post("/v1/sessions/check-many", &[SessionsCheck], &of(1_001))
        .await;

    assert_eq!(taken.status, StatusCode::OK);
    assert_eq!(refused.problem(), "invalid");
    assert_eq!(refused.json()["field"], "checks");
}

#[tokio::test]
async fn activity_extends_and_a_poll_does_not() {
    let house = House::new(Mood::Accepts).await;
    let (id, token) = begin(&house, &nurse("ada")).await;
    let path = format!("/v1/sessions/{id}");
    let shown = house.get(&path, &[SessionsRead]).await.json();

    check(&house, &token, None).await;
    let polled = house.get(&path, &[SessionsRead]).await.json();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let body = json!({"token": token});
    house
        .post("/v1/sessions/touch", &[SessionsCheck], &body)
        .await;
    let touched = house.get(&path, &[SessionsRead]).await.json();

    assert_eq!(polled["last_activity_at"], shown["last_activity_at"]);
    assert_ne!(touched["last_activity_at"], shown["last_activity_at"]);
}

#[tokio::test]
async fn a_locked_session_is_denied_until_it_is_unlocked() {
    let house = House::new(Mood::Accepts).await;
    let (id, token) = begin(&house, &nurse("ada")).await;
    let act = |what: &str| format!("/v1/sessions/{id}/{what}");

    let locked = house
        .call("POST", &act("lock"), &[SessionsRevoke])
        .send()
        .await;
    assert_eq!(locked.json()["version"], 2);
    assert_eq!(check(&house, &token, None).await["reason"], "locked");
    let renewal = house
        .post(&act("renew"), &[SessionsWrite], &json!({}))
        .await;
    assert_eq!(renewal.problem(), "session_locked");

    house
        .call("POST", &act("unlock"), &[SessionsWrite])
        .send()
        .await;
    assert_eq!(check(&house, &token, None).await["allowed"], true);
}

#[tokio::test]
async fn a_renewal_puts_a_new_token_in_the_place_of_the_old_one() {
    let house = House::new(Mood::Accepts).await;
    let (id, old) = begin(&house, &nurse("ada")).await;

    let renewed = house
        .post(
            &format!("/v1/sessions/{id}/renew"),
            &[SessionsWrite],
            &json!({"role": "doctor"}),
        )
        .await
        .json();

    assert_eq!(check(&house, &old, None).await["reason"], "unknown");
    let token = renewed["token"].as_str().unwrap();
    let live = check(&house, token, Some("orders:write")).await;
    assert_eq!(live["session"]["role"], "doctor");
}

#[tokio::test]
async fn fields_are_changed_by_version_and_shown_with_phi_only() {
    let house = House::new(Mood::Accepts).await;
    let (id, _) = begin(&house, &nurse("ada")).await;
    let path = format!("/v1/sessions/{id}");
    let change = json!({"fields": {"patient": null, "view": "MRN42"}});
    let patch = |tag: &str| {
        house
            .call("PATCH", &path, &[SessionsWrite])
            .header("if-match", tag)
            .json(&change)
    };

    assert_eq!(patch("\"1\"").send().await.json()["version"], 2);
    assert_eq!(patch("\"1\"").send().await.problem(), "version_conflict");
    assert_eq!(patch("*").send().await.problem(), "invalid");

    let shown = house.get(&path, &[SessionsRead, Phi]).await;
    assert_eq!(shown.header("etag"), "\"2\"");
    assert_eq!(shown.json()["fields"], json!({"view": "MRN42"}));
    let without = house.get(&path, &[SessionsRead]).await.json();
    assert_eq!(without["fields"], Value::Null);
}

#[tokio::test]
async fn a_privacy_officer_who_releases_records_sees_no_fields_and_an_operator_does() {
    let ward = Ward::new().await;
    let officer = ward.signed_in("pat", Role::PrivacyOfficer, "PO").await;
    let operator = ward.signed_in("opal", Role::Operator, "IT").await;
    let (id, _) = begin(&ward.house, &nurse("ada")).await;
    let path = format!("/v1/sessions/{id}");
    let shown = |token: String| {
        let call = Call::new(ward.house.address, "GET", &path).token(&token);
        async move { call.send().await }
    };

    let by_officer = shown(officer).await;
    let by_operator = shown(operator).await;

    assert_eq!(by_officer.status, StatusCode::OK, "{}", by_officer.text());
    assert_eq!(by_officer.json()["user"], "ada");
    assert_eq!(by_officer.json()["fields"], Value::Null);
    assert_eq!(
        by_operator.json()["fields"],
        json!({"patient": "MRN778811"})
    );
}

#[tokio::test]
async fn the_oldest_of_too_many_ends_or_the_new_one_is_refused_as_the_role_says() {
    let house = House::new(Mood::Accepts).await;
    let (first, token) = begin(&house, &nurse("ada")).await;
    begin(&house, &nurse("ada")).await;

    let third = house
        .post("/v1/sessions", &[SessionsWrite], &nurse("ada"))
        .await
        .json();
    assert_eq!(third["displaced"], json!([first]));
    assert_eq!(check(&house, &token, None).await["reason"], "displaced");

    let guest = json!({"user": "eve", "role": "guest", "portal": "mychart"});
    begin(&house, &guest).await;
    let refused = house.post("/v1/sessions", &[SessionsWrite], &guest).await;
    assert_eq!(refused.problem(), "too_many_sessions");
}

#[tokio::test]
async fn all_sessions_of_a_user_end_at_once_and_nobody_elses() {
    let house = House::new(Mood::Accepts).await;
    let (_, ada) = begin(&house, &nurse("ada")).await;
    let (_, bob) = begin(&house, &nurse("bob")).await;

    let body = json!({"user": "ada"});
    let ended = house
        .post("/v1/sessions/revoke-user", &[SessionsRevoke], &body)
        .await
        .json();

    assert_eq!(ended["revoked"], 1);
    assert_eq!(check(&house, &ada, None).await["reason"], "revoked");
    assert_eq!(check(&house, &bob, None).await["allowed"], true);
}

#[tokio::test]
async fn sessions_are_listed_in_pages_and_counted_alike() {
    let house = House::new(Mood::Accepts).await;
    let mut begun = Vec::new();
    for user in ["ada", "bob", "cy"] {
        begun.insert(0, begin(&house, &nurse(user)).await.0);
    }
    let guest = json!({"user": "eve", "role": "doctor", "portal": "mychart"});
    begin(&house, &guest).await;

    let mut listed = Vec::new();
    let mut path = "/v1/sessions?role=nurse&limit=2".to_owned();
    loop {
        let page = house.get(&path, &[SessionsRead]).await.json();
        let items = page["items"].as_array().unwrap();
        listed.extend(
            items
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => path = format!("/v1/sessions?role=nurse&limit=2&cursor={next}"),
            None => break,
        }
    }

    assert_eq!(listed, begun);
    let filter = json!({"filter": {"user": "bob", "state": "active"}});
    let found = house
        .post("/v1/sessions/search", &[SessionsRead], &filter)
        .await
        .json();
    assert_eq!(found["items"][0]["user"], "bob");
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let counted = house
        .post("/v1/sessions/count", &[SessionsRead], &filter)
        .await
        .json();
    assert_eq!(counted["count"], 1);
}

#[tokio::test]
async fn a_request_that_is_wrong_names_its_place_and_repeats_nothing() {
    let house = House::new(Mood::Accepts).await;
    let with = |name: &str, value: Value| {
        let mut body = nurse("ada");
        body[name] = value;
        body
    };
    let mut cases = vec![
        (with("role", "EVERYWOMAN".into()), "role"),
        (with("role", "a b".into()), "role"),
        (with("user", "".into()), "user"),
        (with("user", "x".repeat(257).into()), "user"),
        (with("portal", "-".into()), "portal"),
        (with("department", "a b".into()), "department"),
        (with("fields", json!({"EVERYWOMAN": 1})), "fields"),
        (with("fields", json!({"EVERY WOMAN": "1"})), "fields"),
        (with("fields", json!({"a": "x".repeat(2_049)})), "fields"),
        (
            with("limits", json!({"idle_seconds": 1_801})),
            "limits.idle_seconds",
        ),
        (
            with("limits", json!({"absolute_seconds": 0})),
            "limits.absolute_seconds",
        ),
    ];
    cases.push((with("EVERYWOMAN", 1.into()), "body"));

    for (body, field) in cases {
        let refused = house.post("/v1/sessions", &[SessionsWrite], &body).await;

        assert_eq!(refused.problem(), "invalid", "{body}");
        assert_eq!(refused.json()["field"], field, "{body}");
        assert!(!refused.text().contains("WOMAN"), "{}", refused.text());
    }
}

#[tokio::test]
async fn a_create_that_is_sent_again_gets_the_same_session() {
    let house = House::new(Mood::Accepts).await;
    let call = || {
        house
            .call("POST", "/v1/sessions", &[SessionsWrite])
            .header("idempotency-key", "k")
            .json(&nurse("ada"))
    };

    let (first, second) = (call().send().await, call().send().await);

    assert_eq!(first.json(), second.json());
    assert_eq!(second.header("idempotency-replayed"), "true");
}

/// Reads frames until one holds `wanted`, and gives all that was read.
async fn read_until(body: &mut Incoming, wanted: &str) -> String {
    let mut read = String::new();
    while !read.contains(wanted) {
        let frame = tokio::time::timeout(PATIENCE, body.frame()).await;
        let frame = frame
            .expect("an event in time")
            .expect("the stream goes on");
        let data: Bytes = frame.unwrap().into_data().unwrap();
        read.push_str(std::str::from_utf8(&data).unwrap());
    }
    read
}

#[tokio::test]
async fn what_happens_is_told_with_its_cause_and_without_the_person() {
    let house = House::new(Mood::Accepts).await;
    let call = || house.call("GET", "/v1/sessions/events", &[SessionsRead]);
    let (_, mut body) = call().begin().await;
    let guest = json!({"user": "EVERYWOMAN", "role": "guest", "portal": "mychart"});

    let (id, _) = begin(&house, &guest).await;
    let told = read_until(&mut body, "\"cause\":").await;

    assert!(told.contains("event: created"), "{told}");
    assert!(told.contains(&format!("\"session_id\":\"{id}\"")), "{told}");
    assert!(!told.contains("EVERYWOMAN"), "{told}");
    assert!(told.contains("\"cause\":\"idle\""), "{told}");
}

#[tokio::test]
async fn a_reader_that_comes_back_gets_what_it_missed_or_is_told_that_it_did() {
    let house = House::new(Mood::Accepts).await;
    let call = || house.call("GET", "/v1/sessions/events", &[SessionsRead]);
    let (_, mut body) = call().begin().await;
    begin(&house, &nurse("ada")).await;
    let told = read_until(&mut body, "\n\n").await;
    let last = told.lines().find_map(|line| line.strip_prefix("id: "));
    let last = last.unwrap().to_owned();
    let (second, _) = begin(&house, &nurse("bob")).await;

    let back = call().header("last-event-id", &last);
    read_until(&mut back.begin().await.1, &second).await;
    let stranger = call().header("last-event-id", "no id of ours");
    read_until(&mut stranger.begin().await.1, "event: missed").await;
}

#[tokio::test]
async fn figures_count_sessions_and_checks_by_result() {
    let house = House::new(Mood::Accepts).await;
    let (_, token) = begin(&house, &nurse("ada")).await;
    check(&house, &token, None).await;
    check(&house, "", None).await;

    let figures = house
        .get("/metrics", &[wardline_server::http::auth::Scope::Read])
        .await
        .text();

    for line in [
        "wardline_sessions_live 1",
        "wardline_session_checks_total{result=\"live\"} 1",
        "wardline_session_checks_total{result=\"unknown\"} 1",
        "wardline_session_events_total{event=\"created\",cause=\"\"} 1",
        "wardline_session_log_behind_seconds 0",
    ] {
        assert!(figures.contains(line), "{line}\n{figures}");
    }
}

#[tokio::test]
async fn the_short_way_of_a_check_answers_as_the_routers_way() {
    let house = House::new(Mood::Accepts).await;
    let (id, token) = begin(&house, &nurse("Ada \"O'Hara\" Ümläut")).await;
    let (locked, of_locked) = begin(&house, &nurse("bob")).await;
    let path = format!("/v1/sessions/{locked}/lock");
    house.call("POST", &path, &[SessionsRevoke]).send().await;
    let ask = |token: &str, permission: &str| json!({"token": token, "permission": permission, "activity": false});
    let bodies = [
        ask(&token, "vitals:read").to_string(),
        ask(&token, "orders:write").to_string(),
        ask(&of_locked, "vitals:read").to_string(),
        ask("no token", "vitals:read").to_string(),
        json!({"token": token}).to_string(),
        json!({"token": 7, "activity": true}).to_string(),
        json!([token, null, true]).to_string(),
        format!("{} x", ask(&token, "vitals:read")),
        String::new(),
        "{".to_owned(),
    ];

    for body in bodies {
        for scopes in [&[SessionsCheck][..], &[SessionsRead], &[]] {
            // A parameter of the media type changes nothing but the way.
            let call = |media_type: &str| {
                house
                    .call("POST", "/v1/sessions/check", scopes)
                    .header("content-type", media_type)
                    .text(&body)
            };

            let short = call("application/json").send().await;
            let long = call("application/json; charset=utf-8").send().await;

            assert_eq!(short.status, long.status, "{body}");
            let same = |name: &str| assert_eq!(short.header(name), long.header(name), "{body}");
            [
                "content-type",
                "cache-control",
                "x-content-type-options",
                "content-length",
            ]
            .into_iter()
            .for_each(same);
            assert!(!short.header("x-request-id").is_empty(), "{body}");
            assert_eq!(
                of_same_second(&short.json()),
                of_same_second(&long.json()),
                "{body}"
            );
        }
    }
    assert_eq!(id.len(), 32);
}

/// An answer without what the passing of time changes.
fn of_same_second(answer: &Value) -> Value {
    let mut answer = answer.clone();
    if let Some(session) = answer.get_mut("session").and_then(Value::as_object_mut) {
        session.remove("seconds_left");
    }
    answer
}
