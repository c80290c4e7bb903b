//! Technical controls over HTTP: that they are looked at in the very instance, and what is told of it.

use std::collections::BTreeMap;

use serde_json::Value;
use wardline_access::model::Role;
use wardline_access::policy::PolicySet;
use wardline_audit::model::{EventKind, Origin, Seq, UserName};
use wardline_audit::operations::AuditFilter;
use wardline_audit::port::{AuditStore, Commit, Committed, Leaf};
use wardline_server::http::auth::Scope::{AuditRead, SystemRead};

use crate::house::{House, admission};
use crate::partner::Mood;
use crate::people::{Office, new_user};

async fn report(house: &House) -> Value {
    house.get("/v1/compliance", &[SystemRead]).await.json()
}

/// What each control came to.
fn statuses(report: &Value) -> BTreeMap<&str, &str> {
    let controls = report["controls"].as_array().unwrap().iter();
    let pairs = controls.map(|it| (it["id"].as_str().unwrap(), it["status"].as_str().unwrap()));
    pairs.collect()
}

fn evidence(report: &Value, id: &str) -> String {
    let mut controls = report["controls"].as_array().unwrap().iter();
    let control = controls.find(|it| it["id"] == id).unwrap();
    control["evidence"].to_string()
}

#[tokio::test]
async fn each_control_says_what_it_found_in_this_instance() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    office.person(new_user("nadia", Role::Nurse)).await;
    office.hire(new_user("pauline", Role::PrivacyOfficer)).await;
    house.audit.checkpoint().await.unwrap();

    let report = report(&house).await;

    let found = statuses(&report);
    for id in [
        "sealing.key-at-hand",
        "sealing.key-current",
        "records.erased",
        "trail.written",
        "trail.intact",
        "trail.signed",
        "trail.retention",
        "people.officers",
        "people.second-factor",
        "access.policies",
        "transit.http",
    ] {
        assert_eq!(found[id], "pass", "{id}: {}", evidence(&report, id));
    }
    assert_eq!(found["redis.promises"], "not_applicable");
    assert_eq!(found["backup.fresh"], "unknown");
    // The tokens of this house never end.
    assert_eq!(found["machines.keys-end"], "fail");
    let verified = evidence(&report, "trail.intact");
    assert!(verified.contains("from record 0 on: "), "{verified}");
    let people = evidence(&report, "people.second-factor");
    // A privacy officer does for what is released.
    let counted = "reads of patients: 2; without a second factor enrolled here: 1";
    assert!(people.contains(counted), "{people}");
}

#[tokio::test]
async fn what_changes_in_the_instance_changes_what_its_control_comes_to() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    office.hire(new_user("nadia", Role::Nurse)).await;
    let site = r#"
        @id("all") @says("nurses see all")
        permit (principal in Role::"nurse", action in Action::"view", resource);
        @id("app") @says("applications see the installation")
        permit (principal in Role::"application", action in Action::"view", resource);
    "#;

    let policies = PolicySet::from_sources(&[("site.cedar", site)]).unwrap();
    house.room.engine.replace(policies);
    let report = report(&house).await;

    let found = statuses(&report);
    assert_eq!(found["people.officers"], "fail");
    assert_eq!(found["people.second-factor"], "fail");
    let roles = evidence(&report, "people.second-factor");
    assert!(roles.contains("without one: nurse"), "{roles}");
}

#[tokio::test]
async fn that_all_of_the_trail_was_verified_is_remembered_with_what_it_came_to() {
    let house = House::new(Mood::Accepts).await;
    house.audit.checkpoint().await.unwrap();

    let all = serde_json::json!({});
    house.post("/v1/audit/verify", &[AuditRead], &all).await;
    let after = report(&house).await;

    assert_eq!(statuses(&after)["trail.verified"], "pass");
    let said = evidence(&after, "trail.verified");
    assert!(said.contains("nothing was wrong"), "{said}");
    assert!(said.contains("archived: 0, checkpoints: "), "{said}");
}

/// Somebody who knows the store, and writes a row with good checksums.
#[tokio::test]
async fn a_record_of_the_trail_that_was_altered_fails_its_control_and_is_named() {
    let house = House::new(Mood::Accepts).await;
    let trail: &dyn AuditStore = house.room.store.as_ref();
    let (seq, leaf) = trail.leaves(Seq(0), 1).await.unwrap().remove(0);
    let mut altered = leaf.to_vec();
    *altered.last_mut().unwrap() ^= 1;
    let head = trail.head().await.unwrap().unwrap();

    let overwrite = Commit {
        expected_size: head.tree.size(),
        leaves: vec![Leaf {
            seq,
            bytes: altered.into(),
            postings: Vec::new(),
        }],
        head,
        ..Commit::default()
    };
    assert_eq!(trail.commit(overwrite).await.unwrap(), Committed::Done);
    let report = report(&house).await;

    assert_eq!(statuses(&report)["trail.intact"], "fail");
    let verified = evidence(&report, "trail.intact");
    assert!(verified.contains("record 0: altered"), "{verified}");
}

#[tokio::test]
async fn neither_people_nor_patients_nor_keys_are_named_and_the_reading_of_the_trail_is_in_it() {
    let house = House::new(Mood::Accepts).await;
    let office = Office::of(&house).await;
    office.hire(new_user("nadia.okoye", Role::Nurse)).await;
    house.receives(&admission("CTL-42")).await;

    let told = report(&house).await.to_string();

    for secret in [
        "nadia",
        "okoye",
        "MRN778811",
        "EVERYWOMAN",
        "196106",
        "1961-06",
        "wlk_",
        "wl_",
    ] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
    let filter = AuditFilter {
        kind: Some(EventKind::AuditRead),
        ..AuditFilter::default()
    };
    let by = Origin::of(UserName::new("test").unwrap());
    let page = house.audit.search(&filter, None, 10, by).await.unwrap();
    assert_eq!(page.items.len(), 1);
}
