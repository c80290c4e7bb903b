//! A disk that fills up: senders are told to try later, nothing acknowledged is lost, and with room it goes on.

use std::net::SocketAddr;

use wardline_simulator::load::{Load, LoadOptions, OnFailure};
use wardline_simulator::partner::{Partner, PartnerOptions};

use crate::disk::SmallDisk;
use crate::home::{Home, Node, free_address};
use crate::ledger::none_is_lost;
use crate::sender::{Sender, admission};
use crate::wait::{LONGEST, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_up_with_messages_is_answered_ae_before_it_is_full_until_there_is_room() {
    // Room for what is kept free (16 MiB) and some messages.
    full_and_free_again(64, async |_, load| {
        until("the disk is full", async || {
            let (sent, acknowledged) = load.progress();
            // Four are on their way at once; more than that without acknowledgement were answered AE.
            sent - acknowledged > 20
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_another_program_fills_at_once_loses_nothing_acknowledged() {
    full_and_free_again(64, async |disk, load| {
        until("messages are taken", async || load.progress().1 > 20).await;
        // Nothing is left: the store finds out by a write that fails.
        disk.take_the_rest();
        let (sent, acknowledged) = load.progress();
        until("senders are told", async || {
            let (sent_now, acknowledged_now) = load.progress();
            sent_now - sent > acknowledged_now - acknowledged + 20
        })
        .await;
    })
    .await;
}

/// Fills a disk of which so many MiB are left, under load; then frees it. `fill` ends when it is full.
async fn full_and_free_again(left: u64, fill: impl AsyncFnOnce(&SmallDisk, &Load)) {
    let disk = SmallDisk::of(400);
    let partner = Partner::start(PartnerOptions::default()).await.unwrap();
    let mut home = Home::new().await;
    home.keep_data_in(&disk.path().join("data"));
    let listener = free_address();
    home.channel("adt-in", &channel(listener, partner.address()));
    let node = home.start().await;
    disk.take_all_but(left);

    let load = start_load(listener);
    fill(&disk, &load).await;
    until("it says that it is not ready", async || {
        node.readiness().await == 503
    })
    .await;
    let (code, answer) = Sender::to(listener)
        .await
        .send(&admission("FULL-1", "4711"))
        .await;
    assert_eq!(code, "AE", "{answer}");
    assert!(
        answer.contains("free space there") || answer.contains("store"),
        "{answer}"
    );
    let acknowledged_when_full = load.progress().1;
    disk.give_back();

    until("it is ready again", async || node.readiness().await == 200).await;
    until("the load goes on", async || {
        load.progress().1 > acknowledged_when_full + 20
    })
    .await;
    accepted(listener).await;
    load.stop();
    let report = load.finish().await;
    assert!(report.try_later > 0, "{}", report.try_later);
    assert_eq!((report.refused, report.unanswered), (0, 0));
    node.drained("adt-in").await;
    none_is_lost(&partner, &report);
    none_comes_again(&home, node, &partner).await;
}

async fn accepted(listener: SocketAddr) {
    let (code, answer) = Sender::to(listener)
        .await
        .send(&admission("ROOM-1", "4711"))
        .await;
    assert_eq!(code, "AA", "{answer}");
}

/// After `kill -9` and a new start nothing is delivered a second time, and the store opens.
async fn none_comes_again(home: &Home, node: Node, partner: &Partner) {
    let before = partner.summary();
    node.kill().await;
    let node = home.start().await;
    node.drained("adt-in").await;
    assert_eq!(partner.summary(), before);
    assert_eq!((before.inversions, before.missing), (0, 0));
}

fn channel(listener: SocketAddr, partner: SocketAddr) -> String {
    format!(
        "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"partner\"\nkind = \"mllp\"\n\
         address = \"{partner}\"\n"
    )
}

fn start_load(address: SocketAddr) -> Load {
    let options = LoadOptions {
        connections: 4,
        message_bytes: 100_000,
        remember_acknowledged: true,
        on_failure: OnFailure::Resend { patience: LONGEST },
        ..LoadOptions::to(address)
    };
    Load::start(&options).unwrap()
}
