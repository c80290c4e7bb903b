//! One server.

use wardline_store_redis::{
    Call, Class, ConnectError, Failure, Heard, Redis, Tag, command, library,
};

use crate::server::{Server, eventually};

fn tag() -> Tag {
    Tag::new("test")
}

#[tokio::test]
async fn a_server_without_the_functions_is_refused_and_says_what_to_do() {
    let server = Server::start(&[]);
    let refused = eventually_refused(&server).await;

    assert!(
        refused
            .to_string()
            .contains("wardline redis functions load")
    );
    server.load_functions().await;
    let redis = Redis::connect(server.settings()).await.unwrap();
    let about = redis
        .function(Call::read_only(&tag(), "wl_about"), Class::BestEffort)
        .await;
    let [revision, _digest] = about.unwrap().exactly().unwrap();
    assert_eq!(revision.number().unwrap(), library::REVISION);
}

async fn eventually_refused(server: &Server) -> ConnectError {
    loop {
        match Redis::connect(server.settings()).await {
            Err(error @ ConnectError::Functions { .. }) => return error,
            Err(ConnectError::Unreachable { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn calls_fail_at_once_while_it_is_gone_and_service_resumes_by_itself() {
    let mut server = Server::start(&[]);
    server.load_functions().await;
    let redis = Redis::connect(server.settings()).await.unwrap();
    let ping = async || redis.read(&tag(), command("PING")).await;
    assert!(ping().await.is_ok());

    server.kill();

    eventually("calls are refused", async || {
        matches!(ping().await, Err(Failure::Away(_)))
    })
    .await;
    assert!(!redis.state().is_ready && redis.state().away_for.is_some());
    server.start_again();
    eventually("it answers again", async || ping().await.is_ok()).await;
    assert!(redis.state().is_ready && redis.state().away_for.is_none());
}

#[tokio::test]
async fn a_frozen_server_is_given_up_and_taken_back() {
    let server = Server::start(&[]);
    server.load_functions().await;
    let redis = Redis::connect(server.settings()).await.unwrap();
    let ping = async || redis.read(&tag(), command("PING")).await;

    server.freeze();

    eventually("calls are refused", async || {
        matches!(ping().await, Err(Failure::Away(_)))
    })
    .await;
    server.thaw();
    eventually("it answers again", async || ping().await.is_ok()).await;
}

#[tokio::test]
async fn a_subscription_hears_what_is_published_and_says_when_it_began_again() {
    let mut server = Server::start(&[]);
    server.load_functions().await;
    let redis = Redis::connect(server.settings()).await.unwrap();
    let mut subscription = redis.subscribe(vec!["wl:events".to_owned()]);
    assert_eq!(subscription.next().await, Some(Heard::Began));

    redis.publish("wl:events", b"one").await.unwrap();

    let heard = subscription.next().await.unwrap();
    assert!(matches!(heard, Heard::Message { payload, .. } if payload == b"one"[..]));
    server.kill();
    server.start_again();
    assert_eq!(subscription.next().await, Some(Heard::Began));
}
