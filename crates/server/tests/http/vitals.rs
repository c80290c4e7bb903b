//! Recording vital signs over HTTP.

use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_server::http::auth::Scope::VitalsWrite;

use crate::beds::{occupied, well};
use crate::client::Answer;
use crate::house::House;

async fn send(house: &House, batch: &Value) -> Answer {
    house.post("/v1/vitals", &[VitalsWrite], batch).await
}

#[tokio::test]
async fn the_same_batch_again_changes_nothing() {
    let house = occupied().await;
    let batch = well();

    let first = send(&house, &batch).await.json();
    let second = send(&house, &batch).await.json();

    assert_eq!(
        (&first["charted"], &first["repeated"]),
        (&json!(7), &json!(0))
    );
    assert_eq!(
        (&second["charted"], &second["repeated"]),
        (&json!(0), &json!(7))
    );
}

#[tokio::test]
async fn what_cannot_be_recorded_is_named_and_the_rest_is_charted() {
    let house = occupied().await;
    let mut batch = well();
    batch["items"][0]["unit"] = json!("furlong");
    batch["items"][1]["value"] = json!(420);
    batch["items"][2]["bed"] = json!("W3~99~1");
    batch["items"][3]["parameter"] = json!("EVERYWOMAN");
    batch["items"][4]["taken_at"] = json!("yesterday");

    let answer = send(&house, &batch).await;

    assert_eq!(answer.status, StatusCode::MULTI_STATUS);
    let shown = answer.json();
    assert_eq!(shown["charted"], 2);
    let refused: Vec<_> = shown["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refused| {
            let text = |key: &str| refused[key].as_str().unwrap().to_owned();
            (
                refused["index"].as_u64().unwrap(),
                text("field"),
                text("reason"),
            )
        })
        .collect();
    let of = |index, field: &str, reason: &str| (index, field.to_owned(), reason.to_owned());
    assert_eq!(
        refused,
        [
            of(0, "unit", "unknown_unit"),
            of(1, "value", "absurd"),
            of(2, "bed", "place_unknown"),
            of(3, "parameter", "unknown_parameter"),
            of(4, "taken_at", "no_time"),
        ]
    );
    assert!(!answer.text().contains("EVERYWOMAN"));
}

#[tokio::test]
async fn with_all_or_none_one_wrong_value_keeps_the_others_out() {
    let house = occupied().await;
    let mut batch = well();
    batch["all_or_none"] = json!(true);
    batch["items"][1]["value"] = json!(420);

    let answer = send(&house, &batch).await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        answer.json()["errors"],
        json!([{"field": "items.1.value", "detail": "absurd"}])
    );
    let bed = house.beds.bed(&"W3~12~1".parse().unwrap()).unwrap();
    assert!(bed.occupants[0].chart.values.is_empty());
}

#[tokio::test]
async fn a_batch_of_which_nothing_can_be_recorded_is_refused() {
    let house = occupied().await;
    let mut batch = well();
    for item in batch["items"].as_array_mut().unwrap() {
        item["bed"] = json!("W3~99~1");
    }

    let answer = send(&house, &batch).await;

    assert_eq!(answer.problem(), "invalid");
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 7);
}

#[tokio::test]
async fn a_batch_at_the_limit_is_taken_and_one_beyond_it_is_not() {
    let house = occupied().await;
    let item = well()["items"][4].clone();
    let batch = |count: usize| json!({"items": vec![item.clone(); count]});

    assert_eq!(send(&house, &batch(1_000)).await.status, StatusCode::OK);
    for count in [0, 1_001] {
        let answer = send(&house, &batch(count)).await;
        assert_eq!(answer.problem(), "invalid");
        assert_eq!(answer.json()["field"], "items");
    }
}

#[tokio::test]
async fn a_patient_is_found_by_number_and_must_be_in_the_bed_that_is_named() {
    let house = occupied().await;
    let mut item = well()["items"][4].clone();
    let fields = item.as_object_mut().unwrap();
    fields.insert(
        "patient".to_owned(),
        json!({"number": "MRN778811", "authority": "HOSP"}),
    );
    let with_bed = item.clone();
    item.as_object_mut().unwrap().remove("bed");
    let mut elsewhere = with_bed.clone();
    elsewhere["bed"] = json!("W3~13~1");

    let both = send(&house, &json!({"items": [with_bed]})).await;
    let alone = send(&house, &json!({"items": [item]})).await;
    let other = send(&house, &json!({"items": [elsewhere]})).await;

    assert_eq!(both.json()["charted"], 1);
    assert_eq!(alone.json()["repeated"], 1);
    assert_eq!(other.json()["errors"][0]["field"], "items.0.patient");
    assert!(!other.text().contains("MRN778811"));
}
