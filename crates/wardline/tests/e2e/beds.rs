//! Live beds from outside: admissions and vital signs over real MLLP are shown within a second, survive `kill -9`,
//! and leave no trace of a patient outside the store.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use wardline_testkit::canary;

use crate::home::{Home, Node, free_address};
use crate::http;
use crate::sender::Sender;
use crate::wait::until;

const NAME: &str = "Quillzebrow";
const MRN: &str = "ZQ77310942";
const BORN: &str = "19430217";
const BED: &str = "/v1/beds/MAIN~ICU~101~A";

fn hl7_time(ago: SignedDuration) -> String {
    let at = Timestamp::now() - ago;
    format!("{}+0000", at.strftime("%Y%m%d%H%M%S"))
}

fn admission(control_id: &str) -> Vec<u8> {
    let at = hl7_time(SignedDuration::from_mins(30));
    format!(
        "MSH|^~\\&|ADT|MAIN|WARDLINE|MAIN|{at}||ADT^A01^ADT_A01|{control_id}|P|2.5.1\rEVN|A01|{at}\r\
         PID|1||{MRN}^^^MAIN^MR||{NAME}^Ada||{BORN}|F\r\
         PV1|1|I|ICU^101^A^MAIN||||||||||||||||V{MRN}^^^MAIN^VN\r"
    )
    .into_bytes()
}

/// One whole set as a nurse charts it: 0 points but for the pulse.
fn charted(control_id: &str, pulse: u32) -> Vec<u8> {
    let at = hl7_time(SignedDuration::ZERO);
    let row = |number: u32, kind: &str, code: &str, value: &str, unit: &str| {
        format!("OBX|{number}|{kind}|{code}^^LN||{value}|{unit}|||||F|||{at}\r")
    };
    let rows = [
        row(1, "NM", "9279-1", "16", "/min"),
        row(2, "NM", "59408-5", "98", "%"),
        row(3, "NM", "8480-6", "124", "mm[Hg]"),
        row(4, "NM", "8867-4", &pulse.to_string(), "/min"),
        row(5, "NM", "8310-5", "36.8", "Cel"),
    ];
    format!(
        "MSH|^~\\&|CHART|MAIN|WARDLINE|MAIN|{at}||ORU^R01^ORU_R01|{control_id}|P|2.5.1\r\
         PID|1||{MRN}^^^MAIN^MR||{NAME}^Ada||{BORN}|F\r\
         PV1|1|I|ICU^101^A^MAIN\rOBR|1|||85353-1^Vital signs^LN|||{at}\r{}",
        rows.concat()
    )
    .into_bytes()
}

async fn bed(node: &Node) -> Value {
    let answer = node.ask("GET", BED, None).await;
    if answer.status == 200 {
        answer.json()
    } else {
        Value::Null
    }
}

fn pulse(bed: &Value) -> Option<f64> {
    let values = bed["patients"][0]["values"].as_array()?;
    let pulse = values.iter().find(|value| value["parameter"] == "pulse")?;
    pulse["number"].as_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_monitors_and_admissions_say_is_live_survives_a_kill_and_names_no_patient_outside() {
    let listener = free_address();
    let mut home = Home::new().await;
    home.set("WARDLINE_LOG__LEVEL", "trace");
    home.channel(
        "beds-in",
        &format!(
            "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"beds\"\nkind = \"beds\"\n\
             when = [{{ message_type = [\"ADT\", \"ORU\"] }}]\n"
        ),
    );
    let reader = home.make_token("beds:read").await;
    let node = home.start().await;
    let mut sender = Sender::to(listener).await;

    sender.send(&admission("A1")).await;
    sender.send(&charted("O1", 72)).await;
    until("the values are shown", async || {
        pulse(&bed(&node).await) == Some(72.0)
    })
    .await;
    let before = bed(&node).await;
    assert_eq!(before["patients"][0]["identity"]["family_name"], NAME);

    node.kill().await;
    let node = home.start().await;
    let after = bed(&node).await;
    assert_eq!(pulse(&after), Some(72.0));
    assert_eq!(after["state"], "occupied");
    assert_eq!(after["patients"][0]["stay"], before["patients"][0]["stay"]);
    assert_eq!(
        after["patients"][0]["identity"],
        before["patients"][0]["identity"]
    );

    let mut sender = Sender::to(listener).await;
    sender.send(&charted("O2", 131)).await;
    until("new values are shown", async || {
        pulse(&bed(&node).await) == Some(131.0)
    })
    .await;
    let masked = http::request(node.http, Some(&reader), "GET", BED, None).await;
    let masked = masked.unwrap();
    let figures = node.ask("GET", "/metrics", None).await;
    let wrong = node.ask("GET", &format!("/v1/beds/{MRN}"), None).await;
    node.stop().await;

    for answer in [&masked, &figures, &wrong] {
        for marker in [NAME, MRN, BORN] {
            assert!(
                !answer.text().contains(marker),
                "{marker} in {}",
                answer.text()
            );
        }
    }
    let folder = tempfile::tempdir().unwrap();
    fs::copy(home.log_path(), folder.path().join("log")).unwrap();
    for place in [home.data.as_path(), folder.path()] {
        let found = canary::scan(place, &[NAME, MRN, BORN]);
        assert!(found.is_empty(), "{found:?}");
    }
}
