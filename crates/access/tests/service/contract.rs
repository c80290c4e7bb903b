//! The contract of the store of identities, on the one in memory.

use wardline_access::port::AccessStore;
use wardline_testkit::MemoryAccess;
use wardline_testkit::conformance::access::AccessUnderTest;

#[derive(Default)]
struct Memory(MemoryAccess);

impl AccessUnderTest for Memory {
    fn store(&self) -> &dyn AccessStore {
        &self.0
    }

    /// Memory is all that it has.
    fn reopen(&mut self) {}
}

wardline_testkit::access_conformance!(Memory::default());
