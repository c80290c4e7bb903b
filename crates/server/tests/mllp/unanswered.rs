//! A1: senders that ask for no acknowledgement, and find out that they did.

use tracing::Level;
use wardline_messaging::AcceptanceResult;

use crate::logged::Logged;
use crate::rig::{Rig, a_while, until};
use crate::sender::Sender;

/// Lines that say that nothing is answered to this address.
fn told(logged: &Logged, peer: &str) -> Vec<String> {
    let logged = logged.text();
    let is_of = |line: &&str| line.contains("MSH-16") && line.contains(peer);
    let lines = logged.lines().filter(is_of);
    lines.map(ToOwned::to_owned).collect()
}

/// Connections have threads of their own, so the log of the whole process is looked at.
#[tokio::test]
async fn a1_unanswered_messages_are_counted_and_each_sender_is_named_once_with_what_to_change() {
    let logged = Logged::from_now_on(Level::INFO);
    let rig = Rig::new("").await;
    rig.desk.keep_silent();
    let sends = async |from: &str, ids: &[&str]| {
        let mut sender = Sender::connect_from(from, rig.address()).await;
        for id in ids {
            sender.send(id).await;
        }
        sender
    };

    let _first = sends("127.0.0.77", &["1", "2"]).await;
    let _again = sends("127.0.0.77", &["3"]).await;
    let _other = sends("127.0.0.78", &["4"]).await;
    until(|| rig.stats().unanswered() == 4).await;
    until(|| told(&logged, "127.0.0.77").len() + told(&logged, "127.0.0.78").len() >= 2).await;
    a_while().await;

    let first = told(&logged, "127.0.0.77");
    assert_eq!((first.len(), told(&logged, "127.0.0.78").len()), (1, 1));
    for word in ["channel=adt", "MSH-15 with AL", "acknowledgement.mode"] {
        assert!(first[0].contains(word), "{word}: {}", first[0]);
    }
}

#[tokio::test]
async fn an_acknowledgement_that_comes_is_not_counted_as_unanswered() {
    let rig = Rig::new("").await;
    rig.desk.keep_silent();
    rig.desk.decide(AcceptanceResult::Ignored);
    let mut sender = rig.sender().await;

    sender.send("1").await;
    rig.arrived(1).await;
    a_while().await;

    assert_eq!(rig.stats().unanswered(), 0);
}

#[tokio::test]
async fn a_sender_of_mllp_release_2_has_the_transports_answer() {
    let rig = Rig::new("mllp_release = 2").await;
    rig.desk.keep_silent();
    let mut sender = rig.sender().await;

    sender.send("1").await;

    assert_eq!(sender.frame().await.unwrap(), b"\x06".as_slice());
    assert_eq!(rig.stats().unanswered(), 0);
}
