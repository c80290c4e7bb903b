//! The web console's files, and the session that a browser keeps in a cookie.

use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::http::response::Parts;
use serde_json::json;
use wardline_access::model::Role;
use wardline_server::http::auth::Scope;

use crate::client::Call;
use crate::house::{House, MARKERS, admission};
use crate::partner::Mood;
use crate::people::{Office, new_user};

const HERE: &str = "https://wardline.test";

async fn get(house: &House, path: &str, headers: &[(&str, &str)]) -> (Parts, Incoming) {
    let call = Call::new(house.address, "GET", path);
    let call = headers
        .iter()
        .fold(call, |call, (name, value)| call.header(name, value));
    call.begin().await
}

fn text<'h>(head: &'h Parts, name: &str) -> &'h str {
    head.headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn the_first_page_may_run_its_own_scripts_and_nothing_else() {
    let house = House::new(Mood::Accepts).await;

    let (head, _) = get(&house, "/", &[]).await;

    assert_eq!(head.status, StatusCode::OK);
    assert_eq!(text(&head, "content-type"), "text/html; charset=utf-8");
    let policy = text(&head, "content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(text(&head, "referrer-policy"), "no-referrer");
    assert_eq!(text(&head, "cross-origin-opener-policy"), "same-origin");
    assert_eq!(text(&head, "cross-origin-resource-policy"), "same-origin");
    assert_eq!(text(&head, "x-content-type-options"), "nosniff");
    assert_eq!(text(&head, "cache-control"), "no-cache");
}

#[tokio::test]
async fn a_file_is_sent_compressed_and_only_once_as_long_as_it_does_not_change() {
    let house = House::new(Mood::Accepts).await;
    let squeezed = ("accept-encoding", "gzip, br");

    let (plain, _) = get(&house, "/assets/base.js", &[]).await;
    let (first, _) = get(&house, "/assets/base.js", &[squeezed]).await;
    let tag = text(&first, "etag");
    let (again, _) = get(
        &house,
        "/assets/base.js",
        &[squeezed, ("if-none-match", tag)],
    )
    .await;

    assert_eq!(text(&plain, "content-encoding"), "");
    assert_eq!(text(&first, "content-encoding"), "gzip");
    assert_eq!(text(&first, "vary"), "Accept-Encoding");
    assert!(tag.starts_with('"') && tag != text(&plain, "etag"), "{tag}");
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(text(&again, "etag"), tag);
}

#[tokio::test]
async fn every_page_begins_with_the_same_file_and_routes_of_programs_stay_what_they_are() {
    let house = House::new(Mood::Accepts).await;
    let browser = ("accept", "text/html,*/*;q=0.8");

    for path in ["/beds", "/messages/17", "/no/such/page"] {
        let (head, _) = get(&house, path, &[browser]).await;
        assert_eq!(head.status, StatusCode::OK, "{path}");
        assert_eq!(text(&head, "content-type"), "text/html; charset=utf-8");
    }
    for path in [
        "/v1/nothing",
        "/metrics/nothing",
        "/assets/nothing.js",
        "/v1",
    ] {
        let (head, _) = get(&house, path, &[browser]).await;
        assert_eq!(head.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(text(&head, "content-type"), "application/problem+json");
    }
    let (health, _) = get(&house, "/healthz", &[browser]).await;
    assert_eq!(text(&health, "content-type"), "text/plain; charset=utf-8");
    let posted = Call::new(house.address, "POST", "/beds").send().await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_browser_keeps_its_session_in_a_cookie_that_scripts_cannot_read_and_that_counts_for_the_console_only()
 {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    let kim = office.person(new_user("kim", Role::Operator)).await;

    let signed_in = Call::new(house.address, "POST", "/v1/sign-in")
        .header("wardline-browser", "1")
        .header("origin", HERE)
        .json(&kim.credentials())
        .send()
        .await;

    assert_eq!(signed_in.status, StatusCode::CREATED);
    assert_eq!(signed_in.json().get("token"), None);
    let cookie = signed_in.header("set-cookie").to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().unwrap();
    let me = |headers: &[(&'static str, String)]| {
        let call = Call::new(house.address, "GET", "/v1/me");
        let call = headers
            .iter()
            .fold(call, |call, (name, value)| call.header(name, value));
        call.send()
    };
    let of = |name: &'static str, value: &str| (name, value.to_owned());
    let kept = of("cookie", cookie);
    let console = of("wardline-browser", "1");
    let shown = me(&[kept.clone(), console.clone()]).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    let times = shown.json();
    assert!(times["warns_at"].as_str() < times["idle_expires_at"].as_str());
    let of_another_page = me(std::slice::from_ref(&kept)).await;
    assert_eq!(of_another_page.problem(), "unauthenticated");
    let site = of("sec-fetch-site", "same-site");
    let of_another_site = me(&[kept.clone(), console.clone(), site]).await;
    assert_eq!(of_another_site.problem(), "unauthenticated");
    let out = Call::new(house.address, "POST", "/v1/sign-out")
        .header("cookie", cookie)
        .header("wardline-browser", "1")
        .send()
        .await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert_eq!(out.headers.get_all("set-cookie").iter().count(), 2);
    let after = me(&[kept, console]).await;
    assert_eq!(after.problem(), "session_ended");
}

#[tokio::test]
async fn nobody_signs_in_where_the_network_could_read_the_cookie() {
    let house = House::new(Mood::Accepts).await;
    let body = json!({"login": "kim", "password": "correct horse battery", "code": "123456"});

    let answer = Call::new(house.address, "POST", "/v1/sign-in")
        .header("wardline-browser", "1")
        .header("origin", "http://ward.example")
        .json(&body)
        .send()
        .await;

    assert_eq!(answer.problem(), "tls_needed");
}

#[tokio::test]
async fn a_message_is_revealed_for_a_reason_that_is_in_the_trail_and_stays_masked_when_that_is_asked_for()
 {
    let house = House::new(Mood::Accepts).await;
    house.receives(&admission("CTL-42")).await;
    let seeing = [Scope::Read, Scope::Phi];

    let masked = house.get("/v1/messages/1?masked=true", &seeing).await;
    let short = house
        .post(
            "/v1/messages/1/reveal",
            &seeing,
            &json!({"reason": "because"}),
        )
        .await;
    let shown = house
        .post(
            "/v1/messages/1/reveal",
            &seeing,
            &json!({"reason": "looking for a result"}),
        )
        .await;

    assert_eq!(masked.json()["masked"], true);
    assert!(MARKERS.iter().all(|marker| !masked.text().contains(marker)));
    assert_eq!(short.problem(), "invalid");
    assert!(shown.text().contains("EVERYWOMAN"), "{}", shown.text());
    let trail = house
        .post(
            "/v1/audit/search",
            &[Scope::AuditRead, Scope::Phi],
            &json!({"filter": {"kind": "read"}}),
        )
        .await;
    let reasons = trail.json()["items"].to_string();
    assert!(
        reasons.contains("message 1: looking for a result"),
        "{reasons}"
    );
    assert_eq!(reasons.matches("message 1").count(), 1, "{reasons}");
}

#[tokio::test]
async fn two_messages_are_compared_without_being_shown() {
    let house = House::new(Mood::Accepts).await;
    house.receives(&admission("CTL-42")).await;
    house
        .receives(&admission("CTL-43").replace("EVE|", "EVA|"))
        .await;

    let asked = json!({"first": 1, "second": 2});
    let compared = house
        .post("/v1/messages/compare", &[Scope::Read, Scope::Phi], &asked)
        .await;

    let paths: Vec<String> = compared.json()["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["path"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(paths, ["MSH-10", "PID-5.2"]);
    assert!(
        MARKERS
            .iter()
            .all(|marker| !compared.text().contains(marker))
    );
}
