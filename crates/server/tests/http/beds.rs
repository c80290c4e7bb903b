//! Beds over HTTP: who lies there, what is known of them, and what people say of beds.

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};
use wardline_server::http::auth::Scope::{self, BedsRead, BedsWrite, Phi, VitalsWrite};

use crate::house::{House, MARKERS, admission};
use crate::partner::Mood;

pub(crate) const BED: &str = "/v1/beds/W3~12~1";

/// A house in whose bed W3~12~1 somebody lies.
pub(crate) async fn occupied() -> House {
    let house = House::new(Mood::Accepts).await;
    house
        .beds
        .receive(admission("A1").as_bytes())
        .await
        .unwrap();
    house
}

/// Values of one set of vital signs for the patient in that bed, taken now.
pub(crate) fn set_of(values: [(&str, Value, &str); 7]) -> Value {
    let taken_at = Timestamp::now().to_string();
    let item = |(parameter, value, unit): (&str, Value, &str)| {
        json!({
            "bed": "W3~12~1", "parameter": parameter, "value": value, "unit": unit,
            "taken_at": taken_at,
        })
    };
    json!({"items": values.map(item).to_vec()})
}

pub(crate) fn well() -> Value {
    set_of([
        ("respiratory_rate", json!(16), "/min"),
        ("oxygen_saturation", json!(98), "%"),
        ("supplemental_oxygen", json!("air"), ""),
        ("systolic_pressure", json!(120), "mm[Hg]"),
        ("pulse", json!(72), "/min"),
        ("consciousness", json!("alert"), ""),
        ("temperature", json!("36.8"), "Cel"),
    ])
}

/// 3 + 2 + 2 + 1 + 2 + 0 + 1 points.
pub(crate) fn ill() -> Value {
    set_of([
        ("respiratory_rate", json!(26), "/min"),
        ("oxygen_saturation", json!(93), "%"),
        ("supplemental_oxygen", json!("supplemental"), ""),
        ("systolic_pressure", json!(105), "mm[Hg]"),
        ("pulse", json!(118), "/min"),
        ("consciousness", json!("alert"), ""),
        ("temperature", json!("38.6"), "Cel"),
    ])
}

async fn record(house: &House, batch: &Value) {
    let answer = house.post("/v1/vitals", &[VitalsWrite], batch).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
}

async fn put(house: &House, path: &str, body: &Value) -> (StatusCode, String) {
    let call = house.call("PUT", path, &[BedsWrite]).json(body);
    let answer = call.send().await;
    (answer.status, answer.text())
}

#[tokio::test]
async fn a_bed_shows_who_lies_there_to_those_who_may_see_it() {
    let house = occupied().await;

    let bed = house.get(BED, &[BedsRead, Phi]).await.json();

    assert_eq!(bed["id"], "W3~12~1");
    assert_eq!(bed["unit"], "W3");
    assert_eq!(bed["state"], "occupied");
    assert_eq!(bed["masked"], false);
    let patient = &bed["patients"][0];
    assert_eq!(patient["identity"]["family_name"], "EVERYWOMAN");
    assert_eq!(patient["identity"]["identifier"], "MRN778811");
    assert_eq!(patient["identity"]["birth_date"], "19610615");
    assert!(patient["age_years"].as_u64().unwrap() >= 65);
}

#[tokio::test]
async fn nobody_else_sees_who_lies_there() {
    let house = occupied().await;
    record(&house, &well()).await;

    for path in ["/v1/units", "/v1/beds", BED, "/v1/vitals/set-aside"] {
        let answer = house.get(path, &[BedsRead]).await;

        assert_eq!(answer.status, StatusCode::OK, "{path}");
        for marker in MARKERS {
            assert!(!answer.text().contains(marker), "{path}: {}", answer.text());
        }
    }
    let bed = house.get(BED, &[BedsRead]).await.json();
    assert_eq!(bed["masked"], true);
    assert_eq!(bed["patients"][0]["identity"]["family_name"], "[name]");
    assert_eq!(bed["patients"][0]["identity"]["birth_date"], "1961");
}

#[tokio::test]
async fn everything_says_that_it_is_not_a_primary_alarm() {
    let house = occupied().await;
    record(&house, &well()).await;

    for path in [
        "/v1/units",
        "/v1/beds",
        BED,
        "/v1/beds/W3~12~1/trend?parameter=pulse",
        "/v1/beds/W3~12~1/events",
        "/v1/vitals/set-aside",
    ] {
        let shown = house.get(path, &[BedsRead]).await.json();

        let notice = shown["notice"].as_str().unwrap_or_default();
        assert!(notice.contains("Not for primary monitoring"), "{path}");
    }
}

#[tokio::test]
async fn a_whole_set_of_values_is_scored_with_its_parts() {
    let house = occupied().await;

    record(&house, &ill()).await;
    let bed = house.get(BED, &[BedsRead]).await.json();

    let score = &bed["patients"][0]["score"];
    assert_eq!(score["name"], "NEWS2");
    assert!(
        score["attribution"]
            .as_str()
            .unwrap()
            .contains("Royal College of Physicians")
    );
    assert_eq!(score["state"], "complete");
    assert_eq!(
        (&score["total"], &score["band"]),
        (&json!(11), &json!("high"))
    );
    assert_eq!(score["single_three"], true);
    assert_eq!(score["parts"].as_array().unwrap().len(), 7);
    assert_eq!(score["standing"]["band"], "high");
}

#[tokio::test]
async fn a_score_that_lacks_something_is_incomplete_and_names_it() {
    let house = occupied().await;
    let mut batch = well();
    batch["items"].as_array_mut().unwrap().remove(0);

    record(&house, &batch).await;
    let bed = house.get(BED, &[BedsRead]).await.json();

    let score = &bed["patients"][0]["score"];
    assert_eq!(score["state"], "incomplete");
    assert_eq!(score["total"], Value::Null);
    assert_eq!(score["missing"], json!(["respiratory_rate"]));
}

#[tokio::test]
async fn every_value_has_its_age_at_the_time_of_the_answer() {
    let house = occupied().await;
    record(&house, &well()).await;

    let bed = house.get(BED, &[BedsRead]).await.json();

    let as_of: Timestamp = bed["as_of"].as_str().unwrap().parse().unwrap();
    let values = bed["patients"][0]["values"].as_array().unwrap();
    assert_eq!(values.len(), 7);
    for value in values {
        let taken_at: Timestamp = value["taken_at"].as_str().unwrap().parse().unwrap();
        let age_ms = as_of.as_millisecond() - taken_at.as_millisecond();
        assert_eq!(value["age_ms"], age_ms, "{value}");
        assert_eq!(value["state"], "fresh");
        assert!(value["limit_ms"].as_u64().unwrap() >= 60_000);
    }
}

#[tokio::test]
async fn a_value_that_was_taken_too_long_ago_is_stale() {
    let house = occupied().await;
    let mut batch = well();
    let earlier = Timestamp::now().as_millisecond() - 61_000;
    let pulse = &mut batch["items"][4];
    pulse["taken_at"] = json!(Timestamp::from_millisecond(earlier).unwrap().to_string());
    let moved = format!("{}", earlier - 60_000);

    // The patient must have been there at that time.
    let admitted = admission("A0").replace("20261121083000", "20261121080000");
    house.beds.receive(admitted.as_bytes()).await.unwrap();
    let answer = house.post("/v1/vitals", &[VitalsWrite], &batch).await;
    assert!(answer.status.is_success(), "{answer:?} {moved}");
    let bed = house.get(BED, &[BedsRead]).await.json();

    let values = bed["patients"][0]["values"].as_array().unwrap();
    let pulse = values
        .iter()
        .find(|value| value["parameter"] == "pulse")
        .unwrap();
    assert_eq!(pulse["state"], "stale");
    assert_eq!(bed["patients"][0]["score"]["stale"], json!(["pulse"]));
}

#[tokio::test]
async fn beds_are_listed_by_unit_state_and_band_in_pages() {
    let house = occupied().await;
    record(&house, &ill()).await;
    for (control_id, mrn, room) in [("B1", "MRN1", "13"), ("B2", "MRN2", "14")] {
        let other = admission(control_id)
            .replace("MRN778811", mrn)
            .replace("VISIT4242", mrn)
            .replace("W3^12", &format!("W3^{room}"));
        house.beds.receive(other.as_bytes()).await.unwrap();
    }
    let ids = |shown: &Value| -> Vec<String> {
        let items = shown["items"].as_array().unwrap().iter();
        items
            .map(|bed| bed["id"].as_str().unwrap().to_owned())
            .collect()
    };

    let list = |query: &'static str| {
        let house = &house;
        async move {
            let answer = house.get(&format!("/v1/beds?{query}"), &[BedsRead]).await;
            assert_eq!(answer.status, StatusCode::OK, "{query}: {answer:?}");
            answer.json()
        }
    };

    assert_eq!(ids(&list("unit=W3&state=occupied").await).len(), 3);
    assert_eq!(ids(&list("band=medium").await), ["W3~12~1"]);
    assert!(ids(&list("unit=W4").await).is_empty());
    assert!(ids(&list("contradicted=true").await).is_empty());
    let first = list("limit=2").await;
    assert_eq!(ids(&first), ["W3~12~1", "W3~13~1"]);
    let next = first["next"].as_str().unwrap();
    let second = house
        .get(&format!("/v1/beds?limit=2&cursor={next}"), &[BedsRead])
        .await;
    assert_eq!(ids(&second.json()), ["W3~14~1"]);
    assert_eq!(second.json()["next"], Value::Null);
}

#[tokio::test]
async fn units_are_shown_in_numbers() {
    let house = occupied().await;
    record(&house, &ill()).await;

    let units = house.get("/v1/units", &[BedsRead]).await.json();

    let unit = &units["items"][0];
    assert_eq!(unit["id"], "W3");
    assert_eq!(unit["beds"], 1);
    assert_eq!(unit["by_state"], json!({"occupied": 1}));
    assert_eq!(unit["by_band"], json!({"high": 1}));
    assert_eq!(unit["unacknowledged"], 1);
}

#[tokio::test]
async fn a_band_is_acknowledged_once_and_only_the_one_that_was_seen() {
    let house = occupied().await;
    record(&house, &ill()).await;
    let path = format!("{BED}/acknowledge");
    let acknowledge = |band: &str, by: &str| {
        let body = json!({"band": band, "by": by});
        let (house, path) = (&house, &path);
        async move { house.post(path, &[BedsWrite], &body).await }
    };

    let another = acknowledge("medium", "dr.grey").await;
    let done = acknowledge("high", "dr.grey").await;
    let again = acknowledge("high", "dr.who").await;

    assert_eq!(another.problem(), "bed_conflict");
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{done:?}");
    assert_eq!(again.problem(), "bed_conflict");
    let bed = house.get(BED, &[BedsRead]).await.json();
    let standing = &bed["patients"][0]["score"]["standing"];
    assert_eq!(standing["acknowledged_by"], "dr.grey");
    assert!(standing["acknowledged_at"].is_string());

    let events = format!("{BED}/events");
    let first = house.get(&format!("{events}?limit=1"), &[BedsRead]).await;
    let first = first.json();
    assert_eq!(first["items"][0]["type"], "band_changed");
    assert_eq!(first["items"][0]["band"], "high");
    let next = first["next"].as_str().unwrap();
    let rest = format!("{events}?cursor={next}");
    let rest = house.get(&rest, &[BedsRead]).await.json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(rest["items"][0]["type"], "band_acknowledged");
    assert_eq!(rest["items"][0]["by"], "dr.grey");
    let end = format!("{events}?cursor={}", rest["next"].as_str().unwrap());
    let end = house.get(&end, &[BedsRead]).await.json();
    assert_eq!(end["items"], json!([]));
    assert_eq!(end["next"], rest["next"], "where it goes on");
}

#[tokio::test]
async fn an_empty_bed_is_cleaned_and_an_occupied_one_is_not() {
    let house = occupied().await;
    let path = format!("{BED}/status");

    let (status, _) = put(&house, &path, &json!({"status": "clean"})).await;
    assert_eq!(status, StatusCode::CONFLICT);

    let discharge = admission("D1")
        .replace("ADT^A01", "ADT^A03")
        .replace("20261121083000", "20261121084500");
    house.beds.receive(discharge.as_bytes()).await.unwrap();
    let state = |house: &House| {
        let bed = house.beds.bed(&"W3~12~1".parse().unwrap()).unwrap();
        bed.state.as_str()
    };
    assert_eq!(state(&house), "dirty");
    for word in ["cleaning", "clean", "blocked"] {
        let body = json!({"status": word, "reason": "MRN778811 was here"});
        let (status, text) = put(&house, &path, &body).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{text}");
        assert_eq!(state(&house), word);
    }
    let masked = house.get(BED, &[BedsRead]).await.json();
    assert_eq!(masked["reason"], "[text]");
    let shown = house.get(BED, &[BedsRead, Phi]).await.json();
    assert_eq!(shown["reason"], "MRN778811 was here");
}

#[tokio::test]
async fn nurses_are_assigned_and_their_beds_found() {
    let house = occupied().await;
    let path = format!("{BED}/nurses");

    let (status, _) = put(&house, &path, &json!({"nurses": ["n.one", "n.two"]})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let found = house.get("/v1/beds?nurse=n.two", &[BedsRead]).await.json();
    assert_eq!(found["items"][0]["nurses"][1]["nurse"], "n.two");

    let nine = vec!["n"; 9];
    let (status, _) = put(&house, &path, &json!({"nurses": nine})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = put(&house, &path, &json!({"nurses": []})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let none = house.get("/v1/beds?nurse=n.two", &[BedsRead]).await.json();
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn of_two_who_change_the_nurses_that_both_saw_the_second_is_told() {
    let house = occupied().await;
    let path = format!("{BED}/nurses");
    let set = |nurse: &str, tag: &str| {
        let call = house
            .call("PUT", &path, &[BedsWrite])
            .header("if-match", tag);
        call.json(&json!({"nurses": [nurse]})).send()
    };
    let seen = house.get(&path, &[BedsRead]).await;
    assert_eq!(seen.json(), json!({"nurses": []}));
    let seen = seen.header("etag").to_owned();

    let first = set("n.one", &seen).await;
    let second = set("n.two", &seen).await;

    assert_eq!(first.status, StatusCode::NO_CONTENT);
    assert_eq!(second.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(second.json()["code"], "version_conflict");
    let now = house.get(&path, &[BedsRead]).await;
    assert_eq!(now.json()["nurses"][0]["nurse"], "n.one");
    assert_eq!(now.header("etag"), first.header("etag"));
    let again = set("n.two", now.header("etag")).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT);
    let wrong = set("n.one", "\"3\"").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.json()["field"], "if-match");
}

#[tokio::test]
async fn scale_two_and_pregnancy_change_how_a_patient_is_scored() {
    let house = occupied().await;
    record(&house, &ill()).await;
    let bed = house.get(BED, &[BedsRead]).await.json();
    let path = format!("/v1/stays/{}/care", bed["patients"][0]["stay"]);

    let (status, _) = put(
        &house,
        &path,
        &json!({"saturation_scale": 2, "pregnant": false}),
    )
    .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let score = house.get(BED, &[BedsRead]).await.json()["patients"][0]["score"].clone();
    assert_eq!(
        (&score["saturation_scale"], &score["total"]),
        (&json!(2), &json!(10))
    );

    let (status, _) = put(
        &house,
        &path,
        &json!({"saturation_scale": 1, "pregnant": true}),
    )
    .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let score = house.get(BED, &[BedsRead]).await.json()["patients"][0]["score"].clone();
    assert_eq!(
        (&score["state"], &score["reason"]),
        (&json!("not_applicable"), &json!("pregnant"))
    );

    let (status, _) = put(
        &house,
        &path,
        &json!({"saturation_scale": 3, "pregnant": false}),
    )
    .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_trend_shows_what_was_recorded() {
    let house = occupied().await;
    record(&house, &well()).await;
    let trend = format!("{BED}/trend?parameter=pulse&points=10");

    let shown = house.get(&trend, &[BedsRead]).await.json();

    let points = shown["items"][0]["points"].as_array().unwrap();
    assert_eq!(points.len(), 1);
    assert_eq!(points[0]["mean"], 72.0);
}

#[tokio::test]
async fn what_is_asked_wrongly_is_named_and_not_repeated() {
    let house = occupied().await;

    for (path, status, field) in [
        ("/v1/beds/MRN778811", StatusCode::NOT_FOUND, ""),
        ("/v1/beds/W3~99~1", StatusCode::NOT_FOUND, ""),
        (
            "/v1/beds/W3~99~1/trend?parameter=pulse",
            StatusCode::NOT_FOUND,
            "",
        ),
        (
            "/v1/beds?unit=MRN778811~~",
            StatusCode::UNPROCESSABLE_ENTITY,
            "unit",
        ),
        (
            "/v1/beds?state=MRN778811",
            StatusCode::UNPROCESSABLE_ENTITY,
            "state",
        ),
        (
            "/v1/beds?band=MRN778811",
            StatusCode::UNPROCESSABLE_ENTITY,
            "band",
        ),
        (
            "/v1/beds?cursor=MRN778811",
            StatusCode::UNPROCESSABLE_ENTITY,
            "cursor",
        ),
        (
            "/v1/beds?limit=501",
            StatusCode::UNPROCESSABLE_ENTITY,
            "limit",
        ),
        (
            "/v1/beds?MRN778811=1",
            StatusCode::UNPROCESSABLE_ENTITY,
            "query",
        ),
        (
            "/v1/beds/W3~12~1/trend?parameter=MRN778811",
            StatusCode::UNPROCESSABLE_ENTITY,
            "parameter",
        ),
        (
            "/v1/beds/W3~12~1/trend?parameter=pulse&points=0",
            StatusCode::UNPROCESSABLE_ENTITY,
            "points",
        ),
        (
            "/v1/beds/W3~12~1/trend?parameter=pulse&points=1001",
            StatusCode::UNPROCESSABLE_ENTITY,
            "points",
        ),
        (
            "/v1/beds/W3~12~1/trend?parameter=pulse&from=MRN778811",
            StatusCode::UNPROCESSABLE_ENTITY,
            "from",
        ),
    ] {
        let answer = house.get(path, &[BedsRead]).await;

        assert_eq!(answer.status, status, "{path}");
        if !field.is_empty() {
            assert_eq!(answer.json()["field"], field, "{path}");
        }
        assert!(
            !answer.text().contains("MRN778811"),
            "{path}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn figures_of_beds_are_in_the_metrics_without_a_patient() {
    let house = occupied().await;
    record(&house, &ill()).await;
    house
        .until_text(
            "/metrics",
            "wardline_bed_band_changes_total{band=\"high\"} 1",
        )
        .await;

    let metrics = house.get("/metrics", &[Scope::Read]).await.text();

    for line in [
        "wardline_beds{state=\"occupied\"} 1",
        "wardline_bed_bands{band=\"high\"} 1",
        "wardline_bed_bands_unacknowledged 1",
        "wardline_bed_observations_total{outcome=\"charted\"} 7",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    for marker in MARKERS {
        assert!(!metrics.contains(marker), "{marker}");
    }
}
