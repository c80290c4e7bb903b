//! What is wrong is answered as a problem that names the place and repeats nothing.

use hyper::StatusCode;
use serde_json::json;
use wardline_server::http::auth::Scope::{Operate, Phi, Read};

use crate::client::Call;
use crate::house::House;
use crate::partner::Mood;

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let house = House::new(Mood::Accepts).await;

    for path in [
        "/v1",
        "/v2/channels",
        "/v1/channels/none",
        "/v1/channels/Not%20A%20Name",
        "/v1/messages/999",
        "/v1/messages/MRN778811",
        "/v1/messages/-1",
        "/v1/messages/999/raw",
        "/v1/jobs/7",
    ] {
        let answer = house.get(path, &[Read, Phi]).await;

        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.problem(), "not_found", "{path}");
        assert!(!answer.text().contains("MRN778811"), "{path}");
    }
}

#[tokio::test]
async fn a_method_that_a_resource_does_not_take_is_refused_before_the_caller_is_asked() {
    let house = House::new(Mood::Accepts).await;

    for (method, path) in [
        ("DELETE", "/v1/channels"),
        ("PUT", "/v1/messages/search"),
        ("POST", "/v1/channels"),
        ("PATCH", "/healthz"),
    ] {
        let answer = Call::new(house.address, method, path).send().await;

        assert_eq!(
            answer.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
        assert_eq!(answer.problem(), "method_not_allowed");
    }
}

#[tokio::test]
async fn a_field_that_is_not_valid_is_named_and_its_value_is_not_repeated() {
    let house = House::new(Mood::Accepts).await;
    let search = "/v1/messages/search";
    let cases = [
        (search, json!({"limit": "MRN778811"}), "limit"),
        (search, json!({"limit": 501}), "limit"),
        (search, json!({"limit": 0}), "limit"),
        (search, json!({"cursor": "MRN778811"}), "cursor"),
        (search, json!({"state": "MRN778811"}), "state"),
        (search, json!({"MRN778811": 1}), "body"),
        (search, json!({"filter": {"MRN778811": 1}}), "filter"),
        (
            search,
            json!({"filter": {"patient": {"MRN778811": 1}}}),
            "filter.patient",
        ),
        (search, json!({"filter": {"patient": " - "}}), "patient"),
        (
            search,
            json!({"filter": {"patient": "MRN778811".repeat(40)}}),
            "filter.patient",
        ),
        (
            search,
            json!({"filter": {"channel": "MRN778811"}}),
            "channel",
        ),
        (
            search,
            json!({"filter": {"message_type": "MRN778811"}}),
            "message_type",
        ),
        (
            search,
            json!({"filter": {"received_from": "MRN778811"}}),
            "received_from",
        ),
        (search, json!([]), "body"),
        (search, json!({"filter": ["MRN778811"]}), "filter"),
        ("/v1/jobs", json!({}), "body"),
        ("/v1/jobs", json!({"action": "MRN778811"}), "action"),
        ("/v1/jobs", json!({"action": "replay"}), "filter.channel"),
        (
            "/v1/jobs",
            json!({"action": "discard_dead_letters", "ids": [1]}),
            "reason",
        ),
        (
            "/v1/jobs",
            json!({"action": "retry_dead_letters", "reason": "MRN778811"}),
            "reason",
        ),
        (
            "/v1/dead-letters/adt/ehr/1/discard",
            json!({"reason": "  "}),
            "reason",
        ),
        ("/v1/dead-letters/adt/ehr/1/edit", json!({}), "set"),
        (
            "/v1/dead-letters/adt/ehr/1/edit",
            json!({"set": [{"path": "MRN778811", "value": ""}]}),
            "set.0.path",
        ),
        (
            "/v1/dead-letters/adt/ehr/1/edit",
            json!({"message_base64": "MRN778811"}),
            "message_base64",
        ),
    ];

    for (path, body, field) in cases {
        let answer = house.post(path, &[Read, Phi, Operate], &body).await;

        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{path} {body}: {answer:?}"
        );
        assert_eq!(answer.problem(), "invalid");
        assert_eq!(answer.json()["field"], field, "{path} {body}");
        assert!(
            answer.json()["detail"].as_str().unwrap().len() > 5,
            "{path} {body}"
        );
        assert!(
            !answer.text().contains("MRN778811"),
            "{path} {body}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_query_that_is_not_valid_is_refused_and_not_repeated() {
    let house = House::new(Mood::Accepts).await;

    for query in [
        "limit=MRN778811",
        "MRN778811=1",
        "reason=MRN778811",
        "limit=0",
        "cursor=MRN778811",
    ] {
        let answer = house
            .get(&format!("/v1/dead-letters?{query}"), &[Read])
            .await;

        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert_eq!(answer.problem(), "invalid", "{query}");
        assert!(
            !answer.text().contains("MRN778811"),
            "{query}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    let house = House::new(Mood::Accepts).await;
    let call = || house.call("POST", "/v1/messages/search", &[Read]);

    let no_type = call().text("{}").send().await;
    let form = call()
        .header("content-type", "text/plain")
        .text("{}")
        .send()
        .await;
    let broken = call()
        .header("content-type", "application/json")
        .text("{\"limit\": 1")
        .send()
        .await;
    let more = call()
        .header("content-type", "application/json")
        .text("{} {}")
        .send()
        .await;

    for answer in [no_type, form] {
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(answer.problem(), "unsupported_media_type");
    }
    for answer in [broken, more] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json()["field"], "body");
    }
}

#[tokio::test]
async fn every_answer_may_be_kept_by_no_cache_and_has_a_request_id() {
    let house = House::new(Mood::Accepts).await;

    let (one, other) = (
        house.get("/v1/channels", &[Read]).await,
        house.get("/none", &[Read]).await,
    );

    for answer in [&one, &other] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}
