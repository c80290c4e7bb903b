//! The contract of the store of identities.

use wardline_access::port::AccessStore;
use wardline_store_redis::RedisAccess;
use wardline_testkit::conformance::access::AccessUnderTest;

use super::server::{Server, now};

struct Opened {
    server: Server,
    store: RedisAccess,
}

impl Opened {
    async fn new() -> Self {
        let server = Server::start();
        let store = RedisAccess::new(&server.connect().await);
        Self { server, store }
    }
}

impl AccessUnderTest for Opened {
    fn store(&self) -> &dyn AccessStore {
        &self.store
    }

    fn reopen(&mut self) {
        self.server.kill();
        self.server.start_again();
        self.store = RedisAccess::new(&now(self.server.connect()));
    }
}

wardline_testkit::access_conformance!(Opened::new().await);
