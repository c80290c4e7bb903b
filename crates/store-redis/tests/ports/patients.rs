//! The contract of the store of records and of the ledger of erasures; the ledger in two places.

use std::sync::Arc;

use wardline_patients::model::PatientId;
use wardline_patients::port::{Erasure, ErasureLedger, PatientStore};
use wardline_store_redis::{RedisErasures, RedisPatients, TwofoldErasures};
use wardline_testkit::conformance::patients::PatientsUnderTest;
use wardline_testkit::{MemoryLedger, block_on};

use super::server::{Server, now};

struct Opened {
    server: Server,
    store: RedisPatients,
    ledger: RedisErasures,
}

impl Opened {
    async fn new() -> Self {
        let server = Server::start();
        let redis = server.connect().await;
        Self {
            store: RedisPatients::new(&redis),
            ledger: RedisErasures::new(&redis),
            server,
        }
    }
}

impl PatientsUnderTest for Opened {
    fn store(&self) -> &dyn PatientStore {
        &self.store
    }

    fn ledger(&self) -> &dyn ErasureLedger {
        &self.ledger
    }

    fn reopen(&mut self) {
        self.server.kill();
        self.server.start_again();
        let redis = now(self.server.connect());
        self.store = RedisPatients::new(&redis);
        self.ledger = RedisErasures::new(&redis);
    }
}

wardline_testkit::patients_conformance!(Opened::new().await);

fn erasure(of: u8) -> Erasure {
    Erasure {
        patient: PatientId([of; 16]),
        at: u64::from(of),
        mac: [of; 16],
    }
}

#[test]
fn a_ledger_that_went_back_in_time_is_brought_up_to_date_by_the_other() {
    block_on(async {
        let (kept, old) = (MemoryLedger::default(), MemoryLedger::default());
        let both = TwofoldErasures::new(Arc::new(kept.clone()), Arc::new(old.clone()));
        both.append(&[erasure(1)]).await.unwrap();
        both.append(&[erasure(2), erasure(3)]).await.unwrap();
        assert_eq!(kept.entries().await.unwrap(), old.entries().await.unwrap());

        old.with(|entries| entries.truncate(1));
        let all = both.entries().await.unwrap();
        both.append(&[erasure(4)]).await.unwrap();

        assert_eq!(all, [1, 2, 3].map(erasure));
        assert_eq!(old.entries().await.unwrap(), [1, 2, 3, 4].map(erasure));
        assert_eq!(kept.entries().await.unwrap(), [1, 2, 3, 4].map(erasure));
    });
}

#[test]
fn two_ledgers_that_differ_before_their_ends_are_damage() {
    block_on(async {
        let (a, b) = (MemoryLedger::default(), MemoryLedger::default());
        a.append(&[erasure(1), erasure(2)]).await.unwrap();
        b.append(&[erasure(1), erasure(3)]).await.unwrap();
        let both = TwofoldErasures::new(Arc::new(a.clone()), Arc::new(b));

        assert!(both.entries().await.is_err());
        assert!(both.append(&[erasure(4)]).await.is_err());
        assert_eq!(a.entries().await.unwrap().len(), 2);
    });
}
