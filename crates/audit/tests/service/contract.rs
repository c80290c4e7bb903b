//! The contract of the trail's store, on the plain model.

use wardline_audit::port::AuditStore;
use wardline_testkit::MemoryAudit;
use wardline_testkit::conformance::audit::AuditUnderTest;

struct Memory(MemoryAudit);

impl AuditUnderTest for Memory {
    fn store(&self) -> &dyn AuditStore {
        &self.0
    }

    fn reopen(&mut self) {
        let kept = self.0.kept().clone();
        self.0 = MemoryAudit::default();
        *self.0.kept() = kept;
    }
}

wardline_testkit::audit_conformance!(Memory(MemoryAudit::default()));
