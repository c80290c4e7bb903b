//! What waits is moved aside, skipped, or tried at once.

use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_server::http::auth::Scope::{Operate, Read};

use crate::house::{House, admission};
use crate::partner::Mood;

#[tokio::test]
async fn a_channel_shows_what_waits_since_when_and_what_went_wrong() {
    let house = House::new(Mood::IsAway).await;
    house.receives(&admission("CTL-1")).await;
    house.receives(&admission("CTL-2")).await;
    house.receives("garbage").await;

    let shown = house
        .until("/v1/channels/adt", |shown| {
            !shown["destinations"][0]["last_error"].is_null()
        })
        .await;

    assert_eq!(
        (&shown["received"], &shown["quarantined"]),
        (&json!(3), &json!(1)),
        "{shown}"
    );
    assert!(shown["last_received_at"].is_string());
    let destination = &shown["destinations"][0];
    assert_eq!(destination["name"], "ehr");
    assert_eq!(destination["kind"], "mllp");
    assert_eq!(
        (&destination["waiting"], &destination["delivered"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(destination["oldest_waiting"]["id"], 1);
    assert!(
        destination["oldest_waiting"]["waited_seconds"]
            .as_u64()
            .unwrap()
            < 600
    );
    assert!(shown["last_received_seconds_ago"].as_u64().unwrap() < 600);
    assert_eq!(destination["last_error"]["detail"], "connection refused");
    let all = house.get("/v1/channels", &[Read]).await.json();
    assert_eq!(all["items"][0]["name"], "adt");
}

#[tokio::test]
async fn a_message_that_waits_is_parked_as_a_dead_letter() {
    let house = House::new(Mood::IsAway).await;
    house.receives(&admission("CTL-1")).await;

    let parked = taken(&house, "/v1/queues/adt/ehr/1/park", &Value::Null).await;

    assert_eq!(parked, StatusCode::NO_CONTENT);
    let page = house
        .get("/v1/dead-letters?reason=parked", &[Read])
        .await
        .json();
    assert_eq!(page["items"][0]["message"]["id"], 1);
    let again = house
        .post("/v1/queues/adt/ehr/1/park", &[Operate], &Value::Null)
        .await;
    assert_eq!(
        (again.status, again.problem().as_str()),
        (StatusCode::CONFLICT, "not_waiting")
    );
}

#[tokio::test]
async fn a_message_that_is_skipped_is_not_delivered() {
    let house = House::new(Mood::IsAway).await;
    house.receives(&admission("CTL-1")).await;

    let skipped = taken(
        &house,
        "/v1/queues/adt/ehr/1/skip",
        &json!({"reason": "sent twice"}),
    )
    .await;

    assert_eq!(skipped, StatusCode::NO_CONTENT);
    let shown = house.get("/v1/messages/1", &[Read]).await.json();
    assert_eq!(shown["deliveries"][0]["state"], "discarded");
}

#[tokio::test]
async fn a_destination_is_tried_at_once_when_asked() {
    let house = House::new(Mood::IsAway).await;
    house.receives(&admission("CTL-1")).await;
    house
        .until("/v1/channels/adt", |s| {
            s["destinations"][0]["circuit"] == "open"
        })
        .await;
    house.partner.becomes(Mood::Accepts);

    let tried = house
        .post("/v1/queues/adt/ehr/try-now", &[Operate], &Value::Null)
        .await;

    assert_eq!(tried.status, StatusCode::ACCEPTED);
    house
        .until("/v1/messages/1", |shown| shown["state"] == "done")
        .await;
    let other = house
        .post("/v1/queues/adt/none/try-now", &[Operate], &Value::Null)
        .await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

/// Asks until the message is not on its way at that moment.
async fn taken(house: &House, path: &str, body: &Value) -> StatusCode {
    loop {
        let answer = house.post(path, &[Operate], body).await;
        if answer.status != StatusCode::CONFLICT {
            return answer.status;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
