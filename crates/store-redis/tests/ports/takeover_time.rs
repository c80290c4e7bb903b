//! When a standby may take a lease: once it has seen for as long as it lasts that nobody renews it, whatever the clocks
//! of servers say and whichever version of the program holds it.

use std::time::Duration;

use wardline_store_redis::{
    Call, Class, Holder, Lease, Redis, RedisMessages, Taken, Watch, library,
};
use wardline_testkit::block_on;

use super::server::Server;

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_mins(1);
const HEAD: &str = "wl:{m}:head";
/// What clocks that were ahead, and behind, leave as the end of a lease.
const LONG_AGO: &str = "1";
const IN_A_CENTURY: &str = "4900000000000";

async fn owned(redis: &Redis, lasts: Duration) -> Lease {
    let holder = Holder::generate().unwrap();
    match Lease::acquire(redis, &RedisMessages::tag(), holder, lasts).await {
        Ok(Taken::Owned(lease)) => lease,
        other => panic!("{other:?}"),
    }
}

fn standby(redis: &Redis) -> Watch {
    standby_for(redis, SHORT)
}

/// One that holds it for so long once it has it.
fn standby_for(redis: &Redis, lasts: Duration) -> Watch {
    let holder = Holder::generate().unwrap();
    Watch::new(redis, &RedisMessages::tag(), holder, lasts)
}

/// Nobody renews it, for longer than it lasts.
async fn lease_runs_out(lease: &Lease) {
    lease.term().over().await;
    tokio::time::sleep(lease_and_more()).await;
}

fn lease_and_more() -> Duration {
    SHORT + SHORT / 4
}

/// What a program of the version before beats calls.
async fn older(redis: &Redis, name: &'static str, first: &[u8], lasts: Duration) -> Vec<Vec<u8>> {
    let call = Call::new(&RedisMessages::tag(), name)
        .key(":head")
        .arg(first)
        .arg(u64::try_from(lasts.as_millis()).unwrap());
    let answer = redis.function(call, Class::Acknowledged).await.unwrap();
    let words = answer.list().unwrap().into_iter();
    words.map(|word| word.bytes().unwrap().to_vec()).collect()
}

#[test]
fn a_clock_that_jumps_ahead_gives_nobody_a_lease_that_is_renewed() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let owner = owned(&redis, SHORT).await;
        let mut standby = standby(&redis);
        assert!(matches!(standby.take().await.unwrap(), Taken::Held(_)));

        for _ in 0..3 {
            lease_runs_out(&owner).await;
            assert!(owner.renew().await.unwrap());
            server.cli(&["HSET", HEAD, "until", LONG_AGO]);
            let taken = standby.take().await.unwrap();
            assert!(matches!(taken, Taken::Held(_)));
        }

        assert!(owner.renew().await.unwrap());
    });
}

#[test]
fn a_lease_that_ended_by_the_clock_is_watched_for_as_long_as_it_lasts_before_it_is_taken() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let lease = owned(&redis, LONG).await;
        server.cli(&["HSET", HEAD, "until", LONG_AGO]);

        let taken = standby(&redis).take().await.unwrap();

        assert!(matches!(taken, Taken::Held(left) if left > LONG / 2));
        assert!(lease.renew().await.unwrap());
    });
}

#[test]
fn a_clock_that_jumps_back_keeps_the_lease_of_who_died_from_nobody() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let dead = owned(&redis, SHORT).await;
        server.cli(&["HSET", HEAD, "until", IN_A_CENTURY]);

        let taken = tokio::time::timeout(LONG, standby_for(&redis, LONG).wait()).await;

        assert!(taken.unwrap().is_held());
        assert!(!dead.renew().await.unwrap());
    });
}

#[test]
fn a_lease_that_was_given_back_is_taken_without_watching() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        owned(&redis, LONG).await.release().await.unwrap();

        let taken = standby(&redis).take().await.unwrap();

        assert!(matches!(taken, Taken::Owned(_)));
    });
}

#[test]
fn what_the_owner_renews_right_before_it_would_be_taken_stays_the_owners() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let owner = owned(&redis, SHORT).await;
        let mut standby = standby(&redis);
        assert!(matches!(standby.take().await.unwrap(), Taken::Held(_)));
        lease_runs_out(&owner).await;

        assert!(owner.renew().await.unwrap());
        let taken = standby.take().await.unwrap();

        assert!(matches!(taken, Taken::Held(left) if !left.is_zero()));
        assert!(owner.renew().await.unwrap());
    });
}

#[test]
fn a_renewal_after_a_failover_that_lost_one_is_not_taken_for_the_lost_one() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let owner = owned(&redis, SHORT).await;
        let (head, on_replica) = (HEAD, "wl:{m}:replica");
        let mut standby = standby(&redis);
        server.cli(&["COPY", head, on_replica]);
        assert!(owner.renew().await.unwrap());
        let until = server.cli(&["HGET", head, "until"]);
        assert!(matches!(standby.take().await.unwrap(), Taken::Held(_)));

        // The replica that misses it is promoted, and the next one is made at the same time by its clock.
        server.cli(&["COPY", on_replica, head, "REPLACE"]);
        lease_runs_out(&owner).await;
        assert!(owner.renew().await.unwrap());
        server.cli(&["HSET", head, "until", until.trim()]);
        let taken = standby.take().await.unwrap();

        assert!(matches!(taken, Taken::Held(_)));
    });
}

#[test]
fn who_watched_while_another_lease_was_waited_for_need_not_begin_then() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let dead = owned(&redis, SHORT).await;
        let mut standby = standby(&redis);

        let followed = tokio::time::timeout(lease_and_more() * 3, standby.follow()).await;

        assert!(followed.is_err());
        assert!(matches!(standby.take().await.unwrap(), Taken::Owned(_)));
        assert!(!dead.is_held());
    });
}

#[test]
fn what_an_older_program_renews_stays_its_own_and_what_it_leaves_is_taken() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let answer = older(&redis, "wl_lease_acquire", &[7; 16], SHORT).await;
        let fence = answer[1].clone();
        let mut standby = standby_for(&redis, LONG);
        assert!(matches!(standby.take().await.unwrap(), Taken::Held(_)));

        for _ in 0..3 {
            tokio::time::sleep(lease_and_more()).await;
            let renewed = older(&redis, "wl_lease_renew", &fence, SHORT).await;
            assert_eq!(renewed[0], b"owned");
            assert!(matches!(standby.take().await.unwrap(), Taken::Held(_)));
        }

        assert!(standby.wait().await.is_held());
        let renewed = older(&redis, "wl_lease_renew", &fence, SHORT).await;
        assert_eq!(renewed[0], b"lost");
    });
}

#[test]
fn a_lease_that_was_taken_before_the_functions_knew_beats_is_watched_for_what_is_left_of_it() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        older(&redis, "wl_lease_acquire", &[7; 16], LONG).await;
        server.cli(&["HDEL", HEAD, "beat", "lasts"]);

        let taken = standby(&redis).take().await.unwrap();

        assert!(matches!(taken, Taken::Held(left) if left > LONG / 2));
    });
}

#[test]
fn an_older_program_that_stands_by_goes_by_the_servers_clock() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let owner = owned(&redis, LONG).await;

        let held = older(&redis, "wl_lease_acquire", &[7; 16], LONG).await;
        assert_eq!((held.len(), held[0].as_slice()), (2, &b"held"[..]));
        assert!(owner.renew().await.unwrap());
        server.cli(&["HSET", HEAD, "until", LONG_AGO]);
        let taken = older(&redis, "wl_lease_acquire", &[7; 16], LONG).await;

        assert_eq!(taken[0], b"owned");
        assert!(!owner.renew().await.unwrap());
    });
}

#[test]
fn after_redis_was_away_the_owner_is_left_half_a_lease_to_renew_it() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let owner = owned(&redis, SHORT).await;
        let mut standby = standby(&redis);
        assert!(matches!(standby.take().await.unwrap(), Taken::Held(_)));

        server.load(&library::source().replace("'wl_lease_look'", "'wl_lease_other'"));
        let waiting = tokio::time::timeout(lease_and_more(), standby.wait()).await;
        assert!(waiting.is_err());
        server.load_functions();

        assert!(matches!(standby.take().await.unwrap(), Taken::Held(_)));
        assert!(standby.wait().await.is_held());
        assert!(!owner.renew().await.unwrap());
    });
}

#[test]
fn who_takes_nothing_looks_at_a_lease_that_nobody_has_as_seldom_as_at_another() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        server.cli(&["CONFIG", "RESETSTAT"]);

        drop(tokio::time::timeout(SHORT, standby_for(&redis, LONG).follow()).await);

        let stats = server.cli(&["INFO", "commandstats"]);
        let looks = stats.split("cmdstat_fcall_ro:calls=").nth(1).unwrap();
        let looks: u32 = looks.split(',').next().unwrap().parse().unwrap();
        assert!((1..=3).contains(&looks), "{looks}");
    });
}
