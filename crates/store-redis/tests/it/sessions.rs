//! The contract of the store of sessions on whole estates with TLS and access lists.

use wardline_estate::Role;
use wardline_sessions::port::SessionStore;
use wardline_store_redis::RedisSessions;
use wardline_testkit::conformance::sessions::SessionsUnderTest;

use crate::estate::Raised;

struct OnEstate<'a> {
    raised: &'a Raised,
    store: RedisSessions,
}

impl<'a> OnEstate<'a> {
    /// A connection to the estate without anything in it.
    async fn new(raised: &'a Raised) -> Self {
        for master in raised.lab.masters().await.unwrap() {
            let mut link = raised.lab.link(master.address, Role::Admin).await.unwrap();
            link.call(&["FLUSHALL"]).await.unwrap();
        }
        let store = RedisSessions::new(raised.connect().await);
        Self { raised, store }
    }
}

impl SessionsUnderTest for OnEstate<'_> {
    fn store(&self) -> &dyn SessionStore {
        &self.store
    }

    fn reopen(&mut self) {
        // Another process on the same data.
        let connected = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(self.raised.connect())
        });
        self.store = RedisSessions::new(connected);
    }
}

#[test]
fn the_contract_of_sessions_holds_with_sentinel() {
    wardline_testkit::block_on(async {
        let raised = Raised::sentinel().await;
        wardline_testkit::sessions_conformance!(in turn: OnEstate::new(&raised).await);
    });
}

#[test]
fn the_contract_of_sessions_holds_on_a_cluster() {
    wardline_testkit::block_on(async {
        let raised = Raised::cluster().await;
        wardline_testkit::sessions_conformance!(in turn: OnEstate::new(&raised).await);
    });
}
