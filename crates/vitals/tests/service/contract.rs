//! The contract of the store of beds, on the plain model.

use wardline_testkit::MemoryBeds;
use wardline_testkit::conformance::beds::BedsUnderTest;
use wardline_vitals::port::BedStore;

struct InMemory(MemoryBeds);

impl BedsUnderTest for InMemory {
    fn store(&self) -> &dyn BedStore {
        &self.0
    }

    fn reopen(&mut self) {}
}

wardline_testkit::beds_conformance!(InMemory(MemoryBeds::default()));
