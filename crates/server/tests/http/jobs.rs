//! Work on many messages is done by the server.

use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_server::http::auth::Scope::{AuditRead, Operate, Phi, Read};

use crate::house::{House, admission};
use crate::partner::Mood;

async fn with_dead_letters() -> House {
    let house = House::new(Mood::Refuses).await;
    house.receives(&admission("CTL-1")).await;
    house
        .receives(&admission("CTL-2").replace("MRN778811", "MRN2"))
        .await;
    let all_dead = |page: &Value| {
        page["items"]
            .as_array()
            .is_some_and(|items| items.len() == 2)
    };
    house.until("/v1/dead-letters", all_dead).await;
    house
}

async fn finished(house: &House, id: &Value) -> Value {
    house
        .until(&format!("/v1/jobs/{id}"), |job| job["state"] == "finished")
        .await
}

#[tokio::test]
async fn a_dry_run_counts_and_changes_nothing() {
    let house = with_dead_letters().await;
    let wish = json!({"action": "retry_dead_letters", "dry_run": true});

    let started = house.post("/v1/jobs", &[Operate], &wish).await;

    assert_eq!(started.status, StatusCode::CREATED, "{}", started.text());
    let id = started.json()["id"].clone();
    assert_eq!(started.header("location"), format!("/v1/jobs/{id}"));
    let job = finished(&house, &id).await;
    assert_eq!(
        (&job["counts"]["changed"], &job["dry_run"]),
        (&json!(2), &json!(true))
    );
    let page = house.get("/v1/dead-letters", &[Read]).await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn many_dead_letters_are_tried_again_by_a_filter() {
    let house = with_dead_letters().await;
    house.partner.becomes(Mood::Accepts);
    let wish = json!({"action": "retry_dead_letters", "filter": {"patient": "MRN778811"}});

    let without_phi = house.post("/v1/jobs", &[Operate], &wish).await;
    let started = house.post("/v1/jobs", &[Operate, Phi], &wish).await;

    assert_eq!(without_phi.status, StatusCode::FORBIDDEN);
    let job = finished(&house, &started.json()["id"]).await;
    assert_eq!(job["counts"]["changed"], 1);
    assert_eq!(job["selection"]["identifiers"], 1);
    house
        .until("/v1/messages/1", |shown| shown["state"] == "done")
        .await;
    let page = house.get("/v1/dead-letters", &[Read]).await.json();
    assert_eq!(page["items"][0]["message"]["id"], 2);
}

#[tokio::test]
async fn stored_messages_are_delivered_again() {
    let house = House::new(Mood::Accepts).await;
    house.receives(&admission("CTL-1")).await;
    house
        .until("/v1/messages/1", |shown| shown["state"] == "done")
        .await;
    let wish = json!({"action": "replay", "filter": {"channel": "adt"}, "destination": "ehr"});

    let started = house.post("/v1/jobs", &[Operate], &wish).await;

    let job = finished(&house, &started.json()["id"]).await;
    assert_eq!(job["counts"]["changed"], 1);
    assert_eq!(job["selection"]["destination"], "ehr");
    let twice = |shown: &Value| shown["deliveries"][0]["attempt_count"] == 2;
    house.until("/v1/messages/1", twice).await;
}

#[tokio::test]
async fn dead_letters_are_discarded_by_ids() {
    let house = with_dead_letters().await;
    let wish = json!({"action": "discard_dead_letters", "ids": [2], "reason": "test patients"});

    let started = house.post("/v1/jobs", &[Operate], &wish).await;

    finished(&house, &started.json()["id"]).await;
    let page = house.get("/v1/dead-letters", &[Read]).await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(page["items"][0]["message"]["id"], 1);
}

#[tokio::test]
async fn jobs_are_listed_newest_first_and_an_ended_one_cannot_be_cancelled() {
    let house = House::new(Mood::Accepts).await;
    let wish = json!({"action": "retry_dead_letters"});
    for _ in 0..3 {
        let started = house.post("/v1/jobs", &[Operate], &wish).await;
        finished(&house, &started.json()["id"]).await;
    }

    let first = house.get("/v1/jobs?limit=2", &[Read]).await.json();
    let next = first["next"].as_str().unwrap();
    let second = house
        .get(&format!("/v1/jobs?limit=2&cursor={next}"), &[Read])
        .await
        .json();
    let cancelled = house
        .post("/v1/jobs/1/cancel", &[Operate], &Value::Null)
        .await;

    let ids = |page: &Value| -> Vec<u64> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|job| job["id"].as_u64().unwrap())
            .collect()
    };
    assert_eq!((ids(&first), ids(&second)), (vec![3, 2], vec![1]));
    assert!(second["next"].is_null());
    assert_eq!(
        (cancelled.status, cancelled.problem().as_str()),
        (StatusCode::CONFLICT, "job_ended")
    );
}

#[tokio::test]
async fn many_dead_letters_are_edited_by_who_may_see_them() {
    let house = with_dead_letters().await;
    house.partner.becomes(Mood::Accepts);
    let wish = json!({
        "action": "edit_dead_letters",
        "filter": {"channel": "adt"},
        "destination": "ehr",
        "set": [{"path": "PID-8", "value": "M"}],
    });

    let without_phi = house.post("/v1/jobs", &[Operate], &wish).await;
    let started = house.post("/v1/jobs", &[Operate, Phi], &wish).await;

    assert_eq!(without_phi.status, StatusCode::FORBIDDEN);
    assert_eq!(started.status, StatusCode::CREATED, "{}", started.text());
    assert!(!started.text().contains("PID-8"), "{}", started.text());
    let job = finished(&house, &started.json()["id"]).await;
    assert_eq!(job["counts"]["changed"], 2);
    house
        .until("/v1/messages/4", |shown| shown["state"] == "done")
        .await;
    let page = house.get("/v1/dead-letters", &[Read]).await.json();
    assert!(page["items"].as_array().unwrap().is_empty(), "{page}");
}

#[tokio::test]
async fn an_edit_without_values_or_values_without_an_edit_are_refused() {
    let house = House::new(Mood::Accepts).await;
    let channel = json!({"channel": "adt"});
    let value = json!([{"path": "PID-8", "value": "M"}]);
    for (wish, field) in [
        (
            json!({"action": "edit_dead_letters", "filter": channel}),
            "set",
        ),
        (
            json!({"action": "retry_dead_letters", "filter": channel, "set": value}),
            "set",
        ),
        (
            json!({"action": "edit_dead_letters", "filter": channel, "set": [{"path": "?", "value": ""}]}),
            "set.0.path",
        ),
        (
            json!({"action": "edit_dead_letters", "set": value}),
            "filter.channel",
        ),
    ] {
        let refused = house.post("/v1/jobs", &[Operate, Phi], &wish).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wish}");
        assert_eq!(refused.json()["field"], field, "{wish}");
    }
}

#[tokio::test]
async fn a_replay_may_say_why_and_that_stands_in_the_trail() {
    let house = House::new(Mood::Accepts).await;
    house.receives(&admission("CTL-1")).await;
    let wish = |reason: String| json!({"action": "replay", "ids": [1], "reason": reason});

    let started = house
        .post(
            "/v1/jobs",
            &[Operate],
            &wish("The partner lost it".to_owned()),
        )
        .await;
    let longest = house
        .post("/v1/jobs", &[Operate], &wish("w".repeat(200)))
        .await;
    let beyond = house
        .post("/v1/jobs", &[Operate], &wish("w".repeat(201)))
        .await;
    let two_lines = house
        .post("/v1/jobs", &[Operate], &wish("a\nb".to_owned()))
        .await;

    assert_eq!(started.status, StatusCode::CREATED, "{}", started.text());
    assert_eq!(longest.status, StatusCode::CREATED, "{}", longest.text());
    for refused in [beyond, two_lines] {
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json()["field"], "reason");
    }
    let search = json!({"filter": {"kind": "write"}});
    let trail = house
        .post("/v1/audit/search", &[AuditRead, Phi], &search)
        .await
        .text();
    let about = "start a job: deliver again: The partner lost it";
    assert!(trail.contains(about), "{trail}");
}
