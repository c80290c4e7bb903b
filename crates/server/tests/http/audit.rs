//! The audit trail over HTTP: read only by those who may, and each reading is in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_access::model::Role;
use wardline_audit::model::{
    Amount, Event, EventKind, Note, Origin, Outcome, PatientId, Purpose, Seq, UserName,
};
use wardline_audit::signing::{Checkpoint, NoteKey};
use wardline_audit::tree::{Hash, leaf_hash, verify_consistency, verify_inclusion};
use wardline_server::http::auth::Scope::{AuditRead, AuditWrite, Phi};

use crate::client::Call;
use crate::house::House;
use crate::partner::Mood;
use crate::people::{Office, new_user};

const PATIENT: &str = "mrn:HOSP:MRN778811";
const PERIOD: [&str; 2] = ["2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z"];

/// A house in which a nurse has read a patient's record, for a reason that names the patient.
async fn house() -> House {
    let house = House::new(Mood::Accepts).await;
    let mut event = event(EventKind::Read, "nurse.seven");
    event.reason = Note::new("EVERYWOMAN asked").ok();
    house.audit.record_one(event).await.unwrap();
    house
}

fn event(kind: EventKind, user: &str) -> Event {
    let by = Origin::of(UserName::new(user).unwrap());
    let mut event = Event::new(kind, Outcome::Success, by);
    event.patients.push(PatientId::new(PATIENT).unwrap());
    event
}

fn hash(value: &Value) -> Hash {
    let bytes = STANDARD.decode(value.as_str().unwrap()).unwrap();
    bytes.try_into().unwrap()
}

fn path(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

#[tokio::test]
async fn a_search_shows_who_did_what_and_whom_it_was_about_only_with_phi() {
    let house = house().await;
    let search = json!({ "filter": { "user": "nurse.seven", "kind": "read" } });

    let masked = house.post("/v1/audit/search", &[AuditRead], &search).await;
    let open = house
        .post("/v1/audit/search", &[AuditRead, Phi], &search)
        .await;

    let item = &masked.json()["items"][0];
    assert_eq!(item["user"], "nurse.seven");
    assert_eq!(
        (&item["kind"], &item["outcome"]),
        (&json!("read"), &json!("success"))
    );
    assert_eq!(item["patient_count"], 1);
    assert!(!masked.text().contains("MRN778811") && !masked.text().contains("EVERYWOMAN"));
    assert_eq!(open.json()["items"][0]["patients"][0], PATIENT);
    assert_eq!(open.json()["items"][0]["reason"], "EVERYWOMAN asked");
}

#[tokio::test]
async fn whom_a_record_is_about_cannot_be_found_out_by_asking() {
    let house = house().await;
    let search = json!({ "filter": { "patient": PATIENT } });

    let refused = house.post("/v1/audit/search", &[AuditRead], &search).await;
    let found = house
        .post("/v1/audit/search", &[AuditRead, Phi], &search)
        .await;

    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.json()["field"], "filter.patient");
    assert_eq!(found.json()["items"].as_array().unwrap().len(), 1);
}

/// Who watches over the trail needs no scope for patients: the policy lets by the role.
#[tokio::test]
async fn a_privacy_officer_sees_whom_records_are_about_and_keeps_alerts_and_an_auditor_only_sees() {
    let house = house().await;
    let grant = event(EventKind::EmergencyUsed, "doctor");
    house.audit.record_one(grant).await.unwrap();
    let office = Office::of(&house).await;
    let officer = new_user("kim", Role::PrivacyOfficer);
    let auditor = new_user("lee", Role::Auditor);
    let nurse = new_user("nurse.eight", Role::Nurse);
    let officer = office.person(officer).await.sign_in(&house).await;
    let auditor = office.person(auditor).await.sign_in(&house).await;
    let nurse = office.person(nurse).await.sign_in(&house).await;
    let post = |path: &str, token: &str, body: &Value| {
        let call = Call::new(house.address, "POST", path).token(token);
        call.json(body).send()
    };
    let search = json!({ "filter": { "patient": PATIENT, "kind": "read" } });

    let seen = post("/v1/audit/search", &auditor, &search).await;
    let exported = post("/v1/audit/export", &auditor, &search).await;
    let refused = post("/v1/audit/search", &nurse, &search).await;
    let alerts = Call::new(house.address, "GET", "/v1/audit/alerts").token(&officer);
    let alerts = alerts.send().await.json();
    let id = alerts["items"][0]["id"].as_str().unwrap();
    let close = format!("/v1/audit/alerts/{id}/close");
    let note = json!({ "note": "reviewed with the doctor" });
    let not_hers = post(&close, &auditor, &note).await;
    let closed = post(&close, &officer, &note).await;

    assert_eq!(seen.json()["items"][0]["patients"][0], PATIENT);
    assert_eq!(exported.json()["items"][0]["resourceType"], "AuditEvent");
    assert_eq!(refused.problem(), "scope_missing");
    assert_eq!(not_hers.problem(), "scope_missing");
    assert_eq!(closed.json()["state"], "closed");
    let changes = json!({ "filter": { "user": "kim", "kind": "audit-changed" } });
    let changes = post("/v1/audit/search", &officer, &changes).await.json();
    assert_eq!(changes["items"][0]["role"], "privacy_officer");
    assert!(changes["items"][0]["session_id"].is_string());
}

#[tokio::test]
async fn every_reading_is_in_the_trail_with_the_patient_that_was_asked_for() {
    let house = house().await;
    let search = json!({ "filter": { "patient": PATIENT } });
    house
        .post("/v1/audit/search", &[AuditRead, Phi], &search)
        .await;

    let readings = json!({ "filter": { "patient": PATIENT, "kind": "audit-read" } });
    let found = house
        .post("/v1/audit/search", &[AuditRead, Phi], &readings)
        .await
        .json();

    let item = &found["items"][0];
    assert_eq!(item["role"], "application");
    assert_eq!(item["purpose"], "HOPERAT");
    assert!(item["user"].as_str().unwrap().starts_with("token:"));
    assert!(item["request_id"].is_string());
}

#[tokio::test]
async fn pages_go_on_where_the_one_before_ended() {
    let house = house().await;
    for _ in 0..4 {
        let login = event(EventKind::Login, "nurse.seven");
        house.audit.record_one(login).await.unwrap();
    }
    let (mut places, mut cursor) = (Vec::new(), Value::Null);

    loop {
        let mut search = json!({ "filter": { "user": "nurse.seven" }, "limit": 2 });
        if !cursor.is_null() {
            search["cursor"] = cursor;
        }
        let page = house.post("/v1/audit/search", &[AuditRead], &search).await;
        let page = page.json();
        let items = page["items"].as_array().unwrap().iter();
        places.extend(items.map(|item| item["record"].as_u64().unwrap()));
        cursor = page["next"].clone();
        if cursor.is_null() {
            break;
        }
    }

    assert_eq!(places.len(), 5);
    assert!(places.is_sorted_by(|a, b| a > b), "{places:?}");
}

#[tokio::test]
async fn a_proof_leads_from_a_record_to_the_signed_checkpoint_and_from_one_to_the_next() {
    let house = house().await;
    let old = house.get("/v1/audit/checkpoint", &[AuditRead]).await.text();
    house
        .audit
        .record_one(event(EventKind::Write, "doctor"))
        .await
        .unwrap();
    let new = house.get("/v1/audit/checkpoint", &[AuditRead]).await.text();
    let keys = house.get("/v1/audit/verifiers", &[AuditRead]).await.json();
    let key = NoteKey::parse(keys["verifiers"][0].as_str().unwrap()).unwrap();
    let open = |note: &str| Checkpoint::open(note, std::slice::from_ref(&key)).unwrap();
    let (old, new) = (open(&old), open(&new));

    let proof = format!("/v1/audit/records/1/proof?size={}", new.size);
    let proof = house.get(&proof, &[AuditRead]).await.json();
    let grown = format!(
        "/v1/audit/consistency?old_size={}&size={}",
        old.size, new.size
    );
    let grown = house.get(&grown, &[AuditRead]).await.json();

    let leaf = STANDARD.decode(proof["leaf"].as_str().unwrap()).unwrap();
    assert_eq!(leaf_hash(&leaf), hash(&proof["leaf_hash"]));
    let hash = leaf_hash(&leaf);
    assert!(verify_inclusion(
        &hash,
        1,
        new.size,
        &path(&proof["path"]),
        &new.root
    ));
    assert!(verify_consistency(
        (old.size, &old.root),
        (new.size, &new.root),
        &path(&grown["path"])
    ));
}

#[tokio::test]
async fn a_verification_says_at_last_that_nothing_is_wrong_and_holds_anchors() {
    let house = house().await;
    let anchor = house.get("/v1/audit/checkpoint", &[AuditRead]).await.text();

    let body = json!({ "anchors": [anchor] });
    let answer = house.post("/v1/audit/verify", &[AuditRead], &body).await;

    let text = answer.text();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["verified"], true, "{text}");
    assert!(last["records"].as_u64().unwrap() >= 3);
    let more = json!({ "progress": last["progress"] });
    let more = house.post("/v1/audit/verify", &[AuditRead], &more).await;
    let more: Value = serde_json::from_str(more.text().lines().last().unwrap()).unwrap();
    assert_eq!(more["verified"], true);
    assert!(more["records"].as_u64().unwrap() < last["records"].as_u64().unwrap());
}

#[tokio::test]
async fn a_verification_with_an_anchor_that_is_not_of_this_trail_finds_it() {
    let (house, other) = (house().await, House::new(Mood::Accepts).await);
    let anchor = other.get("/v1/audit/checkpoint", &[AuditRead]).await.text();

    let body = json!({ "anchors": [anchor] });
    let answer = house.post("/v1/audit/verify", &[AuditRead], &body).await;

    let text = answer.text();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["verified"], false, "{text}");
    assert!(
        last["finding"]["fault"]
            .as_str()
            .unwrap()
            .contains("signed")
    );
}

#[tokio::test]
async fn a_report_is_given_as_json_as_lines_and_as_a_page_and_names_are_no_markup() {
    let house = house().await;
    let event = event(EventKind::Read, "<b>=1+1");
    house.audit.record_one(event).await.unwrap();
    let ask = |format: &str| json!({ "from": PERIOD[0], "until": PERIOD[1], "format": format });
    let report = "/v1/audit/report";

    let json = house.post(report, &[AuditRead, Phi], &ask("json")).await;
    let csv = house.post(report, &[AuditRead], &ask("csv")).await;
    let html = house.post(report, &[AuditRead], &ask("html")).await;

    let json = json.json();
    assert_eq!(json["kinds"]["read"], 2);
    assert_eq!(json["patients"][0]["patient"], PATIENT);
    assert_eq!(json["patients"][0]["users"], 2);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.text().contains("kind,read,2,,\r\n"), "{}", csv.text());
    assert_eq!(html.header("content-type"), "text/html; charset=utf-8");
    assert!(html.text().contains("&lt;b&gt;=1+1") && !html.text().contains("<b>"));
    assert!(!csv.text().contains("MRN778811") && !html.text().contains("MRN778811"));
}

#[tokio::test]
async fn an_accounting_names_recipients_and_leaves_out_treatment() {
    let house = house().await;
    for (purpose, recipient) in [("PUBHLTH", "County health office"), ("TREAT", "Dr. Two")] {
        let mut event = event(EventKind::Disclosure, "clerk");
        event.by.purpose = Purpose::new(purpose).ok();
        event.recipient = Note::new(recipient).ok();
        house.audit.record_one(event).await.unwrap();
    }

    let body = json!({ "patient": PATIENT });
    let answer = house
        .post("/v1/audit/accounting", &[AuditRead, Phi], &body)
        .await;

    let accounting = answer.json();
    assert_eq!(accounting["disclosures"].as_array().unwrap().len(), 1);
    assert_eq!(
        accounting["disclosures"][0]["recipient"],
        "County health office"
    );
    assert_eq!(accounting["exempt"], 1);
}

#[tokio::test]
async fn records_are_exported_as_fhir_resources() {
    let house = house().await;

    let body = json!({ "filter": { "user": "nurse.seven" } });
    let answer = house
        .post("/v1/audit/export", &[AuditRead, Phi], &body)
        .await;

    let event = &answer.json()["items"][0];
    assert_eq!(event["resourceType"], "AuditEvent");
    assert_eq!(event["action"], "R");
    assert!(!answer.text().contains("EVERYWOMAN"));
}

#[tokio::test]
async fn an_alert_is_acknowledged_and_closed_with_a_note_and_never_opened_again() {
    let house = house().await;
    let mut export = event(EventKind::Export, "clerk");
    export.amount = Some(Amount {
        records: 5_000,
        bytes: 1,
    });
    house.audit.record_one(export).await.unwrap();
    let alerts = house.get("/v1/audit/alerts?state=new", &[AuditRead]).await;
    let alert = alerts.json()["items"][0].clone();
    let id = alert["id"].as_str().unwrap();
    let note = json!({ "note": "asked the clerk: a planned migration" });
    let act = |what: &str| format!("/v1/audit/alerts/{id}/{what}");

    let seen = house.post(&act("acknowledge"), &[AuditWrite], &note).await;
    let closed = house.post(&act("close"), &[AuditWrite], &note).await;
    let again = house.post(&act("acknowledge"), &[AuditWrite], &note).await;

    assert_eq!(alert["rule"], "large-export");
    assert_eq!(seen.json()["state"], "acknowledged");
    assert_eq!(closed.json()["state"], "closed");
    assert_eq!(
        (again.status, again.problem().as_str()),
        (StatusCode::CONFLICT, "audit_conflict")
    );
    let changes = json!({ "filter": { "kind": "audit-changed" } });
    let changes = house
        .post("/v1/audit/search", &[AuditRead, Phi], &changes)
        .await;
    assert_eq!(changes.json()["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_hold_is_placed_listed_and_released_and_shows_no_patient() {
    let house = house().await;
    let body = json!({ "patient": PATIENT, "reason": "suit 17" });

    let placed = house.post("/v1/audit/holds", &[AuditWrite], &body).await;
    let listed = house.get("/v1/audit/holds", &[AuditRead, Phi]).await;
    let reason = json!({ "reason": "settled" });
    let released = "/v1/audit/holds/1/release";
    let released = house.post(released, &[AuditWrite], &reason).await;

    assert_eq!(placed.status, StatusCode::CREATED);
    assert_eq!(listed.json()["items"].as_array().unwrap().len(), 1);
    assert!(!listed.text().contains("MRN778811"));
    assert!(released.json()["released_at"].is_string());
}

#[tokio::test]
async fn holds_are_listed_page_by_page() {
    let house = house().await;
    for suit in ["one", "two", "three"] {
        let body = json!({ "reason": suit });
        house.post("/v1/audit/holds", &[AuditWrite], &body).await;
    }

    let page = house.get("/v1/audit/holds?limit=2", &[AuditRead]).await;
    let page = page.json();
    let next = page["next"].as_str().unwrap();
    let rest = format!("/v1/audit/holds?limit=2&cursor={next}");
    let rest = house.get(&rest, &[AuditRead]).await.json();

    assert_eq!(
        (&page["items"][0]["id"], &page["items"][1]["id"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&rest["items"][0]["id"], &rest["next"]),
        (&json!(3), &Value::Null)
    );
}

#[tokio::test]
async fn without_a_folder_nothing_is_archived_and_the_setting_is_named() {
    let house = house().await;

    let refused = house
        .post("/v1/audit/archive", &[AuditWrite], &json!({}))
        .await;

    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("audit.archive_directory"));
}

#[tokio::test]
async fn a_record_that_is_not_there_is_not_found() {
    let house = house().await;

    let refused = house.get("/v1/audit/records/4711", &[AuditRead]).await;

    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

/// The trail is the condition of every answer about it, so also of those that only read it.
#[tokio::test]
async fn nothing_of_the_trail_is_given_out_when_that_cannot_be_recorded() {
    let house = house().await;
    house.audit.stop().await.unwrap();
    let period = json!({ "from": PERIOD[0], "until": PERIOD[1] });
    let reason = json!({ "reason": "suit" });

    for (path, body) in [
        ("/v1/audit/search", json!({})),
        ("/v1/audit/export", json!({})),
        ("/v1/audit/verify", json!({})),
        ("/v1/audit/report", period),
        ("/v1/audit/accounting", json!({ "patient": PATIENT })),
        ("/v1/audit/holds", reason),
    ] {
        let scopes = match path {
            "/v1/audit/holds" => [AuditWrite, Phi],
            _ => [AuditRead, Phi],
        };
        let refused = house.post(path, &scopes, &body).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(refused.problem(), "audit_unavailable", "{path}");
        assert_eq!(refused.header("retry-after"), "5", "{path}");
    }
    for path in [
        "/v1/audit/records/1",
        "/v1/audit/records/1/proof",
        "/v1/audit/alerts",
        "/v1/audit/holds",
    ] {
        let refused = house.get(path, &[AuditRead, Phi]).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
    assert!(house.audit.leaf(Seq(1)).await.is_ok(), "it is there");
}
