//! Leases: one writes, another takes over, and the first writes nothing any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use wardline_kernel::StoreError;
use wardline_messaging::model::MessageId;
use wardline_messaging::port::MessageStore;
use wardline_store_redis::{
    Call, Class, Durability, End, Holder, Lease, Redis, RedisBeds, RedisMessages, Taken, Watch,
};
use wardline_testkit::{block_on, sample};

use super::server::{Server, connect};

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_mins(1);
const LARGE_CALLS: usize = 8;

async fn acquire(redis: &Redis, holder: Holder, lasts: Duration) -> Taken {
    let tag = RedisMessages::tag();
    Lease::acquire(redis, &tag, holder, lasts).await.unwrap()
}

async fn owned(redis: &Redis, holder: Holder, lasts: Duration) -> Lease {
    match acquire(redis, holder, lasts).await {
        Taken::Owned(lease) => lease,
        Taken::Held(left) => panic!("held for {left:?}"),
    }
}

fn holder() -> Holder {
    Holder::generate().unwrap()
}

#[test]
fn while_somebody_holds_it_nobody_else_gets_it() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let first = owned(&redis, holder(), LONG).await;

        let second = acquire(&redis, holder(), LONG).await;

        assert!(matches!(second, Taken::Held(left) if !left.is_zero()));
        assert!(first.is_held());
        assert!(first.renew().await.unwrap());
    });
}

// On one thread: whoever has an answer goes on before the next batch has one.
#[tokio::test]
async fn it_is_renewed_before_large_calls_that_waited_longer() {
    let server = Server::start();
    let redis = server.connect().await;
    let lease = owned(&redis, holder(), LONG).await;
    let (done, mut calls) = (Arc::new(AtomicUsize::new(0)), JoinSet::new());
    server.freeze();
    for _ in 0..LARGE_CALLS {
        let (redis, done) = (redis.clone(), Arc::clone(&done));
        // Each is a batch of its own.
        let large = vec![0x5a_u8; 5 << 20];
        let call = Call::read_only(&RedisMessages::tag(), "wl_about").arg(large);
        calls.spawn(async move {
            redis.function(call, Class::Acknowledged).await.unwrap();
            done.fetch_add(1, Ordering::SeqCst);
        });
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }

    let (renewed, ()) = tokio::join!(lease.renew(), async { server.thaw() });

    assert!(renewed.unwrap());
    let done_before = done.load(Ordering::SeqCst);
    assert!(done_before <= 1, "{done_before}");
    calls.join_all().await;
    assert_eq!(done.load(Ordering::SeqCst), LARGE_CALLS);
}

#[test]
fn who_lets_go_of_it_makes_nobody_wait() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let first = owned(&redis, holder(), LONG).await;

        first.release().await.unwrap();
        owned(&redis, holder(), LONG).await;

        assert!(!first.is_held());
        assert!(!first.renew().await.unwrap());
    });
}

#[test]
fn what_was_given_back_is_not_taken_again_by_a_renewal_that_was_on_its_way() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let first = owned(&redis, holder(), LONG).await;
        first.release().await.unwrap();

        let renewed = first.renew().await.unwrap();

        assert!(!renewed);
        assert!(!first.is_held());
        owned(&redis, holder(), LONG).await;
    });
}

#[test]
fn who_cannot_renew_one_lease_keeps_the_others_from_nobody() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let first = owned(&redis, holder(), SHORT).await;
        let beds = RedisBeds::tag();
        let me = holder();
        let Taken::Owned(second) = Lease::acquire(&redis, &beds, me, SHORT).await.unwrap() else {
            panic!("nobody else is there")
        };
        let of_first = first.term();
        let keeper = tokio::spawn(async move { second.keep_while(&of_first).await });

        // As if the first one's server could not be reached: it is not renewed.
        let waiting = Lease::wait(&redis, &beds, holder(), LONG);
        let taken = tokio::time::timeout(LONG, waiting).await;

        assert!(taken.is_ok());
        assert!(!keeper.is_finished());
        assert!(first.renew().await.unwrap());
        assert_eq!(keeper.await.unwrap(), End::TakenOver);
    });
}

#[test]
fn a_lease_that_is_kept_while_another_one_is_held_is_kept_as_long() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let first = owned(&redis, holder(), SHORT).await;
        let beds = RedisBeds::tag();
        let Taken::Owned(second) = Lease::acquire(&redis, &beds, holder(), SHORT)
            .await
            .unwrap()
        else {
            panic!("nobody else is there")
        };
        let (of_first, of_second) = (first.term(), second.term());
        tokio::spawn(async move { second.keep_while(&of_first).await });

        first.term().over().await;
        of_second.over().await;
        first.renew().await.unwrap();

        let held_again = tokio::time::timeout(LONG, of_second.held()).await;
        assert!(held_again.is_ok());
    });
}

#[test]
fn when_redis_was_away_the_owner_renews_before_who_waits_takes_it() {
    // Half of it is far longer than the longest pause between two attempts to connect.
    const OF_OWNER: Duration = Duration::from_secs(6);
    // Who waits looks forty times within this.
    const LASTS: Duration = Duration::from_secs(1);
    block_on(async {
        let mut server = Server::start();
        let (redis, of_waiting) = (
            server.connect_as_wardline().await,
            server.connect_as_wardline().await,
        );
        let owner = owned(&redis, holder(), OF_OWNER).await;
        let tag = RedisMessages::tag();
        let mut watch = Watch::new(&of_waiting, &tag, holder(), LASTS);
        assert!(matches!(watch.take().await, Ok(Taken::Held(_))));
        server.kill();
        let is_away = async || of_waiting.state().away_for.is_some();
        while !is_away().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let waiting = tokio::spawn(async move { watch.wait().await });
        let asked = Lease::acquire(&of_waiting, &tag, holder(), LASTS).await;
        assert!(asked.is_err(), "{asked:?}");
        // Nobody could renew it meanwhile, and it has stood for longer than it lasts.
        tokio::time::sleep(OF_OWNER + OF_OWNER / 10).await;
        assert!(!owner.is_held());

        server.start_again();
        while is_away().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(LASTS / 2).await;
        assert!(!waiting.is_finished());
        let renewed = loop {
            match owner.renew().await {
                Ok(renewed) => break renewed,
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        };

        assert!(renewed);
        assert!(!waiting.is_finished());
        owner.release().await.unwrap();
        assert!(waiting.await.unwrap().is_held());
    });
}

#[test]
fn an_owner_that_slept_writes_nothing_when_it_wakes() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let sleeper = owned(&redis, holder(), SHORT).await;
        let old = RedisMessages::open(sleeper.clone()).await.unwrap();
        let put = |id| sample::batch([sample::put(sample::record(id))]);
        old.commit(put(1)).await.unwrap();

        let lease = Lease::wait(&redis, &RedisMessages::tag(), holder(), LONG).await;
        let new = RedisMessages::open(lease).await.unwrap();
        let late = old.commit(put(2)).await;
        new.commit(put(3)).await.unwrap();
        let later = old.commit(put(4)).await;

        for refused in [late, later] {
            assert!(
                matches!(&refused, Err(StoreError::Unavailable(why)) if why.contains("taken over"))
            );
        }
        assert!(!sleeper.is_held());
        assert!(!sleeper.renew().await.unwrap());
        for (id, is_there) in [(1, true), (2, false), (3, true), (4, false)] {
            let record = new.record(MessageId(id)).await.unwrap();
            assert_eq!(record.is_some(), is_there, "{id}");
        }
    });
}

#[test]
fn an_owner_whose_time_is_over_goes_on_while_nobody_wants_it() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let lease = owned(&redis, holder(), Duration::from_millis(1)).await;
        let store = RedisMessages::open(lease.clone()).await.unwrap();
        server.wait_until_it_says(&["PING"], "PONG");
        assert!(!lease.is_held());

        let put = sample::batch([sample::put(sample::record(1))]);
        store.commit(put).await.unwrap();

        assert!(lease.renew().await.unwrap());
    });
}

#[test]
fn whoever_keeps_it_has_it_longer_than_it_lasts_and_learns_that_it_is_lost() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let lease = owned(&redis, holder(), SHORT).await;
        let of_keeper = lease.clone();
        let keeper = tokio::spawn(async move { of_keeper.keep().await });

        tokio::time::sleep(SHORT * 3).await;
        assert!(matches!(
            acquire(&redis, holder(), LONG).await,
            Taken::Held(_)
        ));
        assert!(lease.is_held());
        // Somebody takes it by force.
        while !matches!(acquire(&redis, holder(), LONG).await, Taken::Owned(_)) {
            server.cli(&["HSET", "wl:{m}:head", "until", "0"]);
        }

        assert_eq!(keeper.await.unwrap(), End::TakenOver);
        assert!(!lease.is_held());
    });
}

#[test]
fn an_owner_whose_commits_redis_has_lost_writes_nothing_more_and_learns_why() {
    block_on(async {
        let server = Server::start();
        let redis = connect(server.port(), Durability::FSYNC).await;
        let lease = owned(&redis, holder(), LONG).await;
        let store = RedisMessages::open(lease.clone()).await.unwrap();
        let put = |id| sample::batch([sample::put(sample::record(id))]);
        let (head, older) = ("wl:{m}:head", "wl:{m}:older");
        store.commit(put(1)).await.unwrap();
        server.cli(&["COPY", head, older]);
        store.commit(put(2)).await.unwrap();

        // What a replica that was behind, or yesterday's file, would say.
        server.cli(&["COPY", older, head, "REPLACE"]);
        let refused = store.commit(put(3)).await;

        assert!(
            matches!(&refused, Err(StoreError::Unavailable(why)) if why.contains("has lost")),
            "{refused:?}"
        );
        assert!(!lease.is_held());
        assert_eq!(lease.keep().await, End::Forgotten);
    });
}

#[test]
fn an_owner_of_a_server_that_was_emptied_learns_that_and_looks_for_no_other_owner() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let lease = owned(&redis, holder(), SHORT).await;

        server.cli(&["FLUSHALL"]);

        assert_eq!(lease.keep().await, End::Forgotten);
        assert!(!lease.is_held());
    });
}

#[test]
fn a_memory_that_promised_nothing_may_forget() {
    block_on(async {
        let server = Server::start();
        let redis = connect(server.port(), Durability::Memory).await;
        let store = RedisMessages::open(owned(&redis, holder(), LONG).await)
            .await
            .unwrap();
        let put = |id| sample::batch([sample::put(sample::record(id))]);
        let (head, older) = ("wl:{m}:head", "wl:{m}:older");
        store.commit(put(1)).await.unwrap();
        server.cli(&["COPY", head, older]);
        store.commit(put(2)).await.unwrap();

        server.cli(&["COPY", older, head, "REPLACE"]);

        store.commit(put(3)).await.unwrap();
    });
}

#[test]
fn the_same_holder_gets_it_again_and_its_older_lease_ends() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect_as_wardline().await;
        let me = holder();
        let first = owned(&redis, me, LONG).await;

        owned(&redis, me, LONG).await;

        assert!(!first.renew().await.unwrap());
    });
}
