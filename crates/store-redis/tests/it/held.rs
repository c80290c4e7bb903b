//! Replicas that confirm no more while their master still names them: what was on its way reaches the master, nothing
//! after it, and writes go on by themselves.

use std::num::NonZeroU8;

use wardline_store_redis::{Durability, Redis};

use crate::estate::TEST_FUNCTIONS;
use crate::journal::{Journal, WRITERS};
use crate::server::{Server, calls_of, eventually};

/// A master with two replicas, and nobody who would promote one.
struct Group {
    master: Server,
    replicas: [Server; 2],
}

impl Group {
    async fn start() -> Self {
        let master = Server::start(&[]);
        master.load_functions().await;
        master.cli(&["FUNCTION", "LOAD", TEST_FUNCTIONS]);
        let port = master.port.to_string();
        let replica = || Server::start(&["--replicaof", "127.0.0.1", &port]);
        Self {
            replicas: [replica(), replica()],
            master,
        }
    }

    /// Connects once both replicas are in line.
    async fn connect(&self) -> Redis {
        let mut settings = self.master.settings();
        settings.durability = Durability::Replicated {
            replicas: NonZeroU8::MIN,
            timeout: Durability::REPLICA_TIMEOUT,
        };
        let redis = Redis::connect(settings).await.unwrap();
        eventually("both replicas are in line", async || {
            let masters = redis.state().masters;
            masters.first().is_some_and(|master| master.replicas == 2)
        })
        .await;
        redis
    }

    fn freeze_replicas(&self) {
        self.replicas.iter().for_each(Server::freeze);
    }

    fn thaw_replicas(&self) {
        self.replicas.iter().for_each(Server::thaw);
    }
}

#[tokio::test]
async fn a_master_whose_replicas_confirm_no_more_gets_what_was_on_its_way_and_nothing_after_it() {
    let group = Group::start().await;
    let redis = group.connect().await;
    let journal = Journal::begin(&redis);
    journal.goes_on().await;
    // A busy machine may have kept a replica waiting already.
    let earlier = journal.refused();

    group.freeze_replicas();
    journal.is_refused().await;

    let taken = calls_of(&redis, "fcall").await;
    let unconfirmed = taken - u64::try_from(journal.acknowledged()).unwrap();
    assert!(unconfirmed <= earlier + WRITERS, "{unconfirmed}");
    let (refused, asked) = (journal.refused(), calls_of(&redis, "wait").await);
    eventually(
        "many more are refused, and replicas are asked again",
        async || journal.refused() > refused + 500 && calls_of(&redis, "wait").await > asked + 2,
    )
    .await;
    assert_eq!(calls_of(&redis, "fcall").await, taken);
    assert!(!redis.state().is_ready);

    group.thaw_replicas();
    journal.goes_on().await;
    eventually("it is ready", async || redis.state().is_ready).await;
    journal.nothing_is_lost().await;
}

#[tokio::test]
async fn one_replica_that_confirms_no_more_holds_nothing_up_while_another_does() {
    let group = Group::start().await;
    let redis = group.connect().await;
    let journal = Journal::begin(&redis);
    journal.goes_on().await;

    let [one, _other] = &group.replicas;
    one.freeze();

    journal.goes_on().await;
    eventually("it is ready", async || redis.state().is_ready).await;
    one.thaw();
    journal.goes_on().await;
    journal.nothing_is_lost().await;
}
