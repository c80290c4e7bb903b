//! The estate, drills and the configuration over HTTP: what is shown, what is not, and to whom.

use std::sync::Arc;

use async_trait::async_trait;
use hyper::StatusCode;
use serde_json::json;
use wardline_messaging::port::MessageStore as _;
use wardline_server::http::auth::Scope::{Admin, SystemRead};
use wardline_server::insight::{
    Configuration, DrillEvent, DrillHead, DrillName, DrillReport, DrillReports, DrillShelf,
    Embedded, Estate, EstateKind, EstateWatch, Given, Insight, SettingShown, Writer,
};
use wardline_store_embedded::EmbeddedStore;

use crate::house::House;
use crate::partner::Mood;

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
    Insight::new(Arc::new(watch), Some(Arc::new(OneDrill)), configuration)
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
