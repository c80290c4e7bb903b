//! The gate over HTTP: who gets in, what the policy lets them have, and that nothing leaves unrecorded.

use hyper::StatusCode;
use serde_json::json;
use wardline_access::model::Role;
use wardline_audit::model::{EventKind, Origin, Outcome, PatientId, UserName};
use wardline_audit::operations::{AuditFilter, Record};
use wardline_server::http::auth::Scope::{
    BedsRead, BedsWrite, Phi, Read, SessionsRead, SessionsRevoke, SessionsWrite, VitalsWrite,
};

use crate::beds::{BED, ill, occupied, well};
use crate::client::{Answer, Call};
use crate::house::{House, MARKERS, admission};
use crate::partner::Mood;
use crate::people::{Authenticator, Office, new_user, of_department, sign_in};

const PATIENT: &str = "mrn:HOSP:MRN778811";

async fn get(house: &House, path: &str, token: &str) -> Answer {
    let call = Call::new(house.address, "GET", path).token(token);
    call.send().await
}

/// What the trail has of this kind, newest first.
async fn recorded(house: &House, kind: EventKind) -> Vec<Record> {
    let filter = AuditFilter {
        kind: Some(kind),
        ..AuditFilter::default()
    };
    let by = Origin::of(UserName::new("test").unwrap());
    let page = house.audit.search(&filter, None, 100, by).await.unwrap();
    page.items
}

#[tokio::test]
async fn who_proves_password_and_second_factor_acts_in_its_role_until_it_signs_out() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    let kim = office.person(new_user("kim", Role::Operator)).await;

    let token = kim.sign_in(&house).await;

    let me = get(&house, "/v1/me", &token).await.json();
    assert_eq!(
        (&me["login"], &me["role"]),
        (&json!("kim"), &json!(["operator"]))
    );
    assert_eq!(
        get(&house, "/v1/channels", &token).await.status,
        StatusCode::OK
    );
    let beds = get(&house, "/v1/beds", &token).await;
    assert_eq!(beds.problem(), "scope_missing");
    let out = Call::new(house.address, "POST", "/v1/sign-out").token(&token);
    assert_eq!(out.send().await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        get(&house, "/v1/me", &token).await.problem(),
        "session_ended"
    );
    assert_eq!(recorded(&house, EventKind::Logout).await.len(), 1);
}

#[tokio::test]
async fn what_was_not_right_is_in_the_trail_and_not_in_the_answer() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    let kim = office.person(new_user("kim", Role::Operator)).await;
    let mut wrong_password = kim.credentials();
    wrong_password["password"] = json!("correct horse batterie");
    let wrong_code = json!({"login": "kim", "password": "correct horse battery", "code": "000000"});
    let unknown = json!({"login": "somebody", "password": "secret typed here", "code": "123456"});

    let mut answers = Vec::new();
    for body in [&wrong_password, &wrong_code, &unknown] {
        answers.push(sign_in(&house, body).await);
    }

    assert!(
        answers
            .iter()
            .all(|answer| answer.status == StatusCode::UNAUTHORIZED)
    );
    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
    let tried = recorded(&house, EventKind::Login).await;
    let told: Vec<(&str, &str)> = tried
        .iter()
        .map(|record| {
            let content = record.content.as_ref().unwrap();
            let reason = content.reason.as_ref().map_or("", |note| note.expose());
            (content.by.user.expose(), reason)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("unknown", "unknown"),
            ("kim", "second_factor"),
            ("kim", "password")
        ]
    );
}

#[tokio::test]
async fn a_person_enrols_a_second_factor_before_anything_else() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    office.hire(new_user("kim", Role::Operator)).await;
    let mut proof = json!({"login": "kim", "password": "correct horse battery"});

    let refused = sign_in(&house, &proof).await;
    let post = |path: &'static str| Call::new(house.address, "POST", path);
    let enrolment = post("/v1/sign-in/second-factor").json(&proof).send().await;
    let authenticator = Authenticator::new(enrolment.json()["secret"].as_str().unwrap());
    let first = json!({"credentials": proof, "first_code": authenticator.code()});
    let confirmed = post("/v1/sign-in/second-factor/confirm")
        .json(&first)
        .send()
        .await;

    assert_eq!(refused.problem(), "second_factor_needed");
    assert_eq!(
        confirmed.json()["recovery_codes"].as_array().unwrap().len(),
        10
    );
    proof["code"] = json!(authenticator.code());
    assert_eq!(sign_in(&house, &proof).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_session_that_an_application_began_is_nobody_here() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    office.person(new_user("kim", Role::Nurse)).await;
    let begun = |portal: &str| json!({"user": "kim", "role": "nurse", "portal": portal});

    let created = house
        .post("/v1/sessions", &[SessionsWrite], &begun("ward"))
        .await;
    let pretended = house
        .post("/v1/sessions", &[SessionsWrite], &begun("wardline"))
        .await;

    let token = created.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(
        get(&house, "/v1/me", &token).await.problem(),
        "session_ended"
    );
    assert_eq!(pretended.problem(), "invalid");
}

#[tokio::test]
async fn no_application_takes_over_the_session_of_a_person() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    let kim = office.person(new_user("kim", Role::Operator)).await;
    let token = kim.sign_in(&house).await;
    let me = get(&house, "/v1/me", &token).await.json();
    let path = format!("/v1/sessions/{}", me["session_id"].as_str().unwrap());

    let mut refused = Vec::new();
    for (method, of, body) in [
        ("POST", "/renew", json!({})),
        ("POST", "/renew", json!({"role": "nurse"})),
        ("POST", "/unlock", json!({})),
        ("PATCH", "", json!({"fields": {"a": "b"}})),
    ] {
        let call = house.call(method, &format!("{path}{of}"), &[SessionsWrite]);
        refused.push(call.json(&body).send().await);
    }

    for answer in &refused {
        assert_eq!(answer.problem(), "access_denied", "{}", answer.text());
        assert!(!answer.text().contains("wls_"));
    }
    assert_eq!(get(&house, "/v1/me", &token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_nurse_sees_the_patients_of_her_unit_by_name_and_no_others() {
    let house = occupied().await;
    let office = Office::of(&house).await;
    let hers = office.person(of_department("kim", Role::Nurse, "W3")).await;
    let other = office
        .person(of_department("lee", Role::Nurse, "ICU"))
        .await;
    let (hers, other) = (hers.sign_in(&house).await, other.sign_in(&house).await);

    let seen = get(&house, BED, &hers).await;
    let denied = get(&house, BED, &other).await;

    assert!(seen.text().contains(MARKERS[0]), "{}", seen.text());
    assert_eq!(denied.problem(), "access_denied");
    assert!(!denied.text().contains(MARKERS[0]));
    let listed = get(&house, "/v1/beds", &hers).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let listed = get(&house, "/v1/beds", &other).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 0);
    let stream = Call::new(house.address, "GET", "/v1/stream?unit=W3").token(&other);
    assert_eq!(stream.send().await.problem(), "access_denied");
    let trend = format!("{BED}/trend?parameter=pulse");
    assert_eq!(get(&house, &trend, &other).await.problem(), "access_denied");
}

#[tokio::test]
async fn a_nurse_who_is_assigned_to_a_bed_sees_its_patient_and_nobody_assigns_itself_elsewhere() {
    let house = occupied().await;
    let office = Office::of(&house).await;
    let float = office
        .person(of_department("lee", Role::Nurse, "POOL"))
        .await;
    let token = float.sign_in(&house).await;
    let nurses = json!({"nurses": ["lee"]});
    let path = format!("{BED}/nurses");

    let before = get(&house, BED, &token).await;
    let herself = Call::new(house.address, "PUT", &path)
        .token(&token)
        .json(&nurses);
    let herself = herself.send().await;
    let assigned = house
        .call("PUT", &path, &[BedsWrite])
        .json(&nurses)
        .send()
        .await;
    let after = get(&house, BED, &token).await;

    assert_eq!(before.problem(), "access_denied");
    assert_eq!(herself.problem(), "access_denied");
    assert_eq!(assigned.status, StatusCode::NO_CONTENT);
    assert_eq!(after.status, StatusCode::OK);
}

#[tokio::test]
async fn who_may_not_acknowledge_a_band_is_not_told_which_one_stands() {
    let house = occupied().await;
    let office = Office::of(&house).await;
    let nurse = office
        .person(of_department("lee", Role::Nurse, "ICU"))
        .await;
    let token = nurse.sign_in(&house).await;
    let written = house.post("/v1/vitals", &[VitalsWrite], &ill()).await;
    assert!(written.status.is_success(), "{}", written.text());
    let path = format!("{BED}/acknowledge");
    let tries = [
        json!({"band": "high"}),
        json!({"band": "medium"}),
        json!({"band": "high", "stay": 1}),
        json!({"band": "high", "stay": 999}),
    ];

    for body in tries {
        let call = Call::new(house.address, "POST", &path).token(&token);
        let answer = call.json(&body).send().await;

        assert_eq!(answer.problem(), "access_denied", "{body}");
    }
    let denied = recorded(&house, EventKind::AccessDenied).await;
    assert!(!denied.is_empty());
}

#[tokio::test]
async fn whoever_is_shown_a_message_is_in_the_trail_with_its_patient_first() {
    let house = House::new(Mood::Accepts).await;
    house.receives(&admission("M1")).await;
    let office = Office::of(&house).await;
    let operator = office.person(new_user("opal", Role::Operator)).await;
    let token = operator.sign_in(&house).await;

    let by_person = get(&house, "/v1/messages/1/raw", &token).await;
    let by_token = house.get("/v1/messages/1", &[Read, Phi]).await;
    let masked = house.get("/v1/messages/1", &[Read]).await;

    for answer in [&by_person, &by_token, &masked] {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
    let read = recorded(&house, EventKind::Read).await;
    let told: Vec<(&str, bool, &str)> = read
        .iter()
        .map(|record| {
            let event = record.content.as_ref().unwrap();
            let reason = event.reason.as_ref().map_or("", |note| note.expose());
            let of_patient = event.patients == [PatientId::new(PATIENT).unwrap()];
            (event.by.user.expose(), of_patient, reason)
        })
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].0.starts_with("token:") && told[0].1, "{told:?}");
    assert_eq!(told[1], ("opal", true, "message 1"));
    let origin = &read[1].content.as_ref().unwrap().by;
    assert_eq!(origin.address, Some("127.0.0.1".parse().unwrap()));
    assert!(origin.request.is_some() && origin.session.is_some());
}

#[tokio::test]
async fn a_denial_is_in_the_trail_too() {
    let house = occupied().await;
    let office = Office::of(&house).await;
    let nurse = office
        .person(of_department("lee", Role::Nurse, "ICU"))
        .await;
    let token = nurse.sign_in(&house).await;

    get(&house, BED, &token).await;

    let denied = recorded(&house, EventKind::AccessDenied).await;
    assert_eq!(denied.len(), 1);
    assert_eq!(denied[0].outcome, Outcome::Denied);
    let content = denied[0].content.as_ref().unwrap();
    assert_eq!(content.by.user.expose(), "lee");
    assert_eq!(content.patients, [PatientId::new(PATIENT).unwrap()]);
}

#[tokio::test]
async fn when_the_trail_takes_nothing_nothing_of_a_patient_leaves() {
    let house = occupied().await;
    house.receives(&admission("M1")).await;
    let office = Office::of(&house).await;
    let nurse = office.person(of_department("kim", Role::Nurse, "W3")).await;
    let token = nurse.sign_in(&house).await;
    house.audit.stop().await.unwrap();

    let mut answers = vec![
        get(&house, BED, &token).await,
        get(&house, "/v1/beds", &token).await,
    ];
    for (path, scopes) in [
        ("/v1/messages/1/raw", &[Read, Phi][..]),
        ("/v1/messages/1", &[Read, Phi]),
        (BED, &[BedsRead, Phi]),
        ("/v1/beds", &[BedsRead, Phi]),
        ("/v1/stream", &[BedsRead, Phi]),
    ] {
        answers.push(house.get(path, scopes).await);
    }
    let search = json!({"filter": {"patient": "MRN778811"}});
    answers.push(
        house
            .post("/v1/messages/search", &[Read, Phi], &search)
            .await,
    );
    answers.push(sign_in(&house, &json!({"login": "kim", "password": "x"})).await);

    for answer in &answers {
        assert_eq!(answer.problem(), "audit_unavailable", "{}", answer.text());
        assert!(MARKERS.iter().all(|marker| !answer.text().contains(marker)));
    }
    let masked = house.get(BED, &[BedsRead]).await;
    assert_eq!(masked.status, StatusCode::OK);
}

#[tokio::test]
async fn vital_signs_are_written_by_those_who_care_for_the_patient_and_the_trail_names_it() {
    let house = occupied().await;
    let office = Office::of(&house).await;
    let hers = office.person(of_department("kim", Role::Nurse, "W3")).await;
    let other = office
        .person(of_department("lee", Role::Nurse, "ICU"))
        .await;
    let (hers, other) = (hers.sign_in(&house).await, other.sign_in(&house).await);
    let by_bed = well();
    let mut by_number = by_bed["items"][4].clone();
    by_number.as_object_mut().unwrap().remove("bed");
    by_number["patient"] = json!({"number": "MRN778811", "authority": "HOSP"});
    let by_number = json!({"items": [by_number]});
    let post = |token: &str, body: &serde_json::Value| {
        let call = Call::new(house.address, "POST", "/v1/vitals").token(token);
        call.json(body).send()
    };

    let refused = [post(&other, &by_bed).await, post(&other, &by_number).await];
    let taken = [post(&hers, &by_bed).await, post(&hers, &by_number).await];

    for answer in &refused {
        assert_eq!(answer.problem(), "access_denied", "{}", answer.text());
    }
    assert_eq!(taken[0].json()["charted"], 7, "{}", taken[0].text());
    assert_eq!(taken[1].json()["repeated"], 1, "{}", taken[1].text());
    let patient = PatientId::new(PATIENT).unwrap();
    for kind in [EventKind::AccessDenied, EventKind::Write] {
        let of_it = recorded(&house, kind).await;
        assert_eq!(of_it.len(), 2, "{kind:?}");
        for record in of_it {
            assert_eq!(
                record.content.unwrap().patients,
                std::slice::from_ref(&patient)
            );
        }
    }
}

#[tokio::test]
async fn from_the_moment_that_a_user_is_disabled_session_and_stream_are_over() {
    let house = occupied().await;
    let office = Office::of(&house).await;
    let nurse = office.person(of_department("kim", Role::Nurse, "W3")).await;
    let token = nurse.sign_in(&house).await;
    let stream = Call::new(house.address, "GET", "/v1/stream?unit=W3").token(&token);
    let stream = tokio::spawn(stream.send());
    tokio::task::yield_now().await;

    office.disable(nurse.id).await;

    assert_eq!(get(&house, BED, &token).await.problem(), "session_ended");
    // It ends by itself, so it can be read whole.
    stream.await.unwrap();
}

#[tokio::test]
async fn a_revoked_session_is_over_for_the_person_too() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    let kim = office.person(new_user("kim", Role::Operator)).await;
    let token = kim.sign_in(&house).await;
    let listed = house.get("/v1/sessions", &[SessionsRead]).await.json();
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();

    let path = format!("/v1/sessions/{id}");
    let ended = house.call("DELETE", &path, &[SessionsRevoke]).send().await;

    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert_eq!(
        get(&house, "/v1/me", &token).await.problem(),
        "session_ended"
    );
}

#[tokio::test]
async fn a_machine_acts_by_its_key_and_is_no_person() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    let id = office.hire(new_user("monitor", Role::Device)).await;
    let key = office.key(id).await;

    let me = get(&house, "/v1/me", &key).await;
    let beds = get(&house, "/v1/beds", &key).await;

    assert_eq!(me.problem(), "person_needed");
    assert_eq!(beds.problem(), "scope_missing");
}
