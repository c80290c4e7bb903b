//! Promise 1 and 2: what was acknowledged survives `kill -9` at any moment, and each patient's order holds.

use std::net::SocketAddr;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::sleep;
use wardline_simulator::load::{Load, LoadOptions, OnFailure, Report};
use wardline_simulator::partner::{Behaviour, Partner, PartnerOptions};

use crate::home::{Home, Node, free_address};
use crate::ledger::none_is_lost;
use crate::wait::until;

/// How often the process is killed.
const KILLS: u64 = 6;
/// Messages on their way to one destination at most: one for each patient served at once.
const PARALLEL_PATIENTS: u64 = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_under_load_loses_nothing_acknowledged_keeps_order_and_repeats_only_what_was_on_its_way()
 {
    let mut rng = Rng::new();
    let seed = rng.get_seed();
    println!("seed {seed}");
    rng.seed(seed);
    let (fast, slow) = (partner(0, seed).await, partner(15, seed).await);
    let pipelined_to = partner(0, seed).await;
    let (adt, orders) = (free_address(), free_address());
    let home = Home::new().await;
    home.channel("adt-in", &channel(adt, &[&fast, &slow]));
    home.channel("orders-in", &channel(orders, &[&pipelined_to]));

    let mut node = home.start().await;
    let one_at_a_time = start_load(adt, (12, 1), 1);
    let pipelined = start_load(orders, (2, 16), 2);
    for _ in 0..KILLS {
        let (one, more) = (one_at_a_time.progress().1, pipelined.progress().1);
        until("messages are taken again", async || {
            one_at_a_time.progress().1 > one + 20 && pipelined.progress().1 > more + 20
        })
        .await;
        sleep(Duration::from_millis(rng.u64(0..800))).await;
        node.kill().await;
        node = home.start().await;
    }
    one_at_a_time.stop();
    pipelined.stop();
    let (adt_report, orders_report) = (one_at_a_time.finish().await, pipelined.finish().await);
    node.drained("adt-in").await;
    node.drained("orders-in").await;

    for partner in [&fast, &slow] {
        all_arrived(partner, &adt_report);
        let summary = partner.summary();
        assert_eq!((summary.inversions, summary.missing), (0, 0), "{summary:?}");
    }
    all_arrived(&pipelined_to, &orders_report);
    assert_eq!(
        counted(&node, "adt-in").await,
        (adt_report.acknowledged, 0, 0)
    );
    assert_eq!(
        counted(&node, "orders-in").await,
        (orders_report.acknowledged, 0, 0)
    );
}

async fn partner(delay_ms: u64, seed: u64) -> Partner {
    let behaviour = Behaviour {
        max_delay: Duration::from_millis(2 * delay_ms),
        ..Behaviour::taking(Duration::ZERO)
    };
    let options = PartnerOptions {
        behaviour,
        seed,
        ..PartnerOptions::default()
    };
    Partner::start(options).await.unwrap()
}

fn channel(listener: SocketAddr, partners: &[&Partner]) -> String {
    let destinations = partners.iter().enumerate().map(|(number, partner)| {
        let address = partner.address();
        format!(
            "[[destination]]\nname = \"partner-{number}\"\nkind = \"mllp\"\naddress = \"{address}\"\n\
             parallel_patients = {PARALLEL_PATIENTS}\n"
        )
    });
    format!(
        "[listener]\naddress = \"{listener}\"\n{}",
        destinations.collect::<String>()
    )
}

fn start_load(address: SocketAddr, (connections, depth): (u32, usize), run: u32) -> Load {
    let options = LoadOptions {
        connections,
        depth,
        patients: 40,
        run,
        on_failure: OnFailure::Resend {
            patience: Duration::from_mins(2),
        },
        remember_acknowledged: true,
        ..LoadOptions::to(address)
    };
    Load::start(&options).unwrap()
}

/// Every acknowledged message has come, nothing else has, and no more came twice than can have been on its way.
fn all_arrived(partner: &Partner, report: &Report) {
    assert_eq!((report.refused, report.unanswered), (0, 0), "{report:?}");
    assert!(report.connections_lost >= KILLS, "no kill was noticed");
    none_is_lost(partner, report);
    let summary = partner.summary();
    assert_eq!(summary.received - summary.duplicates, report.acknowledged);
    assert!(
        summary.duplicates <= KILLS * PARALLEL_PATIENTS,
        "{summary:?}"
    );
}

/// What the server itself counts: received, and dead or discarded at all destinations.
async fn counted(node: &Node, channel: &str) -> (u64, u64, u64) {
    let channel = node.channel(channel).await;
    let sum = |what: &str| {
        let destinations = channel["destinations"].as_array().unwrap().iter();
        destinations.map(|it| it[what].as_u64().unwrap()).sum()
    };
    let received = channel["received"].as_u64().unwrap();
    (received, sum("dead_letters"), sum("discarded"))
}
