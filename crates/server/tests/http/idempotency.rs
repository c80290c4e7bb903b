//! A creating call that is sent again is answered as the first time, and not done again.

use hyper::StatusCode;
use serde_json::json;
use wardline_server::http::HttpOptions;
use wardline_server::http::auth::Scope::{Admin, Operate, Read};

use crate::client::Answer;
use crate::house::House;
use crate::partner::Mood;

async fn start(house: &House, key: &str, dry_run: bool) -> Answer {
    let body = json!({"action": "retry_dead_letters", "dry_run": dry_run});
    let call = house.call("POST", "/v1/jobs", &[Operate]);
    call.header("idempotency-key", key).json(&body).send().await
}

#[tokio::test]
async fn the_same_key_and_request_start_one_job() {
    let house = House::new(Mood::Accepts).await;

    let (first, again) = (
        start(&house, "key-1", true).await,
        start(&house, "key-1", true).await,
    );

    assert_eq!(
        (first.status, again.status),
        (StatusCode::CREATED, StatusCode::CREATED)
    );
    assert_eq!(
        (first.body.clone(), first.header("location")),
        (again.body.clone(), again.header("location"))
    );
    assert_eq!(
        (
            first.header("idempotency-replayed"),
            again.header("idempotency-replayed")
        ),
        ("", "true")
    );
    assert_eq!(
        house.get("/v1/jobs", &[Read]).await.json()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn the_same_key_with_another_request_is_refused() {
    let house = House::new(Mood::Accepts).await;
    start(&house, "key-1", true).await;

    let other = start(&house, "key-1", false).await;

    assert_eq!(
        (other.status, other.problem().as_str()),
        (StatusCode::CONFLICT, "idempotency_key_reused")
    );
}

#[tokio::test]
async fn another_token_or_key_starts_another_job() {
    let house = House::new(Mood::Accepts).await;
    start(&house, "key-1", true).await;

    start(&house, "key-2", true).await;
    let body = json!({"action": "retry_dead_letters", "dry_run": true});
    let call = house
        .call("POST", "/v1/jobs", &[Admin])
        .header("idempotency-key", "key-1");
    call.json(&body).send().await;

    assert_eq!(
        house.get("/v1/jobs", &[Read]).await.json()["items"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let house = House::new(Mood::Accepts).await;

    for key in ["", &"k".repeat(129)] {
        let answer = start(&house, key, true).await;

        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json()["field"], "idempotency-key");
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_with_a_key_too() {
    let options = HttpOptions {
        body_limit_bytes: 100,
        ..HttpOptions::default()
    };
    let house = House::with(Mood::Accepts, options).await;
    let body = json!({"action": "retry_dead_letters", "reason": "x".repeat(200)});

    let call = house
        .call("POST", "/v1/jobs", &[Operate])
        .header("idempotency-key", "key-1");
    let answer = call.json(&body).send().await;

    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.problem(), "body_too_large");
}
