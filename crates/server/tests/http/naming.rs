//! How patients are named, and what rests on it: who treats whom, and who is protected.

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};
use wardline_access::model::Role;

use crate::client::{Answer, Call};
use crate::house::House;
use crate::partner::Mood;
use crate::patients::Ward;
use crate::stewards::Site;

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

#[tokio::test]
async fn beds_messages_and_values_know_whose_record_has_a_number_too_long_for_a_reference() {
    let ward = Ward::new().await;
    let long = "7".repeat(120);
    let number = json!({"value": long, "authority": "HOSP"});
    let its = record(&ward, number.clone(), false).await;
    let message = admission(&long, "HOSP", "2");
    admitted(&ward, &message).await;
    ward.house.receives(&message).await;
    let nurse = ward.signed_in("kim", Role::Nurse, "W3").await;
    let elsewhere = ward.signed_in("lee", Role::Nurse, "ICU").await;
    let operator = ward.signed_in("opal", Role::Operator, "IT").await;

    let bed = get(&ward, "/v1/beds/W3~12~2", &nurse).await;
    let list = get(&ward, "/v1/beds?unit=W3", &nurse).await;
    let of_record = get(&ward, &its, &nurse).await;
    let of_another = get(&ward, "/v1/beds/W3~12~2", &elsewhere).await;
    let message = get(&ward, "/v1/messages/1/raw", &operator).await;
    let values = json!({"items": [{"patient": {"number": long, "authority": "HOSP"},
        "parameter": "pulse", "value": 72, "unit": "/min", "taken_at": Timestamp::now().to_string()}]});
    let call = Call::new(ward.house.address, "POST", "/v1/vitals").token(&nurse);
    let written = call.json(&values).send().await;

    assert_eq!(bed.status, StatusCode::OK, "{}", bed.text());
    assert!(list.text().contains("W3~12~2"), "{}", list.text());
    assert_eq!(of_record.status, StatusCode::OK, "{}", of_record.text());
    assert_eq!(of_another.problem(), "access_denied");
    assert_eq!(message.status, StatusCode::OK, "{}", message.text());
    assert!(written.status.is_success(), "{}", written.text());
}

#[tokio::test]
async fn an_emergency_and_ones_own_record_are_found_by_a_number_too_long_for_a_reference() {
    let site = Site::open(House::new(Mood::Accepts).await).await;
    let desk = site.hire("rita", "registrar", json!({})).await;
    let nurse = site
        .hire("kim", "nurse", json!({"department": "ICU"}))
        .await;
    let long = "7".repeat(120);
    let number = json!({"number": long, "authority": "HOSP"});
    let set =
        json!({"set": {"name": {"family": "Next"}, "mrn": [{"value": long, "authority": "HOSP"}]}});
    let made = site.send(&desk.token, ("POST", "/v1/patients"), &set).await;
    let its = made.header("location").to_owned();
    let message = admission(&long, "HOSP", "2");
    let received = site.house.beds.receive(message.as_bytes()).await;
    received.unwrap();

    let asked = json!({"patient": number, "reason": "emergency_treatment",
        "text": "stroke on the corridor", "code": nurse.authenticator.code()});
    let granted = site
        .send(&nurse.token, ("POST", "/v1/emergencies"), &asked)
        .await;
    assert_eq!(granted.status, StatusCode::CREATED, "{}", granted.text());
    let emergency = granted.json()["token"].as_str().unwrap().to_owned();
    let bed = Call::new(site.house.address, "GET", "/v1/beds/W3~12~2").token(&nurse.token);
    let bed = bed.header("wardline-emergency", &emergency).send().await;
    let made = site
        .hire("nora", "patient", json!({"own_record": number}))
        .await;
    let changed = site.hire("nina", "patient", json!({})).await;
    let before = site.ask(&changed.token, "GET", &its).await;
    let path = format!("/v1/users/{}", changed.id);
    let change = ("PATCH", path.as_str());
    let put = site
        .send(&site.root, change, &json!({"own_record": number}))
        .await;

    assert_eq!(bed.status, StatusCode::OK, "{}", bed.text());
    assert_eq!(before.problem(), "access_denied");
    assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.text());
    for own in [made, changed] {
        let record = site.ask(&own.token, "GET", &its).await;
        assert_eq!(record.status, StatusCode::OK, "{}", record.text());
    }
}
