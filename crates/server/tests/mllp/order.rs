//! F2: answers come in the order of the messages.

use crate::rig::Rig;
use crate::sender::frame;

#[tokio::test]
async fn f2_a_hundred_messages_in_one_write_are_answered_in_order() {
    let rig = Rig::new("max_unacknowledged = 7").await;
    let mut sender = rig.sender().await;
    let ids: Vec<String> = (1..=100).map(|id| id.to_string()).collect();

    sender
        .write(&ids.iter().flat_map(|id| frame(id)).collect::<Vec<u8>>())
        .await;

    for id in &ids {
        assert_eq!(sender.ack().await, format!("AA {id}"));
    }
}

#[tokio::test]
async fn f2_pipelined_messages_are_stored_side_by_side_and_answered_in_order() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    rig.desk.hold_answers();

    for id in 1..=20 {
        sender.send(&id.to_string()).await;
    }
    rig.arrived(20).await;
    rig.desk.give_answers(20);

    for id in 1..=20 {
        assert_eq!(sender.ack().await, format!("AA {id}"));
    }
}

#[tokio::test]
async fn a_sender_that_closes_its_side_still_gets_all_answers() {
    use tokio::io::AsyncWriteExt;
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    rig.desk.hold_answers();

    sender.send("1").await;
    sender.send("2").await;
    sender.stream.shutdown().await.unwrap();
    rig.arrived(2).await;
    rig.desk.give_answers(2);

    assert_eq!(sender.ack().await, "AA 1");
    assert_eq!(sender.ack().await, "AA 2");
    assert!(sender.is_closed().await);
}

#[tokio::test]
async fn what_was_received_is_what_is_handed_on_with_its_sender_and_channel() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;

    sender.write(b"\x0bno message at all \xff\x1c\r").await;
    sender.ack().await;

    let arrival = &rig.desk.arrivals()[0];
    assert_eq!(arrival.payload, b"no message at all \xff".as_slice());
    assert_eq!(arrival.peer, "127.0.0.1");
    assert_eq!(arrival.channel.name.as_str(), "adt");
}
