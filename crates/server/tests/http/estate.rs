//! The estate, drills and the configuration over HTTP: what is shown, what is not, and to whom.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_access::model::Role;
use wardline_access::policy::PolicySet;
use wardline_audit::model::{EventKind, Origin, Outcome, UserName};
use wardline_audit::operations::AuditFilter;
use wardline_messaging::port::MessageStore as _;
use wardline_server::http::auth::Scope::{Admin, SystemRead, SystemWrite};
use wardline_server::insight::{
    Configuration, CopiesItself, CopyRefused, CopyStatus, DrillEvent, DrillHead, DrillName,
    DrillReport, DrillReports, DrillShelf, Embedded, Estate, EstateKind, EstateWatch, Given,
    Insight, Link, Protection, SettingShown, Writer,
};
use wardline_store_embedded::EmbeddedStore;

use crate::client::Call;
use crate::house::House;
use crate::partner::Mood;
use crate::people::{Office, new_user};

/// What of an installation is shown, and what the trail calls it.
const LOOKS: [(&str, &str); 6] = [
    ("/v1/estate", "estate"),
    ("/v1/estate/backups", "backups"),
    ("/v1/estate/drills", "drills"),
    ("/v1/estate/drills/drill-failover", "drill drill-failover"),
    ("/v1/configuration", "configuration"),
    ("/v1/compliance", "compliance"),
];
/// How long is waited for what will come.
const PATIENCE: Duration = Duration::from_mins(5);

/// What the house shows of itself: its own store, one drill, one setting.
pub(crate) fn insight(store: &Arc<EmbeddedStore>) -> Insight {
    let configuration = Configuration {
        since: 1_795_249_800_000,
        version: "0.0.0-test".to_owned(),
        settings: vec![SettingShown {
            section: "keys",
            key: "file",
            value: Some("keys.txt".to_owned()),
            given: Given::File,
            source: Some("wardline.toml, line 3".to_owned()),
        }],
    };
    let watch = OwnStore(Arc::clone(store));
    let protection = Protection {
        http: Link::ThisMachine,
        redis: None,
        idle_timeout_seconds: 1_800,
        copies_itself: false,
    };
    let drills = Some(Arc::new(OneDrill) as Arc<dyn DrillReports>);
    Insight::new(Arc::new(watch), drills, configuration, protection)
        .with_copies(Some(Arc::<OneCopy>::default()))
}

/// A store that is asked for one copy and never done with it.
#[derive(Default)]
struct OneCopy(Mutex<CopyStatus>);

impl CopiesItself for OneCopy {
    fn begin(&self) -> Result<CopyStatus, CopyRefused> {
        let mut status = self.0.lock().unwrap();
        if let Some(since) = status.under_way_since {
            return Err(CopyRefused::UnderWay(since));
        }
        status.under_way_since = Some(1_795_249_800_000);
        Ok(status.clone())
    }

    fn status(&self) -> CopyStatus {
        self.0.lock().unwrap().clone()
    }
}

struct OwnStore(Arc<EmbeddedStore>);

#[async_trait]
impl EstateWatch for OwnStore {
    async fn look(&self) -> Result<Estate, String> {
        let usage = self.0.usage().await.map_err(|error| error.to_string())?;
        Ok(Estate {
            looked_at: 1_795_249_800_000,
            kind: EstateKind::Embedded,
            writer: Writer {
                instance: "ward-1".to_owned(),
                since: 1_795_249_800_000,
                has_lease: false,
            },
            backup: None,
            embedded: Some(Embedded {
                used_bytes: usage.used_bytes,
                free_bytes: usage.free_bytes,
                min_free_bytes: 1,
            }),
            redis: None,
            warnings: Vec::new(),
        })
    }
}

struct OneDrill;

fn head() -> DrillHead {
    DrillHead {
        name: "drill-failover".parse().unwrap(),
        drill: "failover".to_owned(),
        began_at: 1_795_249_800_000,
        topology: "sentinel".to_owned(),
        outage_ms: 2_357,
        lost: 0,
        findings: Vec::new(),
    }
}

impl DrillReports for OneDrill {
    fn list(&self) -> Result<DrillShelf, String> {
        Ok(DrillShelf {
            is_configured: true,
            items: vec![head()],
            left_out: 0,
        })
    }

    fn read(&self, name: &DrillName) -> Result<Option<DrillReport>, String> {
        let report = DrillReport {
            head: head(),
            method: "SIGKILL".to_owned(),
            nodes: 3,
            sentinels: 3,
            server_version: "7.0.15".to_owned(),
            durability: "replicated".to_owned(),
            paused_ms: None,
            stale_writes: None,
            timeline: vec![DrillEvent {
                at_ms: 2_101,
                what: "redis-1 is killed".to_owned(),
            }],
            patterns: Vec::new(),
        };
        Ok((name.as_str() == "drill-failover").then_some(report))
    }
}

#[tokio::test]
async fn the_store_of_this_instance_is_shown_without_a_path() {
    let house = House::new(Mood::Accepts).await;

    let answer = house.get("/v1/estate", &[SystemRead]).await;

    let estate = answer.json();
    assert_eq!(
        (&estate["kind"], &estate["redis"]),
        (&json!("embedded"), &json!(null))
    );
    assert_eq!(estate["looked_at"], "2026-11-21T08:30:00Z");
    assert_eq!(estate["writer"]["instance"], "ward-1");
    assert!(
        estate["embedded"]["used_bytes"].as_u64().unwrap() > 0,
        "{estate}"
    );
    assert!(!answer.text().contains('/'), "{}", answer.text());
}

#[tokio::test]
async fn a_drill_is_listed_and_shown_and_a_name_that_is_a_path_is_not_there() {
    let house = House::new(Mood::Accepts).await;

    let shelf = house.get("/v1/estate/drills", &[SystemRead]).await.json();
    let shown = house
        .get("/v1/estate/drills/drill-failover", &[Admin])
        .await;

    assert_eq!(shelf["items"][0]["name"], "drill-failover");
    let report = shown.json();
    assert_eq!(
        (&report["outage_ms"], &report["method"]),
        (&json!(2_357), &json!("SIGKILL"))
    );
    assert_eq!(report["timeline"][0]["at_ms"], 2_101);
    for name in ["other", "..%2Fkeys", "%2e%2e", "drill-failover.json", "A"] {
        let answer = house
            .get(&format!("/v1/estate/drills/{name}"), &[SystemRead])
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn the_configuration_is_shown_with_who_gave_each_value() {
    let house = House::new(Mood::Accepts).await;

    let shown = house.get("/v1/configuration", &[SystemRead]).await.json();

    assert_eq!(shown["since"], "2026-11-21T08:30:00Z");
    let setting = &shown["settings"][0];
    assert_eq!(
        (&setting["value"], &setting["given"]),
        (&json!("keys.txt"), &json!("file"))
    );
    assert_eq!(setting["source"], "wardline.toml, line 3");
}

/// What the trail has of the installation being looked at: kind, outcome and what about, oldest first.
async fn looks(house: &House) -> Vec<(EventKind, Outcome, String)> {
    let by = Origin::of(UserName::new("test").unwrap());
    let everything = AuditFilter::default();
    let page = house.audit.search(&everything, None, 100, by).await;
    let records = page.unwrap().items.into_iter().rev();
    let of_system = records.filter_map(|record| {
        let content = record.content?;
        let mut types = content.data_types.iter();
        types.any(|of| of.as_str() == "system").then_some(())?;
        let about = content.reason.map(|note| note.expose().to_owned());
        Some((record.kind, record.outcome, about.unwrap_or_default()))
    });
    of_system.collect()
}

#[tokio::test]
async fn each_look_at_the_installation_is_in_the_trail_once() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    let kim = office.person(new_user("kim", Role::Operator)).await;
    let token = kim.sign_in(&house).await;

    for (path, _) in LOOKS {
        let call = Call::new(house.address, "GET", path).token(&token);
        assert_eq!(call.send().await.status, StatusCode::OK, "{path}");
    }

    let expected = LOOKS.map(|(_, about)| (EventKind::Read, Outcome::Success, about.to_owned()));
    assert_eq!(looks(&house).await, expected);
}

#[tokio::test]
async fn what_the_policy_does_not_let_is_refused_and_in_the_trail_whatever_the_scopes_are() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    let kim = office.person(new_user("kim", Role::Operator)).await;
    let token = kim.sign_in(&house).await;
    let without = r#"
        @id("operator-view") @says("operators see messages")
        permit (principal in Role::"operator", action in Action::"view", resource == DataType::"messages");
    "#;

    let policies = PolicySet::from_sources(&[("site.cedar", without)]).unwrap();
    house.room.engine.replace(policies);

    for path in LOOKS
        .map(|(path, _)| path)
        .into_iter()
        .chain(["/v1/estate/events"])
    {
        let call = Call::new(house.address, "GET", path).token(&token);
        let refused = call.send().await;
        assert_eq!(refused.problem(), "access_denied", "{path}");
    }
    let denied = looks(&house).await;
    assert_eq!(denied.len(), LOOKS.len() + 1, "{denied:?}");
    let all_denied = denied
        .iter()
        .all(|(kind, outcome, _)| (*kind, *outcome) == (EventKind::AccessDenied, Outcome::Denied));
    assert!(all_denied, "{denied:?}");
}

#[tokio::test]
async fn whoever_watches_is_told_again_and_again_and_is_in_the_trail_once() {
    let house = House::new(Mood::Accepts).await;

    let (head, mut body) = house
        .call("GET", "/v1/estate/events", &[SystemRead])
        .begin()
        .await;
    assert_eq!(head.status, StatusCode::OK);
    assert_eq!(head.headers["content-type"], "text/event-stream");
    let mut told = String::new();
    while told.matches("event: look\n").count() < 2 {
        let frame = tokio::time::timeout(PATIENCE, body.frame()).await;
        let frame = frame.expect("a look in time").expect("the stream goes on");
        let data: Bytes = frame.unwrap().into_data().unwrap();
        told.push_str(std::str::from_utf8(&data).unwrap());
    }

    let data = told.lines().find_map(|line| line.strip_prefix("data: "));
    let look: Value = serde_json::from_str(data.unwrap()).unwrap();
    assert_eq!(look["estate"]["kind"], "embedded");
    assert_eq!(look["unknown_because"], json!(null));
    let expected = [(
        EventKind::StreamWatched,
        Outcome::Success,
        "estate".to_owned(),
    )];
    assert_eq!(looks(&house).await, expected);
}

#[tokio::test]
async fn tokens_of_the_site_are_shown_by_name_scopes_and_age_and_never_as_what_they_are() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    let ruth = office.person(new_user("ruth", Role::Auditor)).await;
    let token = ruth.sign_in(&house).await;

    let answer = Call::new(house.address, "GET", "/v1/tokens").token(&token);
    let answer = answer.send().await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let shown = answer.json();
    let items = shown["items"].as_array().unwrap();
    let first = items.iter().find(|item| item["name"] == "token-0").unwrap();
    assert_eq!(first["created_at"], "2026-11-20T08:30:00Z");
    assert_eq!(first["expires_at"], json!(null));
    let reads = items
        .iter()
        .filter(|item| item["scopes"] == json!(["system:read"]));
    assert_eq!(reads.count(), 1);
    for secret in ["wl_", "sha256", house.token(&[SystemRead])] {
        assert!(!answer.text().contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_backup_is_begun_by_whom_the_policy_lets_one_at_a_time_with_who_asked_in_the_trail() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    let kim = office.person(new_user("kim", Role::Operator)).await;
    let lee = office.person(new_user("lee", Role::Auditor)).await;
    let begin = async |token: &str| {
        let call = Call::new(house.address, "POST", "/v1/estate/backups").token(token);
        call.send().await
    };

    let of_auditor = begin(&lee.sign_in(&house).await).await;
    let token = kim.sign_in(&house).await;
    let first = begin(&token).await;
    let second = begin(&token).await;

    assert_eq!(of_auditor.problem(), "scope_missing");
    assert_eq!(first.status, StatusCode::ACCEPTED);
    let since = json!({"under_way_since": "2026-11-21T08:30:00Z"});
    assert_eq!(first.json(), since);
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert_eq!(second.problem(), "backup_conflict");
    let shown = house.get("/v1/estate/backups", &[SystemRead]).await;
    assert_eq!(shown.json(), since);
    let written = looks(&house).await;
    let asked = (
        EventKind::Write,
        Outcome::Success,
        "a backup of the store".to_owned(),
    );
    assert_eq!(
        written.iter().filter(|one| **one == asked).count(),
        2,
        "{written:?}"
    );
}

#[tokio::test]
async fn a_token_of_the_site_asks_for_a_backup_with_its_own_scope() {
    let house = House::new(Mood::Accepts).await;

    let refused = house
        .post("/v1/estate/backups", &[SystemRead], &json!({}))
        .await;
    let begun = house
        .post("/v1/estate/backups", &[SystemWrite], &json!({}))
        .await;

    assert_eq!(refused.problem(), "scope_missing");
    assert_eq!(begun.status, StatusCode::ACCEPTED);
}
