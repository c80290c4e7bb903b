//! A lab comes up whole, breaks as it is told to, and leaves nothing behind.

use std::net::SocketAddr;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{Instant, sleep};
use wardline_estate::Role;
use wardline_estate::description::Topology;
use wardline_estate::lab::Lab;
use wardline_estate::link::text_of;

use crate::unhurried;

#[tokio::test]
async fn a_standalone_server_takes_its_roles_and_nobody_else() {
    let folder = TempDir::new().unwrap();

    let lab = Lab::up(unhurried(Topology::Standalone, folder.path()))
        .await
        .unwrap();

    let address = lab.data_addresses()[0];
    let mut app = lab.link(address, Role::App).await.unwrap();
    app.call(&["SET", "wl:{b:1}:now", "x"]).await.unwrap();
    let refused = app.call(&["SET", "other", "x"]).await.unwrap_err();
    assert_eq!(refused.code(), Some("NOPERM"));
    // A replica's user may replicate and no more.
    let mut replica = lab.link(address, Role::Replication).await.unwrap();
    let refused = replica.call(&["GET", "wl:{b:1}:now"]).await.unwrap_err();
    assert_eq!(refused.code(), Some("NOPERM"));
}

#[tokio::test]
async fn without_tls_there_is_a_lab_to_measure_what_tls_costs() {
    let folder = TempDir::new().unwrap();
    let mut spec = unhurried(Topology::Standalone, folder.path());
    spec.settings.tls = false;

    let lab = Lab::up(spec).await.unwrap();

    let mut app = lab.link(lab.data_addresses()[0], Role::App).await.unwrap();
    assert_eq!(app.text(&["PING"]).await.unwrap(), "PONG");
}

#[tokio::test]
async fn a_server_that_lost_its_power_has_what_transactions_wrote_when_it_is_back() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Standalone, folder.path()))
        .await
        .unwrap();
    let node = lab.masters().await.unwrap()[0].clone();
    let mut app = lab.link(node.address, Role::App).await.unwrap();
    app.call(&["SET", "wl:{b}:alone", "kept"]).await.unwrap();
    app.call(&["MULTI"]).await.unwrap();
    for words in [
        ["SET", "wl:{b}:together", "kept"],
        ["PEXPIRE", "wl:{b}:together", "3600000"],
    ] {
        app.call(&words).await.unwrap();
    }
    app.call(&["EXEC"]).await.unwrap();

    lab.kill(&node.name).unwrap();
    lab.restart(&node.name).await.unwrap();

    let mut app = lab.link(node.address, Role::App).await.unwrap();
    for key in ["wl:{b}:alone", "wl:{b}:together"] {
        assert_eq!(app.text(&["GET", key]).await.unwrap(), "kept", "{key}");
    }
}

#[tokio::test]
async fn sentinels_promote_a_replica_and_the_old_master_comes_back_as_one() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Sentinel, folder.path()))
        .await
        .unwrap();
    let old = lab.masters().await.unwrap()[0].clone();
    let mut app = lab.link(old.address, Role::App).await.unwrap();
    app.call(&["SET", "wl:{b:1}:now", "kept"]).await.unwrap();
    assert_eq!(app.text(&["WAIT", "2", "2000"]).await.unwrap(), "2");

    lab.kill(&old.name).unwrap();
    let new = another_master(&lab, &old.name).await;
    lab.restart(&old.name).await.unwrap();
    lab.wait_until_whole().await.unwrap();

    let mut app = lab.link(new, Role::App).await.unwrap();
    let kept = app.text(&["GET", "wl:{b:1}:now"]).await.unwrap();
    assert_eq!(kept, "kept");
    let mut returned = lab.link(old.address, Role::App).await.unwrap();
    let refused = returned.call(&["SET", "wl:{b:1}:now", "x"]).await;
    assert_eq!(refused.unwrap_err().code(), Some("READONLY"));
}

#[tokio::test]
async fn a_cluster_serves_all_slots_and_gives_a_dead_masters_to_its_replica() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Cluster, folder.path()))
        .await
        .unwrap();
    lab.load_functions(
        "#!lua name=wardline\nredis.register_function('wl_ping', function() return 'pong' end)",
    )
    .await
    .unwrap();
    let masters = lab.masters().await.unwrap();
    assert_eq!(masters.len(), 3);
    let mut app = lab.link(masters[0].address, Role::App).await.unwrap();
    assert_eq!(app.text(&["FCALL", "wl_ping", "0"]).await.unwrap(), "pong");

    lab.kill("redis-1").unwrap();
    another_master(&lab, "redis-1").await;
    lab.restart("redis-1").await.unwrap();
    lab.wait_until_whole().await.unwrap();

    assert_eq!(lab.masters().await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_frozen_server_answers_again_when_it_goes_on() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Standalone, folder.path()))
        .await
        .unwrap();

    lab.freeze("redis-1").unwrap();
    let silent = lab.link(lab.data_addresses()[0], Role::Admin).await;
    assert!(silent.is_err());
    lab.thaw("redis-1").unwrap();

    let mut link = lab
        .link(lab.data_addresses()[0], Role::Admin)
        .await
        .unwrap();
    let answer = link.call(&["PING"]).await.unwrap();
    assert_eq!(text_of(&answer).as_deref(), Some("PONG"));
}

#[tokio::test]
async fn a_lab_that_was_left_running_is_found_again_and_ended_by_whoever_finds_it() {
    let folder = TempDir::new().unwrap();
    let lab = Lab::up(unhurried(Topology::Standalone, folder.path()))
        .await
        .unwrap();
    lab.leave_running();

    let found = Lab::open(folder.path()).unwrap();
    assert!(found.is_running("redis-1").unwrap());
    found.down();

    assert!(!found.is_running("redis-1").unwrap());
    assert!(
        found
            .link(found.data_addresses()[0], Role::Admin)
            .await
            .is_err()
    );
}

/// Where a master is once this node is none any more.
async fn another_master(lab: &Lab, old: &str) -> SocketAddr {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let masters = lab.masters().await.unwrap_or_default();
        let all = masters.len() == lab.estate().first_masters().count();
        let changed = masters.iter().all(|master| master.name != old);
        if let (true, true, Some(master)) = (all, changed, masters.first()) {
            return master.address;
        }
        assert!(Instant::now() < deadline, "nobody took over");
        sleep(Duration::from_millis(50)).await;
    }
}
