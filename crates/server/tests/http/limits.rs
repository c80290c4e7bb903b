//! Nobody can take more than a share: bodies, time, connections and requests are bounded.

use std::time::Duration;

use hyper::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wardline_server::http::HttpOptions;
use wardline_server::http::auth::Scope::{Admin, Phi, Read, SessionsCheck};

use crate::house::{House, admission};
use crate::partner::Mood;

/// How long a busy machine may take.
const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_announced_or_not() {
    let options = HttpOptions {
        body_limit_bytes: 1_000,
        ..HttpOptions::default()
    };
    let house = House::with(Mood::Accepts, options).await;
    let body = format!("{{\"cursor\":\"{}\"}}", "x".repeat(2_000));
    let call = house.call("POST", "/v1/messages/search", &[Read]);

    let refused = call
        .header("content-type", "application/json")
        .text(&body)
        .send()
        .await;

    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(refused.problem(), "body_too_large");

    let mut stream = TcpStream::connect(house.address).await.unwrap();
    let head = format!(
        "POST /v1/messages/search HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n7d0\r\n{}\r\n",
        house.token(&[Read]),
        "x".repeat(2_000)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn a_head_that_does_not_end_in_time_closes_the_connection() {
    let header_timeout = Duration::from_millis(200);
    let house = House::with(
        Mood::Accepts,
        HttpOptions {
            header_timeout,
            ..HttpOptions::default()
        },
    )
    .await;
    let mut stream = TcpStream::connect(house.address).await.unwrap();

    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: ")
        .await
        .unwrap();

    assert!(is_closed(&mut stream).await, "the connection is still open");
}

#[tokio::test]
async fn a_body_that_does_not_end_in_time_is_answered() {
    let request_timeout = Duration::from_millis(200);
    let house = House::with(
        Mood::Accepts,
        HttpOptions {
            request_timeout,
            ..HttpOptions::default()
        },
    )
    .await;
    // The second goes the short way.
    let ways = [
        ("/v1/messages/search", Read),
        ("/v1/sessions/check", SessionsCheck),
    ];

    for (path, scope) in ways {
        let mut stream = TcpStream::connect(house.address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: 100\r\n\r\n{{",
            house.token(&[scope])
        );

        stream.write_all(head.as_bytes()).await.unwrap();

        let answer = read_some(&mut stream).await;
        assert!(
            answer.starts_with("HTTP/1.1 503 ") && answer.contains("timed_out"),
            "{path}: {answer}"
        );
    }
}

#[tokio::test]
async fn one_token_at_its_limit_does_not_keep_another_out() {
    let options = HttpOptions {
        max_requests_per_token: 1,
        request_timeout: PATIENCE,
        ..HttpOptions::default()
    };
    let house = House::with(Mood::Accepts, options).await;
    let _slow = slow_request(&house).await;

    let same = retried(&house, StatusCode::TOO_MANY_REQUESTS).await;
    let other = house.get("/v1/channels", &[Admin]).await;

    assert_eq!(same.problem(), "too_many_requests");
    assert_eq!(same.header("retry-after"), "1");
    assert_eq!(other.status, StatusCode::OK);
}

#[tokio::test]
async fn beyond_what_all_may_have_under_way_the_answer_is_503_and_health_goes_on() {
    let options = HttpOptions {
        max_requests: 1,
        request_timeout: PATIENCE,
        ..HttpOptions::default()
    };
    let house = House::with(Mood::Accepts, options).await;
    let _slow = slow_request(&house).await;

    let refused = retried(&house, StatusCode::SERVICE_UNAVAILABLE).await;
    let health = house.get("/readyz", &[Read]).await;

    assert_eq!(refused.problem(), "overloaded");
    assert_eq!(health.status, StatusCode::OK);
}

#[tokio::test]
async fn connections_beyond_an_addresss_share_are_closed_at_once() {
    let options = HttpOptions {
        max_connections: 4,
        ..HttpOptions::default()
    };
    let house = House::with(Mood::Accepts, options).await;
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(house.address).await.unwrap();
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        assert!(read_some(&mut stream).await.starts_with("HTTP/1.1 200 "));
        open.push(stream);
    }

    let mut third = TcpStream::connect(house.address).await.unwrap();
    assert!(is_closed(&mut third).await);

    open.clear();
    while !is_served(&house).await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_answer_that_is_not_read_counts_until_it_is_sent() {
    let options = HttpOptions {
        max_requests_per_token: 1,
        ..HttpOptions::default()
    };
    let house = House::with(Mood::Accepts, options).await;
    let large = admission("CTL-1") + "OBX|1|TX|1||" + &"x".repeat(16 * 1024 * 1024) + "\r";
    house.receives(&large).await;
    let mut unread = TcpStream::connect(house.address).await.unwrap();
    let head = format!(
        "GET /v1/messages/1/raw HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n",
        house.token(&[Read, Phi])
    );

    unread.write_all(head.as_bytes()).await.unwrap();
    unread.readable().await.unwrap();

    let same = house.get("/v1/channels", &[Read, Phi]).await;
    assert_eq!(same.problem(), "too_many_requests");
    drop(unread);
    until_free(&house).await;
}

/// Whether a new connection is served.
async fn is_served(house: &House) -> bool {
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    let request = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    stream.write_all(request).await.is_ok()
        && read_some(&mut stream).await.starts_with("HTTP/1.1 200 ")
}

/// Asks until the connection that was given up is noticed.
async fn until_free(house: &House) {
    while house.get("/v1/channels", &[Read, Phi]).await.status != StatusCode::OK {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A request whose body does not come.
async fn slow_request(house: &House) -> TcpStream {
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    let head = format!(
        "POST /v1/messages/search HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{",
        house.token(&[Read])
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// Asks until the slow request has arrived and this is the answer.
async fn retried(house: &House, status: StatusCode) -> crate::client::Answer {
    loop {
        let answer = house.get("/v1/channels", &[Read]).await;
        if answer.status == status {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn read_some(stream: &mut TcpStream) -> String {
    let mut read = vec![0; 4_096];
    let length = tokio::time::timeout(PATIENCE, stream.read(&mut read)).await;
    let length = length.expect("an answer in time").unwrap_or(0);
    String::from_utf8_lossy(&read[..length]).into_owned()
}

/// Whether the other end closes; an answer that says why may come first.
async fn is_closed(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest))
        .await
        .is_ok()
}
