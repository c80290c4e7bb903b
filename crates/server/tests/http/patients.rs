//! Records over HTTP: who sees what of them, that nothing overtakes, and that all of it is in the trail.

use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_access::model::Role;
use wardline_audit::model::{EventKind, Origin, PatientId, UserName};
use wardline_audit::operations::{AuditFilter, Record};
use wardline_patients::model::PatientId as PatientRecord;
use wardline_patients::port::PatientStore;
use wardline_server::http::auth::Scope::{BedsWrite, PatientsRead, Phi};

use crate::beds::{BED, occupied};
use crate::client::{Answer, Call};
use crate::house::House;
use crate::people::{Office, Person, new_user, of_department};

/// The patient who lies in the bed of `occupied`.
pub(crate) const PATIENT: &str = "mrn:HOSP:MRN778811";
pub(crate) const SSN: &str = "219-09-9999";
const NOBODY: &str = "/v1/patients/00000000000000000000000000000000";

/// A house with a record of the patient who lies there, and a desk that may change who it is.
pub(crate) struct Ward {
    pub(crate) house: House,
    office: Office,
    pub(crate) desk: String,
    pub(crate) path: String,
}

impl Ward {
    pub(crate) async fn new() -> Self {
        let house = occupied().await;
        let office = Office::of(&house).await;
        let desk = office.person(new_user("rita", Role::Registrar)).await;
        let desk = desk.sign_in(&house).await;
        let body = json!({"set": {
            "name": {"family": "Everywoman", "given": ["Eve"]},
            "birth_date": "1961-06-15",
            "ssn": SSN,
            "mrn": [{"value": "MRN778811", "authority": "HOSP"}],
        }});
        let created = call(&house, "POST", "/v1/patients", &desk).json(&body);
        let created = created.send().await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
        assert_eq!(created.header("etag"), "\"1\"");
        let path = created.header("location").to_owned();
        Self {
            house,
            office,
            desk,
            path,
        }
    }

    pub(crate) async fn signed_in(&self, login: &str, role: Role, department: &str) -> String {
        let person = of_department(login, role, department);
        let person: Person = self.office.person(person).await;
        person.sign_in(&self.house).await
    }

    /// The key of a machine in this role.
    pub(crate) async fn machine(&self, role: Role) -> String {
        let id = self.office.hire(new_user(role.as_str(), role)).await;
        self.office.key(id).await
    }

    async fn get(&self, path: &str, token: &str) -> Answer {
        call(&self.house, "GET", path, token).send().await
    }

    pub(crate) async fn patch(&self, version: u64, token: &str, body: &Value) -> Answer {
        let call = call(&self.house, "PATCH", &self.path, token).json(body);
        let tag = format!("\"{version}\"");
        call.header("if-match", &tag).send().await
    }

    async fn search(&self, token: &str, body: &Value) -> Answer {
        let call = call(&self.house, "POST", "/v1/patients/search", token).json(body);
        call.send().await
    }

    /// What the trail has of this kind, the newest first.
    pub(crate) async fn recorded(&self, kind: EventKind) -> Vec<Record> {
        let filter = AuditFilter {
            kind: Some(kind),
            ..AuditFilter::default()
        };
        let by = Origin::of(UserName::new("test").unwrap());
        let page = self.house.audit.search(&filter, None, 100, by).await;
        page.unwrap().items
    }
}

fn call(house: &House, method: &'static str, path: &str, token: &str) -> Call {
    Call::new(house.address, method, path).token(token)
}

fn fields(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let fields = json["fields"].as_object().unwrap();
    fields.keys().cloned().collect()
}

#[tokio::test]
async fn each_role_sees_its_data_types_of_the_patients_it_cares_for_and_no_more() {
    let ward = Ward::new().await;
    let doctor = ward.signed_in("dora", Role::Physician, "W3").await;
    let clinical = json!({"set": {"diagnoses": [{"code": "E11.9"}], "allergies": []}});
    let changed = ward.patch(1, &doctor, &clinical).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let nurse = ward.signed_in("kim", Role::Nurse, "W3").await;
    let elsewhere = ward.signed_in("lee", Role::Nurse, "ICU").await;
    let operator = ward.signed_in("opal", Role::Operator, "IT").await;

    let by_doctor = ward.get(&ward.path, &doctor).await;
    let by_nurse = ward.get(&ward.path, &nurse).await;
    let by_desk = ward.get(&ward.path, &ward.desk).await;
    let denied = ward.get(&ward.path, &elsewhere).await;
    let nobody = ward.get(NOBODY, &elsewhere).await;

    let all = ["allergies", "birth_date", "diagnoses", "mrn", "name", "ssn"];
    assert_eq!(fields(&by_doctor), all);
    assert_eq!(fields(&by_nurse), all);
    assert_eq!(fields(&by_desk), ["birth_date", "mrn", "name", "ssn"]);
    assert_eq!(by_desk.header("etag"), "\"2\"");
    assert_eq!(denied.problem(), "access_denied");
    // Whoever may not see a patient does not learn whether there is one.
    assert_eq!(without_id(&denied), without_id(&nobody));
    assert_eq!(ward.get(NOBODY, &ward.desk).await.problem(), "not_found");
    assert_eq!(
        ward.get(&ward.path, &operator).await.problem(),
        "scope_missing"
    );
    let read = ward.recorded(EventKind::Read).await;
    let patient = PatientId::new(PATIENT).unwrap();
    let of_it = read.iter().filter(|record| {
        let content = record.content.as_ref().unwrap();
        content.patients == [patient.clone()]
    });
    assert_eq!(of_it.count(), 3);
    assert_eq!(ward.recorded(EventKind::AccessDenied).await.len(), 3);
}

/// An answer without what differs between two of the same.
fn without_id(answer: &Answer) -> (StatusCode, Value) {
    (answer.status, answer.json())
}

#[tokio::test]
async fn a_change_follows_the_version_it_names_and_writes_what_the_role_may() {
    let ward = Ward::new().await;
    let doctor = ward.signed_in("dora", Role::Physician, "W3").await;
    let allergies = json!({"set": {"allergies": [{"code": "7980"}]}});
    let identity = json!({"set": {"sex": "F"}});

    let done = ward.patch(1, &doctor, &allergies).await;
    let stale = ward.patch(1, &doctor, &allergies).await;
    let not_hers = ward.patch(2, &doctor, &identity).await;
    let not_his = ward.patch(2, &ward.desk, &allergies).await;
    let unnamed = call(&ward.house, "PATCH", &ward.path, &doctor).json(&allergies);
    let unnamed = unnamed.send().await;
    let wrong = json!({"set": {"birth_date": "15.06.1961"}});
    let wrong = ward.patch(2, &ward.desk, &wrong).await;

    assert_eq!(done.header("etag"), "\"2\"");
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(stale.problem(), "version_conflict");
    assert_eq!(not_hers.problem(), "access_denied");
    assert_eq!(not_his.problem(), "access_denied");
    assert_eq!(unnamed.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(unnamed.problem(), "version_required");
    assert_eq!(wrong.problem(), "invalid");
    assert!(!wrong.text().contains(".1961"));
    let history = ward
        .get(&format!("{}/history", ward.path), &ward.desk)
        .await;
    let items = history.json()["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 2);
    assert_eq!(
        (&items[0]["by"], &items[0]["fields"]),
        (&json!("dora"), &json!([]))
    );
    assert_eq!(items[1]["kind"], "created");
    let first = ward.get(&format!("{}?version=1", ward.path), &doctor).await;
    assert!(!fields(&first).contains(&"allergies".to_owned()));
}

#[tokio::test]
async fn a_search_gives_those_whom_the_searcher_may_see_and_is_in_the_trail() {
    let ward = Ward::new().await;
    let nurse = ward.signed_in("kim", Role::Nurse, "W3").await;
    let elsewhere = ward.signed_in("lee", Role::Nurse, "ICU").await;
    let by_ssn = json!({"ssn": "219099999"});
    let person =
        json!({"person": {"family": "EVERYWOMAN", "given": "eve", "birth_date": "1961-06-15"}});
    let number = json!({"mrn": {"value": "mrn 778811", "authority": "HOSP"}});

    for body in [&by_ssn, &person, &number] {
        let found = ward.search(&nurse, body).await.json();
        assert_eq!(found["items"][0]["fields"]["name"]["family"], "Everywoman");
        assert_eq!(found["is_complete"], true);
    }
    let hidden = ward.search(&elsewhere, &by_ssn).await.json();
    let nobody = ward
        .search(&elsewhere, &json!({"ssn": "000-00-0001"}))
        .await;
    let unclear = ward
        .search(&nurse, &json!({"ssn": SSN, "limit": 101}))
        .await;

    assert_eq!(hidden, nobody.json());
    assert_eq!(unclear.problem(), "invalid");
    let searches = ward.recorded(EventKind::Search).await;
    assert_eq!(searches.len(), 5);
    let of_patients = searches.iter().filter(|record| {
        let content = record.content.as_ref().unwrap();
        !content.patients.is_empty()
    });
    assert_eq!(of_patients.count(), 3);
}

#[tokio::test]
async fn a_psychotherapy_note_is_its_authors_alone_and_nobody_else_learns_of_it() {
    let ward = Ward::new().await;
    let author = ward.signed_in("dora", Role::Physician, "W3").await;
    let other = ward.signed_in("ben", Role::Physician, "W3").await;
    let notes = json!({"notes": [
        {"value": "she said", "labels": {"psychotherapy": true}},
        {"value": "slept well"},
    ]});
    let written = ward.patch(1, &author, &notes).await;
    assert_eq!(written.status, StatusCode::OK, "{}", written.text());
    let id = written.json()["notes"][0].as_str().unwrap().to_owned();

    let hers = ward.get(&ward.path, &author).await.json();
    let his = ward.get(&ward.path, &other).await;
    let amended = json!({"set": {(format!("notes/{id}")): "he says"}});
    let amended = ward.patch(2, &other, &amended).await;

    assert_eq!(hers["notes"].as_array().unwrap().len(), 2);
    assert_eq!(his.json()["notes"].as_array().unwrap().len(), 1);
    assert!(!his.text().contains(&id) && !his.text().contains("psychotherapy"));
    assert_eq!(amended.problem(), "access_denied");
    let history = ward.get(&format!("{}/history", ward.path), &other).await;
    assert!(!history.text().contains(&id));
}

#[tokio::test]
async fn a_vip_is_seen_by_those_who_are_assigned_and_by_nobody_else_of_the_unit() {
    let ward = Ward::new().await;
    let nurse = ward.signed_in("kim", Role::Nurse, "W3").await;
    let assigned = ward.signed_in("ann", Role::Nurse, "W3").await;
    let nurses = json!({"nurses": ["ann"]});
    let path = format!("{BED}/nurses");
    let set = ward.house.call("PUT", &path, &[BedsWrite]).json(&nurses);
    assert_eq!(set.send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(ward.get(&ward.path, &nurse).await.status, StatusCode::OK);

    let vip = json!({"set": {"restrictions": {"vip": true}}});
    let marked = ward.patch(1, &ward.desk, &vip).await;

    assert_eq!(marked.status, StatusCode::OK, "{}", marked.text());
    assert_eq!(
        ward.get(&ward.path, &nurse).await.problem(),
        "access_denied"
    );
    assert_eq!(ward.get(BED, &nurse).await.problem(), "access_denied");
    assert_eq!(ward.get(&ward.path, &assigned).await.status, StatusCode::OK);
}

#[tokio::test]
async fn merged_records_are_one_until_the_merge_is_taken_back() {
    let ward = Ward::new().await;
    let twin = json!({"set": {"ssn": "000-00-0001", "sex": "F"}});
    let twin = call(&ward.house, "POST", "/v1/patients", &ward.desk).json(&twin);
    let twin = twin.send().await.json()["id"].as_str().unwrap().to_owned();
    let merge = |version: &'static str| {
        let body = json!({"merged": twin, "merged_version": 1});
        let path = format!("{}/merge", ward.path);
        let merge = call(&ward.house, "POST", &path, &ward.desk).json(&body);
        merge.header("if-match", version).send()
    };

    let stale = merge("\"7\"").await;
    let merged = merge("\"1\"").await;
    let again = merge("\"2\"").await;

    assert_eq!(stale.problem(), "version_conflict");
    assert_eq!(merged.status, StatusCode::OK, "{}", merged.text());
    assert_eq!(again.status, StatusCode::PRECONDITION_FAILED);
    let found = ward
        .search(&ward.desk, &json!({"ssn": "000-00-0001"}))
        .await;
    assert_eq!(found.json()["items"][0]["found_as"], json!(twin));
    let path = format!("/v1/patients/{twin}");
    let change = call(&ward.house, "PATCH", &path, &ward.desk).json(&json!({"set": {"sex": "M"}}));
    let change = change.header("if-match", "\"2\"").send().await;
    assert_eq!(change.problem(), "record_merged");
    let back = call(&ward.house, "POST", &format!("{path}/unmerge"), &ward.desk);
    let back = back.header("if-match", "\"2\"").send().await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text());
}

#[tokio::test]
async fn a_record_is_erased_when_one_privacy_officer_asks_and_another_one_approves() {
    let ward = Ward::new().await;
    let pia = ward.signed_in("pia", Role::PrivacyOfficer, "PO").await;
    let pat = ward.signed_in("pat", Role::PrivacyOfficer, "PO").await;
    let path = format!("{}/erasure", ward.path);
    let asks = |token: &str| {
        let call = call(&ward.house, "POST", &path, token);
        call.json(&json!({"reason": "the patient asks"})).send()
    };
    let approval = format!("{path}/approve");
    let approves = |token: &str| call(&ward.house, "POST", &approval, token).send();

    assert_eq!(asks(&ward.desk).await.problem(), "access_denied");
    assert_eq!(approves(&pat).await.problem(), "approval_needed");
    let asked = asks(&pia).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    assert_eq!(asks(&pat).await.problem(), "approval_needed");
    assert_eq!(approves(&pia).await.problem(), "approval_needed");
    assert_eq!(approves(&ward.desk).await.problem(), "access_denied");
    assert_eq!(
        ward.get(&ward.path, &ward.desk).await.status,
        StatusCode::OK
    );
    let listed = ward.get("/v1/erasures", &pat).await;
    assert_eq!(listed.json()["items"][0]["reason"], "the patient asks");

    let erased = approves(&pat).await;

    assert_eq!(erased.status, StatusCode::OK, "{}", erased.text());
    assert_eq!(
        ward.get(&ward.path, &ward.desk).await.problem(),
        "not_found"
    );
    let found = ward.search(&ward.desk, &json!({"ssn": SSN})).await;
    assert!(found.json()["items"].as_array().unwrap().is_empty());
    let listed = ward.get("/v1/erasures", &pat).await;
    assert_eq!(listed.json()["items"], json!([]));
    assert!(ward.recorded(EventKind::Delete).await.len() >= 2);
}

#[tokio::test]
async fn an_approval_erases_no_record_that_was_merged_in_since_it_was_asked_for() {
    let ward = Ward::new().await;
    let pia = ward.signed_in("pia", Role::PrivacyOfficer, "PO").await;
    let pat = ward.signed_in("pat", Role::PrivacyOfficer, "PO").await;
    let path = format!("{}/erasure", ward.path);
    let approval = format!("{path}/approve");
    let approves = |version: &'static str| {
        let call = call(&ward.house, "POST", &approval, &pat);
        call.header("if-match", version).send()
    };
    let reason = json!({"reason": "the patient asks"});
    let asks = || call(&ward.house, "POST", &path, &pia).json(&reason).send();
    assert_eq!(asks().await.status, StatusCode::ACCEPTED);
    let twin = json!({"set": {"ssn": "000-00-0001", "sex": "F"}});
    let twin = call(&ward.house, "POST", "/v1/patients", &ward.desk).json(&twin);
    let twin = twin.send().await.json()["id"].as_str().unwrap().to_owned();
    let body = json!({"merged": twin, "merged_version": 1});
    let merge = format!("{}/merge", ward.path);
    let merge = call(&ward.house, "POST", &merge, &ward.desk).json(&body);
    let merged = merge.header("if-match", "\"1\"").send().await;
    assert_eq!(merged.status, StatusCode::OK, "{}", merged.text());

    assert_eq!(approves("\"1\"").await.problem(), "version_conflict");
    let refused = approves("\"2\"").await;

    assert_eq!(refused.problem(), "approval_needed");
    let seen = ward.get(&ward.path, &ward.desk).await;
    assert_eq!(seen.status, StatusCode::OK);
    let back = call(&ward.house, "DELETE", &path, &pia).send().await;
    assert_eq!(back.status, StatusCode::NO_CONTENT);
    assert_eq!(asks().await.status, StatusCode::ACCEPTED);
    let erased = approves("\"2\"").await;
    assert_eq!(erased.json()["erased"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_approval_is_not_used_up_when_the_store_fails_and_the_record_is_served_no_more() {
    let ward = Ward::new().await;
    let pia = ward.signed_in("pia", Role::PrivacyOfficer, "PO").await;
    let pat = ward.signed_in("pat", Role::PrivacyOfficer, "PO").await;
    let path = format!("{}/erasure", ward.path);
    let approval = format!("{path}/approve");
    let approves = |token: &str| call(&ward.house, "POST", &approval, token).send();
    let reason = json!({"reason": "the patient asks"});
    let asked = call(&ward.house, "POST", &path, &pia).json(&reason).send();
    assert_eq!(asked.await.status, StatusCode::ACCEPTED);
    let id = PatientRecord::parse(ward.path.rsplit('/').next().unwrap()).unwrap();
    let has_key = async || {
        let head = PatientStore::head(ward.house.room.store.as_ref(), id).await;
        head.unwrap().is_some_and(|head| head.key.is_some())
    };

    ward.house.room.altered.fail_to_erase(true);
    let failed = approves(&pat).await;

    assert_eq!(failed.problem(), "store_unavailable", "{}", failed.text());
    assert!(has_key().await);
    assert_eq!(
        ward.get(&ward.path, &ward.desk).await.problem(),
        "not_found"
    );
    let listed = ward.get("/v1/erasures", &pia).await.json();
    assert!(listed["items"][0]["approved_by"].is_string(), "{listed}");
    let taken_back = call(&ward.house, "DELETE", &path, &pia).send().await;
    assert_eq!(taken_back.problem(), "not_found");
    assert_eq!(approves(&pat).await.problem(), "store_unavailable");

    ward.house.room.altered.fail_to_erase(false);
    let erased = approves(&pat).await;

    assert_eq!(erased.json()["erased"], json!([id.to_string()]));
    assert!(!has_key().await);
    let listed = ward.get("/v1/erasures", &pia).await;
    assert_eq!(listed.json()["items"], json!([]));
    assert_eq!(approves(&pat).await.problem(), "not_found");
}

#[tokio::test]
async fn a_legal_hold_wins_over_a_request_and_over_its_approval() {
    let ward = Ward::new().await;
    let pia = ward.signed_in("pia", Role::PrivacyOfficer, "PO").await;
    let pat = ward.signed_in("pat", Role::PrivacyOfficer, "PO").await;
    let (hold, path) = (
        format!("{}/hold", ward.path),
        format!("{}/erasure", ward.path),
    );
    let reason = json!({"reason": "case 7"});
    let asks = || call(&ward.house, "POST", &path, &pia).json(&reason).send();
    let holds = || call(&ward.house, "PUT", &hold, &pat).json(&reason).send();
    let approval = format!("{path}/approve");
    let approves = || call(&ward.house, "POST", &approval, &pat).send();

    assert_eq!(holds().await.status, StatusCode::NO_CONTENT);
    assert_eq!(asks().await.problem(), "legal_hold");
    let released = call(&ward.house, "DELETE", &hold, &pia).send().await;
    assert_eq!(released.status, StatusCode::NO_CONTENT);
    assert_eq!(asks().await.status, StatusCode::ACCEPTED);
    assert_eq!(holds().await.status, StatusCode::NO_CONTENT);

    assert_eq!(approves().await.problem(), "legal_hold");
    let taken_back = call(&ward.house, "DELETE", &path, &pia).send().await;
    assert_eq!(taken_back.status, StatusCode::NO_CONTENT);
    let released = call(&ward.house, "DELETE", &hold, &pia).send().await;
    assert_eq!(released.status, StatusCode::NO_CONTENT);
    assert_eq!(approves().await.problem(), "approval_needed");
    assert_eq!(
        ward.get(&ward.path, &ward.desk).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn whoever_searches_too_often_waits_and_is_in_the_trail() {
    let ward = Ward::new().await;
    let mut answers = Vec::new();
    for number in 0..60 {
        let ssn = format!("000-00-{number:04}");
        answers.push(ward.search(&ward.desk, &json!({"ssn": ssn})).await);
        if answers.last().unwrap().status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }

    let refused = answers.pop().unwrap();
    assert_eq!(refused.problem(), "too_many_searches");
    assert!(answers.len() >= 40, "{}", answers.len());
    assert!(refused.header("retry-after").parse::<u32>().unwrap() >= 1);
    let denied = ward.recorded(EventKind::AccessDenied).await;
    let why = denied[0].content.as_ref().unwrap().reason.as_ref().unwrap();
    assert_eq!(why.expose(), "too_often");
    let pia = ward.signed_in("pia", Role::PrivacyOfficer, "PO").await;
    assert_ne!(
        ward.search(&pia, &json!({"ssn": SSN})).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn a_researcher_gets_a_record_without_identifiers_and_nothing_else() {
    let ward = Ward::new().await;
    let researcher = ward.signed_in("rosa", Role::Researcher, "LAB").await;

    let view = ward
        .get(&format!("{}/deidentified", ward.path), &researcher)
        .await;
    let record = ward.get(&ward.path, &researcher).await;

    assert_eq!(view.status, StatusCode::OK, "{}", view.text());
    assert_eq!(view.json()["birth_date"], "1961");
    // Of any letters and digits.
    let mut shown = view.json();
    assert!(shown["subject"].take().is_string());
    let shown = shown.to_string();
    for marker in ["Everywoman", "Eve", "MRN778811", "219", "06-15"] {
        assert!(!shown.contains(marker), "{marker}");
    }
    assert_eq!(record.problem(), "access_denied");
    assert_eq!(ward.recorded(EventKind::Export).await.len(), 1);
}

#[tokio::test]
async fn a_copy_is_printed_by_the_physician_who_treats_and_exported_by_nobody_of_the_house() {
    let ward = Ward::new().await;
    let doctor = ward.signed_in("dora", Role::Physician, "W3").await;
    let nurse = ward.signed_in("kim", Role::Nurse, "W3").await;
    let take = async |token: &str, how: &str, reason: &str| {
        let types = ["demographics", "medications", "notes"];
        let body = json!({"how": how, "types": types, "reason": reason});
        let path = format!("{}/take", ward.path);
        let call = call(&ward.house, "POST", &path, token).json(&body);
        call.send().await
    };
    let why = "goes along to the heart centre";

    let other = ward.signed_in("dan", Role::Physician, "W3").await;
    let of_the_department = take(&other, "print", why).await;
    let nurses = json!({"nurses": ["dora", "kim"]});
    let assigned = ward
        .house
        .call("PUT", &format!("{BED}/nurses"), &[BedsWrite]);
    let assigned = assigned.json(&nurses).send().await;
    assert_eq!(assigned.status, StatusCode::NO_CONTENT);
    let printed = take(&doctor, "print", why).await;
    let exported = take(&doctor, "export", why).await;
    let by_nurse = take(&nurse, "print", why).await;
    let without_reason = take(&doctor, "print", "because").await;

    assert_eq!(of_the_department.problem(), "access_denied");
    assert_eq!(printed.status, StatusCode::OK, "{}", printed.text());
    assert_eq!(fields(&printed), ["birth_date", "mrn", "name", "ssn"]);
    assert_eq!(exported.problem(), "access_denied");
    assert_eq!(by_nurse.problem(), "access_denied");
    assert_eq!(without_reason.problem(), "invalid");
    let recorded = ward.recorded(EventKind::Export).await;
    assert_eq!(recorded.len(), 1);
    let amount = recorded[0].content.as_ref().unwrap().amount.unwrap();
    assert_eq!(amount.records, 1);
}

#[tokio::test]
async fn a_copy_for_somebody_outside_is_a_disclosure_with_its_recipient() {
    let ward = Ward::new().await;
    let doctor = ward.signed_in("dora", Role::Physician, "W3").await;
    let nurses = json!({"nurses": ["dora"]});
    let set = ward
        .house
        .call("PUT", &format!("{BED}/nurses"), &[BedsWrite])
        .json(&nurses);
    assert_eq!(set.send().await.status, StatusCode::NO_CONTENT);
    let take = async |purpose: &str, recipient: Option<&str>| {
        let mut body = json!({"how": "print", "types": ["demographics"],
            "reason": "goes along to the heart centre"});
        if let Some(recipient) = recipient {
            body["recipient"] = json!(recipient);
        }
        let path = format!("{}/take", ward.path);
        let call = call(&ward.house, "POST", &path, &doctor).json(&body);
        call.header("wardline-purpose", purpose).send().await
    };

    let outside = take("TREAT", Some(" Heart Centre North, 1 Hill Road ")).await;
    let nobody = take("HRESCH", None).await;
    let short = take("TREAT", Some("x")).await;
    let lines = take("TREAT", Some("Heart\nCentre")).await;

    assert_eq!(outside.status, StatusCode::OK, "{}", outside.text());
    for refused in [nobody, short, lines] {
        assert_eq!(refused.problem(), "invalid");
        assert!(refused.text().contains("recipient"), "{}", refused.text());
    }
    let disclosed = ward.recorded(EventKind::Disclosure).await;
    assert_eq!(disclosed.len(), 1);
    let content = disclosed[0].content.as_ref().unwrap();
    let recipient = content.recipient.as_ref().unwrap();
    assert_eq!(recipient.expose(), "Heart Centre North, 1 Hill Road");
    assert!(ward.recorded(EventKind::Export).await.is_empty());
}

#[tokio::test]
async fn an_application_sees_who_a_patient_is_and_nothing_clinical() {
    let ward = Ward::new().await;
    let doctor = ward.signed_in("dora", Role::Physician, "W3").await;
    let clinical = json!({"set": {"diagnoses": [{"code": "E11.9"}]}});
    ward.patch(1, &doctor, &clinical).await;

    let seen = ward.house.get(&ward.path, &[PatientsRead, Phi]).await;

    assert_eq!(fields(&seen), ["birth_date", "mrn", "name", "ssn"]);
    assert_eq!(seen.json()["permitted"], json!(["vitals", "demographics"]));
}

#[tokio::test]
async fn when_the_trail_takes_nothing_no_record_is_shown_or_changed() {
    let ward = Ward::new().await;
    ward.house.audit.stop().await.unwrap();

    let answers = [
        ward.get(&ward.path, &ward.desk).await,
        ward.search(&ward.desk, &json!({"ssn": SSN})).await,
        ward.patch(1, &ward.desk, &json!({"set": {"sex": "F"}}))
            .await,
        ward.get(&format!("{}/history", ward.path), &ward.desk)
            .await,
    ];

    for answer in answers {
        assert_eq!(answer.problem(), "audit_unavailable", "{}", answer.text());
        assert!(!answer.text().contains("Everywoman"));
    }
}

#[tokio::test]
async fn a_record_says_what_its_reader_could_change_when_asked_and_records_one_read() {
    let ward = Ward::new().await;
    let nurse = ward.signed_in("nora", Role::Nurse, "W3").await;
    let path = format!("{}?writable=true", ward.path);

    let of_nurse = ward.get(&path, &nurse).await.json();
    let of_desk = ward.get(&path, &ward.desk).await.json();
    let plain = ward.get(&ward.path, &ward.desk).await.json();

    assert_eq!(
        of_nurse["writable"],
        json!(["vitals", "allergies", "notes"])
    );
    let desk = json!(["demographics", "appointments", "insurance"]);
    assert_eq!(of_desk["writable"], desk);
    assert!(plain.get("writable").is_none(), "{plain}");
    assert_eq!(ward.recorded(EventKind::Read).await.len(), 3);
    assert_eq!(ward.recorded(EventKind::AccessDenied).await.len(), 0);
}
