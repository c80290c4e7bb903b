//! The stream of beds: everybody gets the newest state, and nobody waits for anybody.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::Incoming;
use serde_json::{Value, json};
use wardline_server::http::HttpOptions;
use wardline_server::http::auth::Scope::{BedsRead, Phi, VitalsWrite};

use crate::beds::{ill, occupied, well};
use crate::house::{House, MARKERS, admission};
use crate::partner::Mood;

const PATIENCE: Duration = Duration::from_mins(1);

async fn open(house: &House, path: &str) -> Incoming {
    let (head, body) = house.call("GET", path, &[BedsRead]).begin().await;
    assert_eq!(head.status, StatusCode::OK);
    assert_eq!(head.headers["content-type"], "text/event-stream");
    body
}

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

/// The beds that a stream told of, in order.
fn beds(events: &str) -> Vec<Value> {
    let blocks = events
        .split("\n\n")
        .filter(|block| block.contains("event: bed\n"));
    let data = blocks.filter_map(|block| block.lines().find_map(|l| l.strip_prefix("data: ")));
    data.map(|data| serde_json::from_str(data).unwrap())
        .collect()
}

fn last_id(events: &str) -> &str {
    let ids = events
        .lines()
        .rev()
        .filter_map(|line| line.strip_prefix("id: "));
    ids.into_iter().next().unwrap()
}

async fn record(house: &House, batch: &Value) {
    let answer = house.post("/v1/vitals", &[VitalsWrite], batch).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

#[tokio::test]
async fn a_stream_begins_with_every_bed_and_goes_on_with_what_changes() {
    let house = occupied().await;
    let mut body = open(&house, "/v1/stream").await;

    let first = read_until(&mut body, "event: bed\n").await;
    assert_eq!(beds(&first)[0]["id"], "W3~12~1");
    record(&house, &ill()).await;
    let told = read_until(&mut body, "event: band_changed").await;

    assert!(told.contains("\"to\":\"high\""), "{told}");
    let shown = beds(&told);
    let bed = shown.last().expect("the bed with its values");
    assert_eq!(bed["patients"][0]["score"]["total"], 11);
    for marker in MARKERS {
        assert!(!(first.clone() + &told).contains(marker), "{told}");
    }
}

#[tokio::test]
async fn who_may_see_patients_sees_them_in_the_stream() {
    let house = occupied().await;
    let (_, mut body) = house
        .call("GET", "/v1/stream", &[BedsRead, Phi])
        .begin()
        .await;

    let first = read_until(&mut body, "event: bed\n").await;

    assert!(first.contains("EVERYWOMAN"), "{first}");
}

#[tokio::test]
async fn a_reader_that_comes_back_gets_what_changed_meanwhile_and_nothing_else() {
    let house = occupied().await;
    let other = admission("B1")
        .replace("MRN778811", "MRN2")
        .replace("VISIT4242", "V2")
        .replace("W3^12", "W3^13");
    house.beds.receive(other.as_bytes()).await.unwrap();
    let mut body = open(&house, "/v1/stream").await;
    let seen = read_until(&mut body, "W3~13~1").await;
    drop(body);

    record(&house, &ill()).await;
    let again = house.call("GET", "/v1/stream", &[BedsRead]);
    let (_, mut body) = again.header("last-event-id", last_id(&seen)).begin().await;
    let missed = read_until(&mut body, "event: band_changed").await;

    let ids: Vec<_> = beds(&missed).iter().map(|bed| bed["id"].clone()).collect();
    assert_eq!(ids, [json!("W3~12~1")]);
}

#[tokio::test]
async fn a_stream_of_a_unit_tells_of_that_unit_only() {
    let house = occupied().await;
    let other = admission("B1")
        .replace("MRN778811", "MRN2")
        .replace("VISIT4242", "V2")
        .replace("W3^12", "ICU^1");
    house.beds.receive(other.as_bytes()).await.unwrap();
    let mut body = open(&house, "/v1/stream?unit=ICU").await;
    let first = read_until(&mut body, "ICU~1~1").await;

    record(&house, &well()).await;
    house
        .beds
        .receive(other.replace("ADT^A01|B1", "ADT^A16|B2").as_bytes())
        .await
        .unwrap();
    let told = read_until(&mut body, "pending_discharge").await;

    assert!(!(first + &told).contains("W3~12~1"), "{told}");
}

#[tokio::test]
async fn a_reader_that_does_not_read_holds_nobody_back_and_gets_the_newest_state() {
    let house = occupied().await;
    let mut slow = open(&house, "/v1/stream").await;
    let mut quick = open(&house, "/v1/stream").await;
    read_until(&mut quick, "event: bed\n").await;

    // Far more than the sockets between us hold.
    for pulse in 0..2_000 {
        let mut batch = well();
        batch["items"] = json!([batch["items"][4].clone()]);
        batch["items"][0]["value"] = json!(40 + pulse % 100);
        if pulse == 1_999 {
            batch["items"][0]["value"] = json!(177);
        }
        record(&house, &batch).await;
    }
    read_until(&mut quick, "\"number\":177.0").await;
    let all = read_until(&mut slow, "\"number\":177.0").await;

    assert!(beds(&all).len() < 2_000);
}

#[tokio::test]
async fn a_token_has_so_many_streams_of_beds_and_no_more() {
    let options = HttpOptions {
        max_bed_streams_per_token: 2,
        max_requests_per_token: 1,
        ..HttpOptions::default()
    };
    let house = House::with(Mood::Accepts, options).await;
    let _open = [
        open(&house, "/v1/stream").await,
        open(&house, "/v1/stream").await,
    ];

    let refused = house.get("/v1/stream", &[BedsRead]).await;

    assert_eq!(refused.problem(), "too_many_streams");
    // Streams do not count as requests.
    assert_eq!(
        house.get("/v1/beds", &[BedsRead]).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_stream_ends_when_the_service_stops() {
    let house = occupied().await;
    let mut body = open(&house, "/v1/stream").await;
    read_until(&mut body, "event: bed\n").await;

    house.stop();

    while let Some(frame) = tokio::time::timeout(PATIENCE, body.frame())
        .await
        .expect("an end")
    {
        frame.unwrap();
    }
}
