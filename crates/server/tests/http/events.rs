//! What changes is told as it changes, and again to who missed it.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::Incoming;
use wardline_server::http::HttpOptions;
use wardline_server::http::auth::Scope::Read;

use crate::house::{House, MARKERS, admission};
use crate::partner::Mood;

/// How long a busy machine may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Reads frames until one holds `wanted`, and gives all that was read.
async fn read_until(body: &mut Incoming, wanted: &str) -> String {
    let mut read = String::new();
    while !read.contains(wanted) {
        let frame = tokio::time::timeout(PATIENCE, body.frame()).await;
        let frame = frame
            .expect("an event in time")
            .expect("the stream goes on")
            .unwrap();
        let data: Bytes = frame.into_data().unwrap();
        read.push_str(std::str::from_utf8(&data).unwrap());
    }
    read
}

fn last_id(events: &str) -> &str {
    events
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("id: "))
        .unwrap()
}

#[tokio::test]
async fn a_dead_letter_is_told_with_its_place_and_without_its_patient() {
    let house = House::new(Mood::Refuses).await;
    let (head, mut body) = house.call("GET", "/v1/events", &[Read]).begin().await;
    assert_eq!(head.status, StatusCode::OK);
    assert_eq!(head.headers["content-type"], "text/event-stream");

    house.receives(&admission("CTL-1")).await;
    let told = read_until(&mut body, "\"message_id\":1").await;

    assert!(told.contains("event: dead_lettered"), "{told}");
    assert!(told.contains("\"destination\":\"ehr\""), "{told}");
    for marker in MARKERS {
        assert!(!told.contains(marker), "{told}");
    }
}

#[tokio::test]
async fn a_reader_that_comes_back_gets_what_it_missed() {
    let house = House::new(Mood::Refuses).await;
    let (_, mut body) = house.call("GET", "/v1/events", &[Read]).begin().await;
    house.receives(&admission("CTL-1")).await;
    let seen = last_id(&read_until(&mut body, "\"message_id\":1").await).to_owned();
    drop(body);
    house.receives(&admission("CTL-2")).await;
    house
        .until("/v1/messages/2", |shown| shown["state"] == "dead")
        .await;

    let back = house
        .call("GET", "/v1/events", &[Read])
        .header("last-event-id", &seen);
    let missed = read_until(&mut back.begin().await.1, "\"message_id\":2").await;

    assert!(!missed.contains("\"message_id\":1"), "{missed}");
}

#[tokio::test]
async fn a_reader_of_an_earlier_process_gets_all_that_is_kept() {
    let house = House::new(Mood::Refuses).await;
    house.receives(&admission("CTL-1")).await;
    house
        .until("/v1/messages/1", |shown| shown["state"] == "dead")
        .await;

    for id in ["1-99", "no id of ours"] {
        let call = house
            .call("GET", "/v1/events", &[Read])
            .header("last-event-id", id);
        read_until(&mut call.begin().await.1, "\"message_id\":1").await;
    }
}

#[tokio::test]
async fn one_token_has_a_bounded_number_of_streams() {
    let options = HttpOptions {
        max_streams_per_token: 1,
        ..HttpOptions::default()
    };
    let house = House::with(Mood::Accepts, options).await;
    let (_, open) = house.call("GET", "/v1/events", &[Read]).begin().await;

    let refused = house.get("/v1/events", &[Read]).await;

    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.problem(), "too_many_streams");
    drop(open);
}

#[tokio::test]
async fn a_stream_ends_when_the_service_stops() {
    let house = House::new(Mood::Accepts).await;
    let (_, body) = house.call("GET", "/v1/events", &[Read]).begin().await;

    house.stop();

    let rest = tokio::time::timeout(PATIENCE, body.collect()).await;
    assert!(rest.is_ok(), "the stream is still open");
}

#[tokio::test]
async fn a_stream_ends_when_tokens_are_exchanged() {
    let house = House::new(Mood::Accepts).await;
    let (_, body) = house.call("GET", "/v1/events", &[Read]).begin().await;

    house.tokens_of_api.replace(Vec::new());

    let rest = tokio::time::timeout(PATIENCE, body.collect()).await;
    assert!(rest.is_ok(), "the stream is still open");
    let refused = house.get("/v1/events", &[Read]).await;
    assert_eq!(refused.problem(), "unauthenticated");
}
