//! What was altered in the store is not given out, and each attempt to see it is in the trail once.

use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_access::model::Role;
use wardline_audit::model::{EventKind, Origin, Outcome, UserName};
use wardline_audit::operations::{AuditFilter, Record};
use wardline_server::http::auth::Scope::{BedsWrite, Phi, Read};

use crate::beds::BED;
use crate::client::{Answer, Call};
use crate::house::{House, MARKERS, admission};
use crate::partner::Mood;
use crate::patients::{SSN, Ward};

#[tokio::test]
async fn whatever_was_altered_of_a_record_fails_closed_and_is_in_the_trail_once() {
    let ward = Ward::new().await;
    let doctor = ward.signed_in("dora", Role::Physician, "W3").await;
    let sex = json!({"set": {"sex": "F"}});
    let diagnosis = json!({"set": {"diagnoses": [{"code": "F10.2"}]}});
    let changed = ward.patch(1, &ward.desk, &sex).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let changed = ward.patch(2, &doctor, &diagnosis).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let nurses = ward
        .house
        .call("PUT", &format!("{BED}/nurses"), &[BedsWrite]);
    let nurses = nurses.json(&json!({"nurses": ["dora"]})).send().await;
    assert_eq!(nurses.status, StatusCode::NO_CONTENT);
    let history = format!("{}/history", ward.path);
    let take = format!("{}/take", ward.path);
    let by_ssn = json!({"ssn": SSN});
    let types = ["demographics", "diagnosis"];
    let copy = json!({"how": "print", "types": types, "reason": "goes along to the heart centre"});

    let mut tried = 0;
    for (what, method, path, token, body) in [
        ("a read", "GET", ward.path.as_str(), &doctor, None),
        ("the history", "GET", history.as_str(), &doctor, None),
        ("a copy", "POST", take.as_str(), &doctor, Some(&copy)),
        (
            "a search",
            "POST",
            "/v1/patients/search",
            &ward.desk,
            Some(&by_ssn),
        ),
    ] {
        let mut after = 0;
        loop {
            let before = trail(&ward.house).await.last().map(|record| record.seq);
            ward.house.room.altered.alter_after(after);
            let answer = ask(&ward, method, path, token, body).await;
            let was_altered = ward.house.room.altered.was_altered();

            let mut recorded = trail(&ward.house).await;
            recorded.retain(|record| Some(record.seq) > before);
            let outcomes: Vec<Outcome> = recorded.iter().map(|record| record.outcome).collect();
            if !was_altered {
                assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text());
                assert_eq!(outcomes, [Outcome::Success], "{what}");
                break;
            }
            after += 1;
            if answer.status == StatusCode::OK {
                // A search goes on without what does not open, says so, and gives nothing of it.
                let found = answer.json();
                assert_eq!(what, "a search", "answer {after} altered");
                assert_eq!(found, json!({"items": [], "is_complete": false}));
                assert_eq!(outcomes, [Outcome::Success], "{what}, answer {after}");
                continue;
            }
            assert!(
                answer.status.is_server_error(),
                "{what}, answer {after} altered: {} {}",
                answer.status,
                answer.text()
            );
            assert_eq!(outcomes, [Outcome::Failed], "{what}, answer {after}");
            let content = recorded[0].content.as_ref().unwrap();
            assert_eq!(content.patients.len(), 1, "{what}, answer {after}");
        }
        assert!(after > 0, "{what}");
        tried += after;
    }
    assert!(tried > 12, "{tried}");
}

#[tokio::test]
async fn whatever_was_altered_of_a_message_fails_closed_and_is_in_the_trail_once() {
    let house = House::new(Mood::Accepts).await;
    house.receives(&admission("CTL-42")).await;
    house.room.bodies.alter();

    let why = json!({"reason": "the sender asks what it sent"});
    let both = json!({"first": 1, "second": 1});
    for (method, path, scopes, body) in [
        ("GET", "/v1/messages/1", &[Read, Phi][..], None),
        ("GET", "/v1/messages/1", &[Read], None),
        ("GET", "/v1/messages/1/raw", &[Read, Phi], None),
        ("POST", "/v1/messages/1/reveal", &[Read, Phi], Some(&why)),
        ("POST", "/v1/messages/compare", &[Read, Phi], Some(&both)),
    ] {
        let before = trail(&house).await.last().map(|record| record.seq);
        let call = house.call(method, path, scopes);
        let answer = match body {
            Some(body) => call.json(body).send().await,
            None => call.send().await,
        };

        let at = format!("{method} {path} {scopes:?}");
        assert_eq!(answer.problem(), "unreadable", "{at}: {}", answer.text());
        assert!(MARKERS.iter().all(|marker| !answer.text().contains(marker)));
        let mut recorded = trail(&house).await;
        recorded.retain(|record| Some(record.seq) > before);
        let outcomes: Vec<Outcome> = recorded.iter().map(|record| record.outcome).collect();
        assert_eq!(outcomes, [Outcome::Failed], "{at}");
    }
}

#[tokio::test]
async fn what_is_refused_at_a_bed_is_in_the_trail_also_when_it_cannot_be_read_who_is_there() {
    let ward = Ward::new().await;
    let nurse = ward.signed_in("kim", Role::Nurse, "W3").await;
    let elsewhere = ward.signed_in("lee", Role::Nurse, "ICU").await;
    // Too long for a reference: its record says how it is named.
    let long = "7".repeat(120);
    let number = json!({"value": long, "authority": "HOSP"});
    let set = json!({"set": {"name": {"family": "Next"}, "mrn": [number]}});
    let made = ask(&ward, "POST", "/v1/patients", &ward.desk, Some(&set)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let admitted = format!(
        "MSH|^~\\&|ADT|HOSP|EHR|HOSP|20261121083000||ADT^A01|A-2|P|2.5.1\r\
         PID|1||{long}^^^HOSP^MR||NEXT^NORA||19700101|F\r\
         PV1|1|I|W3^12^2||||||||||||||||V-2\r"
    );
    let received = ward.house.beds.receive(admitted.as_bytes()).await;
    received.unwrap();
    let emergency = wardline_phi::ApiToken::generate().unwrap();

    for (method, act, who, body, emergency) in [
        (
            "POST",
            "acknowledge",
            &nurse,
            json!({"band": "high"}),
            Some(emergency.expose()),
        ),
        (
            "PUT",
            "nurses",
            &nurse,
            json!({"nurses": ["kim"]}),
            Some(emergency.expose()),
        ),
        (
            "PUT",
            "nurses",
            &elsewhere,
            json!({"nurses": ["lee"]}),
            None,
        ),
    ] {
        let ask = async || {
            let before = trail(&ward.house).await.last().map(|record| record.seq);
            let path = format!("/v1/beds/W3~12~2/{act}");
            let call = Call::new(ward.house.address, method, &path).token(who);
            let call = match emergency {
                Some(token) => call.header("wardline-emergency", token),
                None => call,
            };
            let answer = call.json(&body).send().await;
            let mut recorded = trail(&ward.house).await;
            recorded.retain(|record| Some(record.seq) > before);
            let told = recorded.iter().map(|record| (record.kind, record.outcome));
            (answer, told.collect::<Vec<_>>())
        };
        ward.house.room.altered.alter_after(0);
        let (unread, failed) = ask().await;
        assert!(ward.house.room.altered.was_altered(), "{act}");
        let (refused, denied) = ask().await;

        assert!(unread.status.is_server_error(), "{act}: {}", unread.text());
        assert_eq!(failed, [(EventKind::Write, Outcome::Failed)], "{act}");
        assert_eq!(refused.problem(), "access_denied", "{act}");
        assert_eq!(
            denied,
            [(EventKind::AccessDenied, Outcome::Denied)],
            "{act}"
        );
    }
}

async fn ask(
    ward: &Ward,
    method: &'static str,
    path: &str,
    token: &str,
    body: Option<&Value>,
) -> Answer {
    let call = Call::new(ward.house.address, method, path).token(token);
    match body {
        Some(body) => call.json(body).send().await,
        None => call.send().await,
    }
}

/// What was asked for of patients lately, the oldest first.
async fn trail(house: &House) -> Vec<Record> {
    let by = Origin::of(UserName::new("test").unwrap());
    let all = AuditFilter::default();
    let found = house.audit.search(&all, None, 100, by);
    let mut records = found.await.unwrap().items;
    let of_records = [
        EventKind::Read,
        EventKind::Search,
        EventKind::AccessDenied,
        EventKind::Write,
        EventKind::Export,
    ];
    records.retain(|record| {
        let content = record.content.as_ref().unwrap();
        of_records.contains(&record.kind) && content.by.user.expose() != "test"
    });
    records.sort_by_key(|record| record.seq);
    records
}
