//! The contract of the store of sessions, and plays against the plain model.

use std::sync::Arc;

use wardline_sessions::port::SessionStore;
use wardline_store_redis::RedisSessions;
use wardline_testkit::conformance::sessions::SessionsUnderTest;
use wardline_testkit::sessions_model;

use super::server::{Server, now};

struct Opened {
    server: Arc<Server>,
    store: RedisSessions,
}

impl Opened {
    async fn new() -> Self {
        Self::on(Arc::new(Server::start())).await
    }

    async fn on(server: Arc<Server>) -> Self {
        let store = RedisSessions::new(server.connect().await);
        Self { server, store }
    }
}

impl SessionsUnderTest for Opened {
    fn store(&self) -> &dyn SessionStore {
        &self.store
    }

    fn reopen(&mut self) {
        if let Some(server) = Arc::get_mut(&mut self.server) {
            server.kill();
            server.start_again();
        }
        self.store = RedisSessions::new(now(self.server.connect()));
    }
}

wardline_testkit::sessions_conformance!(Opened::new().await);

#[test]
fn random_plays_give_the_same_answers_as_the_model() {
    // One server for all of them: it is the answers that are compared here, not what survives.
    let server = Arc::new(Server::start_with(&["--appendonly", "no"]));
    // The connection lives as long as the runtime that it was made on.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    sessions_model::check(48, || {
        server.cli(&["FLUSHALL"]);
        runtime.block_on(Opened::on(Arc::clone(&server)))
    });
}
