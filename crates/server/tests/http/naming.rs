//! How patients are named, and what rests on it: who treats whom, and who is protected.

use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_access::model::Role;

use crate::client::{Answer, Call};
use crate::patients::Ward;

/// Somebody is admitted to a bed of W3, with this number and authority in PID-3.
fn admission(number: &str, authority: &str, bed: &str) -> String {
    format!(
        "MSH|^~\\&|ADT|HOSP|EHR|HOSP|20261121083000||ADT^A01|A-{bed}|P|2.5.1\r\
         PID|1||{number}^^^{authority}^MR||NEXT^NORA||19700101|F\r\
         PV1|1|I|W3^12^{bed}||||||||||||||||V-{bed}\r"
    )
}

async fn admitted(ward: &Ward, message: &str) {
    let received = ward.house.beds.receive(message.as_bytes()).await;
    received.unwrap();
}

async fn get(ward: &Ward, path: &str, token: &str) -> Answer {
    let call = Call::new(ward.house.address, "GET", path).token(token);
    call.send().await
}

/// The path of a new record with this number.
async fn record(ward: &Ward, number: Value, is_vip: bool) -> String {
    let mut set = json!({"name": {"family": "Next"}, "mrn": [number]});
    if is_vip {
        set["restrictions"] = json!({"vip": true});
    }
    let call = Call::new(ward.house.address, "POST", "/v1/patients").token(&ward.desk);
    let made = call.json(&json!({"set": set})).send().await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    made.header("location").to_owned()
}

#[tokio::test]
async fn an_authority_with_a_universal_id_alone_is_the_same_in_census_records_and_messages() {
    let ward = Ward::new().await;
    let nurse = ward.signed_in("kim", Role::Nurse, "W3").await;
    let operator = ward.signed_in("opal", Role::Operator, "IT").await;
    let message = admission("4711", "&1.2.276&ISO", "2");
    admitted(&ward, &message).await;
    ward.house.receives(&message).await;

    let seen = get(&ward, "/v1/beds/W3~12~2", &nurse).await;
    let before = get(&ward, "/v1/messages/1/raw", &operator).await;
    let number = json!({"value": "4711", "authority": "1.2.276"});
    let its = record(&ward, number, false).await;
    let of_its_nurse = get(&ward, &its, &nurse).await;
    let vip = json!({"set": {"restrictions": {"vip": true}}});
    let call = Call::new(ward.house.address, "PATCH", &its).token(&ward.desk);
    let marked = call.header("if-match", "\"1\"").json(&vip).send().await;
    let of_vip = get(&ward, "/v1/messages/1/raw", &operator).await;

    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert_eq!(before.status, StatusCode::OK, "{}", before.text());
    assert_eq!(of_its_nurse.status, StatusCode::OK);
    assert_eq!(marked.status, StatusCode::OK, "{}", marked.text());
    assert_eq!(of_vip.problem(), "access_denied");
}

#[tokio::test]
async fn a_number_without_an_authority_is_not_that_of_somebody_elses_authority() {
    let ward = Ward::new().await;
    let nurse = ward.signed_in("kim", Role::Nurse, "W3").await;
    let its = record(&ward, json!({"value": "4711"}), false).await;
    admitted(&ward, &admission("4711", "HOSP", "2")).await;

    let of_another = get(&ward, &its, &nurse).await;
    admitted(&ward, &admission("4711", "", "3")).await;
    let of_the_same = get(&ward, &its, &nurse).await;

    assert_eq!(of_another.problem(), "access_denied");
    assert_eq!(of_the_same.status, StatusCode::OK);
}

#[tokio::test]
async fn who_has_a_number_too_long_for_a_reference_is_protected_all_the_same() {
    let ward = Ward::new().await;
    let operator = ward.signed_in("opal", Role::Operator, "IT").await;
    let long = "7".repeat(120);
    let number = json!({"value": long, "authority": "HOSP"});
    let open = json!({"value": format!("8{long}"), "authority": "HOSP"});
    let its = record(&ward, number, true).await;
    let other = record(&ward, open, false).await;
    ward.house.receives(&admission(&long, "HOSP", "2")).await;

    assert_eq!(
        get(&ward, &its, &ward.desk).await.problem(),
        "access_denied"
    );
    assert_eq!(get(&ward, &other, &ward.desk).await.status, StatusCode::OK);
    let message = get(&ward, "/v1/messages/1/raw", &operator).await;
    assert_eq!(message.problem(), "access_denied");
}
