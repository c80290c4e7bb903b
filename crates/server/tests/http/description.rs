//! The API describes itself, and the description in the documentation is that one.

use std::path::Path;

use hyper::StatusCode;
use wardline_server::http::description;

use crate::client::Call;
use crate::house::House;
use crate::partner::Mood;

#[test]
fn the_description_in_the_documentation_is_the_one_that_is_served() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/openapi.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();

    let served = description().to_pretty_json().unwrap() + "\n";

    assert!(
        kept == served,
        "docs/reference/openapi.json is not what the code says. Write it anew:\n  \
         cargo run -p wardline-server --example openapi > docs/reference/openapi.json"
    );
}

#[tokio::test]
async fn the_description_is_served_to_everybody() {
    let house = House::new(Mood::Accepts).await;

    let answer = Call::new(house.address, "GET", "/v1/openapi.json")
        .send()
        .await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), serde_json::to_value(description()).unwrap());
    assert_eq!(answer.json()["openapi"], "3.1.0");
}

#[test]
fn every_route_says_what_it_does_and_names_its_problems() {
    let description = serde_json::to_value(description()).unwrap();

    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(operation["operationId"].is_string(), "{at}");
            assert!(operation["tags"][0].is_string(), "{at}");
            assert!(operation["summary"].is_string(), "{at}");
            let problem = &operation["responses"]["default"]["content"]["application/problem+json"];
            assert!(
                problem["schema"]["$ref"]
                    .as_str()
                    .unwrap()
                    .ends_with("/Problem"),
                "{at}"
            );
        }
    }
}

#[test]
fn no_identifier_of_a_patient_is_taken_from_a_url() {
    let description = serde_json::to_value(description()).unwrap();
    let not_patients = [
        "channel",
        "destination",
        "id",
        "reason",
        "cursor",
        "limit",
        "Idempotency-Key",
        "Last-Event-ID",
        "role",
        "department",
        "portal",
        "state",
        "If-Match",
        // Of places, staff and values: nothing that a patient could be known by.
        "unit",
        "band",
        "contradicted",
        "nurse",
        "parameter",
        "from",
        "to",
        "points",
        "stay",
        // Places and sizes of the audit trail.
        "size",
        "old_size",
        "review",
        // The id of a service account, which is random.
        "user",
        // Whether values are hidden.
        "masked",
        // Versions of a record.
        "version",
        "before",
        "writable",
        "dates",
    ];

    for (path, methods) in description["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                assert!(not_patients.contains(&name), "{path}: {name}");
            }
        }
    }
}
