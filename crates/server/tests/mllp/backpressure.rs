//! F9: when storing is slow, sockets are read slowly, and nothing piles up in between.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use wardline_server::mllp::MllpBounds;

use crate::rig::{Rig, a_while, until};
use crate::sender::{framed, message_of};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn f9_a_connection_is_not_read_while_the_intake_is_busy() {
    let rig = Rig::new("").await;
    let mut sender = rig.sender().await;
    rig.desk.close_entrance();
    let message = framed(&message_of("1", 60_000));

    let flood = async {
        loop {
            sender.stream.write_all(&message).await.unwrap();
        }
    };
    // It never ends by itself: TCP stops it once the buffers between us are full.
    drop(tokio::time::timeout(Duration::from_secs(1), flood).await);

    // One frame waits at the entrance, and at most one chunk behind it was read.
    assert!(
        rig.stats().bytes_in() < 100_000,
        "{}",
        rig.stats().bytes_in()
    );
    assert_eq!(rig.desk.arrivals().len(), 0);
    rig.desk.open_entrance();
    assert_eq!(sender.ack().await, "AA 1");
}

#[tokio::test]
async fn f9_messages_that_are_being_stored_have_a_budget_over_all_connections() {
    let bounds = MllpBounds {
        max_unstored_bytes: 100 * 1024,
        ..MllpBounds::default()
    };
    let rig = Rig::within("", bounds).await;
    rig.desk.hold_answers();
    let mut senders = Vec::new();
    for id in 0..5 {
        let mut sender = rig.sender().await;
        sender
            .write(&framed(&message_of(&id.to_string(), 40 * 1024)))
            .await;
        senders.push((id, sender));
    }

    rig.arrived(2).await;
    a_while().await;
    assert_eq!(rig.desk.arrivals().len(), 2);

    rig.desk.give_answers(5);
    for (id, sender) in &mut senders {
        assert_eq!(sender.ack().await, format!("AA {id}"));
    }
}

#[tokio::test]
async fn f9_many_huge_messages_at_once_are_received_a_few_at_a_time_and_all_in_the_end() {
    let bounds = MllpBounds {
        huge_frames: 2,
        ..MllpBounds::default()
    };
    let rig = Rig::within("", bounds).await;
    rig.desk.hold_answers();
    let stats = rig.stats();
    let address = rig.address();
    let sends: Vec<_> = (0..12)
        .map(|id| {
            tokio::spawn(async move {
                let mut sender = crate::sender::Sender::connect(address).await;
                sender
                    .write(&framed(&message_of(&id.to_string(), 8 * MIB)))
                    .await;
                sender.ack().await == format!("AA {id}")
            })
        })
        .collect();

    rig.arrived(2).await;
    until(|| stats.bytes_in() >= u64::try_from(2 * 8 * MIB + 10 * MIB).unwrap()).await;
    a_while().await;
    // Two are held whole; of each other no more than its first MiB and one growth of its buffer was read.
    assert!(stats.bytes_in() < u64::try_from(2 * 8 * MIB + 10 * 2 * MIB).unwrap());
    assert_eq!(rig.desk.arrivals().len(), 2);

    rig.desk.give_answers(12);
    for send in sends {
        assert!(send.await.unwrap());
    }
}
