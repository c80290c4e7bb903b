//! Nothing of a patient reaches a log, whatever is asked.

use serde_json::json;
use tracing::Level;
use wardline_server::http::auth::Scope::{Operate, Phi, Read};

use crate::house::{House, MARKERS, admission};
use crate::logged::Logged;
use crate::partner::Mood;

#[tokio::test]
async fn planted_markers_are_in_no_log() {
    let logged = Logged::from_now_on(Level::TRACE);
    let house = House::new(Mood::Refuses).await;
    house.receives(&admission("CTL-42")).await;
    house
        .until("/v1/messages/1", |shown| shown["state"] == "dead")
        .await;

    let all = [Read, Phi, Operate];
    let search = json!({"filter": {"patient": "MRN778811", "visit": "VISIT4242"}});
    house.post("/v1/messages/search", &all, &search).await;
    house.get("/v1/messages/1", &all).await;
    house.get("/v1/messages/1/raw", &all).await;
    house
        .get("/v1/messages/EVERYWOMAN?MRN778811=19610615", &all)
        .await;
    house.get("/EVERYWOMAN?mrn=MRN778811", &all).await;
    house
        .post("/v1/jobs", &all, &json!({"action": "MRN778811"}))
        .await;
    let wish = json!({"action": "retry_dead_letters", "filter": {"patient": "MRN778811"}});
    house.post("/v1/jobs", &all, &wish).await;
    let reason = json!({"reason": "EVERYWOMAN left"});
    house
        .post("/v1/dead-letters/adt/ehr/1/discard", &all, &reason)
        .await;

    let logged = logged.text();
    assert!(
        logged.contains("showed a message"),
        "nothing was logged: {logged}"
    );
    for marker in MARKERS {
        let line = logged.lines().find(|line| line.contains(marker));
        assert!(line.is_none(), "{marker} in {}", line.unwrap_or_default());
    }
}
