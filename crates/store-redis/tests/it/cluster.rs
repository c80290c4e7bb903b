//! A Cluster, broken and resharded on purpose: nothing acknowledged is lost, and what has a server is served.

use std::net::SocketAddr;

use wardline_estate::Role;
use wardline_store_redis::{Address, Call, Class, Redis, Tag, command};

use crate::estate::Raised;
use crate::journal::Journal;
use crate::server::eventually;

fn masters(redis: &Redis) -> Vec<Address> {
    let state = redis.state();
    state.masters.into_iter().map(|node| node.address).collect()
}

async fn is_left(redis: &Redis, old: &Address) {
    eventually("all slots are served by others", async || {
        redis.state().is_ready && !masters(redis).contains(old)
    })
    .await;
}

#[test]
fn a_killed_master_is_followed_by_its_replica() {
    wardline_testkit::block_on(async {
        let raised = Raised::cluster().await;
        let redis = raised.connect().await;
        let journal = Journal::begin(&redis);
        journal.goes_on().await;
        let old = masters(&redis)[0].clone();

        raised.lab.kill(&raised.name_of(&old)).unwrap();

        journal.is_refused().await;
        is_left(&redis, &old).await;
        journal.goes_on().await;
        raised.lab.restart(&raised.name_of(&old)).await.unwrap();
        journal.goes_on().await;
        journal.nothing_is_lost().await;
    });
}

#[test]
fn a_frozen_master_is_left_and_takes_no_write_when_it_thaws() {
    wardline_testkit::block_on(async {
        let raised = Raised::cluster().await;
        let redis = raised.connect().await;
        let journal = Journal::begin(&redis);
        journal.goes_on().await;
        let old = masters(&redis)[0].clone();

        raised.lab.freeze(&raised.name_of(&old)).unwrap();

        is_left(&redis, &old).await;
        journal.goes_on().await;
        raised.lab.thaw(&raised.name_of(&old)).unwrap();
        journal.goes_on().await;
        journal.nothing_is_lost().await;
    });
}

#[test]
fn a_planned_failover_of_a_shard_refuses_almost_nothing() {
    wardline_testkit::block_on(async {
        let raised = Raised::cluster().await;
        let redis = raised.connect().await;
        let journal = Journal::begin(&redis);
        journal.goes_on().await;
        let old = masters(&redis)[0].clone();
        let replica = replica_of(&raised, &old).await;

        let mut link = raised.lab.link(replica, Role::Admin).await.unwrap();
        link.call(&["CLUSTER", "FAILOVER"]).await.unwrap();

        is_left(&redis, &old).await;
        journal.goes_on().await;
        journal.nothing_is_lost().await;
    });
}

#[test]
fn slots_move_under_load_and_calls_follow_them() {
    wardline_testkit::block_on(async {
        let raised = Raised::cluster().await;
        let redis = raised.connect().await;
        let journal = Journal::begin(&redis);
        journal.goes_on().await;
        let tag = crate::journal::tag(0);
        let slot = tag.slot();
        let (from, to) = owner_and_another(&raised, &redis, &tag).await;

        let mut source = raised.lab.link(from, Role::Admin).await.unwrap();
        let mut target = raised.lab.link(to, Role::Admin).await.unwrap();
        let source_id = source.text(&["CLUSTER", "MYID"]).await.unwrap();
        let target_id = target.text(&["CLUSTER", "MYID"]).await.unwrap();
        let slot_text = slot.to_string();
        let import = ["CLUSTER", "SETSLOT", &slot_text, "IMPORTING", &source_id];
        target.call(&import).await.unwrap();
        let export = ["CLUSTER", "SETSLOT", &slot_text, "MIGRATING", &target_id];
        source.call(&export).await.unwrap();
        // New keys go where the slot is going, by way of ASK; keys that are not there yet are found where they are.
        let new = Call::new(&tag, "t_put").key(":asked").arg(1);
        redis.function(new, Class::Acknowledged).await.unwrap();
        move_keys(&raised, &mut source, to, slot).await;
        for link in [&mut target, &mut source] {
            let settle = ["CLUSTER", "SETSLOT", &slot_text, "NODE", &target_id];
            link.call(&settle).await.unwrap();
        }

        journal.goes_on().await;
        let mut get = command("GET");
        get.arg(tag.key(":asked"));
        let found = redis.read(&tag, get).await.unwrap();
        assert_eq!(found.number().unwrap(), 1);
        journal.nothing_is_lost().await;
    });
}

async fn replica_of(raised: &Raised, master: &Address) -> SocketAddr {
    let master: SocketAddr = master.to_string().parse().unwrap();
    for address in raised.lab.data_addresses() {
        let mut link = raised.lab.link(address, Role::Admin).await.unwrap();
        let info = link.info("replication").await.unwrap();
        let is_its =
            info.field("role") == "slave" && info.field("master_host") == master.ip().to_string();
        if is_its {
            return address;
        }
    }
    panic!("{master} has no replica")
}

async fn owner_and_another(raised: &Raised, redis: &Redis, tag: &Tag) -> (SocketAddr, SocketAddr) {
    let slot = tag.slot();
    let all = masters(redis);
    for address in &all {
        let address: SocketAddr = address.to_string().parse().unwrap();
        let mut link = raised.lab.link(address, Role::Admin).await.unwrap();
        let nodes = link.text(&["CLUSTER", "NODES"]).await.unwrap();
        let own = nodes.lines().find(|line| line.contains("myself")).unwrap();
        let owns = own.split(' ').skip(8).any(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let number = |text: &str| text.parse::<u16>().unwrap();
            (number(first)..=number(last)).contains(&slot)
        });
        if owns {
            let other = all
                .iter()
                .find(|other| other.to_string() != address.to_string());
            return (address, other.unwrap().to_string().parse().unwrap());
        }
    }
    panic!("nobody owns slot {slot}")
}

async fn move_keys(
    raised: &Raised,
    source: &mut wardline_estate::link::Link,
    to: SocketAddr,
    slot: u16,
) {
    let (host, port) = (to.ip().to_string(), to.port().to_string());
    let password = raised.lab.password(Role::Admin).to_owned();
    loop {
        let keys = source
            .call(&["CLUSTER", "GETKEYSINSLOT", &slot.to_string(), "10"])
            .await
            .unwrap();
        let keys = wardline_store_redis::Reply(keys).list().unwrap();
        let keys: Vec<String> = keys.into_iter().map(|key| key.text().unwrap()).collect();
        if keys.is_empty() {
            return;
        }
        let mut words = vec![
            "MIGRATE", &host, &port, "", "0", "5000", "AUTH2", "admin", &password, "KEYS",
        ];
        words.extend(keys.iter().map(String::as_str));
        source.call(&words).await.unwrap();
    }
}
