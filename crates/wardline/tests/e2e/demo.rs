//! `wardline demo --scenario sepsis`: the patient who falls ill reaches 7 on the board, and that is told once.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use crate::home::free_address;
use crate::http;

/// Sepsis begins after 5 s of the wall's clock and takes 10 s; monitors send every 10 s.
const PATIENCE: Duration = Duration::from_mins(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sepsis_reaches_seven_and_is_told_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let (address, mllp) = (free_address(), free_address());
    let log = std::fs::File::create(folder.path().join("demo.out")).unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_wardline"));
    demo.args(["demo", "--scenario", "sepsis", "--beds", "20", "--data"])
        .arg(folder.path().join("data"))
        .args(["--http", &address.to_string(), "--mllp", &mllp.to_string()])
        .env("WARDLINE_STORE__MIN_FREE_BYTES", "16777216")
        .stdin(Stdio::null())
        .stdout(log)
        .kill_on_drop(true);
    let demo = demo.spawn().unwrap();
    let token = folder.path().join("data/admin.token");
    let ask = async |path: &str| -> Value {
        let Ok(token) = std::fs::read_to_string(&token) else {
            return Value::Null;
        };
        let asked = http::request(address, Some(token.trim()), "GET", path, None).await;
        match asked {
            Ok(answer) if answer.status == 200 => answer.json(),
            _ => Value::Null,
        }
    };

    let started = Instant::now();
    let (bed, first) = loop {
        assert!(started.elapsed() < PATIENCE, "nobody falls ill");
        let high = ask("/v1/beds?band=high").await;
        if let Some(bed) = high["items"].as_array().and_then(|beds| beds.first()) {
            break (bed["id"].as_str().unwrap().to_owned(), bed.clone());
        }
        sleep(Duration::from_millis(200)).await;
    };
    let pulse = |bed: &Value| -> Value {
        let values = bed["patients"][0]["values"].as_array().cloned();
        let values = values.unwrap_or_default();
        let pulse = values
            .into_iter()
            .find(|value| value["parameter"] == "pulse");
        pulse.map_or(Value::Null, |pulse| pulse["taken_at"].clone())
    };
    // The monitor goes on, and the patient stays ill.
    let (mut seen, mut newer) = (pulse(&first), 0);
    while newer < 2 {
        assert!(started.elapsed() < PATIENCE, "the monitor is silent");
        let now = pulse(&ask(&format!("/v1/beds/{bed}")).await);
        if now != Value::Null && now != seen {
            (seen, newer) = (now, newer + 1);
        }
        sleep(Duration::from_millis(200)).await;
    }

    let told = ask(&format!("/v1/beds/{bed}/events")).await;
    let told = told["items"].as_array().unwrap().clone();
    let high: Vec<&Value> = told.iter().filter(|it| it["band"] == "high").collect();
    assert_eq!(high.len(), 1, "{told:?}");
    assert_eq!(high[0]["type"], "band_changed");
    assert!(high[0]["total"].as_u64() >= Some(7), "{told:?}");
    drop(demo);
}
