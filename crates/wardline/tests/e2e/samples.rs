//! Real messages pass through unchanged.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::home::{Home, free_address};
use crate::partner::Recorder;
use crate::sender::{Sender, code};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sample_travels_through_listener_queue_and_delivery_byte_for_byte() {
    let partner = Recorder::accepting().await;
    let listener = free_address();
    let home = Home::new().await;
    let to = partner.address;
    // In original mode every message is answered, whatever its MSH-15 and MSH-16 ask.
    home.channel(
        "samples",
        &format!(
            "[listener]\naddress = \"{listener}\"\n[acknowledgement]\nmode = \"original\"\n\
             [[destination]]\nname = \"partner\"\nkind = \"mllp\"\naddress = \"{to}\"\n"
        ),
    );
    let node = home.start().await;
    let mut sent = samples();
    let count = sent.len();

    let mut sender = Sender::to(listener).await;
    for message in &sent {
        sender.post(message).await;
    }
    let mut codes = Vec::new();
    for _ in &sent {
        codes.push(code(&sender.answer().await));
    }
    assert_eq!(codes, vec!["AA"; count]);
    node.drained("samples").await;

    let mut received = partner.received();
    received.sort();
    sent.sort();
    assert!(received == sent, "some came changed");
    assert!(
        sender
            .answer_within(Duration::from_millis(200))
            .await
            .is_none()
    );
    for (number, message) in sent.iter().enumerate() {
        let raw = node
            .ask("GET", &format!("/v1/messages/{}/raw", number + 1), None)
            .await;
        assert_eq!(raw.status, 200);
        assert!(
            sent.contains(&raw.body),
            "message {number} was kept changed"
        );
        assert!(!message.is_empty());
    }
}

fn samples() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/hl7");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let messages: Vec<Vec<u8>> = files
        .filter(|path| path.extension().is_some_and(|it| it == "hl7"))
        .map(|path| fs::read(path).unwrap())
        .collect();
    assert!(messages.len() >= 45, "the samples are not there");
    messages
}
