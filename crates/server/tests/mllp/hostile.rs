//! Senders that mean harm, or are badly broken: memory stays bounded and honest senders are served.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use wardline_server::mllp::Rejection;

use crate::rig::{Rig, until};
use crate::sender::{Sender, framed, message_of};

/// Connections that the flood attempts.
const ATTEMPTS: usize = 10_000;

#[tokio::test]
async fn a_sender_that_trickles_a_frame_is_closed_and_named() {
    let rig = Rig::new("frame_timeout_seconds = 1").await;
    let mut slow = rig.sender().await;
    let (mut reading, mut writing) = slow.stream.split();
    writing.write_all(b"\x0bMSH|").await.unwrap();

    let trickle = async {
        while writing.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let mut sink = tokio::io::sink();
    tokio::select! {
        () = trickle => {}
        closed = tokio::io::copy(&mut reading, &mut sink) => drop(closed),
    }

    assert_eq!(rig.faults(), [("too_slow", 1)]);
    assert!(rig.sender().await.is_served("2").await);
}

#[tokio::test]
async fn a_long_message_on_a_slow_line_is_taken_although_it_outlasts_the_frame_timeout() {
    let rig = Rig::new("frame_timeout_seconds = 1").await;
    let mut sender = rig.sender().await;
    let message = message_of("1", 600 * 1024);

    for piece in framed(&message).chunks(100 * 1024) {
        sender.write(piece).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }

    assert_eq!(sender.ack().await, "AA 1");
    assert_eq!(rig.faults(), []);
}

#[tokio::test]
async fn a_sender_that_does_not_read_its_answers_is_closed_and_named() {
    let rig = Rig::new("frame_timeout_seconds = 1\nmax_unacknowledged = 1000").await;
    rig.desk.pad_answers(1024 * 1024);
    let mut deaf = rig.sender().await;

    for id in 0..64 {
        deaf.send(&id.to_string()).await;
    }

    until(|| rig.faults() == [("answers_not_read", 1)]).await;
    until(|| rig.stats().connections_open() == 0).await;
}

#[tokio::test]
async fn ten_thousand_connections_leave_room_for_an_honest_sender() {
    let rig = Rig::new("max_connections = 300\nmax_connections_per_peer = 250").await;
    let mut flood = Vec::new();
    allow_open_files(ATTEMPTS + 2_000);

    for _ in 0..ATTEMPTS {
        flood.push(TcpStream::connect(rig.address()).await.unwrap());
    }
    let stats = rig.stats();
    until(|| stats.rejected(Rejection::PeerFull) >= u64::try_from(ATTEMPTS - 250).unwrap()).await;
    let mut honest = Sender::connect_from("127.0.0.2", rig.address()).await;

    assert!(honest.is_served("1").await);
    assert_eq!(stats.connections_open(), 251);
    drop(flood);
    until(|| stats.connections_open() == 1).await;
    assert!(honest.is_served("2").await);
}

#[tokio::test]
async fn what_is_too_long_must_end_in_time_too() {
    let rig = Rig::new("max_message_bytes = 2048\nframe_timeout_seconds = 1").await;
    let mut sender = rig.sender().await;

    sender.write(b"\x0b").await;
    sender.write(&[b'x'; 4096]).await;

    assert!(sender.is_closed().await);
    assert_eq!(rig.faults(), [("end_block_missing", 1), ("too_long", 1)]);
}

#[tokio::test]
async fn random_bytes_harm_nobody() {
    let rig = Rig::new("frame_timeout_seconds = 1\nmax_junk_bytes = 4096").await;
    let mut honest = rig.sender().await;
    let mut random = fastrand::Rng::with_seed(7);

    for round in 0..50 {
        let mut noisy = rig.sender().await;
        let bytes: Vec<u8> = (0..random.usize(1..20_000))
            .map(|_| random.u8(..))
            .collect();
        // The listener may close in the middle of it.
        drop(noisy.stream.write_all(&bytes).await);
        assert!(honest.is_served(&round.to_string()).await);
    }

    drop(honest);
    until(|| rig.stats().connections_open() == 0).await;
}

#[tokio::test]
async fn a_connection_that_never_says_anything_is_closed_by_the_idle_timeout() {
    let rig = Rig::new("idle_timeout_seconds = 1").await;
    let silent = TcpStream::connect(rig.address()).await.unwrap();
    until(|| rig.stats().connections_open() == 1).await;

    until(|| rig.stats().connections_open() == 0).await;

    drop(silent);
}

/// Our ends of the flood; those of the listener close at once.
fn allow_open_files(count: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let count = u64::try_from(count).unwrap();
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < count) {
        let current = Some(count);
        setrlimit(Resource::Nofile, Rlimit { current, ..limit }).expect("raise `ulimit -Hn`");
    }
}
