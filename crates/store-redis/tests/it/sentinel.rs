//! A master with replicas and Sentinels, broken on purpose: nothing acknowledged is lost, calls fail at once while there
//! is no master, and service resumes by itself.

use wardline_estate::Role;
use wardline_estate::link::field_of;
use wardline_store_redis::{Call, Class, Failure, Finding, Redis, command};

use crate::estate::Raised;
use crate::journal::{Journal, tag};
use crate::server::eventually;

fn master_of(raised: &Raised, redis: &Redis) -> Option<String> {
    let state = redis.state();
    state
        .masters
        .first()
        .map(|node| raised.name_of(&node.address))
}

async fn another_master(raised: &Raised, redis: &Redis, old: &str) -> String {
    eventually("there is another master", async || {
        master_of(raised, redis).is_some_and(|name| name != old)
    })
    .await;
    master_of(raised, redis).unwrap()
}

/// How often the Sentinels have chosen a master.
async fn elections(raised: &Raised) -> String {
    let sentinels = raised.lab.sentinel_addresses();
    let first = *sentinels.first().unwrap();
    let mut link = raised.lab.link(first, Role::Admin).await.unwrap();
    let name = raised.lab.master_name();
    let said = link.call(&["SENTINEL", "MASTER", name]).await.unwrap();
    field_of(&said, "config-epoch")
}

/// The master that was chosen is still followed. If the Sentinels chose once more meanwhile, as they do when a busy
/// machine keeps a server waiting, it is whom they name now.
async fn is_followed(raised: &Raised, redis: &Redis, (new, chosen): (String, String)) {
    if elections(raised).await == chosen {
        assert_eq!(master_of(raised, redis), Some(new));
    } else {
        eventually("whom the Sentinels chose again is followed", async || {
            let named = raised.lab.masters().await.unwrap_or_default();
            master_of(raised, redis) == named.first().map(|node| node.name.clone())
        })
        .await;
    }
}

#[test]
fn a_sentinel_that_nobody_told_how_often_to_look_is_named_until_somebody_does() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        let redis = raised.connect().await;
        let told = *raised.lab.sentinel_addresses().first().unwrap();
        let tell = async |info_ms: &str| {
            let mut link = raised.lab.link(told, Role::Admin).await.unwrap();
            let words = ["SENTINEL", "DEBUG", "INFO-PERIOD", info_ms];
            link.call(&words).await.unwrap();
        };
        eventually("all were told", async || redis.state().seldom.is_empty()).await;

        // As it is after a start.
        tell("10000").await;

        eventually("one looks seldom", async || {
            redis.state().seldom == [crate::estate::address(told)]
        })
        .await;
        let findings = redis.verify_promises().await.unwrap();
        let says = |finding: &Finding| finding.says.contains("wardline redis quicken");
        assert!(findings.iter().any(says), "{findings:?}");
        tell("500").await;
        eventually("it was told", async || redis.state().seldom.is_empty()).await;
    });
}

#[test]
fn a_killed_master_is_followed_by_another_and_comes_back_as_its_replica() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        let redis = raised.connect().await;
        let journal = Journal::begin(&redis);
        journal.goes_on().await;
        let old = master_of(&raised, &redis).unwrap();

        raised.lab.kill(&old).unwrap();

        journal.is_refused().await;
        let new = another_master(&raised, &redis, &old).await;
        journal.goes_on().await;
        let chosen = elections(&raised).await;
        raised.lab.restart(&old).await.unwrap();
        raised.lab.wait_until_whole().await.unwrap();
        journal.goes_on().await;
        journal.nothing_is_lost().await;
        is_followed(&raised, &redis, (new, chosen)).await;
    });
}

#[test]
fn a_frozen_master_is_left_and_takes_no_write_when_it_thaws() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        let redis = raised.connect().await;
        let journal = Journal::begin(&redis);
        journal.goes_on().await;
        let old = master_of(&raised, &redis).unwrap();

        raised.lab.freeze(&old).unwrap();

        let new = another_master(&raised, &redis, &old).await;
        journal.goes_on().await;
        let chosen = elections(&raised).await;
        raised.lab.thaw(&old).unwrap();
        raised.lab.wait_until_whole().await.unwrap();
        journal.goes_on().await;
        is_followed(&raised, &redis, (new, chosen)).await;
        journal.nothing_is_lost().await;
    });
}

#[test]
fn a_switch_under_load_loses_nothing_although_the_old_master_answers_on() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        let redis = raised.connect().await;
        let journal = Journal::begin(&redis);
        journal.goes_on().await;
        let old = master_of(&raised, &redis).unwrap();

        let sentinel = raised.lab.sentinel_addresses()[0];
        let mut link = raised.lab.link(sentinel, Role::Admin).await.unwrap();
        let name = raised.lab.master_name();
        link.call(&["SENTINEL", "FAILOVER", name]).await.unwrap();

        another_master(&raised, &redis, &old).await;
        journal.goes_on().await;
        raised.lab.wait_until_whole().await.unwrap();
        journal.goes_on().await;
        journal.nothing_is_lost().await;
    });
}

#[test]
fn the_loss_of_most_sentinels_stops_nothing() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        let redis = raised.connect().await;
        let journal = Journal::begin(&redis);
        journal.goes_on().await;

        for name in ["sentinel-1", "sentinel-2"] {
            raised.lab.kill(name).unwrap();
        }

        journal.goes_on().await;
        assert_eq!(journal.refused(), 0);
        // A new process finds the master with the one that is left.
        let another = raised.connect().await;
        assert_eq!(master_of(&raised, &another), master_of(&raised, &redis));
        journal.nothing_is_lost().await;
    });
}

#[test]
fn without_replicas_nothing_is_acknowledged_and_reads_go_on() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        let redis = raised.connect().await;
        let journal = Journal::begin(&redis);
        journal.goes_on().await;
        let master = master_of(&raised, &redis).unwrap();
        let replicas = raised.others(std::slice::from_ref(&master));

        for name in &replicas {
            raised.lab.kill(name).unwrap();
        }

        eventually("nothing is ready", async || !redis.state().is_ready).await;
        let before = journal.acknowledged();
        journal.is_refused().await;
        let put = Call::new(&tag(1), "t_put").key(":probe").arg(1);
        let refused = redis.function(put, Class::Acknowledged).await;
        assert!(
            matches!(refused, Err(Failure::Away(_) | Failure::Unknown(_))),
            "{refused:?}"
        );
        assert!(redis.read(&tag(1), command("PING")).await.is_ok());
        assert_eq!(journal.acknowledged(), before);
        for name in &replicas {
            raised.lab.restart(name).await.unwrap();
        }
        journal.goes_on().await;
        assert!(redis.state().is_ready);
        journal.nothing_is_lost().await;
    });
}
