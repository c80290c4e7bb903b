//! A stop that was asked for.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use wardline_simulator::load::{Load, LoadOptions};
use wardline_simulator::partner::{Behaviour, Partner, PartnerOptions};

use crate::home::{Home, free_address};
use crate::ledger::none_is_lost;
use crate::wait::until;

/// Long enough for a busy machine, and shorter than the silent partner's patience.
const GRACE: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_under_load_ends_with_0_within_the_grace_and_what_was_acknowledged_is_delivered() {
    let partner = Partner::start(PartnerOptions {
        behaviour: Behaviour::taking(Duration::from_millis(40)),
        ..PartnerOptions::default()
    })
    .await
    .unwrap();
    let listener = free_address();
    let mut home = Home::new().await;
    home.set("WARDLINE_SHUTDOWN__GRACE_SECONDS", "15");
    home.channel("adt-in", &channel(listener, partner.address()));
    let node = home.start().await;
    let load = start_load(listener);
    until("some were delivered", async || {
        partner.summary().received > 20
    })
    .await;

    node.signal("TERM").await;
    let asked = Instant::now();
    let status = node.ended().await;
    let took = asked.elapsed();
    load.stop();
    let report = load.finish().await;
    let waiting = report.acknowledged - partner.summary().received;
    let node = home.start().await;
    node.drained("adt-in").await;

    assert_eq!(status.code(), Some(0), "{}", home.log());
    assert!(took < GRACE, "{took:?}");
    assert!(waiting > 0, "nothing was left to deliver after the start");
    none_is_lost(&partner, &report);
    let summary = partner.summary();
    assert_eq!(
        (summary.duplicates, summary.inversions, summary.missing),
        (0, 0, 0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_that_never_answers_holds_a_stop_up_no_longer_than_the_grace() {
    let partner = Partner::start(PartnerOptions {
        behaviour: Behaviour::taking(Duration::from_mins(10)),
        ..PartnerOptions::default()
    })
    .await
    .unwrap();
    let listener = free_address();
    let mut home = Home::new().await;
    home.set("WARDLINE_SHUTDOWN__GRACE_SECONDS", "1");
    home.channel("adt-in", &channel(listener, partner.address()));
    let node = home.start().await;
    let load = start_load(listener);
    until("the partner holds some", async || partner.connections() > 0).await;
    sleep(Duration::from_millis(300)).await;

    node.signal("TERM").await;
    let asked = Instant::now();
    let status = node.ended().await;
    let took = asked.elapsed();
    load.stop();
    let report = load.finish().await;
    partner.behave(Behaviour::taking(Duration::ZERO));
    let node = home.start().await;
    node.drained("adt-in").await;

    assert_eq!(status.code(), Some(0), "{}", home.log());
    assert!(took < GRACE, "{took:?}");
    let summary = partner.summary();
    none_is_lost(&partner, &report);
    assert_eq!((summary.inversions, summary.missing), (0, 0));
}

fn channel(listener: SocketAddr, partner: SocketAddr) -> String {
    format!(
        "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"partner\"\nkind = \"mllp\"\n\
         address = \"{partner}\"\nacknowledgement_timeout_seconds = 120\n"
    )
}

fn start_load(address: SocketAddr) -> Load {
    let options = LoadOptions {
        connections: 4,
        depth: 4,
        remember_acknowledged: true,
        ..LoadOptions::to(address)
    };
    Load::start(&options).unwrap()
}
