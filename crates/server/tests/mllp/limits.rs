//! F6: each limit, at it and one beyond.

use crate::rig::{Rig, a_while, until};
use crate::sender::Sender;
use wardline_server::mllp::{MllpBounds, Rejection};

#[tokio::test]
async fn f6_connections_up_to_the_limit_are_served_and_one_more_is_turned_away() {
    let rig = Rig::new("max_connections = 3").await;
    let mut served = Vec::new();
    for _ in 0..3 {
        served.push(rig.sender().await);
    }
    for sender in &mut served {
        assert!(sender.is_served("1").await);
    }

    let mut beyond = rig.sender().await;

    assert!(beyond.is_closed().await);
    assert_eq!(rig.stats().rejected(Rejection::ChannelFull), 1);
}

#[tokio::test]
async fn f6_a_place_is_free_again_when_its_connection_closes() {
    let rig = Rig::new("max_connections = 1").await;
    let mut first = rig.sender().await;
    assert!(first.is_served("1").await);

    drop(first);
    until(|| rig.stats().connections_open() == 0).await;

    assert!(rig.sender().await.is_served("2").await);
}

#[tokio::test]
async fn f6_one_address_cannot_take_every_place() {
    let rig = Rig::new("max_connections = 8\nmax_connections_per_peer = 2").await;
    let mut greedy = Vec::new();
    for _ in 0..2 {
        greedy.push(rig.sender().await);
    }
    for sender in &mut greedy {
        assert!(sender.is_served("1").await);
    }

    let mut beyond = rig.sender().await;
    let mut other = Sender::connect_from("127.0.0.2", rig.address()).await;

    assert!(beyond.is_closed().await);
    assert!(other.is_served("2").await);
    assert_eq!(rig.stats().rejected(Rejection::PeerFull), 1);
}

#[tokio::test]
async fn f6_the_process_has_a_limit_over_all_channels() {
    let rig = Rig::within(
        "",
        MllpBounds {
            max_connections: 1,
            ..MllpBounds::default()
        },
    )
    .await;
    let mut first = rig.sender().await;
    assert!(first.is_served("1").await);

    let mut beyond = rig.sender().await;

    assert!(beyond.is_closed().await);
    assert_eq!(rig.stats().rejected(Rejection::ProcessFull), 1);
}

#[tokio::test]
async fn f6_messages_without_answer_up_to_the_limit_are_taken_and_one_more_waits() {
    let rig = Rig::new("max_unacknowledged = 3").await;
    let mut sender = rig.sender().await;
    rig.desk.hold_answers();

    for id in 1..=4 {
        sender.send(&id.to_string()).await;
    }
    rig.arrived(3).await;
    a_while().await;
    assert_eq!(rig.desk.arrivals().len(), 3);

    rig.desk.give_answers(1);
    assert_eq!(sender.ack().await, "AA 1");
    rig.arrived(4).await;
}

#[tokio::test]
async fn only_allowed_peers_may_connect_and_nothing_of_others_is_read() {
    let rig = Rig::new("allowed_peers = [\"127.0.0.2\", \"127.1.0.0/16\"]").await;

    let mut stranger = rig.sender().await;
    let mut listed = Sender::connect_from("127.0.0.2", rig.address()).await;
    let mut in_range = Sender::connect_from("127.1.2.3", rig.address()).await;

    assert!(stranger.is_closed().await);
    assert!(listed.is_served("1").await);
    assert!(in_range.is_served("2").await);
    assert_eq!(rig.stats().rejected(Rejection::PeerNotAllowed), 1);
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_timeout() {
    let rig = Rig::new("idle_timeout_seconds = 1").await;
    let mut sender = rig.sender().await;

    assert!(sender.is_served("1").await);

    assert!(sender.is_closed().await);
    assert_eq!(rig.faults(), []);
}

#[tokio::test]
async fn a_connection_that_waits_for_its_answer_is_not_idle() {
    let rig = Rig::new("idle_timeout_seconds = 1").await;
    let mut sender = rig.sender().await;
    rig.desk.hold_answers();

    sender.send("1").await;
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    rig.desk.give_answers(1);

    assert_eq!(sender.ack().await, "AA 1");
}

#[tokio::test]
async fn limits_beyond_all_reason_harm_nobody() {
    let most = "9223372036854775807";
    let rig = Rig::new(&format!(
        "max_connections = {most}\nmax_unacknowledged = {most}\nidle_timeout_seconds = {most}\n\
         frame_timeout_seconds = {most}\nmax_junk_bytes = {most}"
    ))
    .await;

    let mut sender = rig.sender().await;

    assert!(sender.is_served("1").await);
}
