//! Nothing of a patient reaches a log, whatever is asked.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;
use wardline_server::http::auth::Scope::{Operate, Phi, Read};

use crate::house::{House, MARKERS, admission};
use crate::partner::Mood;

/// What was logged.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logged {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn planted_markers_are_in_no_log() {
    let logged = Logged::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(logged.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
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

    let logged = String::from_utf8(logged.0.lock().unwrap().clone()).unwrap();
    assert!(
        logged.contains("showed a message"),
        "nothing was logged: {logged}"
    );
    for marker in MARKERS {
        let line = logged.lines().find(|line| line.contains(marker));
        assert!(line.is_none(), "{marker} in {}", line.unwrap_or_default());
    }
}
