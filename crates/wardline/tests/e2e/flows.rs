//! What a hospital does with protected records, one flow a test, against the real program: a record is begun, read by
//! each role as far as it needs, searched for, refused, reported on, and its key is renewed. How glass is broken is in
//! `records`, how a feed fills records in `feeding`.

use std::net::SocketAddr;

use serde_json::{Value, json};
use wardline_testkit::canary;

use crate::home::{Home, free_address};
use crate::http::{self, Response};
use crate::people::{PASSWORD, Person, Site};
use crate::sender::{Sender, admission};
use crate::wait::until;

const SSN: &str = "219-09-9999";
const MARKERS: [&str; 5] = [
    "Quillzebrow",
    SSN,
    "219099999",
    "1943-02-17",
    "XANTHOGLYCAEMIA",
];
/// How the trail names the patient.
const REFERENCE: &str = "mrn:SYNTHHOSP:4711";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_begun_at_the_desk_and_lies_nowhere_in_clear() {
    let home = loud().await;
    let hospital = Hospital::opens(
        &home,
        &[["rita", "registrar", "-"], ["bill", "billing", "-"]],
    )
    .await;

    let id = hospital.begins_record("rita").await;
    let by_billing = hospital.post("bill", "/v1/patients", &record()).await;
    let twice = hospital.post("rita", "/v1/patients", &record()).await;

    assert_eq!(by_billing.status, 403, "{by_billing:?}");
    assert_eq!(twice.status, 409, "{twice:?}");
    assert_eq!(
        hospital
            .get("rita", &format!("/v1/patients/{id}"))
            .await
            .status,
        200
    );
    hospital.site.node.stop().await;
    assert_eq!(canary::scan(&home.data, &MARKERS), Vec::new());
    let log = canary::scan_bytes(&home.log_path(), home.log().as_bytes(), &MARKERS);
    assert!(log.is_empty(), "{log:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nurse_reads_her_patient_and_not_what_she_does_not_need() {
    let home = Home::new().await;
    let staff = [
        ["rita", "registrar", "-"],
        ["kim", "nurse", "MED"],
        ["ada", "auditor", "-"],
    ];
    let hospital = Hospital::opens(&home, &staff).await;
    let path = format!("/v1/patients/{}", hospital.begins_record("rita").await);
    hospital.patient_lies_in_med("kim", &path).await;

    let seen = hospital.get("kim", &path).await.json();

    assert_eq!(seen["fields"]["name"]["family"], "Quillzebrow");
    assert!(seen["fields"].get("insurance").is_none(), "{seen}");
    let permitted = seen["permitted"].as_array().unwrap();
    assert!(permitted.contains(&json!("vitals")) && !permitted.contains(&json!("billing")));
    // And the trail says who it was, of whom, for what, from where and by which request.
    let record = hospital
        .trail("read")
        .await
        .into_iter()
        .find(|record| record["user"] == "kim");
    let record = record.expect("the nurse's read");
    let text = record.to_string();
    for part in [REFERENCE, "TREAT", "nurse", "127.0.0.1"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(record["request_id"].is_string(), "{text}");
    hospital.site.node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn billing_sees_what_it_bills_and_no_diagnosis() {
    let home = Home::new().await;
    let staff = [
        ["rita", "registrar", "-"],
        ["bill", "billing", "-"],
        ["dora", "physician", "MED"],
    ];
    let hospital = Hospital::opens(&home, &staff).await;
    let id = hospital.begins_record("rita").await;
    let path = format!("/v1/patients/{id}");
    hospital.patient_lies_in_med("dora", &path).await;
    let diagnosis = json!({"set": {"diagnoses": [{"code": "E11.9", "text": "XANTHOGLYCAEMIA"}]}});
    hospital.updates("dora", &id, 1, &diagnosis).await;

    let seen = hospital.get("bill", &path).await;

    let json = seen.json();
    assert_eq!(json["fields"]["insurance"], json!({"plan": "P-1"}));
    assert!(!seen.text().contains("XANTHOGLYCAEMIA"), "{json}");
    assert_eq!(
        json["permitted"],
        json!(["demographics", "insurance", "billing"])
    );
    let doctors = hospital.get("dora", &path).await;
    assert!(doctors.text().contains("XANTHOGLYCAEMIA"));
    assert!(doctors.json()["fields"].get("insurance").is_none());
    hospital.site.node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patient_reads_its_own_record_and_nobody_elses() {
    let home = Home::new().await;
    let mut hospital = Hospital::opens(&home, &[["rita", "registrar", "-"]]).await;
    let own = format!("/v1/patients/{}", hospital.begins_record("rita").await);
    let other = json!({"set": {"name": {"family": "Other"}, "mrn": [{"value": "4712", "authority": "SYNTHHOSP"}]}});
    let other = hospital.post("rita", "/v1/patients", &other).await.json();
    let other = format!("/v1/patients/{}", other["id"].as_str().unwrap());
    let account = json!({"login": "quill", "name": "Q", "kind": "person", "roles": ["patient"], "password": PASSWORD,
        "own_record": {"number": "4711", "authority": "SYNTHHOSP"}});
    assert_eq!(
        hospital.post("root", "/v1/users", &account).await.status,
        201
    );
    let quill = hospital.site.sign_in("quill").await;
    hospital.staff.push(("quill".to_owned(), quill));

    let seen = hospital.get("quill", &own).await;
    let others = hospital.get("quill", &other).await;
    let search = hospital
        .post(
            "quill",
            "/v1/patients/search",
            &json!({"mrn": {"value": "4712"}}),
        )
        .await;
    let change = hospital.post("quill", "/v1/patients", &record()).await;

    assert_eq!(
        seen.json()["fields"]["name"]["family"],
        "Quillzebrow",
        "{seen:?}"
    );
    assert!(seen.json()["fields"].get("insurance").is_none());
    assert_eq!(others.status, 403, "{others:?}");
    assert!(
        search.status == 403 || search.json()["items"] == json!([]),
        "{search:?}"
    );
    assert_eq!(change.status, 403);
    hospital.site.node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patient_is_found_by_social_security_number_and_the_search_says_whom_it_found() {
    let home = Home::new().await;
    let staff = [
        ["rita", "registrar", "-"],
        ["lee", "nurse", "ICU"],
        ["ada", "auditor", "-"],
    ];
    let hospital = Hospital::opens(&home, &staff).await;
    let id = hospital.begins_record("rita").await;
    let search = async |who: &str, ssn: &str| {
        let found = hospital
            .post(who, "/v1/patients/search", &json!({"ssn": ssn}))
            .await;
        assert_eq!(found.status, 200, "{found:?}");
        found.json()["items"].as_array().unwrap().clone()
    };

    assert_eq!(search("rita", "219099999").await[0]["id"], json!(id));
    assert!(search("rita", "000-00-0001").await.is_empty());
    // Who does not treat the patient does not learn by a search that there is a record.
    assert!(search("lee", SSN).await.is_empty());

    let searches = hospital.trail("search").await;
    assert_eq!(searches.len(), 3, "{searches:?}");
    let with_a_find = searches
        .iter()
        .filter(|it| it.to_string().contains(REFERENCE));
    assert_eq!(with_a_find.count(), 1, "{searches:?}");
    let told = format!("{searches:?}");
    assert!(
        !told.contains("19099999") && !told.contains("09-9999"),
        "{searches:?}"
    );
    hospital.site.node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_does_not_tell_whether_the_patient_is_there_and_many_raise_an_alert() {
    let home = Home::new().await;
    let staff = [
        ["rita", "registrar", "-"],
        ["lee", "nurse", "ICU"],
        ["pat", "privacy_officer", "-"],
    ];
    let hospital = Hospital::opens(&home, &staff).await;
    let there = format!("/v1/patients/{}", hospital.begins_record("rita").await);
    let nobody = format!("/v1/patients/{}", "0".repeat(32));

    let (refused, missing) = (
        hospital.get("lee", &there).await,
        hospital.get("lee", &nobody).await,
    );
    assert_eq!((refused.status, missing.status), (403, 403));
    assert_eq!(refused.json()["detail"], missing.json()["detail"]);
    for _ in 0..8 {
        hospital.get("lee", &there).await;
    }

    until("the privacy officer has an alert", async || {
        let alerts = hospital.get("pat", "/v1/audit/alerts").await;
        alerts.text().contains("many-denials")
    })
    .await;
    hospital.site.node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_of_a_period_counts_who_saw_whom_who_was_refused_and_who_came_in() {
    let home = Home::new().await;
    let staff = [
        ["rita", "registrar", "-"],
        ["lee", "nurse", "ICU"],
        ["ada", "auditor", "-"],
    ];
    let hospital = Hospital::opens(&home, &staff).await;
    let path = format!("/v1/patients/{}", hospital.begins_record("rita").await);
    for _ in 0..3 {
        hospital.get("rita", &path).await;
    }
    hospital.get("lee", &path).await;
    let wrong = json!({"login": "lee", "password": "not the password"}).to_string();
    let failed = http::request(home.http, None, "POST", "/v1/sign-in", Some(&wrong)).await;
    assert_eq!(failed.unwrap().status, 401);

    let period = json!({"from": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"});
    let report = hospital
        .post("ada", "/v1/audit/report", &period)
        .await
        .json();

    assert_eq!(report["kinds"]["read"], 3, "{report}");
    assert_eq!(report["kinds"]["access-denied"], 1, "{report}");
    assert!(report["kinds"]["login"].as_u64().unwrap() >= 5, "{report}");
    let of = |user: &str| {
        let users = report["users"].as_array().unwrap();
        users
            .iter()
            .find(|row| row["user"] == user)
            .cloned()
            .unwrap()
    };
    assert_eq!(of("rita")["patients"], 1, "{report}");
    // The read that was refused, and the wrong password.
    assert_eq!(of("lee")["denied"], 2, "{report}");
    let patients = report["patients"].to_string();
    assert!(patients.contains(REFERENCE), "{patients}");
    hospital.site.node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_is_renewed_and_records_are_read_as_before() {
    let home = Home::new().await;
    let mut hospital = Hospital::opens(&home, &[["rita", "registrar", "-"]]).await;
    let id = hospital.begins_record("rita").await;

    let before = hospital.get("root", "/v1/keys").await.json();

    let rotated = hospital.post("root", "/v1/keys/rotate", &json!({})).await;

    assert!(rotated.status < 300, "{rotated:?}");
    let path = format!("/v1/patients/{id}");
    let seen = hospital.get("rita", &path).await;
    assert_eq!(seen.json()["fields"]["ssn"], SSN, "{seen:?}");
    until("the patient's key is under the new one alone", async || {
        let keys = hospital.get("root", "/v1/keys").await.json();
        let keks = keys["key_encryption_keys"].as_array().unwrap();
        keys["version"] != before["version"] && keks.len() == 1 && keks[0]["patients"] == 1
    })
    .await;
    hospital.site.node.stop().await;
    hospital.site.node = home.start().await;
    let again = hospital.get("rita", &path).await;
    assert_eq!(again.json()["fields"]["ssn"], SSN, "{again:?}");
    hospital.site.node.stop().await;
}

/// A home that logs all there is to log.
async fn loud() -> Home {
    let mut home = Home::new().await;
    home.set("WARDLINE_LOG__LEVEL", "trace");
    home
}

fn record() -> Value {
    json!({"set": {
        "name": {"family": "Quillzebrow", "given": ["Ada"]}, "birth_date": "1943-02-17", "ssn": SSN,
        "mrn": [{"value": "4711", "authority": "SYNTHHOSP"}], "insurance": {"plan": "P-1"},
    }})
}

/// A hospital with an administrator and whoever works in a flow.
pub(crate) struct Hospital<'h> {
    pub(crate) site: Site<'h>,
    listener: SocketAddr,
    staff: Vec<(String, Person)>,
}

impl<'h> Hospital<'h> {
    /// With these people: login, role, department.
    pub(crate) async fn opens(home: &'h Home, people: &[[&str; 3]]) -> Self {
        let listener = free_address();
        home.channel(
            "adt-in",
            &format!("[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"beds\"\nkind = \"beds\"\n"),
        );
        let first = home.make_token("identities:write").await;
        let node = home.start().await;
        let site = Site { home, node };
        site.keep("first.token", &first);
        site.hire("first.token", ["root", "security_admin", "-"])
            .await;
        let root = site.sign_in("root").await;
        let mut staff = Vec::new();
        for who in people {
            let hired = site.hire(&root.session, *who).await;
            assert_eq!(hired.code, 0, "{hired:?}");
            staff.push((who[0].to_owned(), site.sign_in(who[0]).await));
        }
        staff.push(("root".to_owned(), root));
        Self {
            site,
            listener,
            staff,
        }
    }

    /// The id of the record that somebody begins.
    async fn begins_record(&self, who: &str) -> String {
        let begun = self.post(who, "/v1/patients", &record()).await;
        assert_eq!(begun.status, 201, "{begun:?}");
        begun.json()["id"].as_str().unwrap().to_owned()
    }

    /// The patient is admitted to a bed of MED; then whoever works there sees the record.
    async fn patient_lies_in_med(&self, who: &str, path: &str) {
        let mut sender = Sender::to(self.listener).await;
        sender.send(&admission("M-1", "4711")).await;
        until("the patient lies in the bed", async || {
            self.get(who, path).await.status == 200
        })
        .await;
    }

    async fn updates(&self, who: &str, id: &str, version: u64, change: &Value) {
        let (version, session) = (version.to_string(), &self.person(who).session);
        let arguments = [
            "patient",
            "update",
            id,
            "-",
            "--version",
            &version,
            "--token-file",
            session,
        ];
        let updated = self.site.run(&arguments, &change.to_string()).await;
        assert_eq!(updated.code, 0, "{updated:?}");
    }

    /// What the trail has of a kind, as the auditor or the privacy officer sees it.
    async fn trail(&self, kind: &str) -> Vec<Value> {
        let body = json!({"filter": {"kind": kind}});
        let found = self.post("ada", "/v1/audit/search", &body).await;
        found.json()["items"].as_array().unwrap().clone()
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Response {
        self.ask(who, "GET", path, None).await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: &Value) -> Response {
        self.ask(who, "POST", path, Some(&body.to_string())).await
    }

    async fn ask(&self, who: &str, method: &str, path: &str, body: Option<&str>) -> Response {
        let token = std::fs::read_to_string(&self.person(who).session).unwrap();
        let asked = http::request(self.site.home.http, Some(token.trim()), method, path, body);
        asked.await.unwrap()
    }

    fn person(&self, who: &str) -> &Person {
        let found = self.staff.iter().find(|(login, _)| login == who);
        &found.unwrap_or_else(|| panic!("nobody hired {who}")).1
    }
}
