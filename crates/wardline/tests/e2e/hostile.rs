//! Clients that mean no good: memory and file descriptors stay bounded, and honest senders are served all along.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use wardline_simulator::hostile::{self, Crowd};
use wardline_simulator::load::{Load, LoadOptions};
use wardline_simulator::partner::{Partner, PartnerOptions};

use crate::home::{Home, Node, free_address};
use crate::ledger::none_is_lost;
use crate::sender::{Sender, admission};
use crate::wait::until;

/// The most memory that the process may ever have taken, in KiB: 400 MiB, four half-received frames of up to
/// 64 MiB among it.
const MOST_KIB: u64 = 400 * 1024;
/// Connections attempted, most of them at once.
const ATTEMPTS: usize = 10_000;
const CROWD: usize = 2_500;
const HUNDRED_MB: u64 = 100_000_000;
/// File descriptors that the process may open meanwhile for itself: connections to the partner, one for each
/// patient served at once and channel, and files of the store. Each attack leaves hundreds if it leaves any.
const OWN_DESCRIPTORS: usize = 48;
/// What a hostile client gets to say something.
const PATIENCE: Duration = Duration::from_secs(12);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_clients_are_survived_within_bounds_while_honest_senders_are_served() {
    let partner = Partner::start(PartnerOptions::default()).await.unwrap();
    let (attacked, beside) = (free_address(), free_address());
    let home = Home::new().await;
    home.channel("attacked", &channel(attacked, &partner));
    home.channel("beside", &channel(beside, &partner));
    let node = home.start().await;
    let honest = start_honest(attacked);
    until("the honest sender is served", async || {
        honest.progress().1 > 5
    })
    .await;
    let descriptors = open_descriptors(&node);

    let begun = honest.progress().1;
    attack(&node, attacked, beside).await;
    let served = honest.progress().1 - begun;

    assert!(served > 50, "the honest sender had {served} answers only");
    until("all file descriptors are back", async || {
        open_descriptors(&node) <= descriptors + OWN_DESCRIPTORS
    })
    .await;
    let (code, answer) = Sender::to(attacked)
        .await
        .send(&admission("AFTER", "4711"))
        .await;
    assert_eq!(code, "AA", "{answer}");
    honest.stop();
    let report = honest.finish().await;
    assert_eq!(
        (
            report.connections_lost,
            report.refused,
            report.try_later,
            report.unanswered
        ),
        (0, 0, 0, 0)
    );
    node.drained("attacked").await;
    none_is_lost(&partner, &report);
    let most = memory_kib(&node, "VmHWM:");
    println!("{most} KiB at most, {served} honest messages meanwhile");
    assert!(most < MOST_KIB, "{most} KiB");
}

/// Everything at once, over and over.
async fn attack(node: &Node, attacked: SocketAddr, beside: SocketAddr) {
    let half_a_frame =
        b"\x0BMSH|^~\\&|SLOW|HOSTILE|ENGINE|SYNTHHOSP|20260105060000||ADT^A01|1|P|2.5.1\rPID|";
    let drips = async {
        let slow = (0..20).map(|_| {
            let pause = Duration::from_millis(100);
            tokio::spawn(hostile::drip(attacked, half_a_frame, pause, PATIENCE))
        });
        for dripping in slow.collect::<Vec<_>>() {
            // Whether it was let in or not, it came to an end.
            drop(dripping.await.unwrap());
        }
    };
    let floods = async {
        let floods = (0..8).map(|_| tokio::spawn(hostile::flood(attacked, HUNDRED_MB, PATIENCE)));
        let mut refused = 0;
        for flood in floods.collect::<Vec<_>>() {
            if let Ok(reaction) = flood.await.unwrap() {
                refused += u32::from(String::from_utf8_lossy(&reaction.answer).contains("MSA|AR"));
                assert!(!String::from_utf8_lossy(&reaction.answer).contains("MSA|AA"));
            }
        }
        assert!(refused > 0, "no frame of 100 MB was refused");
    };
    let noises = async {
        for seed in 0..10 {
            drop(hostile::noise(attacked, seed, 300_000, Duration::from_secs(1)).await);
        }
    };
    let crowds = async {
        for round in 0..ATTEMPTS / CROWD {
            let first: &[u8] = if round % 2 == 0 { b"" } else { half_a_frame };
            let crowd: Crowd = hostile::crowd(attacked, CROWD, first).await;
            // New honest senders find their listener as ever.
            let id = format!("BESIDE-{round}");
            let (code, answer) = Sender::to(beside).await.send(&admission(&id, "4711")).await;
            assert_eq!(code, "AA", "{answer}");
            assert_eq!(node.readiness().await, 200);
            drop(crowd);
        }
    };
    tokio::join!(drips, floods, noises, crowds);
}

fn channel(listener: SocketAddr, partner: &Partner) -> String {
    let partner = partner.address();
    format!(
        "[listener]\naddress = \"{listener}\"\nframe_timeout_seconds = 3\nidle_timeout_seconds = 3\n\
         [[destination]]\nname = \"partner\"\nkind = \"mllp\"\naddress = \"{partner}\"\n"
    )
}

fn start_honest(address: SocketAddr) -> Load {
    let options = LoadOptions {
        connections: 2,
        remember_acknowledged: true,
        ..LoadOptions::to(address)
    };
    Load::start(&options).unwrap()
}

fn open_descriptors(node: &Node) -> usize {
    fs::read_dir(format!("/proc/{}/fd", node.pid()))
        .unwrap()
        .count()
}

fn memory_kib(node: &Node, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", node.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
