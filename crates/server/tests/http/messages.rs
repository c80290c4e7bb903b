//! Messages are found and shown; what is of a patient only to those who may see it.

use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_server::http::auth::Scope::{Operate, Phi, Read};

use crate::house::{House, MARKERS, admission};
use crate::partner::Mood;

const SEARCH: &str = "/v1/messages/search";

#[tokio::test]
async fn a_message_is_found_by_each_of_its_identifiers() {
    let house = House::new(Mood::Accepts).await;
    house.receives(&admission("CTL-42")).await;
    house
        .receives(
            &admission("CTL-43")
                .replace("MRN778811", "MRN1")
                .replace("VISIT4242", "V1"),
        )
        .await;

    for filter in [
        json!({"control_id": "CTL-42"}),
        json!({"patient": "mrn-778811"}),
        json!({"visit": "VISIT4242"}),
        json!({"patient": "MRN778811", "channel": "adt", "message_type": "ADT"}),
    ] {
        let answer = house
            .post(SEARCH, &[Read, Phi], &json!({"filter": filter}))
            .await;

        assert_eq!(ids(&answer.json()), [1], "{filter}: {}", answer.text());
    }
    let none = house
        .post(
            SEARCH,
            &[Read, Phi],
            &json!({"filter": {"patient": "MRN77881"}}),
        )
        .await;
    assert!(ids(&none.json()).is_empty());
}

#[tokio::test]
async fn a_message_is_found_by_channel_type_state_and_time() {
    let house = House::new(Mood::IsAway).await;
    house.receives(&admission("CTL-42")).await;
    house.receives("MSH|broken\r").await;

    for (body, expected) in [
        (json!({}), vec![2, 1]),
        (json!({"state": "waiting"}), vec![1]),
        (json!({"state": "quarantined"}), vec![2]),
        (json!({"state": "dead"}), vec![]),
        (json!({"filter": {"message_type": "ADT^A01"}}), vec![1]),
        (json!({"filter": {"message_type": "ORU"}}), vec![]),
        (json!({"filter": {"channel": "other"}}), vec![]),
        (
            json!({"filter": {"received_from": "2000-01-01T00:00:00Z"}}),
            vec![2, 1],
        ),
        (
            json!({"filter": {"received_until": "2000-01-01T00:00:00Z"}}),
            vec![],
        ),
    ] {
        let answer = house.post(SEARCH, &[Read], &body).await;

        assert_eq!(ids(&answer.json()), expected, "{body}: {}", answer.text());
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let house = House::new(Mood::Accepts).await;
    for number in 0..5 {
        house.receives(&admission(&format!("CTL-{number}"))).await;
    }

    let mut seen = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let page = house
            .post(SEARCH, &[Read], &json!({"limit": 2, "cursor": cursor}))
            .await
            .json();
        seen.extend(ids(&page));
        cursor = page["next"].clone();
        if cursor.is_null() {
            break;
        }
    }

    assert_eq!(seen, [5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn who_may_not_see_patients_may_not_search_by_them() {
    let house = House::new(Mood::Accepts).await;
    house.receives(&admission("CTL-42")).await;

    for field in ["patient", "visit", "accession"] {
        let body = json!({"filter": {field: "MRN778811"}});

        let answer = house.post(SEARCH, &[Read, Operate], &body).await;

        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.problem(), "scope_missing");
        assert_eq!(answer.json()["field"], format!("filter.{field}"));
    }
    let by_control_id = json!({"filter": {"control_id": "CTL-42"}});
    assert_eq!(
        ids(&house.post(SEARCH, &[Read], &by_control_id).await.json()),
        [1]
    );
}

#[tokio::test]
async fn a_message_is_shown_masked_to_who_may_not_see_patients() {
    let house = House::new(Mood::Refuses).await;
    house.receives(&admission("CTL-42")).await;
    house
        .until("/v1/messages/1", |shown| shown["state"] == "dead")
        .await;

    let answer = house.get("/v1/messages/1", &[Read]).await;

    let shown = answer.json();
    assert_eq!(shown["masked"], true);
    assert_eq!(value(&shown["content"], "MSH-9.2"), "A01");
    assert_eq!(value(&shown["content"], "MSH-10"), "******42");
    assert_eq!(value(&shown["content"], "PID-3.1"), "************");
    assert_eq!(value(&shown["content"], "PID-5.1"), "************");
    assert_eq!(value(&shown["answers"][0], "MSA-1"), "AA");
    let attempt = &shown["deliveries"][0]["attempts"][0];
    assert_eq!(attempt["result"], "refused");
    assert_eq!(value(&attempt["answer"], "MSA-1"), "AR");
    for marker in MARKERS.iter().chain(&["CTL-42"]) {
        assert!(
            !answer.text().contains(marker),
            "{marker} in {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_message_is_shown_whole_to_who_may_see_patients() {
    let house = House::new(Mood::Refuses).await;
    house.receives(&admission("CTL-42")).await;
    house
        .until("/v1/messages/1", |shown| shown["state"] == "dead")
        .await;

    let shown = house.get("/v1/messages/1", &[Read, Phi]).await.json();

    assert_eq!(shown["masked"], false);
    assert_eq!(value(&shown["content"], "PID-3.1"), "MRN778811");
    assert_eq!(value(&shown["content"], "PID-5.1"), "EVERYWOMAN");
    assert_eq!(value(&shown["content"], "PID-7"), "19610615");
    assert_eq!(value(&shown["answers"][0], "MSA-2"), "CTL-42");
    let identifiers = &shown["identifiers"];
    assert_eq!(identifiers["control_id"], "CTL-42");
    assert_eq!(identifiers["patients"], json!(["MRN778811"]));
    assert_eq!(identifiers["visit"], "VISIT4242");
    let delivery = &shown["deliveries"][0];
    assert_eq!(
        (&delivery["destination"], &delivery["state"]),
        (&json!("ehr"), &json!("dead"))
    );
    assert_eq!(delivery["dead_reason"], "refused");
    assert_eq!(
        value(&delivery["attempts"][0]["answer"], "MSA-3"),
        "no bed for EVERYWOMAN"
    );
}

#[tokio::test]
async fn the_bytes_are_given_exactly_as_they_came() {
    let house = House::new(Mood::Accepts).await;
    let sent = admission("CTL-42") + "ZXX|trailing \\X0D\\ and blanks   \r\r";
    house.receives(&sent).await;

    let answer = house.get("/v1/messages/1/raw", &[Read, Phi]).await;

    assert_eq!(answer.header("content-type"), "application/hl7-v2");
    assert_eq!(answer.text(), sent);
}

#[tokio::test]
async fn a_quarantined_message_says_what_was_wrong_and_is_not_parsed() {
    let house = House::new(Mood::Accepts).await;
    house.receives("PID|1||MRN778811||EVERYWOMAN\r").await;

    let masked = house.get("/v1/messages/1", &[Read]).await;
    let whole = house.get("/v1/messages/1", &[Read, Phi]).await.json();

    assert_eq!(masked.json()["state"], "quarantined");
    assert!(
        masked.json()["message"]["problem"]["text"].is_string(),
        "{}",
        masked.text()
    );
    for marker in MARKERS {
        assert!(!masked.text().contains(marker), "{}", masked.text());
    }
    assert_eq!(whole["content"]["text"], "PID|1||MRN778811||EVERYWOMAN\r");
}

#[tokio::test]
async fn a_message_beyond_what_is_shown_says_that_there_is_more() {
    let house = House::new(Mood::Accepts).await;
    let long = format!(
        "{}OBX|1|TX|1||{}\r",
        admission("CTL-42"),
        "x".repeat(100_000)
    );
    house.receives(&long).await;

    let shown = house.get("/v1/messages/1", &[Read, Phi]).await.json();

    assert_eq!(shown["content"]["truncated"], true);
    assert_eq!(value(&shown["content"], "OBX-5").len(), 4_096);
}

fn ids(page: &Value) -> Vec<u64> {
    let items = page["items"].as_array().unwrap_or_else(|| panic!("{page}"));
    items
        .iter()
        .map(|item| item["message"]["id"].as_u64().unwrap())
        .collect()
}

/// The value at a path of a parsed message.
fn value<'a>(content: &'a Value, path: &str) -> &'a str {
    let segments = content["segments"]
        .as_array()
        .unwrap_or_else(|| panic!("{content}"));
    let mut values = segments
        .iter()
        .flat_map(|segment| segment["values"].as_array().unwrap());
    let found = values.find(|value| value["path"] == path);
    found.unwrap_or_else(|| panic!("{path} in {content}"))["value"]
        .as_str()
        .unwrap()
}
