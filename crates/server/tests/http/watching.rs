//! Whom a stream shows: decided by patient, and in the trail.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::StatusCode;
use hyper::body::Incoming;
use serde_json::json;
use wardline_access::model::Role;
use wardline_audit::model::{EventKind, Origin, Outcome, PatientId, UserName};
use wardline_audit::operations::AuditFilter;
use wardline_server::http::auth::Scope::{BedsRead, BedsWrite, Phi, VitalsWrite};

use crate::beds::{BED, well};
use crate::client::Call;
use crate::house::{House, admission};
use crate::patients::Ward;

const PATIENT: &str = "mrn:HOSP:MRN778811";
const PATIENCE: Duration = Duration::from_mins(1);

async fn open(house: &House, token: &str, last: Option<&str>) -> Incoming {
    let mut call = Call::new(house.address, "GET", "/v1/stream?unit=W3").token(token);
    if let Some(last) = last {
        call = call.header("last-event-id", last);
    }
    let (head, body) = call.begin().await;
    assert_eq!(head.status, StatusCode::OK);
    body
}

/// What a stream says up to this, and how it goes on being read.
async fn read_until(body: &mut Incoming, wanted: &str) -> String {
    let mut read = String::new();
    while !read.contains(wanted) {
        let frame = tokio::time::timeout(PATIENCE, body.frame()).await;
        let frame = frame.unwrap_or_else(|_| panic!("no {wanted} in {read}"));
        let data: Bytes = frame.expect("it goes on").unwrap().into_data().unwrap();
        read.push_str(std::str::from_utf8(&data).unwrap());
    }
    read
}

/// How often the trail says that somebody watched this patient.
async fn watched(house: &House, patient: &str) -> usize {
    let filter = AuditFilter {
        kind: Some(EventKind::StreamWatched),
        patient: Some(PatientId::new(patient).unwrap()),
        outcome: Some(Outcome::Success),
        ..AuditFilter::default()
    };
    let by = Origin::of(UserName::new("test").unwrap());
    let page = house.audit.search(&filter, None, 100, by).await.unwrap();
    page.items.len()
}

/// Somebody else comes into the next room.
async fn another_comes(house: &House) {
    let other = admission("B1")
        .replace("MRN778811", "MRN2")
        .replace("VISIT4242", "V2")
        .replace("EVERYWOMAN", "NEWCOMER")
        .replace("W3^12", "W3^13");
    house.beds.receive(other.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn whoever_a_stream_shows_is_in_the_trail_once_also_who_came_later() {
    let ward = Ward::new().await;
    let house = &ward.house;
    let token = house.token(&[BedsRead, Phi]).to_owned();
    let mut stream = open(house, &token, None).await;

    read_until(&mut stream, "EVERYWOMAN").await;
    assert_eq!(watched(house, PATIENT).await, 1);
    another_comes(house).await;
    read_until(&mut stream, "NEWCOMER").await;
    assert_eq!(watched(house, "mrn:HOSP:MRN2").await, 1);
    let recorded = house.post("/v1/vitals", &[VitalsWrite], &well()).await;
    assert_eq!(recorded.status, StatusCode::OK);
    read_until(&mut stream, "\"pulse\"").await;

    assert_eq!(watched(house, PATIENT).await, 1, "not for every value");
}

#[tokio::test]
async fn when_the_trail_takes_nothing_a_stream_ends_before_it_shows_who_came() {
    let ward = Ward::new().await;
    let house = &ward.house;
    let token = house.token(&[BedsRead, Phi]).to_owned();
    let mut stream = open(house, &token, None).await;
    read_until(&mut stream, "EVERYWOMAN").await;

    house.audit.stop().await.unwrap();
    another_comes(house).await;

    let rest = tokio::time::timeout(PATIENCE, stream.collect()).await;
    let rest = rest.expect("it ends").unwrap().to_bytes();
    assert!(!String::from_utf8_lossy(&rest).contains("NEWCOMER"));
}

#[tokio::test]
async fn a_vip_is_streamed_to_who_looks_after_it_and_taken_back_from_the_others() {
    let ward = Ward::new().await;
    let house = &ward.house;
    let nurse = ward.signed_in("kim", Role::Nurse, "W3").await;
    let assigned = ward.signed_in("ann", Role::Nurse, "W3").await;
    let nurses = house.call("PUT", &format!("{BED}/nurses"), &[BedsWrite]);
    let nurses = nurses.json(&json!({"nurses": ["ann"]})).send().await;
    assert_eq!(nurses.status, StatusCode::NO_CONTENT);
    let mut hers = open(house, &assigned, None).await;
    let mut others = open(house, &nurse, None).await;
    read_until(&mut hers, "EVERYWOMAN").await;
    let seen = read_until(&mut others, "EVERYWOMAN").await;
    let last = seen
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("id: "));
    let last = last.unwrap().to_owned();

    let vip = json!({"set": {"restrictions": {"vip": true}}});
    assert_eq!(ward.patch(1, &ward.desk, &vip).await.status, StatusCode::OK);
    let recorded = house.post("/v1/vitals", &[VitalsWrite], &well()).await;
    assert_eq!(recorded.status, StatusCode::OK);

    let still = read_until(&mut hers, "\"pulse\"").await;
    assert!(still.contains("EVERYWOMAN") && !still.contains("bed_hidden"));
    let hidden = "event: bed_hidden\ndata: {\"id\":\"W3~12~1\"}";
    let no_more = read_until(&mut others, hidden).await;
    assert!(!no_more.contains("\"pulse\""), "{no_more}");
    // One who comes back with what it had is told too, and one who begins gets nothing of the bed.
    let mut back = open(house, &nurse, Some(&last)).await;
    let told = read_until(&mut back, hidden).await;
    assert!(!told.contains("EVERYWOMAN"), "{told}");
    another_comes(house).await;
    let mut anew = open(house, &nurse, None).await;
    let begun = read_until(&mut anew, "NEWCOMER").await;
    assert!(!begun.contains("W3~12~1\",\"unit"), "{begun}");
    assert!(!begun.contains("EVERYWOMAN"), "{begun}");
}
