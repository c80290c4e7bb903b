//! F11: MLLP release 2, whose transport answers for itself.

use wardline_messaging::AcceptanceResult;

use crate::rig::Rig;
use crate::sender::{framed, message_of};

const RELEASE_TWO: &str = "mllp_release = 2\nmax_message_bytes = 2048";

#[tokio::test]
async fn f11_a_stored_message_is_committed_first_and_then_acknowledged() {
    let rig = Rig::new(RELEASE_TWO).await;
    let mut sender = rig.sender().await;

    sender.send("1").await;

    assert_eq!(sender.frame().await.unwrap(), b"\x06".as_slice());
    assert_eq!(sender.ack().await, "AA 1");
}

#[tokio::test]
async fn f11_a_message_that_was_not_stored_gets_the_negative_commit_alone() {
    let rig = Rig::new(RELEASE_TWO).await;
    let mut sender = rig.sender().await;

    rig.desk.decide(AcceptanceResult::TryLater);
    sender.send("1").await;
    sender.write(&framed(&message_of("2", 5000))).await;

    assert_eq!(sender.frame().await.unwrap(), b"\x15".as_slice());
    assert_eq!(sender.frame().await.unwrap(), b"\x15".as_slice());
}

#[tokio::test]
async fn f11_the_sender_s_own_commit_of_our_answer_is_no_message() {
    let rig = Rig::new(RELEASE_TWO).await;
    let mut sender = rig.sender().await;

    sender.send("1").await;
    sender.frame().await.unwrap();
    sender.ack().await;
    sender.write(b"\x0b\x06\x1c\r").await;
    sender.send("2").await;

    assert_eq!(sender.frame().await.unwrap(), b"\x06".as_slice());
    assert_eq!(sender.ack().await, "AA 2");
    assert_eq!(rig.desk.arrivals().len(), 2);
}
