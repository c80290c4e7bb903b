//! The contract of the store of sessions, on the one in memory.

use wardline_sessions::port::SessionStore;
use wardline_testkit::MemorySessions;
use wardline_testkit::conformance::sessions::SessionsUnderTest;

#[derive(Default)]
struct Memory(MemorySessions);

impl SessionsUnderTest for Memory {
    fn store(&self) -> &dyn SessionStore {
        &self.0
    }

    /// Memory is all that it has.
    fn reopen(&mut self) {}
}

wardline_testkit::sessions_conformance!(Memory::default());
