//! Which thread does what: connections have threads of their own, and the runtime does the long work.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http_body_util::BodyExt as _;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use wardline_server::http::auth::Scope::SessionsCheck;
use wardline_server::http::{HttpOptions, HttpServer};

use crate::client::Call;
use crate::house::House;
use crate::partner::Mood;

/// How long a busy machine may take.
const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_check_is_answered_while_everything_else_is_held_up() {
    let house = House::new(Mood::Accepts).await;
    let body = json!({"token": "of nobody", "activity": true}).to_string();
    let request = format!(
        "POST /v1/sessions/check HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: \
         application/json\r\ncontent-length: {}\r\n\r\n{body}",
        house.token(&[SessionsCheck]),
        body.len()
    );
    let mut stream = connected(&house).await;

    // Waiting for the answer blocks the one thread that the house runs on.
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = [0; 1_024];
    let length = stream.read(&mut answer).unwrap();

    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("\"allowed\":false"), "{answer}");
}

#[tokio::test]
async fn what_may_take_long_is_done_by_the_runtime_and_a_bed_is_read_at_once() {
    let name = || async {
        let thread = std::thread::current();
        thread.name().unwrap_or_default().to_owned()
    };
    let router = Router::new()
        .route("/v1/beds", get(name))
        .route("/v1/beds/{id}", get(name).post(name))
        .route("/v1/beds/{id}/trend", get(name));
    let any_port = ([127, 0, 0, 1], 0).into();
    let server = HttpServer::bind(any_port, router, HttpOptions::default(), None)
        .await
        .unwrap();
    let address = server.local_address().unwrap();
    tokio::spawn(server.serve(CancellationToken::new()));

    let mut told = Vec::new();
    for (method, path) in [
        ("GET", "/v1/beds"),
        ("GET", "/v1/beds/1"),
        ("POST", "/v1/beds/1"),
        ("GET", "/v1/beds/1/trend"),
    ] {
        let (_, body) = Call::new(address, method, path).begin().await;
        let name = body.collect().await.unwrap().to_bytes();
        told.push(name.starts_with(b"http-"));
    }

    assert_eq!(told, [false, true, false, false]);
}

/// A connection that the server has accepted.
async fn connected(house: &House) -> TcpStream {
    let stream = tokio::net::TcpStream::connect(house.address).await.unwrap();
    // Whoever is answered on a later connection is behind this one in the queue of what is to be accepted.
    house.get("/healthz", &[]).await;
    let stream = stream.into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}
