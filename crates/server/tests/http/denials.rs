//! Every route, asked by everybody: what is refused is in the trail, once, and what gives out a patient's data is in it
//! with the patient.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_access::model::Role;
use wardline_audit::model::{EventKind, Origin, Outcome, PatientId, Repeats, UserName};
use wardline_audit::operations::{AuditFilter, Record};

use crate::authorisation::{AUTHORISATION_CASES, Case, OF_PERSONS, OF_STEWARDS};
use crate::beds::well;
use crate::client::Call;
use crate::house::{MARKERS, admission};
use crate::patients::{SSN, Ward};

const PATIENT: &str = "mrn:HOSP:MRN778811";
const NOBODY: &str = "/v1/patients/00000000000000000000000000000000";

/// What came of one request.
struct Asked {
    what: String,
    status: StatusCode,
    request: String,
    shows_the_patient: bool,
}

#[tokio::test]
async fn every_refusal_of_every_route_is_in_the_trail_once_and_so_is_whoever_was_shown_a_patient() {
    let ward = Ward::new().await;
    ward.house.receives(&admission("CTL-42")).await;
    let mut callers = vec![("application".to_owned(), ward.house.token(&[]).to_owned())];
    for (at, role) in Role::ALL
        .iter()
        .filter(|role| !role.is_machine())
        .enumerate()
    {
        for department in ["W3", "ELSEWHERE"] {
            let login = format!("p{at}-{}", department.to_lowercase());
            let token = ward.signed_in(&login, *role, department).await;
            callers.push((format!("{role} of {department}"), token));
        }
    }
    for role in [Role::Device, Role::Integration] {
        callers.push((role.to_string(), ward.machine(role).await));
    }

    let mut asked = Vec::new();
    for (case, body) in cases() {
        let all = callers.iter().map(|(who, token)| {
            let body = body.clone();
            ask(&ward, (who, token), &case, body)
        });
        asked.extend(join_all(all).await);
    }

    let denied = by_request(&recorded(&ward, EventKind::AccessDenied, None).await);
    for asked in &asked {
        let times = denied.get(&asked.request).copied().unwrap_or(0);
        let expected = usize::from(asked.status == StatusCode::FORBIDDEN);
        assert_eq!(times, expected, "{} {}", asked.what, asked.status);
    }
    let refused = asked.iter().filter(|it| it.status == StatusCode::FORBIDDEN);
    assert!(refused.count() > 1_000, "hardly anything was refused");

    let patient = PatientId::new(PATIENT).unwrap();
    let mut seen = recorded(&ward, EventKind::Read, Some(&patient)).await;
    for kind in [EventKind::Search, EventKind::Write, EventKind::Export] {
        seen.extend(recorded(&ward, kind, Some(&patient)).await);
    }
    seen.retain(|record| record.outcome == Outcome::Success);
    let mut seen = by_request(&seen);
    // The trail names patients; whoever reads it is in it.
    seen.extend(by_request(
        &recorded(&ward, EventKind::AuditRead, None).await,
    ));
    let shown: Vec<&Asked> = asked.iter().filter(|it| it.shows_the_patient).collect();
    for asked in &shown {
        assert!(seen.contains_key(&asked.request), "{}", asked.what);
    }
    assert!(
        shown.len() > 20,
        "hardly anything was shown: {}",
        shown.len()
    );
}

/// An application that was refused and asks on, as one that polls does.
#[tokio::test]
async fn the_same_refusal_again_and_again_is_answered_the_same_and_counted_from_the_tenth_on() {
    let ward = Ward::new().await;
    let token = ward.house.token(&[]).to_owned();
    let poll = || Call::new(ward.house.address, "GET", &ward.path).token(&token);

    let mut answers = Vec::new();
    for _ in 0..15 {
        answers.push(poll().send().await.status);
    }

    assert_eq!(answers, [StatusCode::FORBIDDEN; 15]);
    let denied = recorded(&ward, EventKind::AccessDenied, None).await;
    let repeats = |record: &Record| record.content.as_ref().unwrap().repeats;
    assert_eq!(denied.len(), 10);
    assert_eq!(repeats(&denied[0]), Some(Repeats::CountedFromHere));
    assert!(denied[1..].iter().all(|record| repeats(record).is_none()));
    // Another thing that is asked for is another refusal.
    let path = format!("{}/history", ward.path);
    let other = Call::new(ward.house.address, "GET", &path).token(&token);
    assert_eq!(other.send().await.status, StatusCode::FORBIDDEN);
    let denied = recorded(&ward, EventKind::AccessDenied, None).await;
    assert_eq!(denied.len(), 11);
}

/// Every route with a body that it takes, as far as the gate.
fn cases() -> Vec<(Case, Option<Value>)> {
    let plain = AUTHORISATION_CASES.into_iter().chain(OF_PERSONS);
    let plain = plain.map(|case| {
        let body = body_of(&case);
        (case, body)
    });
    let of_stewards = OF_STEWARDS.into_iter().map(|(case, body)| {
        let body = serde_json::from_str(body).ok();
        (case, body)
    });
    let all = plain.chain(of_stewards);
    // It would end the session that asks, and is open to whoever has one.
    all.filter(|(case, _)| case.template != "/v1/sign-out")
        .collect()
}

fn body_of(case: &Case) -> Option<Value> {
    let reason = json!({"reason": "the patient asks for it"});
    Some(match (case.method, case.template) {
        ("POST", "/v1/patients") | ("PATCH", "/v1/patients/{id}") => json!({"set": {"sex": "F"}}),
        (_, "/v1/patients/search") => json!({"ssn": SSN}),
        (_, "/v1/patients/{id}/take") => json!({
            "how": "print", "types": ["demographics"], "reason": "goes along to the heart centre",
        }),
        (_, "/v1/patients/{id}/merge" | "/v1/patients/{id}/unmerge") => {
            json!({"merged": "00000000000000000000000000000001", "merged_version": 1})
        }
        (_, "/v1/patients/{id}/link" | "/v1/patients/{id}/unlink") => {
            json!({"other": "00000000000000000000000000000001", "other_version": 1})
        }
        ("PUT" | "POST", "/v1/patients/{id}/hold" | "/v1/patients/{id}/erasure")
        | (_, "/v1/messages/{id}/reveal") => reason,
        (_, "/v1/messages/search") => json!({"filter": {"patient": "MRN778811"}}),
        (_, "/v1/messages/compare") => json!({"first": 1, "second": 1}),
        (_, "/v1/dead-letters/{channel}/{destination}/{id}/edit") => {
            json!({"set": [{"path": "PID-5.1", "value": "X"}]})
        }
        (_, "/v1/jobs") => {
            json!({"action": "replay", "filter": {"channel": "adt"}, "dry_run": true})
        }
        (_, "/v1/beds/{id}/acknowledge") => json!({"band": "low"}),
        (_, "/v1/beds/{id}/status") => json!({"status": "clean"}),
        (_, "/v1/beds/{id}/nurses") => json!({"nurses": []}),
        (_, "/v1/stays/{id}/care") => json!({"saturation_scale": 1, "pregnant": false}),
        (_, "/v1/vitals") => well(),
        (_, "/v1/audit/search") => json!({"filter": {}}),
        (_, "/v1/sessions/search" | "/v1/sessions/count") => json!({}),
        ("POST", _) => json!({"dry_run": true}),
        _ => return None,
    })
}

async fn ask(ward: &Ward, (who, token): (&str, &str), case: &Case, body: Option<Value>) -> Asked {
    let path = case.path.replace(NOBODY, &ward.path);
    let call = Call::new(ward.house.address, case.method, &path);
    let call = call.token(token).header("if-match", "\"1\"");
    let what = format!("{who}: {} {path}", case.method);
    // What does not end is looked at as it begins.
    if path.ends_with("/events") || path == "/v1/stream" {
        let (head, _) = call.begin().await;
        let request = head.headers["x-request-id"].to_str().unwrap().to_owned();
        return Asked {
            what,
            status: head.status,
            request,
            shows_the_patient: false,
        };
    }
    let answer = match body {
        Some(body) => call.json(&body).send().await,
        None => call.send().await,
    };
    let is_shown = |text: &str| MARKERS.iter().any(|marker| text.contains(marker));
    Asked {
        what,
        status: answer.status,
        request: answer.header("x-request-id").to_owned(),
        shows_the_patient: answer.status.is_success()
            && is_shown(&String::from_utf8_lossy(&answer.body)),
    }
}

/// How many records there are of each request.
fn by_request(records: &[Record]) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for record in records {
        let content = record.content.as_ref().unwrap();
        if let Some(request) = &content.by.request {
            *counted.entry(request.as_str().to_owned()).or_default() += 1;
        }
    }
    counted
}

async fn recorded(ward: &Ward, kind: EventKind, patient: Option<&PatientId>) -> Vec<Record> {
    let filter = AuditFilter {
        kind: Some(kind),
        patient: patient.cloned(),
        ..AuditFilter::default()
    };
    let (mut records, mut cursor) = (Vec::new(), None);
    loop {
        let by = Origin::of(UserName::new("test").unwrap());
        let page = ward.house.audit.search(&filter, cursor, 200, by).await;
        let page = page.unwrap();
        records.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return records;
        }
    }
}
