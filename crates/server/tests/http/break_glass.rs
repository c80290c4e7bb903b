//! Emergency access over HTTP, from the request to the verdict.

use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_audit::model::{EventKind, Origin, Outcome, UserName};
use wardline_audit::operations::AuditFilter;

use crate::beds::{BED, ill, occupied, well};
use crate::client::{Answer, Call};
use crate::house::MARKERS;
use crate::stewards::{Employee, Site};

/// A house in whose bed of W3 somebody lies, a nurse of another unit, her supervisor and a privacy officer.
pub(crate) struct Night {
    pub(crate) site: Site,
    nurse: Employee,
    pub(crate) supervisor: Employee,
    officer: Employee,
}

impl Night {
    pub(crate) async fn falls() -> Self {
        let site = Site::open(occupied().await).await;
        let supervisor = site.hire("sam", "physician", json!({})).await;
        let officer = site.hire("pat", "privacy_officer", json!({})).await;
        let more = json!({"department": "ICU", "supervisor": supervisor.id});
        let nurse = site.hire("kim", "nurse", more).await;
        Self {
            site,
            nurse,
            supervisor,
            officer,
        }
    }

    /// What the nurse asks for, with the code that she gives.
    async fn asks(&self, code: &str) -> Answer {
        let body = json!({"patient": {"number": "MRN778811", "authority": "HOSP"},
            "reason": "emergency_treatment", "text": "stroke on the corridor", "code": code});
        let how = ("POST", "/v1/emergencies");
        self.site.send(&self.nurse.token, how, &body).await
    }

    pub(crate) async fn granted(&self) -> Value {
        let granted = self.asks(&self.nurse.authenticator.code()).await;
        assert_eq!(granted.status, StatusCode::CREATED, "{}", granted.text());
        granted.json()
    }

    /// What somebody sees of the bed with this token of an emergency access.
    async fn sees(&self, who: &Employee, emergency: &str) -> Answer {
        let call = Call::new(self.site.house.address, "GET", BED).token(&who.token);
        call.header("wardline-emergency", emergency).send().await
    }

    pub(crate) async fn notified(&self, who: &Employee) -> Vec<Value> {
        let told = self.site.ask(&who.token, "GET", "/v1/notifications").await;
        told.json()["items"].as_array().unwrap().clone()
    }

    /// How often the trail has this.
    pub(crate) async fn recorded(&self, kind: EventKind, outcome: Outcome) -> usize {
        let filter = AuditFilter {
            kind: Some(kind),
            ..AuditFilter::default()
        };
        let by = Origin::of(UserName::new("test").unwrap());
        let page = self.site.house.audit.search(&filter, None, 100, by).await;
        let records = page.unwrap().items;
        records.iter().filter(|r| r.outcome == outcome).count()
    }
}

#[tokio::test]
async fn an_emergency_opens_one_patient_to_one_nurse_and_is_reviewed_by_somebody_else() {
    let night = Night::falls().await;
    let site = &night.site;

    // Another unit's patient is not hers to see.
    let before = site.ask(&night.nurse.token, "GET", BED).await;
    assert_eq!(before.problem(), "access_denied");

    // She says why, proves her second factor again, and gets a token that is shown once.
    let granted = night.granted().await;
    let (id, token) = (
        granted["id"].as_str().unwrap(),
        granted["token"].as_str().unwrap(),
    );
    assert_eq!(granted["told"], 2);

    // With it she sees this patient; each use is counted and in the trail.
    let seen = night.sees(&night.nurse, token).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert!(seen.text().contains(MARKERS[0]));
    assert_eq!(
        night
            .recorded(EventKind::EmergencyUsed, Outcome::Success)
            .await,
        1
    );

    // Supervisor and privacy officer are told, without the patient's name; she is not.
    assert_eq!(night.notified(&night.supervisor).await[0]["user"], "kim");
    let told = night.notified(&night.officer).await;
    assert_eq!(told.len(), 1);
    assert!(!told[0].to_string().contains("MRN778811"));
    assert!(night.notified(&night.nurse).await.is_empty());
    let path = format!("/v1/notifications/{id}/seen");
    let marked = site.ask(&night.officer.token, "POST", &path).await;
    assert_eq!(marked.status, StatusCode::NO_CONTENT);
    assert!(night.notified(&night.officer).await.is_empty());

    // The register shows it open; what she wrote is shown to who may review.
    let open = site
        .ask(&night.officer.token, "GET", "/v1/emergencies?review=open")
        .await
        .json();
    assert_eq!(open["items"][0]["id"], json!(id));
    assert_eq!(open["items"][0]["uses"], 1);
    let path = format!("/v1/emergencies/{id}");
    let whole = site.ask(&night.officer.token, "GET", &path).await.json();
    assert_eq!(whole["text"], "stroke on the corridor");
    assert_eq!(whole["patient"], "mrn:HOSP:MRN778811");

    // Taken back, it shows nothing any more.
    let revoked = site
        .ask(&night.officer.token, "POST", &format!("{path}/revoke"))
        .await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    let after = night.sees(&night.nurse, token).await;
    assert_eq!(after.problem(), "emergency_refused");
    assert_eq!(
        night
            .recorded(EventKind::EmergencyUsed, Outcome::Denied)
            .await,
        1
    );

    // The verdict closes it, once.
    let verdict = json!({"verdict": "justified", "note": "seen with the chart"});
    let how = format!("{path}/review");
    let reviewed = site
        .send(&night.officer.token, ("POST", &how), &verdict)
        .await;
    assert_eq!(
        reviewed.status,
        StatusCode::NO_CONTENT,
        "{}",
        reviewed.text()
    );
    let again = site
        .send(&night.officer.token, ("POST", &how), &verdict)
        .await;
    assert_eq!(again.problem(), "invalid");
    let closed = site.ask(&night.officer.token, "GET", &path).await.json();
    assert_eq!(
        (&closed["review"], &closed["reviewed_by"]),
        (&json!("closed"), &json!("pat"))
    );
    assert_eq!(closed["note"], "seen with the chart");
    assert_eq!(
        night
            .recorded(EventKind::EmergencyReviewed, Outcome::Success)
            .await,
        1
    );
}

#[tokio::test]
async fn another_user_a_made_up_token_and_another_session_are_refused_and_in_the_trail() {
    let night = Night::falls().await;
    let granted = night.granted().await;
    let token = granted["token"].as_str().unwrap();
    let made_up = wardline_phi::ApiToken::generate().unwrap();

    let other = night.sees(&night.supervisor, token).await;
    let unknown = night.sees(&night.nurse, made_up.expose()).await;
    let nonsense = night.sees(&night.nurse, "please").await;

    for answer in [&other, &unknown, &nonsense] {
        assert_eq!(answer.problem(), "emergency_refused", "{}", answer.text());
        assert!(!answer.text().contains(MARKERS[0]));
    }
    assert_eq!(
        night
            .recorded(EventKind::EmergencyUsed, Outcome::Denied)
            .await,
        3
    );
}

#[tokio::test]
async fn it_shows_and_does_not_write() {
    let night = Night::falls().await;
    let granted = night.granted().await;
    let token = granted["token"].as_str().unwrap();

    let of_unit = json!({"department": "W3"});
    let of_unit = night.site.hire("nora", "nurse", of_unit).await;
    let values = ("POST", "/v1/vitals");
    let values = night.site.send(&of_unit.token, values, &ill()).await;
    assert!(values.status.is_success(), "{}", values.text());
    let path = format!("{BED}/acknowledge");
    let band = json!({"band": "high"});

    let call = Call::new(night.site.house.address, "POST", "/v1/vitals").token(&night.nurse.token);
    let values = call.header("wardline-emergency", token).json(&well());
    let values = values.send().await;
    let call = Call::new(night.site.house.address, "POST", &path).token(&night.nurse.token);
    let call = call.header("wardline-emergency", token).json(&band);
    let acknowledged = call.send().await;
    let seen = night.sees(&night.nurse, token).await;
    let by_its_nurse = night
        .site
        .send(&of_unit.token, ("POST", &path), &band)
        .await;

    assert_eq!(values.problem(), "access_denied", "{}", values.text());
    assert_eq!(acknowledged.problem(), "access_denied");
    assert!(
        acknowledged
            .text()
            .contains("an emergency access is for seeing")
    );
    // Nothing of it was done: the band stands for those who look after the bed.
    let score = &seen.json()["patients"][0]["score"];
    assert_eq!(score["band"], "high", "{}", seen.text());
    let standing = &score["standing"];
    assert_eq!(standing["band"], "high", "{score}");
    assert!(standing.get("acknowledged_by").is_none(), "{score}");
    assert_eq!(
        by_its_nurse.status,
        StatusCode::NO_CONTENT,
        "{}",
        by_its_nurse.text()
    );
}

#[tokio::test]
async fn a_wrong_code_gets_none_and_is_in_the_trail() {
    let night = Night::falls().await;

    let refused = night.asks("000000").await;

    assert_eq!(refused.problem(), "emergency_refused");
    assert!(
        refused.text().contains("second factor"),
        "{}",
        refused.text()
    );
    assert!(night.notified(&night.officer).await.is_empty());
    let denied = night
        .recorded(EventKind::EmergencyUsed, Outcome::Denied)
        .await;
    let asked = night
        .recorded(EventKind::EmergencyRequested, Outcome::Denied)
        .await;
    assert_eq!(denied + asked, 1);
}

#[tokio::test]
async fn she_gives_it_back_herself_and_nobody_elses() {
    let night = Night::falls().await;
    let granted = night.granted().await;
    let (id, token) = (
        granted["id"].as_str().unwrap(),
        granted["token"].as_str().unwrap(),
    );
    let path = format!("/v1/emergencies/{id}/give-back");

    let of_another = night.site.ask(&night.supervisor.token, "POST", &path).await;
    let own = night.site.ask(&night.nurse.token, "POST", &path).await;

    assert_eq!(of_another.problem(), "not_found");
    assert_eq!(own.status, StatusCode::NO_CONTENT);
    assert_eq!(
        night.sees(&night.nurse, token).await.problem(),
        "emergency_refused"
    );
}

#[tokio::test]
async fn who_treats_nobody_gets_none_and_who_may_not_review_sees_no_register() {
    let night = Night::falls().await;
    let body = json!({"patient": {"number": "MRN778811", "authority": "HOSP"},
        "reason": "consult", "code": night.officer.authenticator.code()});

    let officer = ("POST", "/v1/emergencies");
    let officer = night.site.send(&night.officer.token, officer, &body).await;
    let register = night
        .site
        .ask(&night.nurse.token, "GET", "/v1/emergencies")
        .await;

    assert_eq!(officer.problem(), "scope_missing");
    assert_eq!(register.problem(), "scope_missing");
}

#[tokio::test]
async fn another_reason_needs_twenty_characters_in_words() {
    let night = Night::falls().await;
    let body = json!({"patient": {"number": "MRN778811", "authority": "HOSP"},
        "reason": "other", "text": "because", "code": night.nurse.authenticator.code()});

    let refused = ("POST", "/v1/emergencies");
    let refused = night.site.send(&night.nurse.token, refused, &body).await;

    assert_eq!(refused.problem(), "emergency_refused");
    assert!(
        refused.text().contains("20 characters"),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn an_emergency_access_finds_its_patient_and_opens_no_list_and_no_stream() {
    let night = Night::falls().await;
    let site = &night.site;
    let desk = site.hire("rita", "registrar", json!({})).await;
    let made = async |number: &str, ssn: &str| {
        let record = json!({"set": {"name": {"family": "Everywoman"}, "ssn": ssn,
            "mrn": [{"value": number, "authority": "HOSP"}]}});
        let made = site.send(&desk.token, ("POST", "/v1/patients"), &record);
        made.await.json()["id"].as_str().unwrap().to_owned()
    };
    let hers = made("MRN778811", "219-09-9999").await;
    made("MRN1", "000-00-0001").await;
    let granted = night.granted().await;
    let token = granted["token"].as_str().unwrap();
    let ask = |method: &'static str, path: &str, body: Option<Value>| {
        let call = Call::new(site.house.address, method, path).token(&night.nurse.token);
        let call = call.header("wardline-emergency", token);
        match body {
            Some(body) => call.json(&body).send(),
            None => call.send(),
        }
    };
    let finds = |body: Value| ask("POST", "/v1/patients/search", Some(body));
    let number = |number: &str| json!({"mrn": {"value": number, "authority": "HOSP"}});

    // Her patient is found, so that its record can be opened, and that is a use like every other.
    let found = finds(number("MRN778811")).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.text());
    assert_eq!(found.json()["items"][0]["id"], json!(hers));
    assert_eq!(found.json()["items"].as_array().unwrap().len(), 1);
    let opened = ask("GET", &format!("/v1/patients/{hers}"), None).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text());
    let used = night.recorded(EventKind::EmergencyUsed, Outcome::Success);
    assert_eq!(used.await, 2);

    // Nobody else is, whether there or not, and that she tried is on record.
    for other in ["MRN1", "MRN2"] {
        assert_eq!(finds(number(other)).await.problem(), "emergency_refused");
    }
    let refused = night.recorded(EventKind::EmergencyUsed, Outcome::Denied);
    assert_eq!(refused.await, 2);

    // What is of more than one patient is not opened by it, not even as far as her own unit goes.
    for (method, path, body) in [
        (
            "POST",
            "/v1/patients/search",
            Some(json!({"ssn": "219-09-9999"})),
        ),
        (
            "POST",
            "/v1/patients/search",
            Some(json!({"mrn": {"value": "MRN778811"}})),
        ),
        ("GET", "/v1/beds", None),
        ("GET", "/v1/beds?unit=W3", None),
        ("GET", "/v1/stream?unit=W3", None),
        ("GET", "/v1/stream?unit=ICU", None),
    ] {
        let refused = ask(method, path, body.clone()).await;
        assert_eq!(refused.problem(), "access_denied", "{path} {body:?}");
    }
}

/// Somebody is expected in the bed of W3.
fn expected(number: &str) -> String {
    format!(
        "MSH|^~\\&|ADT|HOSP|EHR|HOSP|20261121084500||ADT^A14|E-{number}|P|2.5.1\r\
         PID|1||{number}^^^HOSP^MR||NEXT^NORA||19700101|F\r\
         PV1|1|I|W3^12^1||||||||||||||||V-{number}\r"
    )
}

#[tokio::test]
async fn an_emergency_at_a_bed_that_is_kept_for_somebody_else_shows_the_one_and_leaves_out_the_other()
 {
    let night = Night::falls().await;
    let beds = &night.site.house.beds;
    beds.receive(expected("MRN2").as_bytes()).await.unwrap();
    let own = night
        .site
        .hire("lee", "nurse", json!({"department": "W3"}))
        .await;
    let whole = night.site.ask(&own.token, "GET", BED).await.json();
    assert_eq!(whole["reserved_for"].as_array().unwrap().len(), 1);
    let granted = night.granted().await;
    let token = granted["token"].as_str().unwrap();

    let seen = night.sees(&night.nurse, token).await;

    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    let shown = seen.json();
    assert_eq!(shown["occupants"], whole["occupants"]);
    assert!(!seen.text().contains("MRN2"), "{}", seen.text());
    let used = night.recorded(EventKind::EmergencyUsed, Outcome::Success);
    assert_eq!(used.await, 1);
    let misused = night.recorded(EventKind::EmergencyUsed, Outcome::Denied);
    assert_eq!(misused.await, 0);
    let denied = night.recorded(EventKind::AccessDenied, Outcome::Denied);
    assert_eq!(denied.await, 0);
}

#[tokio::test]
async fn who_is_expected_stays_on_show_in_an_emergency_to_whom_its_own_relation_shows_it() {
    let night = Night::falls().await;
    let site = &night.site;
    let (mrn2, here) = (
        expected("MRN2"),
        expected("MRN2").replace("W3^12^1", "ICU^1^1"),
    );
    let lies = here
        .replace("ADT^A14|E-", "ADT^A01|L-")
        .replace("|V-", "|W-");
    site.house.beds.receive(lies.as_bytes()).await.unwrap();
    site.house.beds.receive(mrn2.as_bytes()).await.unwrap();
    let granted = night.granted().await;

    let seen = night
        .sees(&night.nurse, granted["token"].as_str().unwrap())
        .await;

    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert_eq!(seen.json()["reserved_for"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn who_is_expected_makes_no_denial_of_an_emergency_off_shift() {
    let night = Night::falls().await;
    let site = &night.site;
    let mrn2 = expected("MRN2");
    site.house.beds.receive(mrn2.as_bytes()).await.unwrap();
    let granted = night.granted().await;
    let shift = format!("/v1/users/{}/shift", night.nurse.id);
    let body = json!({"is_off_shift": true});
    let gone_home = site.send(&site.root, ("PUT", &shift), &body).await;
    assert!(gone_home.status.is_success(), "{}", gone_home.text());

    let seen = night
        .sees(&night.nurse, granted["token"].as_str().unwrap())
        .await;

    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    assert_eq!(seen.json()["reserved_for"], json!([]));
    let denied = night.recorded(EventKind::AccessDenied, Outcome::Denied);
    assert_eq!(denied.await, 0);
}

/// Whoever looks after a bed sees its patients, also when the emergency is over.
#[tokio::test]
async fn nurses_are_not_assigned_by_an_emergency_access() {
    let night = Night::falls().await;
    let granted = night.granted().await;
    let token = granted["token"].as_str().unwrap();
    let path = format!("{BED}/nurses");
    let assigns = async |who: &Employee, emergency: Option<&str>| {
        let call = Call::new(night.site.house.address, "PUT", &path).token(&who.token);
        let call = match emergency {
            Some(token) => call.header("wardline-emergency", token),
            None => call,
        };
        call.json(&json!({"nurses": ["kim"]})).send().await
    };
    let own = night
        .site
        .hire("lee", "nurse", json!({"department": "W3"}))
        .await;

    let by_emergency = assigns(&night.nurse, Some(token)).await;
    let with_one_at_hand = assigns(&own, Some(token)).await;
    let as_ever = assigns(&own, None).await;

    assert_eq!(by_emergency.status, StatusCode::FORBIDDEN);
    assert_eq!(with_one_at_hand.status, StatusCode::FORBIDDEN);
    assert!(with_one_at_hand.text().contains("without it"));
    assert!(as_ever.status.is_success(), "{}", as_ever.text());
}
