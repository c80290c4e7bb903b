//! Patients' keys are moved under a new key-encryption key while the process is killed: every record opens at any time,
//! and the move goes on until it is done.

use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::flows::Hospital;
use crate::home::Home;
use crate::wait::until;

/// Records, each with a key of its own.
const RECORDS: usize = 80;
/// How often the process is killed amid a move.
const KILLS: u64 = 5;

fn ssn(number: usize) -> String {
    format!("219-09-{number:04}")
}

/// Reads every record, as the desk does.
async fn all_open(hospital: &Hospital<'_>, ids: &[String]) {
    for (number, id) in ids.iter().enumerate() {
        let seen = hospital.get("rita", &format!("/v1/patients/{id}")).await;
        assert_eq!(seen.json()["fields"]["ssn"], ssn(number), "{seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_amid_moves_of_patients_keys_leaves_every_record_open_and_the_move_goes_on() {
    let mut rng = Rng::new();
    let seed = rng.get_seed();
    println!("seed {seed}");
    rng.seed(seed);
    let home = Home::new().await;
    let mut hospital = Hospital::opens(&home, &[["rita", "registrar", "-"]]).await;
    let mut ids = Vec::with_capacity(RECORDS);
    for number in 0..RECORDS {
        let body = json!({"set": {"name": {"family": "Quillzebrow"}, "ssn": ssn(number)}});
        let begun = hospital.post("rita", "/v1/patients", &body).await;
        assert_eq!(begun.status, 201, "{begun:?}");
        ids.push(begun.json()["id"].as_str().unwrap().to_owned());
    }

    let mut cut_short = 0;
    for _ in 0..KILLS {
        let rotated = hospital.post("root", "/v1/keys/rotate", &json!({})).await;
        assert!(rotated.status < 300, "{rotated:?}");
        sleep(Duration::from_millis(rng.u64(0..40))).await;
        let shown = hospital.get("root", "/v1/keys/rewrap").await.json();
        cut_short += usize::from(shown["state"] != "done");
        hospital.site.node.kill().await;
        hospital.site.node = home.start().await;
        all_open(&hospital, &ids).await;
    }
    println!("{cut_short} of {KILLS} moves were cut short");

    // The key that counts is one, and every patient's key is under it, also of moves that were cut short.
    let keys = async || hospital.get("root", "/v1/keys").await.json();
    until("every key is under the newest one", async || {
        let shown = keys().await;
        let keks = shown["key_encryption_keys"].as_array().unwrap();
        keks.len() == 1 && keks[0]["current"] == true
    })
    .await;
    let shown: Value = keys().await;
    assert_eq!(
        shown["key_encryption_keys"][0]["patients"], RECORDS,
        "{shown}"
    );
    assert_eq!(shown["version"], KILLS + 1, "{shown}");
    all_open(&hospital, &ids).await;
    hospital.site.node.stop().await;
    hospital.site.node = home.start().await;
    all_open(&hospital, &ids).await;
    hospital.site.node.stop().await;
}
