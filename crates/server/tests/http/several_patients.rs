//! Messages about several patients: whoever reads one is shown all of them.

use std::fmt::Write as _;

use hyper::StatusCode;
use serde_json::json;
use wardline_access::model::Role;
use wardline_audit::model::{EventKind, Origin, PatientId, UserName};
use wardline_audit::operations::AuditFilter;
use wardline_server::http::auth::Scope::{Phi, Read};

use crate::client::{Answer, Call};
use crate::patients::Ward;

/// Every way to a message in clear.
const WAYS: [(&str, &str); 4] = [
    ("GET", "/v1/messages/1"),
    ("GET", "/v1/messages/1/raw"),
    ("POST", "/v1/messages/1/reveal"),
    ("POST", "/v1/messages/compare"),
];

/// The patient of the ward's bed is merged with somebody else.
const MERGE: &str = "MSH|^~\\&|ADT|HOSP|EHR|HOSP|20261121083000||ADT^A40^ADT_A39|M1|P|2.5.1\r\
    PID|1||MRN778811^^^HOSP^MR||EVERYWOMAN^EVE\rMRG|MRN2^^^HOSP^MR\r";

/// The patient of the ward's bed changes places with somebody whose number has no type.
const SWAP: &str = "MSH|^~\\&|ADT|HOSP|EHR|HOSP|20261121083000||ADT^A17|S1|P|2.5.1\r\
    PID|1||MRN778811^^^HOSP^MR||EVERYWOMAN^EVE\rPV1|1|I|W3^12^2\r\
    PID|2||MRN2^^^HOSP||NEXT^NORA\rPV1|2|I|W3^12^1\r";

/// The path of a record of the patient with the number MRN2.
async fn second(ward: &Ward, is_vip: bool) -> String {
    let mut set =
        json!({"name": {"family": "Next"}, "mrn": [{"value": "MRN2", "authority": "HOSP"}]});
    if is_vip {
        set["restrictions"] = json!({"vip": true});
    }
    let call = Call::new(ward.house.address, "POST", "/v1/patients").token(&ward.desk);
    let made = call.json(&json!({"set": set})).send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    made.header("location").to_owned()
}

async fn read(ward: &Ward, (method, path): (&'static str, &str), token: &str) -> Answer {
    let call = Call::new(ward.house.address, method, path).token(token);
    let body = match path.rsplit('/').next() {
        Some("reveal") => json!({"reason": "the interface lost it"}),
        Some("compare") => json!({"first": 1, "second": 1}),
        _ => return call.send().await,
    };
    call.json(&body).send().await
}

/// Of whom the trail says this, oldest first, each with the user.
async fn told(ward: &Ward, kind: EventKind, by: &str) -> Vec<Vec<String>> {
    let filter = AuditFilter {
        kind: Some(kind),
        user: Some(UserName::new(by).unwrap()),
        ..AuditFilter::default()
    };
    let asking = Origin::of(UserName::new("test").unwrap());
    let page = ward.house.audit.search(&filter, None, 100, asking).await;
    let mut all: Vec<Vec<String>> = page.unwrap().items.iter().map(patients).collect();
    all.reverse();
    all
}

fn patients(record: &wardline_audit::operations::Record) -> Vec<String> {
    let event = record.content.as_ref().unwrap();
    let patients = event.patients.iter().map(PatientId::expose);
    patients.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_merge_or_a_swap_is_shown_to_who_may_see_everybody_in_it() {
    for message in [MERGE, SWAP] {
        let ward = Ward::new().await;
        second(&ward, true).await;
        ward.house.receives(message).await;
        let operator = ward.signed_in("opal", Role::Operator, "IT").await;

        for way in WAYS {
            let answer = read(&ward, way, &operator).await;

            assert_eq!(answer.problem(), "access_denied", "{way:?}");
        }
        let denied = told(&ward, EventKind::AccessDenied, "opal").await;
        assert!(!denied.is_empty());
        assert!(
            denied.iter().all(|of| of == &["mrn:HOSP:MRN2"]),
            "{denied:?}"
        );
        assert!(told(&ward, EventKind::Read, "opal").await.is_empty());
        let masked = "/v1/messages/1?masked=true";
        let masked = read(&ward, ("GET", masked), &operator).await;
        assert_eq!(masked.status, StatusCode::OK, "{}", masked.text());
    }
}

#[tokio::test]
async fn who_read_a_merge_or_a_swap_is_found_under_everybody_in_it() {
    for message in [MERGE, SWAP] {
        let ward = Ward::new().await;
        second(&ward, false).await;
        ward.house.receives(message).await;
        let operator = ward.signed_in("opal", Role::Operator, "IT").await;

        let answer = read(&ward, WAYS[1], &operator).await;

        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let read = told(&ward, EventKind::Read, "opal").await;
        assert_eq!(read, [["mrn:HOSP:MRN778811"], ["mrn:HOSP:MRN2"]]);
    }
}

#[tokio::test]
async fn numbers_that_the_records_know_as_one_patients_are_decided_on_once() {
    let ward = Ward::new().await;
    let other = second(&ward, false).await;
    ward.house.receives(MERGE).await;
    let operator = ward.signed_in("opal", Role::Operator, "IT").await;
    let merged = other.rsplit('/').next().unwrap();
    let path = format!("{}/merge", ward.path);
    let call = Call::new(ward.house.address, "POST", &path).token(&ward.desk);
    let call = call.header("if-match", "\"1\"");
    let done = call.json(&json!({"merged": merged, "merged_version": 1}));
    assert_eq!(done.send().await.status, StatusCode::OK);

    let answer = read(&ward, WAYS[1], &operator).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let read = told(&ward, EventKind::Read, "opal").await;
    assert_eq!(read, [["mrn:HOSP:MRN2", "mrn:HOSP:MRN778811"]]);
}

#[tokio::test]
async fn a_message_with_more_patients_than_are_decided_on_is_shown_masked_alone() {
    let ward = Ward::new().await;
    let mut list = "MSH|^~\\&|ADT|HOSP|EHR|HOSP|20261121083000||ADT^A08|L1|P|2.5.1\r".to_owned();
    for number in 0..10_000 {
        write!(list, "PID|1||{number}^^^HOSP^MR||X\r").unwrap();
    }
    ward.house.receives(&list).await;
    let operator = ward.signed_in("opal", Role::Operator, "IT").await;

    let whole = read(&ward, WAYS[1], &operator).await;
    let by_token = ward.house.get("/v1/messages/1/raw", &[Read, Phi]).await;
    let masked = ward.house.get("/v1/messages/1", &[Read]).await;

    for refused in [&whole, &by_token] {
        assert_eq!(refused.problem(), "access_denied");
        assert!(refused.text().contains("masked=true"), "{}", refused.text());
    }
    assert_eq!(masked.status, StatusCode::OK, "{}", masked.text());
    assert_eq!(told(&ward, EventKind::AccessDenied, "opal").await.len(), 1);
    assert!(told(&ward, EventKind::Read, "opal").await.is_empty());
}
