//! Health is for orchestrators: it answers without a token and tells nothing of patients.

use std::sync::Arc;

use hyper::StatusCode;
use wardline_server::http::auth::Scope::Read;
use wardline_server::http::{HttpOptions, MetricsAccess};
use wardline_server::metrics::names;

use crate::client::Call;
use crate::house::{House, MARKERS, admission, channel};
use crate::partner::Mood;

#[tokio::test]
async fn a_service_that_takes_messages_is_ready() {
    let house = House::new(Mood::Accepts).await;
    house.listeners.apply(&[Arc::new(channel())]).await.unwrap();

    let live = Call::new(house.address, "GET", "/healthz").send().await;
    let ready = Call::new(house.address, "GET", "/readyz").send().await;

    assert_eq!(
        (live.status, live.text().as_str()),
        (StatusCode::OK, "ok\n")
    );
    assert_eq!(ready.status, StatusCode::OK, "{}", ready.text());
    assert_eq!(ready.json()["ready"], true);
    let shown = house.get("/v1/channels/adt", &[Read]).await.json();
    assert_eq!(shown["listening"], true);
    assert!(shown["address"].as_str().unwrap().starts_with("127.0.0.1:"));
}

#[tokio::test]
async fn without_a_trail_that_takes_records_the_service_is_not_ready() {
    let house = House::new(Mood::Accepts).await;
    house.audit.stop().await.unwrap();

    let ready = Call::new(house.address, "GET", "/readyz").send().await;

    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json()["audit"], "closed");
}

#[tokio::test]
async fn a_channel_that_is_not_bound_makes_the_service_not_ready() {
    let house = House::new(Mood::Accepts).await;
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut channel = channel();
    channel.listener.address = taken.local_addr().unwrap();
    house
        .listeners
        .apply(&[Arc::new(channel)])
        .await
        .unwrap_err();

    let ready = Call::new(house.address, "GET", "/readyz").send().await;

    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json()["unbound_channels"][0], "adt");
}

#[tokio::test]
async fn a_service_that_stops_is_not_ready_and_still_lives() {
    let house = House::new(Mood::Accepts).await;
    house.messaging.stop().await;

    let live = Call::new(house.address, "GET", "/healthz").send().await;
    let ready = Call::new(house.address, "GET", "/readyz").send().await;

    assert_eq!(live.status, StatusCode::OK);
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.json()["service"], "stopping");
}

#[tokio::test]
async fn metrics_show_every_named_figure_and_no_patient() {
    let house = House::new(Mood::Accepts).await;
    house.listeners.apply(&[Arc::new(channel())]).await.unwrap();
    house.receives(&admission("CTL-42")).await;
    house
        .until("/v1/messages/1", |shown| shown["state"] == "done")
        .await;
    house.partner.becomes(Mood::Refuses);
    house.receives(&admission("CTL-43")).await;
    house
        .until("/v1/messages/2", |shown| shown["state"] == "dead")
        .await;

    let answer = house.get("/metrics", &[Read]).await;

    let text = answer.text();
    assert!(
        answer
            .header("content-type")
            .starts_with("application/openmetrics-text")
    );
    for (name, help) in names::ALL {
        let family = name
            .strip_suffix("_total")
            .or(name.strip_suffix("_info"))
            .unwrap_or(name);
        assert!(
            text.contains(&format!("# TYPE {family} ")),
            "{name} in {text}"
        );
        assert!(text.contains(help.trim()), "{name}: {help}");
    }
    for line in [
        "wardline_messages_received_total{channel=\"adt\"} 2",
        "wardline_messages_character_set_guessed_total{channel=\"adt\"} 0",
        "wardline_messages_text_broken_total{channel=\"adt\"} 0",
        "wardline_dead_letters{channel=\"adt\",destination=\"ehr\"} 1",
        "wardline_delivery_attempts_total{channel=\"adt\",destination=\"ehr\",result=\"refused\"} 1",
        "wardline_build_info{version=\"0.0.0-test\"} 1",
        "wardline_ready 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    assert!(text.contains("route=\"/v1/messages/{id}\""), "{text}");
    assert!(text.ends_with("# EOF\n"));
    for marker in MARKERS.iter().chain(&["CTL-42"]) {
        assert!(!text.contains(marker), "{marker}");
    }
}

#[tokio::test]
async fn metrics_may_be_open_or_not_there() {
    for (metrics, expected) in [
        (MetricsAccess::Open, StatusCode::OK),
        (MetricsAccess::Off, StatusCode::NOT_FOUND),
    ] {
        let options = HttpOptions {
            metrics,
            ..HttpOptions::default()
        };
        let house = House::with(Mood::Accepts, options).await;

        let answer = Call::new(house.address, "GET", "/metrics").send().await;

        assert_eq!(answer.status, expected, "{metrics:?}");
    }
}

#[test]
fn the_reference_of_metrics_is_what_the_code_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let kept = std::fs::read_to_string(path.join("../../docs/reference/metrics.md"));

    assert!(
        kept.unwrap_or_default() == wardline_server::metrics::reference(),
        "docs/reference/metrics.md is not what the code says. Write it anew:\n  cargo run -p \
         wardline-server --example metrics_reference > docs/reference/metrics.md"
    );
}
