//! The contract of the store of the audit trail.

use wardline_audit::port::AuditStore;
use wardline_store_redis::{Holder, RedisAudit};
use wardline_testkit::conformance::audit::AuditUnderTest;

use super::server::{Server, lease, now};

struct Opened {
    server: Server,
    holder: Holder,
    store: RedisAudit,
}

impl Opened {
    async fn new() -> Self {
        let (server, holder) = (Server::start(), Holder::generate().unwrap());
        let store = open(&server, holder).await;
        Self {
            server,
            holder,
            store,
        }
    }
}

async fn open(server: &Server, holder: Holder) -> RedisAudit {
    let redis = server.connect().await;
    RedisAudit::open(lease(&redis, &RedisAudit::tag("node-1"), holder).await)
}

impl AuditUnderTest for Opened {
    fn store(&self) -> &dyn AuditStore {
        &self.store
    }

    fn reopen(&mut self) {
        self.server.kill();
        self.server.start_again();
        self.store = now(open(&self.server, self.holder));
    }
}

wardline_testkit::audit_conformance!(Opened::new().await);
