//! Promises 1 and 2 on Redis, with TLS and access lists: a master, or the instance that writes, is killed under load.

use std::net::SocketAddr;
use std::time::Duration;

use wardline_estate::description::Topology;
use wardline_simulator::load::{Load, LoadOptions, OnFailure};
use wardline_simulator::partner::{Behaviour, Partner, PartnerOptions};

use crate::estate::Estate;
use crate::home::{Home, Node, free_address};
use crate::ledger::none_is_lost;
use crate::sender::{Sender, admission};
use crate::wait::until;

/// How often something is killed.
const KILLS: u64 = 3;
/// Messages on their way at most: one for each patient served at once.
const PARALLEL_PATIENTS: u64 = 8;
/// What an instance may be told to be called.
const NAMES: [&str; 2] = ["ward-1", "ward-2"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_of_the_instance_that_writes_loses_nothing_and_the_one_that_stands_by_keeps_order() {
    let estate = Estate::raise(Topology::Sentinel).await;
    let mut hospital = Hospital::over(&estate).await;
    let addresses = [free_address(), free_address()];
    let mut writing = hospital.instance(0, addresses[0]);
    until("the first one serves", async || {
        writing.readiness().await == 200
    })
    .await;
    let load = hospital.load();

    for kill in 1..=KILLS {
        let next = usize::try_from(kill % 2).unwrap();
        let standing_by = hospital.instance(next, addresses[next]);
        until("the other one stands by", async || {
            standing_by.readiness().await == 503
        })
        .await;
        more(&load).await;
        writing.kill().await;
        until("the one that stood by takes over", async || {
            standing_by.readiness().await == 200
        })
        .await;
        writing = standing_by;
    }
    more(&load).await;

    hospital.all_arrived(&writing, load).await;
    writing.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_of_the_master_under_sentinel_loses_nothing_acknowledged_and_keeps_order() {
    masters_are_killed(Topology::Sentinel).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_of_the_master_in_a_cluster_loses_nothing_acknowledged_and_keeps_order() {
    masters_are_killed(Topology::Cluster).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_that_is_away_for_longer_than_a_lease_is_waited_for_by_the_same_process() {
    let estate = Estate::raise(Topology::Sentinel).await;
    let mut hospital = Hospital::over(&estate).await;
    let node = hospital.instance(0, free_address());
    until("it serves", async || node.readiness().await == 200).await;
    let process = node.pid();
    let load = hospital.load();
    more(&load).await;
    let master = estate.lab.masters().await.unwrap().remove(0);

    // All at once, as when a machine room loses its power.
    for server in &estate.lab.estate().nodes {
        estate.lab.kill(&server.name).unwrap();
    }
    until("it says that Redis is away", async || {
        node.readiness().await == 503
    })
    .await;
    let mut sender = Sender::to(hospital.listener).await;
    let (code, answer) = sender.send(&admission("AWAY-1", "4711")).await;
    assert_eq!(code, "AE", "{answer}");
    until("its lease is over", async || {
        hospital.home.log().contains("the lease has run out")
    })
    .await;
    let arrived = hospital.partner.summary().received;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(hospital.partner.summary().received, arrived);
    estate.lab.restart(&master.name).await.unwrap();
    for server in &estate.lab.estate().nodes {
        estate.lab.restart(&server.name).await.unwrap();
    }

    more(&load).await;
    assert_eq!(node.pid(), process);
    hospital.all_arrived(&node, load).await;
    node.stop().await;
}

async fn masters_are_killed(topology: Topology) {
    let estate = Estate::raise(topology).await;
    let mut hospital = Hospital::over(&estate).await;
    let node = hospital.instance(0, free_address());
    until("it serves", async || node.readiness().await == 200).await;
    let load = hospital.load();

    for _ in 0..KILLS {
        more(&load).await;
        let masters = estate.lab.masters().await.unwrap();
        for master in &masters {
            estate.lab.kill(&master.name).unwrap();
            more(&load).await;
            estate.lab.restart(&master.name).await.unwrap();
            estate.lab.wait_until_whole().await.unwrap();
        }
    }
    more(&load).await;

    hospital.all_arrived(&node, load).await;
    node.stop().await;
}

/// A channel with a slow partner, on one Redis.
struct Hospital {
    home: Home,
    listener: SocketAddr,
    partner: Partner,
}

impl Hospital {
    async fn over(estate: &Estate) -> Self {
        let mut home = Home::new().await;
        for (variable, value) in estate.settings() {
            home.set(variable, &value);
        }
        // A machine that does much else must not make an instance lose it while it lives.
        home.set("WARDLINE_REDIS__LEASE_MS", "10000");
        let behaviour = Behaviour {
            max_delay: Duration::from_millis(20),
            ..Behaviour::taking(Duration::ZERO)
        };
        let options = PartnerOptions {
            behaviour,
            ..PartnerOptions::default()
        };
        let partner = Partner::start(options).await.unwrap();
        let listener = free_address();
        let address = partner.address();
        let channel = format!(
            "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"partner\"\nkind = \"mllp\"\n\
             address = \"{address}\"\nparallel_patients = {PARALLEL_PATIENTS}\n"
        );
        home.channel("adt-in", &channel);
        Self {
            home,
            listener,
            partner,
        }
    }

    /// Starts one of two instances, and does not wait.
    fn instance(&mut self, number: usize, http: SocketAddr) -> Node {
        self.home.set("WARDLINE_NODE__NAME", NAMES[number]);
        self.home.listen_on(http);
        self.home.spawn()
    }

    fn load(&self) -> Load {
        let options = LoadOptions {
            connections: 8,
            depth: 1,
            patients: 40,
            run: 1,
            on_failure: OnFailure::Resend {
                patience: Duration::from_mins(2),
            },
            remember_acknowledged: true,
            ..LoadOptions::to(self.listener)
        };
        Load::start(&options).unwrap()
    }

    /// Every acknowledged message has come, in order, and no more came twice than can have been on its way.
    async fn all_arrived(&self, node: &Node, load: Load) {
        load.stop();
        let report = load.finish().await;
        node.drained("adt-in").await;
        assert_eq!(report.unanswered, 0, "{report:?}");
        none_is_lost(&self.partner, &report);
        let summary = self.partner.summary();
        assert_eq!((summary.inversions, summary.missing), (0, 0), "{summary:?}");
        assert!(
            summary.duplicates <= 3 * KILLS * PARALLEL_PATIENTS,
            "{summary:?}"
        );
    }
}

/// Waits until messages are acknowledged again.
async fn more(load: &Load) {
    let acknowledged = load.progress().1;
    until("messages are taken", async || {
        load.progress().1 > acknowledged + 20
    })
    .await;
}
