//! Drills on real servers: what was acknowledged is there, once, in order.

use tempfile::TempDir;
use wardline_estate::description::Topology;
use wardline_estate::drill::{self, Drill, DrillSpec, Durability, Report};
use wardline_estate::lab::{Lab, Network};
use wardline_kernel::SystemClock;

use crate::unhurried;

/// Raises a lab, drills it, and prints what was found for who reads a failed test.
async fn drilled(topology: Topology, drill: Drill) -> Report {
    let folder = TempDir::new().unwrap();
    let mut spec = unhurried(topology, folder.path());
    if drill == Drill::Partition {
        spec.network = Network::best();
    }
    let lab = Lab::up(spec).await.unwrap();
    let mut spec = DrillSpec::new(drill);
    spec.writers = 3;
    let report = drill::run(&lab, &spec, &SystemClock).await.unwrap();
    println!("{}", report.markdown());
    report
}

/// The promises that no fault may break.
fn nothing_acknowledged_is_lost(report: &Report) {
    for pattern in &report.patterns {
        assert!(pattern.acknowledged > 100, "{pattern:?}");
        assert_eq!(
            (pattern.lost, pattern.duplicates, pattern.order_violations),
            (0, 0, 0),
            "{pattern:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_master_under_sentinels_loses_nothing_acknowledged() {
    let report = drilled(Topology::Sentinel, Drill::Failover).await;

    nothing_acknowledged_is_lost(&report);
    assert_eq!(
        (report.stale_writes, report.own_stale_writes),
        (Some(0), Some(0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_master_of_a_cluster_loses_nothing_acknowledged() {
    let report = drilled(Topology::Cluster, Drill::Failover).await;

    nothing_acknowledged_is_lost(&report);
    assert_eq!(
        (report.stale_writes, report.own_stale_writes),
        (Some(0), Some(0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_change_loses_nothing_and_takes_less_than_a_second() {
    for topology in [Topology::Sentinel, Topology::Cluster] {
        let report = drilled(topology, Drill::Switchover).await;

        nothing_acknowledged_is_lost(&report);
        assert!(report.paused_ms.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_hangs_is_replaced_and_takes_nothing_when_it_goes_on() {
    for topology in [Topology::Sentinel, Topology::Cluster] {
        let report = drilled(topology, Drill::Freeze).await;

        nothing_acknowledged_is_lost(&report);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_is_cut_off_loses_nothing_acknowledged() {
    for topology in [Topology::Sentinel, Topology::Cluster] {
        let report = drilled(topology, Drill::Partition).await;

        nothing_acknowledged_is_lost(&report);
        // It is a hung one, of which this is not counted, where servers cannot be cut off.
        let own = report.own_stale_writes.unwrap_or_default();
        assert!(
            own <= 9,
            "9 writers had one on its way each, and it took {own}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_replica_and_a_lost_sentinel_lose_nothing_acknowledged() {
    for (topology, drill) in [
        (Topology::Sentinel, Drill::ReplicaLoss),
        (Topology::Cluster, Drill::ReplicaLoss),
        (Topology::Sentinel, Drill::SentinelLoss),
    ] {
        let report = drilled(topology, drill).await;

        nothing_acknowledged_is_lost(&report);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slots_that_move_lose_nothing_acknowledged() {
    let report = drilled(Topology::Cluster, Drill::Reshard).await;

    nothing_acknowledged_is_lost(&report);
}

#[tokio::test(flavor = "multi_thread")]
async fn restarting_every_server_loses_nothing_acknowledged() {
    for topology in [Topology::Sentinel, Topology::Cluster] {
        let report = drilled(topology, Drill::RollingRestart).await;

        nothing_acknowledged_is_lost(&report);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_that_makes_no_sense_for_the_servers_is_refused_before_anything_is_broken() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Standalone, folder.path()))
        .await
        .unwrap();

    let refused = drill::run(&lab, &DrillSpec::new(Drill::Failover), &SystemClock).await;

    assert!(refused.is_err());
    assert!(lab.lacking().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_tells_the_same_to_programs_and_to_people() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Cluster, folder.path()))
        .await
        .unwrap();
    let mut spec = DrillSpec::new(Drill::Switchover);
    spec.durability = Durability::Memory;

    let report = drill::run(&lab, &spec, &SystemClock).await.unwrap();

    let read: Report = serde_json::from_str(&report.json().unwrap()).unwrap();
    assert_eq!(read.patterns.len(), 3);
    assert!(report.markdown().contains("took over from"));
    let page = report.html();
    assert!(page.contains("<svg") && page.contains("when the master says so"));
    assert!(!page.contains("<script") && !page.contains("http"));
    assert!(!page.contains(lab.password(wardline_estate::Role::App)));
}
