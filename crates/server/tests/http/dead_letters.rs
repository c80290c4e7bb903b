//! Dead letters are listed, tried again, given up, or sent changed.

use base64::Engine as _;
use hyper::StatusCode;
use serde_json::{Value, json};
use wardline_server::http::auth::Scope::{Operate, Phi, Read};

use crate::house::{House, admission};
use crate::partner::Mood;

/// A house with dead letters 1 and 2.
async fn with_dead_letters() -> House {
    let house = House::new(Mood::Refuses).await;
    house.receives(&admission("CTL-1")).await;
    house.receives(&admission("CTL-2")).await;
    house
        .until("/v1/dead-letters", |page| ids(page).len() == 2)
        .await;
    house
}

#[tokio::test]
async fn dead_letters_are_listed_by_page_and_filter() {
    let house = with_dead_letters().await;

    let first = house.get("/v1/dead-letters?limit=1", &[Read]).await.json();
    let next = first["next"].as_str().unwrap();
    let second = house
        .get(&format!("/v1/dead-letters?limit=1&cursor={next}"), &[Read])
        .await
        .json();

    assert_eq!((ids(&first), ids(&second)), (vec![1], vec![2]));
    assert_eq!(first["items"][0]["reason"], "refused");
    assert_eq!(first["items"][0]["destination"], "ehr");
    for (query, expected) in [
        ("channel=adt&destination=ehr&reason=refused", 2),
        ("reason=parked", 0),
        ("channel=other", 0),
        ("destination=other", 0),
    ] {
        let page = house
            .get(&format!("/v1/dead-letters?{query}"), &[Read])
            .await
            .json();
        assert_eq!(ids(&page).len(), expected, "{query}");
    }
}

#[tokio::test]
async fn a_dead_letter_that_is_tried_again_is_delivered_once_the_partner_takes_it() {
    let house = with_dead_letters().await;
    house.partner.becomes(Mood::Accepts);

    let retried = house
        .post("/v1/dead-letters/adt/ehr/1/retry", &[Operate], &Value::Null)
        .await;

    assert_eq!(retried.status, StatusCode::NO_CONTENT);
    house
        .until("/v1/messages/1", |shown| shown["state"] == "done")
        .await;
    let again = house
        .post("/v1/dead-letters/adt/ehr/1/retry", &[Operate], &Value::Null)
        .await;
    assert_eq!(
        (again.status, again.problem().as_str()),
        (StatusCode::CONFLICT, "not_dead")
    );
}

#[tokio::test]
async fn a_dead_letter_that_is_given_up_keeps_its_reason_for_those_who_may_see_it() {
    let house = with_dead_letters().await;
    let reason = json!({"reason": "EVERYWOMAN was registered twice"});

    let discarded = house
        .post("/v1/dead-letters/adt/ehr/1/discard", &[Operate], &reason)
        .await;

    assert_eq!(discarded.status, StatusCode::NO_CONTENT);
    assert_eq!(
        ids(&house.get("/v1/dead-letters", &[Read]).await.json()),
        [2]
    );
    let masked = house.get("/v1/messages/1", &[Read]).await;
    let whole = house.get("/v1/messages/1", &[Read, Phi]).await.json();
    assert_eq!(masked.json()["deliveries"][0]["state"], "discarded");
    assert!(!masked.text().contains("registered twice"));
    assert_eq!(whole["deliveries"][0]["reason"], reason["reason"]);
}

#[tokio::test]
async fn an_edit_sends_a_changed_copy_and_keeps_both() {
    let house = with_dead_letters().await;
    house.partner.becomes(Mood::Accepts);
    let change = json!({"set": [{"path": "PID-5.1", "value": "OTHERWOMAN"}]});

    let edited = house
        .post("/v1/dead-letters/adt/ehr/1/edit", &[Operate, Phi], &change)
        .await;

    assert_eq!(edited.status, StatusCode::CREATED, "{}", edited.text());
    let copy = edited.json()["id"].as_u64().unwrap();
    assert_eq!(edited.header("location"), format!("/v1/messages/{copy}"));
    let shown = house
        .until(&format!("/v1/messages/{copy}"), |shown| {
            shown["state"] == "done"
        })
        .await;
    assert_eq!(shown["message"]["parent_id"], 1);
    assert_eq!(shown["message"]["accepted_as"], "edited");
    let raw = house
        .get(&format!("/v1/messages/{copy}/raw"), &[Read, Phi])
        .await
        .text();
    assert!(
        raw.contains("OTHERWOMAN") && !raw.contains("CTL-1|"),
        "{raw}"
    );
    let original = house.get("/v1/messages/1", &[Read]).await.json();
    assert_eq!(original["deliveries"][0]["state"], "superseded");
}

#[tokio::test]
async fn an_edit_may_replace_the_whole_message() {
    let house = with_dead_letters().await;
    house.partner.becomes(Mood::Accepts);
    let whole = admission("CTL-1").replace("EVERYWOMAN", "OTHERWOMAN");
    let body = json!({"message_base64": base64::engine::general_purpose::STANDARD.encode(whole)});

    let edited = house
        .post("/v1/dead-letters/adt/ehr/1/edit", &[Operate, Phi], &body)
        .await;

    assert_eq!(edited.status, StatusCode::CREATED, "{}", edited.text());
}

fn ids(page: &Value) -> Vec<u64> {
    let items = page["items"].as_array().unwrap_or_else(|| panic!("{page}"));
    items
        .iter()
        .map(|item| item["message"]["id"].as_u64().unwrap())
        .collect()
}
