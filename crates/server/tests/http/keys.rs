//! Keys over HTTP: shown without a key, rotated and moved while the service runs, missed by few when their service is away.

use hyper::StatusCode;
use serde_json::json;
use wardline_phi::KeyProvider as _;
use wardline_server::http::auth::Scope::{
    AuditRead, IdentitiesWrite, KeysRead, KeysWrite, Phi, Read,
};

use crate::client::Call;
use crate::house::{House, admission};
use crate::partner::Mood;

#[tokio::test]
async fn a_rotation_is_told_recorded_and_followed_by_a_move_of_all_keys() {
    let house = House::new(Mood::Accepts).await;
    house.receives(&admission("C1")).await;
    let before = house.get("/v1/keys", &[KeysRead]).await.json();
    assert_eq!(
        (&before["holder"], &before["version"]),
        (&json!("key-file"), &json!(1))
    );
    assert_eq!(before["key_encryption_keys"][0]["current"], true);

    let rotated = house
        .post("/v1/keys/rotate", &[KeysWrite], &json!({}))
        .await;

    assert_eq!(rotated.status, StatusCode::OK, "{}", rotated.text());
    assert_eq!(rotated.json()["version"], 2);
    let moved = loop {
        let shown = house.get("/v1/keys/rewrap", &[KeysRead]).await.json();
        if shown["state"] == "done" {
            break shown;
        }
        assert_eq!(shown["state"], "running", "{shown}");
    };
    assert!(moved["moved"].as_u64().unwrap() > 0, "{moved}");
    let after = house.get("/v1/keys", &[KeysRead]).await.json();
    let keks = after["key_encryption_keys"].as_array().unwrap();
    assert_eq!((keks.len(), &keks[0]["version"]), (1, &json!(2)), "{after}");
    let search = json!({ "filter": { "kind": "key-changed" } });
    let trail = house
        .post("/v1/audit/search", &[AuditRead, Phi], &search)
        .await
        .text();
    assert!(
        trail.contains("new key-encryption key key-file 2"),
        "{trail}"
    );
    assert!(trail.contains("data keys were moved"), "{trail}");
}

#[tokio::test]
async fn a_key_service_that_is_away_is_told_and_the_service_stays_ready() {
    let house = House::new(Mood::Accepts).await;
    house.room.service.set_away(true);
    assert!(house.room.watched.probe().is_err());

    let ready = Call::new(house.address, "GET", "/readyz").send().await;
    let rotated = house
        .post("/v1/keys/rotate", &[KeysWrite], &json!({}))
        .await;
    let shown = house.get("/v1/keys", &[KeysRead]).await.json();
    let figures = house.get("/metrics", &[Read]).await.text();

    assert_eq!(ready.json()["keys"], "away");
    assert_eq!(rotated.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(rotated.json()["code"], "key_service_unavailable");
    assert!(shown["version"].is_null());
    assert_eq!(shown["away"], "sealed");
    assert!(
        figures.contains("wardline_key_service_available 0"),
        "{figures}"
    );
    house.room.service.set_away(false);
    assert!(house.room.watched.probe().is_ok());
    let ready = Call::new(house.address, "GET", "/readyz").send().await;
    assert_eq!(ready.json()["keys"], "ok");
}

#[tokio::test]
async fn identities_and_beds_say_that_the_key_service_is_away_and_work_when_it_is_back() {
    let house = House::new(Mood::Accepts).await;
    let root = json!({"login": "root", "name": "Root", "kind": "person",
        "roles": ["security_admin"], "password": "correct horse battery"});
    house.room.service.set_away(true);

    let made = house.post("/v1/users", &[IdentitiesWrite], &root).await;
    let admitted = house.beds.receive(admission("A1").as_bytes()).await;

    assert_eq!(made.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(made.problem(), "key_service_unavailable");
    assert!(admitted.is_err_and(|error| !error.is_permanent()));
    house.room.service.set_away(false);
    assert!(house.room.watched.probe().is_ok());
    let made = house.post("/v1/users", &[IdentitiesWrite], &root).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    assert!(house.beds.receive(admission("A1").as_bytes()).await.is_ok());
}
